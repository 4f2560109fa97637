"""Variational autoencoder (Kingma & Welling 2014)."""
import jax
import jax.numpy as jnp
from flax import linen as nn


class Encoder(nn.Module):
    latents: int

    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.Dense(400, name='fc1')(x))
        return nn.Dense(self.latents, name='fc2_mean')(x), nn.Dense(self.latents, name='fc2_logvar')(x)


class Decoder(nn.Module):
    @nn.compact
    def __call__(self, z):
        z = nn.relu(nn.Dense(400, name='fc1')(z))
        return nn.Dense(784, name='fc2')(z)


class VAE(nn.Module):
    latents: int = 20

    def setup(self):
        self.encoder = Encoder(self.latents)
        self.decoder = Decoder()

    def __call__(self, x, z_rng):
        mean, logvar = self.encoder(x)
        z = mean + jnp.exp(0.5 * logvar) * jax.random.normal(z_rng, logvar.shape)
        return self.decoder(z), mean, logvar
