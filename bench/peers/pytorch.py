"""PyTorch: eager, fused optimizers, images channels-last, in steady state."""

import copy

import torch
from network import input_shape, layers_of, residual_stages
from protocol import ADAM_RATE, serve, settings

nn = torch.nn
given = settings()
torch.set_num_threads(given["threads"])
torch.manual_seed(1)


def normed(channels, filters, size, stride=1):
    return [nn.Conv2d(channels, filters, size, stride, size // 2, bias=False),
            nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)]


class Residual(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.inside = nn.Sequential(*normed(channels, filters, 3, stride), nn.ReLU(),
                                    *normed(filters, filters, 3))
        self.same = nn.Sequential()
        if stride != 1 or channels != filters:
            self.same = nn.Sequential(*normed(channels, filters, 1, stride))

    def forward(self, x):
        return torch.relu(self.inside(x) + self.same(x))


def residual_network(channels, blocks):
    layers = normed(channels, 16, 3) + [nn.ReLU()]
    channels = 16
    for filters, stride in residual_stages(blocks):
        layers.append(Residual(channels, filters, stride))
        channels = filters
    return layers + [nn.AdaptiveAvgPool2d(1), nn.Flatten()]


def build():
    shape = input_shape(given)
    x = torch.rand(given["batch"], *shape)
    if len(shape) == 3:
        x = x.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    layers = []
    with torch.no_grad():
        for layer in layers_of(given):
            width = nn.Sequential(*layers)(x[:2]).shape[1]
            if layer[0] == "conv":
                padding = layer[2] // 2 if layer[3:] != ["valid"] else 0
                made = [nn.Conv2d(width, layer[1], layer[2], padding=padding)]
            elif layer[0] == "resnet":
                made = residual_network(width, layer[1])
            elif layer[0] == "dense":
                made = [nn.Linear(width, layer[1])]
            else:
                made = [{"relu": nn.ReLU(), "pool": nn.MaxPool2d(2), "flatten": nn.Flatten()}[layer[0]]]
            layers += made
    model = nn.Sequential(*layers)
    return (model.to(memory_format=torch.channels_last) if len(shape) == 3 else model), x


model, x = build()
if given.get("optimizer") == "sgd":
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, fused=True)
else:
    optimizer = torch.optim.Adam(model.parameters(), lr=ADAM_RATE, eps=1e-7, fused=True)
criterion = nn.CrossEntropyLoss()
y = torch.randint(10, (given["batch"],))
first_model = copy.deepcopy(model.state_dict())
first_optimizer = copy.deepcopy(optimizer.state_dict())


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()


def restart():
    model.load_state_dict(first_model)
    optimizer.load_state_dict(copy.deepcopy(first_optimizer))


serve(step, 1, "PyTorch " + torch.__version__, restart)
