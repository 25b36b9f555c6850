#!/usr/bin/env python3
"""Times how long a run takes to end after SIGTERM at random moments, or after a second one that follows (--twice).

The trials are the quickstart's, or of the 100-layer perceptron of figure 3 right on made-up images (--deep), whose step takes most of a second
and whose checkpoint 250 MB. Moments are uniform over the first seconds after the start, so that they fall into start-up, loading of data,
training and evaluation; the same command goes on from the checkpoints each time. Before two signals the trials are stopped, so that none
has ended by the second one. Prints percentiles.

usage: scripts/bench_signals.py [--signals N] [--within SECONDS] [--deep] [--twice] [--json FILE]; NERO_BENCH names the program
(default: build/dev/bin/nero-bench)
"""
import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NERO_BENCH = os.environ.get("NERO_BENCH", str(ROOT / "build/dev/bin/nero-bench"))
SAME_REQUEST = 0.1  # seconds within which two signals are one request
DEEP = {
    "name": "deep",
    "task": {"name": "image_classification", "batch_size": 250,
             "data": {"name": "synthetic", "side": 28, "classes": 10, "train_samples": 1000, "test_samples": 500},
             "model": {"name": "mlp", "depth": 100, "width": 784}},
    "budget": {"epochs": 50}, "learning_rates": [0.001], "optimisers": [{"name": "sgd"}],
    "protocol": {"search_seeds": [0], "select": {"metric": "accuracy", "split": "test", "rule": "final"}},
}


def command(options, folder):
    if not options.deep:
        return [NERO_BENCH, "run", ROOT / "configs/quickstart.json", "--jobs", "2", "--threads", "1", "--results", folder]
    config = folder / "deep.json"
    config.write_text(json.dumps(DEEP))
    return [NERO_BENCH, "run", config, "--jobs", "1", "--threads", "2", "--results", folder]


def hold_trials(process):
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # they have ended
        for trial in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(trial), signal.SIGSTOP)


def seconds_to_end(process):
    start = time.monotonic()
    said = process.communicate()[1]
    return time.monotonic() - start, said


def interrupt(options, folder, numbers):
    """Seconds from the last signal to the end of a run, and how it ended; nothing if it came to its own end first."""
    process = subprocess.Popen([str(word) for word in command(options, folder)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               encoding="utf-8")
    try:
        process.wait(numbers.uniform(0, options.within))
    except subprocess.TimeoutExpired:
        if options.twice:
            hold_trials(process)
        process.send_signal(signal.SIGTERM)
        if options.twice:
            time.sleep(SAME_REQUEST + numbers.uniform(0.01, options.gap))
            if process.poll() is not None:
                return None
            process.send_signal(signal.SIGTERM)
        seconds, said = seconds_to_end(process)
        if process.returncode == 0:
            return None
        # Python shows as -15 what a shell shows as 143: the default action, before there was anything to save.
        if process.returncode not in (143, -signal.SIGTERM):
            raise RuntimeError(f"exit status {process.returncode} after SIGTERM: {said}")
        return seconds, "before the first trial" if process.returncode < 0 else "in order"
    if process.returncode != 0:
        raise RuntimeError(process.communicate()[1])
    return None


def percentile(values, percent):
    """The smallest value that so many per cent of all do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signals", type=int, default=200, help="runs that had begun with their trials when the signal came")
    parser.add_argument("--within", type=float, default=2.0)
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--gap", type=float, default=0.1, help="seconds between two signals, at most, beyond those within which they are one")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    numbers = random.Random(7)
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        sweep = 0
        while sum(how == "in order" for _, how in taken) < options.signals:
            results = Path(folder, str(sweep))
            results.mkdir(exist_ok=True)
            ended = interrupt(options, results, numbers)
            if ended:
                taken.append(ended)
            else:
                sweep += 1
    seconds = [value for value, how in taken if how == "in order"]
    answer = {"trials": "deep" if options.deep else "quickstart", "signals_a_run": 2 if options.twice else 1, "runs": len(seconds),
              "ended_before_the_first_trial": len(taken) - len(seconds),
              "seconds": {**{f"p{percent}": percentile(seconds, percent) for percent in (50, 90, 99)}, "longest": max(seconds)},
              "all_seconds": [round(value, 4) for value in seconds]}
    print(json.dumps({key: value for key, value in answer.items() if key != "all_seconds"}))
    if options.json:
        options.json.write_text(json.dumps(answer) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
