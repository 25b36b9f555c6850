#!/usr/bin/env python3
"""Measures what a sweep on one machine loses, and what it gains by running trials side by side.

jobs    trials side by side with one thread each (--jobs 2 --threads 1) against one after another with two threads: the
        100-layer perceptron, 20 steps a trial, and depth 20 of the quickstart at two rates. Seconds of the whole command.
loop    the training loop of nero-trial against the bare step of the same task, in turns in one process (loop_bench), and
        how long a step waits for its batch. Also on a network so small that the loop's own time shows.
start   a trial of one step without a cache of decoded data, with an empty one and with a full one.

The two or three sides alternate, and every second round begins with another one. Prints medians with their range, and of
ratios those within a round.

usage: scripts/bench_throughput.py [--parts jobs loop start] [--repeats N] [--data-dir DIR] [--json FILE]

NERO_BENCH_BIN names the folder of the programs (default: build/dev/bin). Two cores, otherwise idle.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARIES = Path(os.environ.get("NERO_BENCH_BIN", ROOT / "build/dev/bin"))
SIDE_BY_SIDE = ["--jobs", "2", "--threads", "1"]
ONE_BY_ONE = ["--jobs", "1", "--threads", "2"]

MLP_100 = {"name": "image_classification", "batch_size": 250, "model": {"name": "mlp", "depth": 100, "width": 784},
           "data": {"name": "fashion_mnist", "train_samples": 10000, "test_samples": 250}}
QUICKSTART = json.loads((ROOT / "configs/quickstart.json").read_text())
DEPTH_20 = {**QUICKSTART["task"], "model": {**QUICKSTART["task"]["model"], "depth": 20}}
TINY = {**DEPTH_20, "model": {"name": "mlp", "depth": 2, "width": 4}, "batch_size": 10}


def mlp_100_config():
    return {"name": "mlp_100", "task": MLP_100, "budget": {"steps": 20}, "learning_rates": [0.001], "optimisers": [{"name": "nero"}],
            "protocol": {"search_seeds": [0, 1], "select": {"metric": "accuracy", "split": "test", "rule": "final"}}}


def depth_20_config():
    return {**QUICKSTART, "name": "depth_20", "axes": {"task.model.depth": [20]}, "learning_rates": [0.001, 0.01]}


def trial_spec(task, optimiser="nero", rate=0.001, **more):
    return {"task": task, "optimiser": {"name": optimiser}, "schedule": {"name": "constant"}, "budget": {"steps": 1},
            "learning_rate": rate, "seed": 0, "labels": {"experiment": "bench", "task": "", "optimiser": optimiser}, **more}


def spread(values):
    return {"median": statistics.median(values), "minimum": min(values), "maximum": max(values), "values": values}


def shown(figures, scale=1, digits=3):
    return "{:.{n}f} ({:.{n}f} to {:.{n}f})".format(*(figures[key] * scale for key in ("median", "minimum", "maximum")), n=digits)


def in_turns(sides, repeats):
    """{side: [seconds]}; `sides` maps names to functions that return seconds."""
    seconds = {name: [] for name in sides}
    for round_ in range(repeats):
        for name in sorted(sides, reverse=round_ % 2 == 1):
            seconds[name].append(sides[name]())
    return seconds


def places(options):
    return ["--data-dir", options.data_dir] if options.data_dir else []


def with_cache(folder):
    return {**os.environ, "NERO_BENCH_CACHE": folder}


def time_sweep(config, arguments, options):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.json"
        file.write_text(json.dumps(config))
        start = time.perf_counter()
        subprocess.run([BINARIES / "nero-bench", "run", file, "--results", folder, "--device", "cpu", *arguments, *places(options)],
                       env=with_cache(options.cache), check=True, capture_output=True)
        return time.perf_counter() - start


def measure_jobs(options):
    report = {}
    for config, target in ((mlp_100_config(), 0.82), (depth_20_config(), 0.6)):
        time_sweep({**config, "budget": {"steps": 1}}, SIDE_BY_SIDE, options)  # decodes the data
        seconds = in_turns({"side_by_side": lambda: time_sweep(config, SIDE_BY_SIDE, options),
                            "one_by_one": lambda: time_sweep(config, ONE_BY_ONE, options)}, options.repeats)
        ratio = spread([a / b for a, b in zip(seconds["side_by_side"], seconds["one_by_one"])])
        report[config["name"]] = {"config": config, "seconds": {side: spread(values) for side, values in seconds.items()},
                                  "ratio_by_round": ratio, "target": target}
        print(f"{config['name']:<10} side by side {shown(spread(seconds['side_by_side']), digits=1)} s   "
              f"one by one {shown(spread(seconds['one_by_one']), digits=1)} s   ratio {shown(ratio)}, target {target}", flush=True)
    return report


def measure_loop(options):
    report = {}
    for name, task, rounds, block in (("tiny", TINY, 60, 200), ("depth_20", DEPTH_20, 60, 40), ("mlp_100", MLP_100, 10, 1)):
        done = subprocess.run([BINARIES / "loop_bench", "--threads", "1", "--rounds", str(rounds), "--block", str(block), *places(options)],
                              env=with_cache(options.cache),
                              input=json.dumps(trial_spec(task)), capture_output=True, text=True, check=True)
        measured = json.loads(done.stdout)
        loop, bare, batch = (measured[f"{side}_seconds"] for side in ("loop_step", "bare_step", "batch"))
        measured["loop_to_bare_by_round"] = spread([a / b for a, b in zip(loop, bare)])
        measured["added_seconds_by_round"] = spread([a - b for a, b in zip(loop, bare)])
        measured["batch_to_bare_by_round"] = spread([a / b for a, b in zip(batch, bare)])
        report[name] = measured
        print(f"{name:<10} bare step {shown(spread(bare), 1e3)} ms   loop / bare {shown(measured['loop_to_bare_by_round'], digits=4)}   "
              f"added {shown(measured['added_seconds_by_round'], 1e6, 1)} us   "
              f"waits for its batch {shown(measured['batch_to_bare_by_round'], 100, 2)} %", flush=True)
    own = report["tiny"]["added_seconds_by_round"]["median"]
    for name in ("depth_20", "mlp_100"):
        share = report[name]["share_of_the_loops_own_time"] = own / statistics.median(report[name]["bare_step_seconds"])
        print(f"{name:<10} what the loop adds to a tiny step is {share * 100:.3f} % of this step (target 1 %)")
    return report


def start_trial(data, cache, options):
    """Seconds of the process, and of building the trial within it."""
    spec = trial_spec({**TINY, "data": data}, "sgd", evaluate=[])
    start = time.perf_counter()
    done = subprocess.run([BINARIES / "nero-trial", "--device", "cpu", *places(options)], env=with_cache(cache),
                          input=json.dumps([{"spec": spec}]), capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    return seconds, json.loads(done.stdout.splitlines()[-1])["record"]["timings"]["build_seconds"]


def measure_start(options):
    report = {}
    sets = {"fashion_mnist": {"name": "fashion_mnist"}, "fashion_mnist_of_the_quickstart": QUICKSTART["task"]["data"]}
    if options.data_dir:
        sets["mnist"] = {"name": "mnist"}
    for name, data in sets.items():
        builds = {"without": [], "empty": [], "full": []}
        with tempfile.TemporaryDirectory() as folder:
            start_trial(data, folder, options)
            def start(side):
                with tempfile.TemporaryDirectory() as empty:
                    seconds, build = start_trial(data, {"without": "none", "empty": empty, "full": folder}[side], options)
                builds[side].append(build)
                return seconds
            seconds = in_turns({side: lambda side=side: start(side) for side in builds}, 2 * options.repeats)
            cached = sum(file.stat().st_size for file in Path(folder).iterdir())
        report[name] = {"data": data, "cached_bytes": cached,
                        "process_seconds": {side: spread(values) for side, values in seconds.items()},
                        "build_seconds": {side: spread(values) for side, values in builds.items()}}
        for side in builds:
            print(f"{name:<32} {side:<8} process {shown(spread(seconds[side]))} s   of it building {shown(spread(builds[side]))} s", flush=True)
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    measures = {"jobs": measure_jobs, "loop": measure_loop, "start": measure_start}
    parser.add_argument("--parts", nargs="+", choices=measures, default=list(measures))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--data-dir", help="folder that holds the data sets; with it MNIST is measured, too")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    options = parser.parse_args()
    doctor = subprocess.run([BINARIES / "nero-trial", "--doctor", "--device", "cpu"], check=True, capture_output=True, text=True)
    environment = {key: value for key, value in json.loads(doctor.stdout).items() if not key.startswith("data_")}
    report = {"environment": environment, "cores": sorted(os.sched_getaffinity(0)), "repeats": options.repeats}
    with tempfile.TemporaryDirectory() as options.cache:
        for part in options.parts:
            report[part] = measures[part](options)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
