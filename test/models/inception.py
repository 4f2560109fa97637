"""A small Inception network (Szegedy et al. 2015) with batch norm and an auxiliary classifier."""
# init-lens: input=(8, 3, 64, 64)
import torch
from torch import nn


class ConvUnit(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size, **kwargs):
        super().__init__(
            nn.Conv2d(in_channels, out_channels, kernel_size, bias=False, **kwargs),
            nn.BatchNorm2d(out_channels, eps=0.001),
            nn.ReLU(inplace=True),
        )


class Inception(nn.Module):
    def __init__(self, in_channels, n1, reduce3, n3, reduce5, n5, pool):
        super().__init__()
        self.branches = nn.ModuleDict({
            'one': ConvUnit(in_channels, n1, 1),
            'three': nn.Sequential(ConvUnit(in_channels, reduce3, 1), ConvUnit(reduce3, n3, 3, padding=1)),
            'five': nn.Sequential(ConvUnit(in_channels, reduce5, 1), ConvUnit(reduce5, n5, 5, padding=2)),
            'pool': nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), ConvUnit(in_channels, pool, 1)),
        })

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches.values()], dim=1)


class InceptionNet(nn.Module):
    def __init__(self, num_classes=20, aux=True):
        super().__init__()
        self.stem = nn.Sequential(
            ConvUnit(3, 32, 7, stride=2, padding=3),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            ConvUnit(32, 96, 3, padding=1),
        )
        self.inception3a = Inception(96, 32, 48, 64, 8, 16, 16)
        self.inception3b = Inception(128, 64, 64, 96, 16, 48, 32)
        self.pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception4a = Inception(240, 96, 48, 104, 8, 24, 32)
        self.aux = nn.Sequential(
            nn.AdaptiveAvgPool2d(2), ConvUnit(256, 64, 1), nn.Flatten(), nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.7), nn.Linear(128, num_classes),
        ) if aux else None
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Dropout(0.4), nn.Linear(256, num_classes))

    def forward(self, x):
        x = self.stem(x)
        x = self.inception3b(self.inception3a(x))
        x = self.inception4a(self.pool(x))
        if self.training and self.aux is not None:
            return self.head(x), self.aux(x)
        return self.head(x)
