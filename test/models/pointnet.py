"""PointNet (Qi et al. 2017): a shared MLP as 1x1 convolutions, a maximum over points, a learned 3x3 transform."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class TNet(nn.Module):
    def __init__(self, k=3):
        super().__init__()
        self.k = k
        self.conv1 = nn.Conv1d(k, 32, 1)
        self.conv2 = nn.Conv1d(32, 128, 1)
        self.fc1 = nn.Linear(128, 64)
        self.fc2 = nn.Linear(64, k * k)
        self.bn1 = nn.BatchNorm1d(32)
        self.bn2 = nn.BatchNorm1d(128)
        self.bn3 = nn.BatchNorm1d(64)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        x = torch.max(x, 2)[0]
        x = F.relu(self.bn3(self.fc1(x)))
        x = self.fc2(x).view(-1, self.k, self.k)
        return x + torch.eye(self.k)


class PointNet(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.transform = TNet(3)
        self.conv1 = nn.Conv1d(3, 64, 1)
        self.conv2 = nn.Conv1d(64, 256, 1)
        self.bn1 = nn.BatchNorm1d(64)
        self.bn2 = nn.BatchNorm1d(256)
        self.head = nn.Sequential(nn.Linear(256, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Dropout(p=0.3), nn.Linear(128, classes))

    def forward(self, x):
        x = torch.bmm(x.transpose(2, 1), self.transform(x)).transpose(2, 1)
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        x = torch.max(x, 2, keepdim=True)[0]
        return F.log_softmax(self.head(x.view(-1, 256)), dim=1)


if __name__ == '__main__':
    cloud = torch.randn(16, 3, 128)
    print(PointNet()(cloud).shape)
