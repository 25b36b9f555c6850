#!/usr/bin/env python3
"""What the front needs where there are many trials: memory and descriptors while it runs 2,000 of them, the time of plan and status for 10,000.

The 2,000 are trials of a step each, in one invocation; unless --real is given, a script takes the place of nero-trial and answers with the
record of a trial that was trained, under the spec it was given: what the front sees is the same, in a tenth of the time. The 10,000 records
are made likewise, from the specs of a plan.

usage: scripts/bench_many_trials.py [--trials N] [--records N] [--real] [--json FILE]; NERO_BENCH names the program (default: build/dev/bin/nero-bench)
"""
import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NERO_BENCH = os.environ.get("NERO_BENCH", str(ROOT / "build/dev/bin/nero-bench"))
WARM_UP = 50  # trials after which growth is counted


def config_of(trials, folder):
    sys.path.insert(0, str(ROOT / "tests/cli"))
    from program import small_config  # not above: the player of trials is to start quickly
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


def record_of(template, spec, identity):
    """The text of a trained trial's record under another spec."""
    body = json.dumps({**template, "id": identity, "spec": spec}, sort_keys=True, separators=(",", ":"))
    return f'{{"checksum":"{hashlib.sha256(body.encode()).hexdigest()}",{body[1:]}'


def play(template):
    """As nero-trial: answers the spec on standard input."""
    spec = json.load(sys.stdin)[0]["spec"]
    content = {"semantics": 1, "spec": {key: value for key, value in spec.items() if key != "labels"}}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:16]
    identity = f"{spec['optimiser']['name']}-lr{spec['learning_rate']}-seed{spec['seed']}-{digest}"
    print(f'{{"event": "record", "record": {record_of(json.loads(Path(template).read_text()), spec, identity)}}}')


def player(folder, template):
    """A nero-bench whose nero-trial is this script."""
    (folder / "bin").mkdir()
    (folder / "template.json").write_text(json.dumps(template))
    trial = folder / "bin/nero-trial"
    trial.write_text(f"""#!/bin/sh
case " $* " in *" --check "*) exec {Path(NERO_BENCH).with_name("nero-trial")} "$@" ;; esac
exec {sys.executable} -S {Path(__file__).resolve()} --play {folder}/template.json
""")
    trial.chmod(0o755)
    return shutil.copy(NERO_BENCH, folder / "bin/nero-bench")


def trained_record(folder):
    config, results = config_of(2, folder)
    subprocess.run([NERO_BENCH, "run", config, "--no-pin"], cwd=folder, check=True, capture_output=True)
    template = json.loads(next((results / "records").iterdir()).read_text())
    template.pop("checksum")
    return template


def watch(trials, folder, program):
    """Runs them all, and looks at the front whenever it says that one has finished, and then until its end."""
    config, results = config_of(trials, folder)
    start = time.monotonic()
    process = subprocess.Popen([program, "run", config, "--jobs", "1", "--no-pin"], cwd=folder, stdout=subprocess.DEVNULL,
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
        (results / "records" / f"{identity}.json").write_text(json.dumps(json.loads(record_of(template, spec, identity)), indent=2))
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
        answer[command] = {"median_seconds": round(sorted(seconds)[len(seconds) // 2], 3), "longest_seconds": round(max(seconds), 3)}
        answer[command]["said"] = (done.stdout if command == "status" else done.stderr).split("\n")[0].strip()
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--records", type=int, default=10000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--play", help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.play:
        return play(options.play)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        template = trained_record(folder)
        answer = {"run": {"real": options.real, **watch(options.trials, folder, NERO_BENCH if options.real else player(folder, template))}}
        print(json.dumps(answer["run"]), flush=True)
        config = fill(options.records, template, folder)
        answer["records"] = {"count": options.records, **time_commands(config, folder, options.repeats)}
        print(json.dumps(answer["records"]))
    if options.json:
        options.json.write_text(json.dumps(answer, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
