"""DenseNet-BC (Huang et al. 2017) for 32x32 images."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Bottleneck(nn.Module):
    def __init__(self, in_planes, growth_rate):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_planes)
        self.conv1 = nn.Conv2d(in_planes, 4 * growth_rate, kernel_size=1, bias=False)
        self.bn2 = nn.BatchNorm2d(4 * growth_rate)
        self.conv2 = nn.Conv2d(4 * growth_rate, growth_rate, kernel_size=3, padding=1, bias=False)

    def forward(self, x):
        out = self.conv1(F.relu(self.bn1(x)))
        out = self.conv2(F.relu(self.bn2(out)))
        return torch.cat([out, x], 1)


class Transition(nn.Module):
    def __init__(self, in_planes, out_planes):
        super().__init__()
        self.bn = nn.BatchNorm2d(in_planes)
        self.conv = nn.Conv2d(in_planes, out_planes, kernel_size=1, bias=False)

    def forward(self, x):
        return F.avg_pool2d(self.conv(F.relu(self.bn(x))), 2)


class DenseNet(nn.Module):
    def __init__(self, depth=40, growth_rate=12, reduction=0.5, num_classes=10):
        super().__init__()
        per_block = (depth - 4) // 6
        planes = 2 * growth_rate
        self.conv1 = nn.Conv2d(3, planes, kernel_size=3, padding=1, bias=False)
        self.dense1, planes = self._dense(planes, per_block, growth_rate)
        self.trans1, planes = self._transition(planes, reduction)
        self.dense2, planes = self._dense(planes, per_block, growth_rate)
        self.trans2, planes = self._transition(planes, reduction)
        self.dense3, planes = self._dense(planes, per_block, growth_rate)
        self.bn = nn.BatchNorm2d(planes)
        self.linear = nn.Linear(planes, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                n = m.kernel_size[0] * m.kernel_size[1] * m.out_channels
                m.weight.data.normal_(0, math.sqrt(2. / n))
            elif isinstance(m, nn.BatchNorm2d):
                m.weight.data.fill_(1)
                m.bias.data.zero_()
            elif isinstance(m, nn.Linear):
                m.bias.data.zero_()

    @staticmethod
    def _dense(planes, count, growth_rate):
        layers = [Bottleneck(planes + i * growth_rate, growth_rate) for i in range(count)]
        return nn.Sequential(*layers), planes + count * growth_rate

    @staticmethod
    def _transition(planes, reduction):
        out_planes = int(math.floor(planes * reduction))
        return Transition(planes, out_planes), out_planes

    def forward(self, x):
        out = self.conv1(x)
        out = self.trans1(self.dense1(out))
        out = self.trans2(self.dense2(out))
        out = self.dense3(out)
        out = torch.squeeze(F.adaptive_avg_pool2d(F.relu(self.bn(out)), 1))
        return self.linear(out)


if __name__ == '__main__':
    print(DenseNet()(torch.randn(16, 3, 32, 32)).shape)
