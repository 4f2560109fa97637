"""BERT with a padding mask computed from the tokens' attention mask."""
import math
import torch
from torch import nn

class Embeddings(nn.Module):
    def __init__(self, vocab=400, width=96, max_len=64, types=2):
        super().__init__()
        self.word = nn.Embedding(vocab, width, padding_idx=0)
        self.position = nn.Embedding(max_len, width)
        self.token_type = nn.Embedding(types, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(0.1)
    def forward(self, ids):
        positions = torch.arange(ids.size(1), device=ids.device)
        x = self.word(ids) + self.position(positions)[None] + self.token_type(torch.zeros_like(ids))
        return self.dropout(self.norm(x))

class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.dropout = nn.Dropout(0.1)
    def split(self, x):
        return x.view(*x.shape[:2], self.heads, self.size).permute(0, 2, 1, 3)
    def forward(self, x, mask):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = q @ k.transpose(-1, -2) / math.sqrt(self.size)
        scores = scores + mask
        probs = self.dropout(nn.functional.softmax(scores, dim=-1))
        y = (probs @ v).permute(0, 2, 1, 3).contiguous()
        return y.view(*y.shape[:2], -1)

class Layer(nn.Module):
    def __init__(self, width=96, heads=4, hidden=384):
        super().__init__()
        self.attention = SelfAttention(width, heads)
        self.attention_out = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, hidden)
        self.act = nn.GELU()
        self.down = nn.Linear(hidden, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(0.1)
    def forward(self, x, mask):
        x = self.attention_norm(x + self.dropout(self.attention_out(self.attention(x, mask))))
        return self.norm(x + self.dropout(self.down(self.act(self.up(x)))))

class Bert(nn.Module):
    def __init__(self, layers=4, std=0.02, classes=3):
        super().__init__()
        self.embeddings = Embeddings()
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.pooler = nn.Linear(96, 96)
        self.activation = nn.Tanh()
        self.classifier = nn.Linear(96, classes)
        self.std = std
        self.apply(self.init)
    def init(self, m):
        if isinstance(m, nn.Linear):
            m.weight.data.normal_(0.0, self.std)
            if m.bias is not None: m.bias.data.zero_()
        elif isinstance(m, nn.Embedding):
            m.weight.data.normal_(0.0, self.std)
            if m.padding_idx is not None: m.weight.data[m.padding_idx].zero_()
    def forward(self, ids):
        attention_mask = (ids != 0).float()
        mask = (1.0 - attention_mask[:, None, None, :]) * -10000.0
        x = self.embeddings(ids)
        for layer in self.layers:
            x = layer(x, mask)
        return self.classifier(self.activation(self.pooler(x[:, 0])))


if __name__ == '__main__':
    print(Bert()(torch.randint(0, 400, (4, 32))).shape)
