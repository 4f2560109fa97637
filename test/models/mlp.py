"""A multilayer perceptron on flattened 28x28 images, written as one Sequential."""
import torch
from torch import nn

model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(28 * 28, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Dropout(0.2),
    nn.Linear(512, 256),
    nn.ReLU(),
    nn.Linear(256, 10),
)

if __name__ == '__main__':
    images = torch.randn(64, 1, 28, 28)
    print(model(images).shape)
