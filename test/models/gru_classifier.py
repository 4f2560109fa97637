"""A text classifier: bidirectional GRU over embeddings, final states of both directions joined."""
import torch
import torch.nn as nn


class GRUClassifier(nn.Module):
    def __init__(self, vocab_size=2000, embed_dim=96, hidden_dim=64, num_layers=1, num_classes=5, dropout=0.3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.gru = nn.GRU(embed_dim, hidden_dim, num_layers, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(dropout)
        self.fc1 = nn.Linear(hidden_dim * 2, hidden_dim)
        self.activation = nn.LeakyReLU()
        self.fc2 = nn.Linear(hidden_dim, num_classes)
        for name, param in self.gru.named_parameters():
            if 'weight_ih' in name:
                nn.init.xavier_uniform_(param)
            elif 'weight_hh' in name:
                nn.init.orthogonal_(param)
            elif 'bias' in name:
                nn.init.zeros_(param)

    def forward(self, tokens):
        embedded = self.dropout(self.embedding(tokens))
        _, hidden = self.gru(embedded)
        joined = torch.cat((hidden[-2], hidden[-1]), dim=1)
        return self.fc2(self.dropout(self.activation(self.fc1(joined))))


if __name__ == '__main__':
    tokens = torch.randint(0, 2000, (16, 24))
    print(GRUClassifier()(tokens).shape)
