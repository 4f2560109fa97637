"""DCGAN (Radford et al. 2016) for 32×32 images: N(0, 0.02) everywhere."""
from functools import partial

import jax.numpy as jnp
from flax import linen as nn

normal = nn.initializers.normal(0.02)


class Generator(nn.Module):
    features: int = 32

    @nn.compact
    def __call__(self, z, train: bool = True):
        up = partial(nn.ConvTranspose, kernel_size=(4, 4), use_bias=False, kernel_init=normal)
        norm = partial(nn.BatchNorm, use_running_average=not train, scale_init=nn.initializers.ones)
        x = z.reshape((z.shape[0], 1, 1, z.shape[-1]))
        x = nn.relu(norm()(up(self.features * 4, padding='VALID')(x)))
        x = nn.relu(norm()(up(self.features * 2, strides=(2, 2), padding='SAME')(x)))
        x = nn.relu(norm()(up(self.features, strides=(2, 2), padding='SAME')(x)))
        return jnp.tanh(up(3, strides=(2, 2), padding='SAME')(x))


class Discriminator(nn.Module):
    features: int = 32

    @nn.compact
    def __call__(self, x, train: bool = True):
        down = partial(nn.Conv, kernel_size=(4, 4), strides=(2, 2), padding=((1, 1), (1, 1)), use_bias=False, kernel_init=normal)
        norm = partial(nn.BatchNorm, use_running_average=not train)
        x = nn.leaky_relu(down(self.features)(x), negative_slope=0.2)
        x = nn.leaky_relu(norm()(down(self.features * 2)(x)), negative_slope=0.2)
        x = nn.leaky_relu(norm()(down(self.features * 4)(x)), negative_slope=0.2)
        x = nn.Conv(1, (4, 4), padding='VALID', use_bias=False, kernel_init=normal)(x)
        return x.reshape((x.shape[0], -1))
