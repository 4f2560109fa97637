"""LeNet-5 (LeCun et al. 1998) with tanh units and average pooling."""
from flax import linen as nn


class LeNet(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.tanh(nn.Conv(6, (5, 5))(x))
        x = nn.avg_pool(x, (2, 2), strides=(2, 2))
        x = nn.tanh(nn.Conv(16, (5, 5), padding='VALID')(x))
        x = nn.avg_pool(x, (2, 2), strides=(2, 2))
        x = x.reshape((x.shape[0], -1))
        x = nn.tanh(nn.Dense(120)(x))
        x = nn.tanh(nn.Dense(84)(x))
        return nn.softmax(nn.Dense(10)(x))
