#!/usr/bin/env python3
"""Times one optimiser step in step_bench and in Python: torch.optim (loop, foreach, fused) and pytorch_optimizer's Nero and LAMB.

Both sides run in processes of their own that alternate, so that other load meets both; a process reports the median of its steps. Prints the
median over processes with minimum and maximum, and the ratio Python / ours of each pair.

usage: scripts/bench_peers.py [--models mlp_100 vgg11 resnet18] [--pairs N] [--repeats N] [--threads N] [--json FILE]

Needs torch and pytorch_optimizer in this Python, for instance in a virtual environment:
  python3 -m venv peers && peers/bin/pip install torch==2.11.0 pytorch_optimizer==4.1.0 && peers/bin/python scripts/bench_peers.py
STEP_BENCH names our program (default: build/dev/bin/step_bench).
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEP_BENCH = os.environ.get("STEP_BENCH", str(ROOT / "build/dev/bin/step_bench"))
RATE = 1e-4

# Python's candidates, and which of ours each is held against.
PEERS = {
    "nero, pytorch_optimizer": "nero, fused",
    "lamb, pytorch_optimizer": "lamb, fused",
    "adam, torch.optim loop": "adam, fused",
    "adam, torch.optim foreach": "adam, fused",
    "adam, torch.optim fused": "adam, fused",
    "sgd, torch.optim loop": "sgd, fused",
    "sgd, torch.optim foreach": "sgd, fused",
    "sgd, torch.optim fused": "sgd, fused",
}


def build_peers(parameters):
    import pytorch_optimizer
    import torch
    ways = {"loop": {"foreach": False, "fused": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}
    peers = {"nero, pytorch_optimizer": pytorch_optimizer.Nero(parameters, lr=RATE),
             "lamb, pytorch_optimizer": pytorch_optimizer.Lamb(parameters, lr=RATE)}
    for way, options in ways.items():
        peers[f"adam, torch.optim {way}"] = torch.optim.Adam(parameters, lr=RATE, **options)
        peers[f"sgd, torch.optim {way}"] = torch.optim.SGD(parameters, lr=RATE, **options)
    return peers


def worker(shapes, repeats, threads):
    """Times all peers in turn, two rounds not counted, and prints the medians."""
    import torch
    torch.set_num_threads(threads)
    parameters = []
    for shape in shapes:
        parameter = torch.nn.Parameter(torch.randn(shape) * 0.05)
        parameter.grad = torch.randn(shape)
        parameters.append(parameter)
    peers = build_peers(parameters)
    seconds = {name: [] for name in peers}
    for round_number in range(-2, repeats):
        for name, optimiser in peers.items():
            start = time.perf_counter()
            optimiser.step()
            if round_number >= 0:
                seconds[name].append(time.perf_counter() - start)
    versions = {"torch": torch.__version__, "pytorch_optimizer": metadata.version("pytorch_optimizer"), "python": sys.version.split()[0]}
    print(json.dumps({"median_seconds": {name: statistics.median(values) for name, values in seconds.items()}, "versions": versions}))


def run_ours(model, options):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.json"
        subprocess.run([STEP_BENCH, "--model", model, "--optimisers", "nero,sgd,adam,lamb", "--repeats", str(options.repeats),
                        "--threads", str(options.threads), "--json", str(file)], check=True, stdout=subprocess.DEVNULL)
        bench = json.loads(file.read_text())
    return bench


def run_peers(shapes, options):
    done = subprocess.run([sys.executable, __file__, "--worker", json.dumps(shapes), "--repeats", str(options.repeats),
                           "--threads", str(options.threads)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def shapes_of(model):
    done = subprocess.run([STEP_BENCH, "--model", model, "--print-shapes"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def spread(values):
    return {"median": statistics.median(values), "minimum": min(values), "maximum": max(values)}


def compare(model, options):
    shapes = shapes_of(model)
    ours, theirs = [], []
    for pair in range(options.pairs):
        ours_first = pair % 2 == 0
        for ours_now in (ours_first, not ours_first):
            if ours_now:
                ours.append(run_ours(model, options))
            else:
                theirs.append(run_peers(shapes, options))
    our_medians = [{candidate["name"]: candidate["median_seconds"] for candidate in bench["candidates"]} for bench in ours]
    result = {"model": model, "pairs": options.pairs, "repeats": options.repeats, "environment": ours[0]["environment"],
              "versions": theirs[0]["versions"], "peers": {}}
    for peer, our in PEERS.items():
        their_seconds = [process["median_seconds"][peer] for process in theirs]
        our_seconds = [process[our] for process in our_medians]
        result["peers"][peer] = {"seconds": spread(their_seconds), "ours": our, "our_seconds": spread(our_seconds),
                                 "ratio": spread([t / o for t, o in zip(their_seconds, our_seconds)])}
    return result


def show(result):
    print(f"\n{result['model']}, {result['environment']['threads']} threads, {result['environment']['cpu']}, {result['pairs']} pairs of processes")
    print(f"{'in Python':28} {'ms':>8}  {'ours':14} {'ms':>8}  {'ratio':>6} (range)")
    for peer, line in result["peers"].items():
        ratio = line["ratio"]
        print(f"{peer:28} {line['seconds']['median'] * 1e3:8.1f}  {line['ours']:14} {line['our_seconds']['median'] * 1e3:8.1f}"
              f"  {ratio['median']:6.2f} ({ratio['minimum']:.2f} to {ratio['maximum']:.2f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["mlp_100", "vgg11", "resnet18"])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(json.loads(options.worker), options.repeats, options.threads)
        return
    results = []
    for model in options.models:
        results.append(compare(model, options))
        show(results[-1])
        if options.json:
            options.json.write_text(json.dumps(results, indent=1) + "\n")
    if len(results) > 1:
        print("\ngeometric mean over the models of the median ratio Python / ours")
        for peer in PEERS:
            mean = math.exp(statistics.mean(math.log(result["peers"][peer]["ratio"]["median"]) for result in results))
            print(f"{peer:28} {mean:6.2f}")


if __name__ == "__main__":
    main()
