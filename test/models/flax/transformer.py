"""Transformer encoder and decoder (Vaswani et al. 2017), norms first."""
import dataclasses

import jax.numpy as jnp
from flax import linen as nn


@dataclasses.dataclass(frozen=True)
class Config:
    vocabulary: int = 1000
    length: int = 32
    width: int = 64
    heads: int = 4
    layers: int = 2
    dropout: float = 0.1


class Feedforward(nn.Module):
    config: Config

    @nn.compact
    def __call__(self, x, deterministic):
        y = nn.gelu(nn.Dense(4 * self.config.width)(x))
        y = nn.Dense(self.config.width)(y)
        return nn.Dropout(self.config.dropout)(y, deterministic=deterministic)


class Layer(nn.Module):
    config: Config

    @nn.compact
    def __call__(self, x, mask, deterministic):
        config = self.config
        y = nn.LayerNorm()(x)
        y = nn.MultiHeadDotProductAttention(config.heads, dropout_rate=config.dropout, deterministic=deterministic)(y, y, mask=mask)
        x = x + nn.Dropout(config.dropout)(y, deterministic=deterministic)
        return x + Feedforward(config)(nn.LayerNorm()(x), deterministic)


class Encoder(nn.Module):
    config: Config = Config()

    @nn.compact
    def __call__(self, tokens, deterministic: bool = True):
        config = self.config
        x = nn.Embed(config.vocabulary, config.width, embedding_init=nn.initializers.normal(stddev=1.0))(tokens)
        x = x + self.param('positions', nn.initializers.normal(stddev=0.02), (1, config.length, config.width))
        for _ in range(config.layers):
            x = Layer(config)(x, None, deterministic)
        x = nn.LayerNorm()(x)
        return nn.Dense(2)(jnp.mean(x, axis=1))


class Decoder(nn.Module):
    config: Config = Config()

    def setup(self):
        config = self.config
        self.embed = nn.Embed(config.vocabulary, config.width)
        self.positions = nn.Embed(config.length, config.width)
        self.blocks = [Layer(config) for _ in range(config.layers)]
        self.norm = nn.LayerNorm()

    def __call__(self, tokens, deterministic: bool = True):
        x = self.embed(tokens) + self.positions(jnp.arange(tokens.shape[1])[None])
        mask = nn.make_causal_mask(tokens)
        for block in self.blocks:
            x = block(x, mask, deterministic)
        return self.embed.attend(self.norm(x))
