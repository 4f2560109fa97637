"""MobileNet (Howard et al. 2017): depthwise separable convolutions from a table of (channels, stride)."""
import torch
import torch.nn as nn


def conv_bn(inp, oup, stride):
    return nn.Sequential(
        nn.Conv2d(inp, oup, 3, stride, 1, bias=False),
        nn.BatchNorm2d(oup),
        nn.ReLU(inplace=True),
    )


def conv_dw(inp, oup, stride):
    return nn.Sequential(
        nn.Conv2d(inp, inp, 3, stride, 1, groups=inp, bias=False),
        nn.BatchNorm2d(inp),
        nn.ReLU(inplace=True),
        nn.Conv2d(inp, oup, 1, 1, 0, bias=False),
        nn.BatchNorm2d(oup),
        nn.ReLU(inplace=True),
    )


class MobileNetV1(nn.Module):
    table = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1)]

    def __init__(self, n_class=10, width=0.5):
        super().__init__()
        channels = int(32 * width)
        blocks = [conv_bn(3, channels, 2)]
        for out, stride in self.table:
            blocks.append(conv_dw(channels, int(out * width), stride))
            channels = int(out * width)
        self.model = nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1))
        self.fc = nn.Linear(channels, n_class)

    def forward(self, x):
        x = self.model(x)
        x = x.view(-1, self.fc.in_features)
        return self.fc(x)


if __name__ == '__main__':
    model = MobileNetV1()
    dummy_input = torch.randn(16, 3, 64, 64)
    print(model(dummy_input).shape)
