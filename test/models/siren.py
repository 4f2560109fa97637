"""SIREN (Sitzmann et al. 2020): sine activations with their own initialization, coordinates in, colours out."""
import numpy as np
import torch
from torch import nn


class SineLayer(nn.Module):
    def __init__(self, in_features, out_features, bias=True, is_first=False, omega_0=30):
        super().__init__()
        self.omega_0 = omega_0
        self.is_first = is_first
        self.in_features = in_features
        self.linear = nn.Linear(in_features, out_features, bias=bias)
        self.init_weights()

    def init_weights(self):
        with torch.no_grad():
            if self.is_first:
                self.linear.weight.uniform_(-1 / self.in_features, 1 / self.in_features)
            else:
                bound = np.sqrt(6 / self.in_features) / self.omega_0
                self.linear.weight.uniform_(-bound, bound)

    def forward(self, x):
        return torch.sin(self.omega_0 * self.linear(x))


class Siren(nn.Module):
    def __init__(self, in_features=2, hidden_features=128, hidden_layers=3, out_features=3):
        super().__init__()
        net = [SineLayer(in_features, hidden_features, is_first=True)]
        for _ in range(hidden_layers):
            net.append(SineLayer(hidden_features, hidden_features))
        final = nn.Linear(hidden_features, out_features)
        with torch.no_grad():
            final.weight.uniform_(-np.sqrt(6 / hidden_features) / 30, np.sqrt(6 / hidden_features) / 30)
        net.append(final)
        self.net = nn.Sequential(*net)

    def forward(self, coords):
        return self.net(coords)


if __name__ == '__main__':
    print(Siren()(torch.rand(256, 2)).shape)
