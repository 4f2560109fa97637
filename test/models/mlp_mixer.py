"""MLP-Mixer (Tolstikhin et al. 2021): one MLP across tokens, one across channels, alternating."""
import torch
from torch import nn


def feed_forward(dim, expansion=4, dropout=0., dense=nn.Linear):
    return nn.Sequential(dense(dim, dim * expansion), nn.GELU(), nn.Dropout(dropout), dense(dim * expansion, dim), nn.Dropout(dropout))


class MixerBlock(nn.Module):
    def __init__(self, tokens, dim, dropout=0.):
        super().__init__()
        self.token_norm = nn.LayerNorm(dim)
        self.token_mlp = feed_forward(tokens, 2, dropout)
        self.channel_norm = nn.LayerNorm(dim)
        self.channel_mlp = feed_forward(dim, 4, dropout)

    def forward(self, x):
        x = x + self.token_mlp(self.token_norm(x).transpose(1, 2)).transpose(1, 2)
        return x + self.channel_mlp(self.channel_norm(x))


class MLPMixer(nn.Module):
    def __init__(self, image_size=32, patch_size=4, dim=128, depth=4, num_classes=10):
        super().__init__()
        tokens = (image_size // patch_size) ** 2
        self.patchify = nn.Conv2d(3, dim, patch_size, patch_size)
        self.mixer = nn.Sequential(*(MixerBlock(tokens, dim) for _ in range(depth)))
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, num_classes)

    def forward(self, images):
        x = self.patchify(images).flatten(2).transpose(1, 2)
        x = self.norm(self.mixer(x))
        return self.head(x.mean(dim=1))


if __name__ == '__main__':
    print(MLPMixer()(torch.randn(8, 3, 32, 32)).shape)
