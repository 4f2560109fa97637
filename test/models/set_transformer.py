"""A set transformer (Lee et al. 2019): induced attention blocks and pooling by attention, with heads moved into the batch."""
import math

import torch
from torch import nn


class AttentionBlock(nn.Module):
    """Attends from one set to another, keeping the queries, and adds a rectified linear layer."""

    def __init__(self, query_dim, key_dim, dim, heads, norm=True):
        super().__init__()
        self.heads = heads
        self.scale = 1 / math.sqrt(dim)
        self.query = nn.Linear(query_dim, dim)
        self.key = nn.Linear(key_dim, dim)
        self.value = nn.Linear(key_dim, dim)
        self.output = nn.Linear(dim, dim)
        self.norm_attended = nn.LayerNorm(dim) if norm else nn.Identity()
        self.norm_output = nn.LayerNorm(dim) if norm else nn.Identity()

    def into_batch(self, x):
        return torch.cat(x.chunk(self.heads, dim=-1), dim=0)

    def forward(self, queries, keys):
        q, k, v = (self.into_batch(t) for t in (self.query(queries), self.key(keys), self.value(keys)))
        weights = torch.softmax(self.scale * torch.bmm(q, k.transpose(1, 2)), dim=-1)
        attended = torch.cat((q + torch.bmm(weights, v)).chunk(self.heads, dim=0), dim=-1)
        h = self.norm_attended(attended)
        return self.norm_output(h + torch.relu(self.output(h)))


class InducedBlock(nn.Module):
    def __init__(self, in_dim, dim, heads, points, norm):
        super().__init__()
        self.points = nn.Parameter(torch.empty(1, points, dim))
        nn.init.xavier_uniform_(self.points)
        self.gather = AttentionBlock(dim, in_dim, dim, heads, norm)
        self.spread = AttentionBlock(in_dim, dim, dim, heads, norm)

    def forward(self, x):
        return self.spread(x, self.gather(self.points.expand(x.size(0), -1, -1), x))


class SetTransformer(nn.Module):
    def __init__(self, in_dim=3, dim=64, heads=4, points=16, classes=10, norm=True):
        super().__init__()
        self.encoder = nn.Sequential(InducedBlock(in_dim, dim, heads, points, norm), InducedBlock(dim, dim, heads, points, norm))
        self.seed = nn.Parameter(torch.empty(1, 1, dim))
        nn.init.xavier_uniform_(self.seed)
        self.pool = AttentionBlock(dim, dim, dim, heads, norm)
        self.head = nn.Linear(dim, classes)

    def forward(self, x):
        x = self.encoder(x)
        return self.head(self.pool(self.seed.expand(x.size(0), -1, -1), x)).squeeze(1)


if __name__ == '__main__':
    print(SetTransformer()(torch.randn(8, 50, 3)).shape)
