"""A residual network (He et al. 2016) for small images, its layers handed down as partial functions."""
from functools import partial
from typing import Any, Callable, Sequence

import jax.numpy as jnp
from flax import linen as nn


class Block(nn.Module):
    filters: int
    conv: Any
    norm: Any
    act: Callable
    strides: Sequence[int] = (1, 1)

    @nn.compact
    def __call__(self, x):
        residual = x
        y = self.act(self.norm()(self.conv(self.filters, (3, 3), self.strides)(x)))
        y = self.norm()(self.conv(self.filters, (3, 3))(y))
        if residual.shape != y.shape:
            residual = self.conv(self.filters, (1, 1), self.strides, name='conv_proj')(residual)
            residual = self.norm(name='norm_proj')(residual)
        return self.act(residual + y)


class ResNet(nn.Module):
    stages: Sequence[int]
    num_filters: int = 16
    classes: int = 10
    act: Callable = nn.relu

    @nn.compact
    def __call__(self, x, train: bool = True):
        conv = partial(nn.Conv, use_bias=False)
        norm = partial(nn.BatchNorm, use_running_average=not train, momentum=0.9)
        x = self.act(norm(name='bn_init')(conv(self.num_filters, (3, 3), name='conv_init')(x)))
        for stage, blocks in enumerate(self.stages):
            for block in range(blocks):
                strides = (2, 2) if stage > 0 and block == 0 else (1, 1)
                x = Block(self.num_filters * 2**stage, conv=conv, norm=norm, act=self.act, strides=strides)(x)
        x = jnp.mean(x, axis=(1, 2))
        return nn.Dense(self.classes)(x)


ResNet14 = partial(ResNet, stages=(2, 2, 2))
