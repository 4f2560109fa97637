"""A small denoising U-Net (Ho et al. 2020): GroupNorm, SiLU, time embedding, attention at the lowest resolution."""
import math

import torch
import torch.nn.functional as F
from torch import nn


def timestep_embedding(t, dim):
    half = dim // 2
    freqs = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / half)
    args = t[:, None].float() * freqs[None]
    return torch.cat([torch.cos(args), torch.sin(args)], dim=-1)


def zero_module(module):
    for p in module.parameters():
        p.detach().zero_()
    return module


class ResBlock(nn.Module):
    def __init__(self, in_ch, out_ch, emb_ch, zero=True):
        super().__init__()
        self.in_layers = nn.Sequential(nn.GroupNorm(8, in_ch), nn.SiLU(), nn.Conv2d(in_ch, out_ch, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(emb_ch, out_ch))
        last = nn.Conv2d(out_ch, out_ch, 3, padding=1)
        self.out_layers = nn.Sequential(nn.GroupNorm(8, out_ch), nn.SiLU(), nn.Dropout(0.1), zero_module(last) if zero else last)
        self.skip = nn.Conv2d(in_ch, out_ch, 1) if in_ch != out_ch else nn.Identity()

    def forward(self, x, emb):
        h = self.in_layers(x)
        h = h + self.emb_layers(emb)[..., None, None]
        return self.skip(x) + self.out_layers(h)


class AttentionBlock(nn.Module):
    def __init__(self, channels, heads=2):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(8, channels)
        self.qkv = nn.Conv1d(channels, channels * 3, 1)
        self.proj = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        b, c, h, w = x.shape
        flat = x.reshape(b, c, -1)
        q, k, v = self.qkv(self.norm(flat)).reshape(b * self.heads, 3 * c // self.heads, -1).chunk(3, dim=1)
        weight = torch.softmax(torch.bmm(q.transpose(1, 2), k) / math.sqrt(c // self.heads), dim=-1)
        out = torch.bmm(v, weight.transpose(1, 2)).reshape(b, c, -1)
        return (flat + self.proj(out)).reshape(b, c, h, w)


class DiffusionUNet(nn.Module):
    def __init__(self, ch=32, mult=(1, 2), zero=False):
        super().__init__()
        self.ch = ch
        emb = ch * 4
        self.time_embed = nn.Sequential(nn.Linear(ch, emb), nn.SiLU(), nn.Linear(emb, emb))
        self.conv_in = nn.Conv2d(3, ch, 3, padding=1)
        self.down1 = ResBlock(ch, ch * mult[0], emb, zero)
        self.downsample = nn.Conv2d(ch * mult[0], ch * mult[0], 3, stride=2, padding=1)
        self.down2 = ResBlock(ch * mult[0], ch * mult[1], emb, zero)
        self.mid_attn = AttentionBlock(ch * mult[1])
        self.mid = ResBlock(ch * mult[1], ch * mult[1], emb, zero)
        self.up = ResBlock(ch * (mult[1] + mult[0]), ch, emb, zero)
        self.out = nn.Sequential(nn.GroupNorm(8, ch), nn.SiLU(), nn.Conv2d(ch, 3, 3, padding=1))

    def forward(self, x, t):
        emb = self.time_embed(timestep_embedding(t, self.ch))
        h1 = self.down1(self.conv_in(x), emb)
        h2 = self.down2(self.downsample(h1), emb)
        h2 = self.mid(self.mid_attn(h2), emb)
        h2 = F.interpolate(h2, scale_factor=2, mode='nearest')
        return self.out(self.up(torch.cat([h2, h1], dim=1), emb))


if __name__ == '__main__':
    images, steps = torch.randn(4, 3, 32, 32), torch.randint(0, 1000, (4,))
    print(DiffusionUNet()(images, steps).shape)
