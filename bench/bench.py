"""bench.py: our programs and the installed peers, in turn, in one run.

    python3 bench/bench.py --nnc build/compiler/driver/nnc [--threads 1] [--rounds 21]
                           [--cases mlp_large,mlp_small] [--out bench/results/NAME.json]

Run it with a Python that has the peers (torch, jax, tensorflow); those it cannot import are left
out with a line that says so. Every program is started once and waits; each round asks all of them
in turn for 50 ms of training steps, in an order that rotates, so that a change of the machine's
speed meets all. Ours measures the core's peak of fused multiply-adds around each of its rounds.
Rounds in which it is less than 96.5 % of the best (a neighbour was active) are put aside, for all
systems, as long as seven are left. Printed are medians and the ratio to ours, round by round, with its
quartiles.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
from network import flops  # noqa: E402
PEERS = {
    "PyTorch": ("pytorch.py", {}),
    "JAX jit": ("jax_jit.py", {}),
    "JAX scan": ("jax_scan.py", {}),
    "TensorFlow": ("tensorflow_peer.py", {}),
    "TensorFlow XLA": ("tensorflow_peer.py", {"xla": True}),
}


class Worker:
    """A process that answers a line for each line."""

    def __init__(self, name, command, threads, cwd=None):
        """All on the same processors: one thread shares one core, and only one runs at a time."""
        self.name = name
        processors = sorted(os.sched_getaffinity(0))[-threads:]
        self.process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True,
                                        preexec_fn=lambda: os.sched_setaffinity(0, processors))
        line = self.process.stdout.readline()
        self.ready = bool(line)
        self.version = json.loads(line).get("version", name) if line else None
        self.rounds = []

    def round(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.rounds.append(json.loads(self.process.stdout.readline()))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def quartiles(values):
    ordered = sorted(values)
    at = lambda q: ordered[min(len(ordered) - 1, int(q * len(ordered)))]
    return at(0.25), statistics.median(ordered), at(0.75)


def quiet_rounds(peaks):
    """The rounds in which the core was not shared with a busy neighbour, at least seven."""
    best = sorted(range(len(peaks)), key=lambda i: -peaks[i])
    return sorted(i for place, i in enumerate(best)
                  if peaks[i] >= 0.965 * max(peaks) or place < 7)


def start(arguments, name, case, folder):
    program = os.path.join(folder, name)
    subprocess.run([arguments.nnc, "build", os.path.join(HERE, case["model"]), "-o", program],
                   check=True)
    workers = [Worker("nnc", [program, "bench", "-", "--threads", str(arguments.threads)],
                      arguments.threads)]
    for peer, (script, extra) in PEERS.items():
        if peer in case.get("without", []):  # a round would take minutes
            print("  left out: " + peer)
            continue
        given = dict(case, threads=arguments.threads, **extra)
        worker = Worker(peer, [sys.executable, script, json.dumps(given)], arguments.threads,
                        cwd=os.path.join(HERE, "peers"))
        if worker.ready:
            workers.append(worker)
        else:
            print("  left out, does not start here: " + peer)
    return workers


def run_case(arguments, name, case, folder):
    workers = start(arguments, name, case, folder)
    for i in range(arguments.rounds):
        for k in range(len(workers)):
            workers[(i + k) % len(workers)].round()
    for worker in workers:
        worker.close()
    ours = workers[0]
    kept = quiet_rounds([r["peak_gflops"] for r in ours.rounds])
    for worker in workers:
        worker.rounds = [worker.rounds[i] for i in kept]
    peak = [r["peak_gflops"] for r in ours.rounds]
    share = [100 * flops(case) / (1e3 * r["us"] * r["peak_gflops"]) for r in ours.rounds]
    result = {"case": name, "threads": arguments.threads, "flops": flops(case),
              "rounds": arguments.rounds, "rounds_kept": len(kept),
              "peak_gflops": statistics.median(peak), "percent_of_peak": quartiles(share),
              "systems": {}}
    low, middle, high = quartiles(share)
    print("%s, %d thread%s: %.1f %% of the core's peak (quartiles %.1f .. %.1f; %.1f GFLOP/s), "
          "%d of %d rounds" % (name, arguments.threads, "s" if arguments.threads > 1 else "", middle,
                               low, high, statistics.median(peak), len(kept), arguments.rounds))
    for worker in workers:
        us = [r["us"] for r in worker.rounds]
        ratio = quartiles([a["us"] / b["us"] for a, b in zip(worker.rounds, ours.rounds)])
        result["systems"][worker.name] = {"version": worker.version, "us": us,
                                          "ratio_to_nnc": ratio}
        print("  %-16s %10.1f us   %6.2f x (%.2f .. %.2f)   %s" % (
            worker.name, statistics.median(us), ratio[1], ratio[0], ratio[2], worker.version))
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nnc", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--cases", default=None)
    parser.add_argument("--out", default=None)
    arguments = parser.parse_args()
    arguments.nnc = os.path.abspath(arguments.nnc)
    with open(os.path.join(HERE, "cases.json")) as file:
        cases = json.load(file)
    chosen = arguments.cases.split(",") if arguments.cases else list(cases)
    with tempfile.TemporaryDirectory() as folder:
        results = [run_case(arguments, name, cases[name], folder) for name in chosen]
    if arguments.out:
        with open(arguments.out, "w") as file:
            json.dump({"machine": platform.machine(), "processor": cpu_name(), "results": results},
                      file, indent=1)
            file.write("\n")


def cpu_name():
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor()


if __name__ == "__main__":
    main()
