"""A convolutional classifier of NNX modules."""
from functools import partial

from flax import nnx


class CNN(nnx.Module):
    def __init__(self, *, rngs: nnx.Rngs):
        self.conv1 = nnx.Conv(1, 32, kernel_size=(3, 3), rngs=rngs)
        self.norm1 = nnx.BatchNorm(32, rngs=rngs)
        self.conv2 = nnx.Conv(32, 64, kernel_size=(3, 3), rngs=rngs)
        self.pool = partial(nnx.avg_pool, window_shape=(2, 2), strides=(2, 2))
        self.head = nnx.Sequential(nnx.Linear(3136, 256, rngs=rngs), nnx.relu, nnx.Linear(256, 10, rngs=rngs))

    def __call__(self, x):
        x = self.pool(nnx.relu(self.norm1(self.conv1(x))))
        x = self.pool(nnx.relu(self.conv2(x)))
        return self.head(x.reshape(x.shape[0], -1))
