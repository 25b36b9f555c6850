#!/usr/bin/env python3
"""What the front needs where there are many trials: memory and descriptors while it runs 2,000 of them, the time of plan and status for 10,000.

The 2,000 are real ones of a step each, in one invocation. The 10,000 records are copies of one of theirs under the specs of a plan, signed anew.

usage: scripts/bench_many_trials.py [--trials N] [--records N] [--json FILE]; NERO_BENCH names the program (default: build/dev/bin/nero-bench)
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
NERO_BENCH = os.environ.get("NERO_BENCH", str(ROOT / "build/dev/bin/nero-bench"))
sys.path.insert(0, str(ROOT / "tests/cli"))
from program import signed, small_config  # noqa: E402

WARM_UP = 2


def config_of(trials, folder):
    config = small_config(name=f"trials-{trials}", budget={"steps": 1}, learning_rates=[0.1, 0.01],
                          protocol__search_seeds=list(range(trials // 2)))
    file = folder / f"{trials}.json"
    file.write_text(json.dumps(config))
    return file, folder / "runs" / config["name"]


def look_at(process):
    """Resident kilobytes of a running process now and at most, and its descriptors; nothing once it has ended."""
    try:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
        descriptors = len(os.listdir(f"/proc/{process}/fd"))
    except FileNotFoundError:
        return None
    if "VmRSS" not in status:  # it has ended, and waits for us
        return None
    return int(status["VmRSS"].split()[0]), int(status["VmHWM"].split()[0]), descriptors


def watch(trials, folder):
    """Runs them all, and looks at the front whenever it says that one has finished, and then until its end."""
    config, results = config_of(trials, folder)
    start = time.monotonic()
    process = subprocess.Popen([NERO_BENCH, "run", config, "--jobs", "1", "--no-pin"], cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, encoding="utf-8")
    seen = []
    for line in process.stderr:
        if line.startswith("["):
            seen.append(look_at(process.pid))
        if len(seen) == trials:
            break
    peak = seen[-1][1]
    while (now := look_at(process.pid)) is not None:
        peak = now[1]
    assert process.wait() == 0 and len(list((results / "records").iterdir())) == trials
    first, *_, last = [resident for resident, _, _ in seen[WARM_UP:]]
    descriptors = [count for _, _, count in seen[WARM_UP:]]
    return {"trials": trials, "seconds": round(time.monotonic() - start, 1), "resident_kb": {f"after trial {WARM_UP + 1}": first, "after the last": last},
            "growth_percent": round(100 * (last / first - 1), 2), "peak_kb_with_the_table": peak,
            "descriptors": [min(descriptors), max(descriptors)]}


def fill(records, template, folder):
    """A results folder with so many records."""
    config, results = config_of(records, folder)
    done = subprocess.run([NERO_BENCH, "plan", config, "--format", "json"], cwd=folder, check=True, capture_output=True)
    (results / "records").mkdir(parents=True)
    for spec in json.loads(done.stdout):
        identity = spec.pop("id")
        record = {**template, "id": identity, "spec": spec}
        (results / "records" / f"{identity}.json").write_text(signed(json.dumps({k: v for k, v in record.items() if k != "checksum"}, indent=2)))
    return config


def time_commands(config, folder, repeats):
    answer = {}
    for command in ("plan", "status"):
        seconds = []
        for _ in range(repeats):
            start = time.monotonic()
            done = subprocess.run([NERO_BENCH, command, config], cwd=folder, check=True, capture_output=True, encoding="utf-8")
            seconds.append(time.monotonic() - start)
            assert "skipped" not in done.stderr, done.stderr[:1000]
        answer[command] = {"median_seconds": round(statistics.median(seconds), 3), "longest_seconds": round(max(seconds), 3)}
        answer[command]["said"] = (done.stdout if command == "status" else done.stderr).split("\n")[0].strip()
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--records", type=int, default=10000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        answer = {"run": watch(options.trials, folder)}
        print(json.dumps(answer["run"]), flush=True)
        template = json.loads(next((folder / f"runs/trials-{options.trials}/records").iterdir()).read_text())
        config = fill(options.records, template, folder)
        answer["records"] = {"count": options.records, **time_commands(config, folder, options.repeats)}
        print(json.dumps(answer["records"]))
    if options.json:
        options.json.write_text(json.dumps(answer, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
