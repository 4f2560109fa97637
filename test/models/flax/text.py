"""Text classifiers: embeddings, then recurrent layers."""
import jax.numpy as jnp
from flax import linen as nn


class LSTMClassifier(nn.Module):
    vocabulary: int = 2000
    hidden: int = 64

    @nn.compact
    def __call__(self, tokens):
        x = nn.Embed(self.vocabulary, 64)(tokens)
        x = nn.RNN(nn.LSTMCell(self.hidden))(x)
        x = nn.RNN(nn.OptimizedLSTMCell(self.hidden), name='second')(x)
        return nn.Dense(1)(x[:, -1])


class GRUClassifier(nn.Module):
    vocabulary: int = 2000

    def setup(self):
        self.embed = nn.Embed(self.vocabulary, 64, embedding_init=nn.initializers.normal(1.0))
        self.rnn = nn.Bidirectional(nn.RNN(nn.GRUCell(32)), nn.RNN(nn.GRUCell(32)))
        self.hidden = nn.Dense(32, kernel_init=nn.initializers.he_uniform())
        self.head = nn.Dense(2)

    def __call__(self, tokens):
        x = self.rnn(self.embed(tokens))
        x = nn.relu(self.hidden(jnp.mean(x, axis=1)))
        return self.head(x)
