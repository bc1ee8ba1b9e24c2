"""The training step in JAX, for both of its peers."""

import os

from network import input_shape, layers_of, residual_stages
from protocol import ADAM_RATE, settings

given = settings()
flags = "--xla_cpu_multi_thread_eigen=%s intra_op_parallelism_threads=%d" % (
    "true" if given["threads"] > 1 else "false", given["threads"])
os.environ["XLA_FLAGS"] = flags
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

key = jax.random.PRNGKey(1)
params = []
new = []  # while the network is walked for the first time: its parameters are made


def parameter(shape, fan):
    """The next parameter: made in the first walk, then taken from the list."""
    global key
    if new is not None:
        key, part = jax.random.split(key)
        limit = (6 / fan) ** 0.5 if fan else 0.0
        new.append(jax.random.uniform(part, shape, minval=-limit, maxval=limit))
        return new[-1]
    return taken.pop(0)


def conv(x, filters, size, padding="SAME", stride=1):
    c = x.shape[3]
    w = parameter((size, size, c, filters), size * size * (c + filters))
    return jax.lax.conv_general_dilated(x, w, (stride, stride), padding,
                                        dimension_numbers=("NHWC", "HWIO", "NHWC"))


def batchnorm(x):
    scale, shift = 1 + parameter((x.shape[3],), 0), parameter((x.shape[3],), 0)
    m = jnp.mean(x, axis=(0, 1, 2))
    v = jnp.mean((x - m) ** 2, axis=(0, 1, 2))
    return scale * (x - m) * jax.lax.rsqrt(v + 1e-3) + shift


def residual(x, filters, stride):
    h = jax.nn.relu(batchnorm(conv(x, filters, 3, stride=stride)))
    h = batchnorm(conv(h, filters, 3))
    if stride != 1 or x.shape[3] != filters:
        x = batchnorm(conv(x, filters, 1, stride=stride))
    return jax.nn.relu(h + x)


def network(h):
    for layer in layers_of(given):
        if layer[0] == "conv":
            h = conv(h, layer[1], layer[2], layer[3].upper() if layer[3:] else "SAME")
            h = h + parameter((layer[1],), 0)
        elif layer[0] == "relu":
            h = jax.nn.relu(h)
        elif layer[0] == "pool":
            h = jax.lax.reduce_window(h, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        elif layer[0] == "flatten":
            h = h.reshape(h.shape[0], -1)
        elif layer[0] == "resnet":
            h = jax.nn.relu(batchnorm(conv(h, 16, 3)))
            for filters, stride in residual_stages(layer[1]):
                h = residual(h, filters, stride)
            h = jnp.mean(h, axis=(1, 2))
        else:
            h = h @ parameter((h.shape[1], layer[1]), h.shape[1] + layer[1])
            h = h + parameter((layer[1],), 0)
    return h


x = jax.random.uniform(key, (given["batch"], *input_shape(given)))
y = jax.random.randint(key, (given["batch"],), 0, 10)
network(x[:2])
params, new, taken = new, None, []
zeros = jax.tree_util.tree_map(jnp.zeros_like, params)
state = (params, zeros, jax.tree_util.tree_map(jnp.zeros_like, params), jnp.float32(0))
first_state = jax.device_get(state)  # steps take over the buffers of `state`


def loss_of(params, x, y):
    global taken
    taken = list(params)
    log_p = jax.nn.log_softmax(network(x))
    return -jnp.mean(jnp.take_along_axis(log_p, y[:, None], axis=1))


def update(state, x, y):
    """One step of Adam (Kingma and Ba 2015) with the betas and epsilon of Keras, or of SGD with momentum."""
    params, m, v, t = state
    grads = jax.grad(loss_of)(params, x, y)
    t = t + 1
    tree_map = jax.tree_util.tree_map
    if given.get("optimizer") == "sgd":
        m = tree_map(lambda m, g: 0.9 * m - 0.1 * g, m, grads)
        return tree_map(lambda p, m: p + m, params, m), m, v, t
    m = tree_map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
    v = tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
    rate = ADAM_RATE * jnp.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)
    params = tree_map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v)
    return params, m, v, t
