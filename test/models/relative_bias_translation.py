"""An encoder and a decoder with position biases that all layers share, RMS norms and gated units (Raffel et al. 2020)."""
import torch
import torch.nn.functional as F
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x):
        return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)


class Attention(nn.Module):
    """No scale: it is in the queries' initialization."""

    def __init__(self, dim, heads, size):
        super().__init__()
        self.heads, self.size = heads, size
        self.q, self.k, self.v = (nn.Linear(dim, heads * size, bias=False) for _ in range(3))
        self.out = nn.Linear(heads * size, dim, bias=False)
        nn.init.normal_(self.q.weight, std=(dim * size) ** -0.5)
        nn.init.normal_(self.k.weight, std=dim ** -0.5)
        nn.init.normal_(self.v.weight, std=dim ** -0.5)
        nn.init.normal_(self.out.weight, std=(heads * size) ** -0.5)

    def split(self, x):
        return x.view(x.size(0), x.size(1), self.heads, self.size).transpose(1, 2)

    def forward(self, x, memory, bias=None):
        scores = self.split(self.q(x)) @ self.split(self.k(memory)).transpose(-1, -2)
        if bias is not None:
            scores = scores + bias
        weights = F.dropout(scores.softmax(-1), 0.1, self.training)
        return self.out((weights @ self.split(self.v(memory))).transpose(1, 2).flatten(2))


class PositionBias(nn.Module):
    """One number for each head and clipped distance."""

    def __init__(self, heads, reach, causal):
        super().__init__()
        self.reach, self.causal = reach, causal
        self.table = nn.Embedding(2 * reach + 1, heads)

    def forward(self, length):
        places = torch.arange(length)
        distance = (places[None, :] - places[:, None]).clamp(-self.reach, self.reach) + self.reach
        bias = self.table(distance).permute(2, 0, 1).unsqueeze(0)
        if self.causal:
            bias = bias + torch.triu(torch.full((length, length), -1e9), diagonal=1)
        return bias


class GatedUnit(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.gate, self.up = nn.Linear(dim, hidden, bias=False), nn.Linear(dim, hidden, bias=False)
        self.down = nn.Linear(hidden, dim, bias=False)
        self.dropout = nn.Dropout(0.1)
        for layer, fan_in in ((self.gate, dim), (self.up, dim), (self.down, hidden)):
            nn.init.normal_(layer.weight, std=fan_in ** -0.5)

    def forward(self, x):
        return self.down(self.dropout(F.gelu(self.gate(x)) * self.up(x)))


class Layer(nn.Module):
    def __init__(self, dim, heads, size, hidden, is_decoder):
        super().__init__()
        self.norm, self.attention = RMSNorm(dim), Attention(dim, heads, size)
        if is_decoder:
            self.cross_norm, self.cross = RMSNorm(dim), Attention(dim, heads, size)
        self.unit_norm, self.unit = RMSNorm(dim), GatedUnit(dim, hidden)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x, bias, memory=None):
        h = self.norm(x)
        x = x + self.dropout(self.attention(h, h, bias))
        if memory is not None:
            x = x + self.dropout(self.cross(self.cross_norm(x), memory))
        return x + self.dropout(self.unit(self.unit_norm(x)))


class Translation(nn.Module):
    def __init__(self, vocabulary=400, dim=64, heads=4, size=16, hidden=160, depth=2, reach=16):
        super().__init__()
        self.dim = dim
        self.embed = nn.Embedding(vocabulary, dim)
        self.encoder_bias, self.decoder_bias = PositionBias(heads, reach, False), PositionBias(heads, reach, True)
        self.encoder = nn.ModuleList(Layer(dim, heads, size, hidden, False) for _ in range(depth))
        self.decoder = nn.ModuleList(Layer(dim, heads, size, hidden, True) for _ in range(depth))
        self.encoder_norm, self.decoder_norm = RMSNorm(dim), RMSNorm(dim)
        self.dropout = nn.Dropout(0.1)

    def forward(self, source, target):
        x, bias = self.dropout(self.embed(source)), self.encoder_bias(source.size(1))
        for layer in self.encoder:
            x = layer(x, bias)
        memory = self.dropout(self.encoder_norm(x))
        y, bias = self.dropout(self.embed(target)), self.decoder_bias(target.size(1))
        for layer in self.decoder:
            y = layer(y, bias, memory)
        return F.linear(self.decoder_norm(y) * self.dim ** -0.5, self.embed.weight)


if __name__ == '__main__':
    source, target = torch.randint(0, 400, (4, 24)), torch.randint(0, 400, (4, 20))
    print(Translation()(source, target).shape)
