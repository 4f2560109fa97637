"""Fully connected classifiers, with ReLU and with tanh."""
import flax.linen as nn


class MLP(nn.Module):
    hidden: int = 256

    @nn.compact
    def __call__(self, x):
        for _ in range(4):
            x = nn.relu(nn.Dense(self.hidden, kernel_init=nn.initializers.he_normal())(x))
        return nn.Dense(10)(x)


class TanhMLP(nn.Module):
    features: tuple = (128, 128, 128, 128)

    def setup(self):
        self.layers = [nn.Dense(width, kernel_init=nn.initializers.xavier_uniform()) for width in self.features]
        self.head = nn.Dense(10)

    def __call__(self, x):
        for layer in self.layers:
            x = nn.tanh(layer(x))
        return self.head(x)
