"""JAX: one jitted call a step, buffers donated."""

import jax
from jax_common import state, update, x, y
from protocol import serve

compiled = jax.jit(update, donate_argnums=0)


def step():
    global state
    state = compiled(state, x, y)
    jax.block_until_ready(state)


serve(step, 1, "JAX " + jax.__version__ + " jit")
