"""Pre-activation ResNet (He et al. 2016) with bottlenecks, no batch norm behind the additions."""
import torch
from torch import nn
from torch.nn import functional as F


class PreActBottleneck(nn.Module):
    expansion = 4

    def __init__(self, in_planes, planes, stride=1):
        super().__init__()
        out_planes = self.expansion * planes
        self.bn1 = nn.BatchNorm2d(in_planes)
        self.conv1 = nn.Conv2d(in_planes, planes, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, out_planes, 1, bias=False)
        if stride != 1 or in_planes != out_planes:
            self.shortcut = nn.Conv2d(in_planes, out_planes, 1, stride=stride, bias=False)

    def forward(self, x):
        out = F.relu(self.bn1(x))
        shortcut = self.shortcut(out) if hasattr(self, 'shortcut') else x
        out = self.conv1(out)
        out = self.conv2(F.relu(self.bn2(out)))
        out = self.conv3(F.relu(self.bn3(out)))
        return out + shortcut


class PreActResNet(nn.Module):
    def __init__(self, depths=(2, 2, 2, 2), widths=(16, 32, 64, 128), num_classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, widths[0], 3, padding=1, bias=False)
        stages = []
        channels = widths[0]
        for index, (depth, width) in enumerate(zip(depths, widths)):
            for block in range(depth):
                stride = 2 if index > 0 and block == 0 else 1
                stages.append(PreActBottleneck(channels, width, stride))
                channels = width * PreActBottleneck.expansion
        self.blocks = nn.ModuleList(stages)
        self.norm = nn.BatchNorm2d(channels)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        x = F.relu(self.norm(x)).mean(dim=(2, 3))
        return self.head(x)


if __name__ == '__main__':
    net = PreActResNet()
    print(net(torch.randn(16, 3, 32, 32)).shape)
