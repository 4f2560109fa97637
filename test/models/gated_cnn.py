"""A gated convolutional language model (Dauphin et al. 2017): GLU over causal 1-D convolutions, residual blocks."""
import torch
from torch import nn
from torch.nn import functional as F


class GatedBlock(nn.Module):
    def __init__(self, channels, kernel_size=4):
        super().__init__()
        self.pad = nn.ConstantPad1d((kernel_size - 1, 0), 0.)
        self.conv = nn.Conv1d(channels, 2 * channels, kernel_size)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity='linear')
        nn.init.zeros_(self.conv.bias)

    def forward(self, x):
        return x + F.glu(self.conv(self.pad(x)), dim=1)


class GatedCNN(nn.Module):
    def __init__(self, vocab=800, channels=128, depth=6):
        super().__init__()
        self.embed = nn.Embedding(vocab, channels)
        nn.init.normal_(self.embed.weight, std=0.1)
        self.blocks = nn.ModuleList([GatedBlock(channels) for _ in range(depth)])
        self.head = nn.Linear(channels, vocab)

    def forward(self, tokens):
        x = self.embed(tokens).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        return self.head(x.transpose(1, 2))


if __name__ == '__main__':
    print(GatedCNN()(torch.randint(800, (8, 40))).shape)
