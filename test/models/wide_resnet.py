"""A wide residual network (Zagoruyko & Komodakis 2016) with dropout inside the blocks and LeakyReLU."""
import torch
import torch.nn as nn
import torch.nn.functional as F


def conv3x3(i, o, stride=1):
    return nn.Conv2d(i, o, 3, stride, 1, bias=True)


def conv_init(m):
    name = m.__class__.__name__
    if name.find('Conv') != -1:
        nn.init.xavier_uniform_(m.weight, gain=nn.init.calculate_gain('leaky_relu', 0.1))
        nn.init.constant_(m.bias, 0)
    elif name.find('BatchNorm') != -1:
        nn.init.constant_(m.weight, 1)
        nn.init.constant_(m.bias, 0)


class WideBasic(nn.Module):
    def __init__(self, in_planes, planes, dropout_rate, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_planes)
        self.conv1 = conv3x3(in_planes, planes)
        self.dropout = nn.Dropout(p=dropout_rate)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv2 = conv3x3(planes, planes, stride)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_planes != planes:
            self.shortcut = nn.Sequential(nn.Conv2d(in_planes, planes, 1, stride, bias=True))

    def forward(self, x):
        out = self.dropout(self.conv1(F.leaky_relu(self.bn1(x), 0.1)))
        out = self.conv2(F.leaky_relu(self.bn2(out), 0.1))
        return out + self.shortcut(x)


class WideResNet(nn.Module):
    def __init__(self, depth=16, widen_factor=2, dropout_rate=0.3, num_classes=10):
        super().__init__()
        assert (depth - 4) % 6 == 0, 'depth is 6n + 4'
        n = (depth - 4) // 6
        stages = [16] + [16 * widen_factor * 2 ** i for i in range(3)]
        self.conv1 = conv3x3(3, stages[0])
        blocks = []
        for stage in range(3):
            for i in range(n):
                first = stages[stage] if i == 0 else stages[stage + 1]
                blocks.append(WideBasic(first, stages[stage + 1], dropout_rate, 2 if i == 0 and stage else 1))
        self.blocks = nn.Sequential(*blocks)
        self.bn1 = nn.BatchNorm2d(stages[3], momentum=0.9)
        self.linear = nn.Linear(stages[3], num_classes)

    def forward(self, x):
        out = self.blocks(self.conv1(x))
        out = F.leaky_relu(self.bn1(out), 0.1)
        out = F.avg_pool2d(out, 8)
        return self.linear(out.view(out.size(0), -1))


net = WideResNet()
net.apply(conv_init)

if __name__ == '__main__':
    print(net(torch.randn(8, 3, 32, 32)).shape)
