"""WaveNet (van den Oord et al. 2016): dilated causal convolutions, gated units, residual and skip connections."""
import torch
from torch import nn
from torch.nn import functional as F


class CausalConv1d(nn.Conv1d):
    def __init__(self, in_channels, out_channels, kernel_size=2, dilation=1):
        self.left = (kernel_size - 1) * dilation
        super().__init__(in_channels, out_channels, kernel_size, dilation=dilation)

    def forward(self, x):
        return super().forward(F.pad(x, (self.left, 0)))


class ResidualLayer(nn.Module):
    def __init__(self, residual_channels, skip_channels, dilation):
        super().__init__()
        self.filter = CausalConv1d(residual_channels, residual_channels, dilation=dilation)
        self.gate = CausalConv1d(residual_channels, residual_channels, dilation=dilation)
        self.residual = nn.Conv1d(residual_channels, residual_channels, 1)
        self.skip = nn.Conv1d(residual_channels, skip_channels, 1)

    def forward(self, x):
        z = torch.tanh(self.filter(x)) * torch.sigmoid(self.gate(x))
        return x + self.residual(z), self.skip(z)


class WaveNet(nn.Module):
    def __init__(self, classes=64, residual_channels=32, skip_channels=64, blocks=2, layers_per_block=4):
        super().__init__()
        self.input = CausalConv1d(1, residual_channels)
        dilations = [2 ** i for _ in range(blocks) for i in range(layers_per_block)]
        self.layers = nn.ModuleList(ResidualLayer(residual_channels, skip_channels, d) for d in dilations)
        self.end1 = nn.Conv1d(skip_channels, skip_channels, 1)
        self.end2 = nn.Conv1d(skip_channels, classes, 1)

    def forward(self, x):
        x = self.input(x)
        skips = 0
        for layer in self.layers:
            x, skip = layer(x)
            skips = skips + skip
        return self.end2(F.relu(self.end1(F.relu(skips))))


if __name__ == '__main__':
    wave = torch.randn(8, 1, 256)
    print(WaveNet()(wave).shape)
