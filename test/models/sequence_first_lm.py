"""A causal language model whose sequences come first, [length, batch], over nn.TransformerEncoder (Vaswani et al. 2017)."""
import math

import torch
from torch import nn


class SinusoidalPositions(nn.Module):
    def __init__(self, width, longest=4096):
        super().__init__()
        steps = torch.arange(longest, dtype=torch.float).unsqueeze(1)
        rates = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
        table = torch.zeros(longest, 1, width)
        table[:, 0, 0::2] = torch.sin(steps * rates)
        table[:, 0, 1::2] = torch.cos(steps * rates)
        self.register_buffer('table', table)

    def forward(self, x):
        return x + self.table[:x.size(0)]


class SequenceFirstLM(nn.Module):
    def __init__(self, words=500, width=96, heads=4, hidden=192, depth=3, dropout=0.1):
        super().__init__()
        self.width = width
        self.embedding = nn.Embedding(words, width)
        self.positions = SinusoidalPositions(width)
        layer = nn.TransformerEncoderLayer(width, heads, hidden, dropout)
        self.encoder = nn.TransformerEncoder(layer, depth)
        self.decoder = nn.Linear(width, words)
        self.embedding.weight.data.uniform_(-0.1, 0.1)
        self.decoder.weight.data.uniform_(-0.1, 0.1)
        self.decoder.bias.data.zero_()

    def forward(self, tokens):
        length = tokens.size(0)
        mask = torch.triu(torch.full((length, length), float('-inf')), diagonal=1)
        x = self.positions(self.embedding(tokens) * math.sqrt(self.width))
        return self.decoder(self.encoder(x, mask))
