"""Depthwise separable convolutions (Howard et al. 2017)."""
import jax.numpy as jnp
from flax import linen as nn


class Separable(nn.Module):
    features: int
    stride: int = 1

    @nn.compact
    def __call__(self, x, train):
        channels = x.shape[-1]
        x = nn.Conv(channels, (3, 3), strides=self.stride, feature_group_count=channels, use_bias=False, name='depthwise')(x)
        x = nn.relu6(nn.BatchNorm(use_running_average=not train)(x))
        x = nn.Conv(self.features, (1, 1), use_bias=False, name='pointwise')(x)
        return nn.relu6(nn.BatchNorm(use_running_average=not train)(x))


class MobileNet(nn.Module):
    @nn.compact
    def __call__(self, x, train=True):
        x = nn.Conv(16, (3, 3), strides=2, use_bias=False)(x)
        x = nn.relu6(nn.BatchNorm(use_running_average=not train)(x))
        for features, stride in ((32, 1), (64, 2), (64, 1), (128, 2)):
            x = Separable(features, stride)(x, train)
        x = jnp.mean(x, axis=(1, 2))
        return nn.Dense(10)(x)
