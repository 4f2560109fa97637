"""A convolutional autoencoder put together from two modules."""
from flax import linen as nn


class Down(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.Conv(32, (3, 3), strides=(2, 2))(x))
        x = nn.relu(nn.Conv(64, (3, 3), strides=(2, 2))(x))
        x = x.reshape((x.shape[0], -1))
        return nn.Dense(32)(x)


class Up(nn.Module):
    @nn.compact
    def __call__(self, z):
        x = nn.relu(nn.Dense(7 * 7 * 64)(z))
        x = x.reshape((-1, 7, 7, 64))
        x = nn.relu(nn.ConvTranspose(32, (3, 3), strides=(2, 2))(x))
        x = nn.ConvTranspose(1, (3, 3), strides=(2, 2))(x)
        return nn.sigmoid(x)


class Autoencoder(nn.Module):
    encoder: nn.Module
    decoder: nn.Module

    def __call__(self, x):
        return self.decoder(self.encoder(x))
