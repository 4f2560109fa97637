"""U-Net (Ronneberger et al. 2015): transposed convolutions up, skip connections across."""
import jax
import jax.numpy as jnp
from flax import linen as nn


class Double(nn.Module):
    features: int

    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.Conv(self.features, (3, 3), kernel_init=nn.initializers.he_normal())(x))
        return nn.relu(nn.Conv(self.features, (3, 3), kernel_init=nn.initializers.he_normal())(x))


class UNet(nn.Module):
    @nn.compact
    def __call__(self, x):
        first = Double(16)(x)
        second = Double(32)(nn.max_pool(first, (2, 2), strides=(2, 2)))
        x = Double(64)(nn.max_pool(second, (2, 2), strides=(2, 2)))
        x = nn.ConvTranspose(32, (2, 2), strides=(2, 2))(x)
        x = Double(32)(jnp.concatenate([second, x], axis=-1))
        batch, height, width, channels = x.shape
        x = jax.image.resize(x, (batch, 2 * height, 2 * width, channels), method='nearest')
        x = Double(16)(jnp.concatenate([first, x], axis=-1))
        return nn.Conv(2, (1, 1))(x)
