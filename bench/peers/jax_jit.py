"""JAX: one jitted call a step, buffers donated."""

import jax
from jax_common import first_state, state, update, x, y
from protocol import serve

compiled = jax.jit(update, donate_argnums=0)


def step():
    global state
    state = compiled(state, x, y)
    jax.block_until_ready(state)


def restart():
    global state
    state = jax.device_put(first_state)


serve(step, 1, "JAX " + jax.__version__ + " jit", restart)
