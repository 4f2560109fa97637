"""Flax draws every kernel for a linear layer, LeCun's 1/fan_in: behind each ReLU half of the signal is lost.

Hover over a Conv to see what is left of it, or run "Init Lens: Recommend Initialization" and let it write `kernel_init=` where it pays.
"""
import jax
import jax.numpy as jnp
from flax import linen as nn


class Block(nn.Module):
    features: int

    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.Conv(self.features, (3, 3))(x))
        x = nn.relu(nn.Conv(self.features, (3, 3))(x))
        return nn.avg_pool(x, (2, 2), strides=(2, 2))


class CNN(nn.Module):
    widths: tuple = (32, 64, 128)
    classes: int = 10

    @nn.compact
    def __call__(self, x, train: bool = True):
        for width in self.widths:
            x = Block(width)(x)
        x = x.reshape((x.shape[0], -1))
        x = nn.relu(nn.Dense(256)(x))
        x = nn.Dropout(0.2, deterministic=not train)(x)
        return nn.Dense(self.classes)(x)


if __name__ == "__main__":
    model = CNN()
    variables = model.init(jax.random.key(0), jnp.ones((1, 32, 32, 3)))
