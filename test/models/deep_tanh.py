"""A deep tanh network with Xavier weights and the gain that PyTorch gives for tanh."""
# init-lens: input=(256, 100)
import torch.nn as nn

DEPTH = 20

net = nn.Sequential()
net.append(nn.Linear(100, 256))
net.append(nn.Tanh())
for _ in range(DEPTH):
    net.append(nn.Linear(256, 256))
    net.append(nn.Tanh())
net.append(nn.Linear(256, 10))

for layer in net:
    if isinstance(layer, nn.Linear):
        nn.init.xavier_normal_(layer.weight, gain=nn.init.calculate_gain('tanh'))
        nn.init.zeros_(layer.bias)
