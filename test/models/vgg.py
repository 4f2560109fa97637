"""VGG (Simonyan & Zisserman 2014) for CIFAR, built from a configuration, with and without batch norm."""
from typing import List, Union

import torch
from torch import nn

CONFIGURATIONS = {
    'VGG11': [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
    'VGG13': [64, 64, 'M', 128, 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
}


def make_layers(configuration: List[Union[int, str]], batch_norm: bool = False) -> nn.Sequential:
    layers: List[nn.Module] = []
    channels = 3
    for entry in configuration:
        if entry == 'M':
            layers.append(nn.MaxPool2d(2, 2))
            continue
        conv = nn.Conv2d(channels, entry, 3, padding=1)
        layers += [conv, nn.BatchNorm2d(entry), nn.ReLU(True)] if batch_norm else [conv, nn.ReLU(True)]
        channels = entry
    return nn.Sequential(*layers)


class VGG(nn.Module):
    def __init__(self, name: str, num_classes: int = 10, batch_norm: bool = False, init_weights: bool = True) -> None:
        super().__init__()
        self.features = make_layers(CONFIGURATIONS[name], batch_norm)
        self.classifier = nn.Linear(512, num_classes)
        if init_weights:
            self._initialize_weights()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.features(x)
        out = out.view(out.size(0), -1)
        return self.classifier(out)

    def _initialize_weights(self) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu')
                if m.bias is not None:
                    nn.init.constant_(m.bias, 0)
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
            elif isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, 0, 0.01)
                nn.init.constant_(m.bias, 0)


def check():
    net = VGG('VGG11')
    x = torch.randn(16, 3, 32, 32)
    print(net(x).size())
