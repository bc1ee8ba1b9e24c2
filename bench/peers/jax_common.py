"""The training step in JAX, for both of its peers."""

import os

from protocol import settings

given = settings()
flags = "--xla_cpu_multi_thread_eigen=%s intra_op_parallelism_threads=%d" % (
    "true" if given["threads"] > 1 else "false", given["threads"])
os.environ["XLA_FLAGS"] = flags
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

sizes = given["sizes"]
key = jax.random.PRNGKey(1)
params = []
for i in range(len(sizes) - 1):
    key, part = jax.random.split(key)
    limit = (6 / (sizes[i] + sizes[i + 1])) ** 0.5
    params.append((jax.random.uniform(part, (sizes[i], sizes[i + 1]), minval=-limit, maxval=limit),
                   jnp.zeros(sizes[i + 1])))
x = jax.random.uniform(key, (given["batch"], sizes[0]))
y = jax.random.randint(key, (given["batch"],), 0, sizes[-1])
state = (params, jax.tree_util.tree_map(jnp.zeros_like, params),
         jax.tree_util.tree_map(jnp.zeros_like, params), jnp.float32(0))


def loss_of(params, x, y):
    h = x
    for w, b in params[:-1]:
        h = jax.nn.relu(h @ w + b)
    w, b = params[-1]
    log_p = jax.nn.log_softmax(h @ w + b)
    return -jnp.mean(jnp.take_along_axis(log_p, y[:, None], axis=1))


def update(state, x, y):
    """One step of Adam (Kingma and Ba 2015) with the defaults of Keras."""
    params, m, v, t = state
    grads = jax.grad(loss_of)(params, x, y)
    t = t + 1
    tree_map = jax.tree_util.tree_map
    m = tree_map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
    v = tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
    rate = 1e-3 * jnp.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)
    params = tree_map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v)
    return params, m, v, t
