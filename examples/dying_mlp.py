"""Weights drawn too small: the signal dies on its way through.

Hover over a Linear to see by how much, or run "Init Lens: Recommend Initialization". Then let the quick fix insert He initialization.
"""
import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, width=256):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(784, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, 10),
        )
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, mean=0.0, std=0.01)
                nn.init.zeros_(layer.bias)

    def forward(self, x):
        return self.layers(x)


model = MLP()

if __name__ == '__main__':
    print(model(torch.randn(64, 784)).std())
