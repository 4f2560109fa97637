"""Twelve sigmoid layers: whatever the weights are drawn from, the gradient vanishes. Init Lens says so, and what would help."""
import torch
from torch import nn


def deep_sigmoid(depth=12, width=128):
    layers = [nn.Linear(64, width), nn.Sigmoid()]
    for _ in range(depth - 1):
        layers += [nn.Linear(width, width), nn.Sigmoid()]
    layers.append(nn.Linear(width, 10))
    model = nn.Sequential(*layers)
    for m in model.modules():
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
            nn.init.zeros_(m.bias)
    return model


if __name__ == '__main__':
    model = deep_sigmoid()
    print(model(torch.randn(64, 64)).shape)
