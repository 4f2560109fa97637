"""A fully connected network whose blocks are made in a loop."""
from flax import nnx


class Block(nnx.Module):
    def __init__(self, width, *, rngs: nnx.Rngs):
        self.linear = nnx.Linear(width, width, kernel_init=nnx.initializers.he_normal(), rngs=rngs)
        self.norm = nnx.LayerNorm(width, rngs=rngs)

    def __call__(self, x):
        return nnx.relu(self.norm(self.linear(x)))


class MLP(nnx.Module):
    def __init__(self, *, rngs: nnx.Rngs):
        self.first = nnx.Linear(784, 256, rngs=rngs)
        self.blocks = nnx.List([Block(256, rngs=rngs) for _ in range(3)])
        self.dropout = nnx.Dropout(0.2, rngs=rngs)
        self.head = nnx.Linear(256, 10, rngs=rngs)

    def __call__(self, x):
        x = nnx.relu(self.first(x))
        for block in self.blocks:
            x = block(x)
        return self.head(self.dropout(x))
