"""PyTorch: eager, fused Adam, in steady state."""

import torch
from protocol import serve, settings

given = settings()
torch.set_num_threads(given["threads"])
torch.manual_seed(1)
sizes = given["sizes"]
layers = []
for i in range(len(sizes) - 1):
    layers.append(torch.nn.Linear(sizes[i], sizes[i + 1]))
    if i + 2 < len(sizes):
        layers.append(torch.nn.ReLU())
model = torch.nn.Sequential(*layers)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, fused=True)
criterion = torch.nn.CrossEntropyLoss()
x = torch.rand(given["batch"], sizes[0])
y = torch.randint(sizes[-1], (given["batch"],))


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()


serve(step, 1, "PyTorch " + torch.__version__)
