"""A graph convolutional network (Kipf & Welling 2017) on an edge list, with gathered and scattered messages."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class GraphConvolution(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features))
        self.bias = nn.Parameter(torch.empty(out_features)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        stdv = 1. / math.sqrt(self.weight.size(1))
        self.weight.data.uniform_(-stdv, stdv)
        if self.bias is not None:
            self.bias.data.uniform_(-stdv, stdv)

    def forward(self, x, edges):
        source, target = edges
        support = torch.mm(x, self.weight)
        out = torch.zeros_like(support).index_add_(0, target, support[source])
        return out if self.bias is None else out + self.bias


class GCN(nn.Module):
    def __init__(self, nfeat=64, nhid=64, nclass=7, dropout=0.5):
        super().__init__()
        self.gc1 = GraphConvolution(nfeat, nhid)
        self.gc2 = GraphConvolution(nhid, nclass)
        self.dropout = dropout

    def forward(self, x, edges):
        x = F.relu(self.gc1(x, edges))
        x = F.dropout(x, self.dropout, training=self.training)
        x = self.gc2(x, edges)
        return F.log_softmax(x, dim=1)


if __name__ == '__main__':
    features = torch.randn(200, 64)
    edges = torch.randint(0, 200, (2, 800))
    print(GCN()(features, edges).shape)
