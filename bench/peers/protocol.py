"""What every peer does: get ready, then run a round for each line on standard input.

A peer is started as `python PEER.py '{"sizes": [...], "batch": N, "threads": N}'`. It prints
{"ready": true, "version": "..."} after its own warm-up and then, for each line it reads, one line
{"us": microseconds of one training step}. A round lasts about 50 ms and at least one call, begins
with the weights of the start and, with Adam, hardly moves them: a network that knows its one batch
by heart has gradients that are denormal numbers, which are slow on some processors. On 64-64-64-10
that comes after 400 steps at the usual rate of 1e-3, long before 50 ms have passed.
"""

import json
import sys
import time

ROUND_SECONDS = 0.05
ADAM_RATE = 1e-6  # as in bench/models


def settings():
    return json.loads(sys.argv[1])


def serve(call, steps_per_call, version, restart):
    """`call()` runs steps_per_call training steps and returns when they are done; `restart()` puts
    weights and optimizer back to the start."""
    end = time.perf_counter() + 3.0
    while time.perf_counter() < end:
        call()
    print(json.dumps({"ready": True, "version": version}), flush=True)
    for _ in sys.stdin:
        restart()
        calls = 0
        begin = time.perf_counter()
        while True:
            call()
            calls += 1
            now = time.perf_counter()
            if now - begin >= ROUND_SECONDS:
                break
        print(json.dumps({"us": 1e6 * (now - begin) / (calls * steps_per_call)}), flush=True)
