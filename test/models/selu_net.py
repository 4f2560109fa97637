"""A self-normalizing network (Klambauer et al. 2017): SELU, alpha dropout, LeCun-normal weights, 24 layers."""
# init-lens: input=(128, 64)
from math import sqrt

from torch import nn


class SNN(nn.Module):
    def __init__(self, features=64, width=256, depth=24, classes=3, dropout=0.05):
        super().__init__()
        sizes = [features] + [width] * depth
        self.layers = nn.Sequential()
        for i, (n_in, n_out) in enumerate(zip(sizes, sizes[1:])):
            self.layers.add_module(f'fc{i}', nn.Linear(n_in, n_out))
            self.layers.add_module(f'selu{i}', nn.SELU())
            self.layers.add_module(f'drop{i}', nn.AlphaDropout(p=dropout))
        self.layers.add_module('out', nn.Linear(width, classes))
        for param in self.parameters():
            if len(param.shape) == 1:
                nn.init.constant_(param, 0)
            else:
                nn.init.normal_(param, std=sqrt(1 / param.size(1)))

    def forward(self, x):
        return self.layers(x)
