"""The layers of a case, in words that every peer turns into its own: ["conv", filters, size,
"same" or "valid"], ["relu"], ["pool"], ["flatten"], ["dense", units], ["resnet", blocks a stage].
All images are [height, width, channels]; products of the last layer are the logits."""


def layers_of(given):
    """A case with `sizes` is a stack of dense layers with relu between them."""
    if "layers" in given:
        return given["layers"]
    layers = []
    for i, units in enumerate(given["sizes"][1:]):
        layers += ([["relu"]] if i else []) + [["dense", units]]
    return layers


def input_shape(given):
    return given["input"] if "input" in given else [given["sizes"][0]]


def residual_stages(blocks):
    """(filters, stride) of each block of a residual network for 32x32 images (He et al. 2015)."""
    return [(filters, 2 if stage and not block else 1)
            for stage, filters in enumerate([16, 32, 64]) for block in range(blocks)]


def walk(given, products):
    """Calls products(kind, multiply-adds of one sample, is the first) for every product."""
    shape, first = list(input_shape(given)), True

    def conv(filters, size, padding="same", stride=1):
        nonlocal shape, first
        h, w, c = shape
        if padding == "valid":
            h, w = h - size + 1, w - size + 1
        h, w = -(-h // stride), -(-w // stride)
        shape = [h, w, filters]
        products("conv", h * w * filters * size * size * c, first)
        first = False

    def resnet(blocks):
        nonlocal shape
        conv(16, 3)
        for filters, stride in residual_stages(blocks):
            before = list(shape)
            conv(filters, 3, stride=stride)
            conv(filters, 3)
            after = list(shape)
            if stride != 1 or before[2] != filters:
                shape = before
                conv(filters, 1, stride=stride)
            shape = after
        shape = [shape[2]]

    for layer in layers_of(given):
        if layer[0] == "conv":
            conv(*layer[1:])
        elif layer[0] == "pool":
            shape = [shape[0] // 2, shape[1] // 2, shape[2]]
        elif layer[0] == "flatten":
            shape = [shape[0] * shape[1] * shape[2]]
        elif layer[0] == "resnet":
            resnet(layer[1])
        elif layer[0] == "dense":
            products("dense", shape[0] * layer[1], first)
            shape, first = [layer[1]], False


def flops(given):
    """Of the products of one training step: forward and weight gradient for all layers, the
    gradient of the input for all but the first."""
    total = 0

    def add(_, multiplies, first):
        nonlocal total
        total += (2 if first else 3) * 2 * given["batch"] * multiplies

    walk(given, add)
    return total
