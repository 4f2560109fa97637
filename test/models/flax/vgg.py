"""VGG (Simonyan & Zisserman 2015) for small images."""
from typing import Sequence

import flax.linen as nn


class VGG(nn.Module):
    widths: Sequence = (32, 32, 'M', 64, 64, 'M', 128, 128, 'M')
    classes: int = 10

    @nn.compact
    def __call__(self, x, train: bool = False):
        init = nn.initializers.variance_scaling(2.0, 'fan_in', 'truncated_normal')
        for width in self.widths:
            if width == 'M':
                x = nn.max_pool(x, (2, 2), strides=(2, 2))
            else:
                x = nn.relu(nn.Conv(width, (3, 3), kernel_init=init)(x))
        x = x.reshape((x.shape[0], -1))
        x = nn.relu(nn.Dense(256, kernel_init=init)(x))
        x = nn.Dropout(0.5, deterministic=not train)(x)
        return nn.Dense(self.classes)(x)
