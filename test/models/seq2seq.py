"""Sequence to sequence with additive attention (Bahdanau et al. 2015): the decoder is a GRU cell in a loop."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self, vocab, emb_dim, hid_dim):
        super().__init__()
        self.embedding = nn.Embedding(vocab, emb_dim)
        self.rnn = nn.GRU(emb_dim, hid_dim, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(hid_dim * 2, hid_dim)

    def forward(self, src):
        outputs, hidden = self.rnn(self.embedding(src))
        hidden = torch.tanh(self.fc(torch.cat((hidden[-2, :, :], hidden[-1, :, :]), dim=1)))
        return outputs, hidden


class Attention(nn.Module):
    def __init__(self, enc_dim, dec_dim):
        super().__init__()
        self.attn = nn.Linear(enc_dim + dec_dim, dec_dim)
        self.v = nn.Linear(dec_dim, 1, bias=False)

    def forward(self, hidden, encoder_outputs):
        src_len = encoder_outputs.shape[1]
        hidden = hidden.unsqueeze(1).repeat(1, src_len, 1)
        energy = torch.tanh(self.attn(torch.cat((hidden, encoder_outputs), dim=2)))
        return F.softmax(self.v(energy).squeeze(2), dim=1)


class Decoder(nn.Module):
    def __init__(self, vocab, emb_dim, enc_dim, dec_dim):
        super().__init__()
        self.attention = Attention(enc_dim, dec_dim)
        self.embedding = nn.Embedding(vocab, emb_dim)
        self.cell = nn.GRUCell(emb_dim + enc_dim, dec_dim)
        self.out = nn.Linear(dec_dim + enc_dim, vocab)

    def forward(self, token, hidden, encoder_outputs):
        weights = self.attention(hidden, encoder_outputs).unsqueeze(1)
        context = torch.bmm(weights, encoder_outputs).squeeze(1)
        hidden = self.cell(torch.cat((self.embedding(token), context), dim=1), hidden)
        return self.out(torch.cat((hidden, context), dim=1)), hidden


class Seq2Seq(nn.Module):
    def __init__(self, src_vocab=300, tgt_vocab=400, emb_dim=64, hid_dim=64):
        super().__init__()
        self.encoder = Encoder(src_vocab, emb_dim, hid_dim)
        self.decoder = Decoder(tgt_vocab, emb_dim, hid_dim * 2, hid_dim)

    def forward(self, src, tgt):
        encoder_outputs, hidden = self.encoder(src)
        outputs = []
        for step in range(tgt.size(1)):
            logits, hidden = self.decoder(tgt[:, step], hidden, encoder_outputs)
            outputs.append(logits)
        return torch.stack(outputs, dim=1)


if __name__ == '__main__':
    model = Seq2Seq()
    print(model(torch.randint(300, (8, 12)), torch.randint(400, (8, 6))).shape)
