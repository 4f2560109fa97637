"""A radiance field network (Mildenhall et al. 2020): positional encoding, a deep MLP with a skip, two heads."""
# init-lens: input=(512, 6)
import torch
import torch.nn as nn
import torch.nn.functional as F


class Embedder:
    def __init__(self, num_freqs):
        self.freq_bands = 2. ** torch.linspace(0., num_freqs - 1, steps=num_freqs)
        self.out_dim = 3 + 3 * 2 * num_freqs

    def __call__(self, x):
        encoded = [x]
        for freq in self.freq_bands:
            for fn in (torch.sin, torch.cos):
                encoded.append(fn(x * freq))
        return torch.cat(encoded, -1)


class NeRF(nn.Module):
    def __init__(self, D=6, W=128, skips=(3,)):
        super().__init__()
        self.skips = skips
        self.embed_position, self.embed_view = Embedder(6), Embedder(2)
        input_ch, input_ch_views = self.embed_position.out_dim, self.embed_view.out_dim
        self.pts_linears = nn.ModuleList(
            [nn.Linear(input_ch, W)] + [nn.Linear(W, W) if i not in self.skips else nn.Linear(W + input_ch, W) for i in range(D - 1)])
        self.alpha_linear = nn.Linear(W, 1)
        self.feature_linear = nn.Linear(W, W)
        self.views_linear = nn.Linear(input_ch_views + W, W // 2)
        self.rgb_linear = nn.Linear(W // 2, 3)

    def forward(self, x):
        points, views = torch.split(x, [3, 3], dim=-1)
        points, views = self.embed_position(points), self.embed_view(views)
        h = points
        for i, layer in enumerate(self.pts_linears):
            h = F.relu(layer(h))
            if i in self.skips:
                h = torch.cat([points, h], -1)
        alpha = self.alpha_linear(h)
        h = torch.cat([self.feature_linear(h), views], -1)
        rgb = torch.sigmoid(self.rgb_linear(F.relu(self.views_linear(h))))
        return torch.cat([rgb, alpha], -1)
