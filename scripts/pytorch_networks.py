"""The networks of the figures as a PyTorch user writes them: what ours are compared with, in time and in results."""
from torch import nn
from torch.nn import functional


class Mlp(nn.Module):
    def __init__(self, depth, width=784, pixels=28 * 28, classes=10):
        super().__init__()
        sizes = [pixels] + [width] * (depth - 1) + [classes]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, images):
        x = images.flatten(1)
        for layer in self.layers[:-1]:
            x = 2 ** 0.5 * functional.relu(layer(x))
        return self.layers[-1](x)


class Vgg11(nn.Module):
    def __init__(self, dropout=0.5):
        super().__init__()
        self.dropout = dropout
        channels = [3, 64, 128, 256, 256, 512, 512, 512, 512]
        for i in range(8):
            self.add_module(f"conv{i + 1}", nn.Conv2d(channels[i], channels[i + 1], 3, padding=1, bias=False))
        for i, (a, b) in enumerate([(512, 4096), (4096, 4096), (4096, 10)]):
            self.add_module(f"linear{i + 1}", nn.Linear(a, b))

    def forward(self, x):
        for i in range(8):
            x = functional.relu(getattr(self, f"conv{i + 1}")(x))
            if i in (0, 1, 3, 5, 7):
                x = functional.max_pool2d(x, 2, 2)
        x = x.flatten(1)
        for layer in (self.linear1, self.linear2):
            x = functional.dropout(functional.relu(layer(x)), self.dropout, self.training)
        return self.linear3(x)


class Block(nn.Module):
    def __init__(self, a, b, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b)
        self.conv2, self.bn2 = nn.Conv2d(b, b, 3, 1, 1, bias=False), nn.BatchNorm2d(b)
        projects = stride != 1 or a != b
        self.downsample = nn.Sequential(nn.Conv2d(a, b, 1, stride, bias=False), nn.BatchNorm2d(b)) if projects else None

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    """In its form for CIFAR: no ReLU behind the stem."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64)
        a = 64
        for stage, b in enumerate([64, 128, 256, 512]):
            self.add_module(f"layer{stage + 1}", nn.Sequential(Block(a, b, 1 if stage == 0 else 2), Block(b, b, 1)))
            a = b
        self.fc = nn.Linear(512, 10)

    def forward(self, x):
        x = self.bn1(self.conv1(x))
        for stage in range(4):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))
