"""A character-level recurrent classifier of two Linear layers in a loop, and one on nn.RNN."""
# init-lens: input=(12, 16, 57)
import torch
import torch.nn as nn

n_letters = 57
n_categories = 18


class CharRNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super(CharRNN, self).__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.i2o = nn.Linear(input_size + hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def step(self, letter, hidden):
        combined = torch.cat((letter, hidden), 1)
        return self.i2o(combined), torch.tanh(self.i2h(combined))

    def forward(self, line):
        hidden = torch.zeros(line.size(1), self.hidden_size)
        for i in range(line.size(0)):
            output, hidden = self.step(line[i], hidden)
        return self.softmax(output)


class StackedRNN(nn.Module):
    def __init__(self, hidden_size=128, nonlinearity='relu'):
        super().__init__()
        self.rnn = nn.RNN(n_letters, hidden_size, num_layers=2, nonlinearity=nonlinearity)
        self.out = nn.Linear(hidden_size, n_categories)

    def forward(self, line):
        sequence, _ = self.rnn(line)
        return self.out(sequence[-1])


rnn = CharRNN(n_letters, 128, n_categories)
