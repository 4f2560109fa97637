"""Gated causal convolutions whose dilation doubles (van den Oord et al. 2016)."""
from flax import linen as nn


class Gated(nn.Module):
    features: int
    dilation: int

    @nn.compact
    def __call__(self, x):
        filtered = nn.tanh(nn.Conv(self.features, (2,), kernel_dilation=self.dilation, padding='CAUSAL', name='filter')(x))
        gate = nn.sigmoid(nn.Conv(self.features, (2,), kernel_dilation=self.dilation, padding='CAUSAL', name='gate')(x))
        y = filtered * gate
        return x + nn.Conv(self.features, (1,), name='residual')(y), nn.Conv(self.features, (1,), name='skip')(y)


class WaveNet(nn.Module):
    features: int = 32

    @nn.compact
    def __call__(self, x):
        x = nn.Conv(self.features, (1,))(x)
        skips = 0.0
        for dilation in (1, 2, 4, 8):
            x, skip = Gated(self.features, dilation)(x)
            skips = skips + skip
        x = nn.relu(nn.Conv(self.features, (1,))(nn.relu(skips)))
        return nn.Conv(16, (1,))(x)
