"""How the tests start nero-bench, watch its processes and read what it leaves behind."""

import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from jsonschema import Draft7Validator

SOURCES = Path(__file__).parents[2]
BINARIES = Path(os.environ.get("NERO_BENCH_BIN", SOURCES / "build/dev/bin"))
NERO_BENCH = BINARIES / "nero-bench"
SHIPPED_CONFIGS = sorted(file for file in (SOURCES / "configs").rglob("*.json") if file.parent.name != "spaces")

HAS_NVIDIA_DRIVER = Path("/proc/driver/nvidia/version").exists()

PATIENCE = 240  # seconds, on a machine that is busy with other things
SAME_REQUEST = 0.1  # seconds within which signals are one request (base/stop_signal.h)


def small_config(**changes):
    """One trial of a fraction of a second on made-up data. Keys are paths, with two underscores for a dot."""
    config = {
        "name": "small",
        "task": {
            "name": "image_classification",
            "data": {"name": "synthetic", "train_samples": 40, "test_samples": 20, "side": 4},
            "model": {"name": "mlp", "depth": 2, "width": 4},
            "batch_size": 10,
        },
        "budget": {"epochs": 2},
        "schedule": {"name": "exponential", "factor": 0.9},
        "learning_rates": [0.1],
        "optimisers": [{"name": "sgd"}],
        "protocol": {"search_seeds": [0], "select": {"metric": "accuracy", "split": "test", "rule": "final"}},
    }
    return changed(config, {path.replace("__", "."): value for path, value in changes.items()})


def changed(config, changes):
    """A copy of the config with the values at {path: value} replaced, such as "optimisers.0.name"."""
    config = copy.deepcopy(config)
    for path, value in changes.items():
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place = config
        for part in way:
            place = place[part]
        place[last] = value
    return config


class Program:
    """Runs nero-bench in a folder of its own, with an environment that says nothing about data or colours."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []
        self.binary = NERO_BENCH
        self.home = folder.parent / "home"
        self.home.mkdir(exist_ok=True)
        unwanted = ("NERO_BENCH_DATA", "NERO_BENCH_CACHE", "XDG_DATA_HOME", "XDG_CACHE_HOME", "NO_COLOR")
        self.environment = {name: value for name, value in os.environ.items() if name not in unwanted}
        self.environment.update(HOME=str(self.home), TERM="xterm")

    def write(self, config, name="config.json"):
        file = self.folder / name
        file.write_text(json.dumps(config), encoding="utf-8")
        return file

    def run(self, *arguments, environment=(), **options):
        """Runs to the end."""
        return subprocess.run([self.binary, *map(str, arguments)], cwd=self.folder, timeout=PATIENCE, check=False,
                              env={**self.environment, **dict(environment)}, encoding="utf-8",
                              errors="surrogateescape", **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})

    def replace_trial_program(self, script):
        """Has a shell script take the place of nero-trial where that would train. It finds the seed of its trial in
        $seed, and trains it after all with the function `train`."""
        folder = self.folder / "bin"
        folder.mkdir()
        self.binary = Path(shutil.copy(NERO_BENCH, folder))
        program = folder / "nero-trial"
        program.write_text(f"""#!/bin/sh
case " $* " in *" --check "*) exec {BINARIES}/nero-trial "$@" ;; esac
spec=$(cat)
arguments="$*"
train() {{ printf %s "$spec" | {BINARIES}/nero-trial $arguments; }}
seed=$(printf %s "$spec" | sed 's/.*"seed":\\([0-9]*\\).*/\\1/')
{script}
""")
        program.chmod(0o755)

    def start(self, *arguments, environment=(), **options):
        """Starts it and returns at once."""
        self.started.append(subprocess.Popen([self.binary, *map(str, arguments)], cwd=self.folder,
                                             env={**self.environment, **dict(environment)}, encoding="utf-8",
                                             **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}))
        return self.started[-1]

    def stop(self):
        """Ends what a failed test has left running; the trials end with their nero-bench."""
        for process in self.started:
            process.kill()
            process.communicate()

    def answer(self, *arguments):
        """The JSON that a command prints, which must succeed."""
        done = self.run(*arguments, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def statuses(self):
        """How the trials ended, by seed."""
        records = [json.loads(file.read_text()) for file in self.records().values()]
        return {record["spec"]["seed"]: record["status"] for record in records}

    def records(self, results="runs", name="small"):
        """The record files by trial id."""
        return {file.stem: file for file in (self.folder / results / name / "records").glob("*.json")}


def trials_run(done):
    """The trials that a run finished, from its lines "[2/4] …" on stderr."""
    return re.findall(r"^\[\d+/\d+\] (.*)$", done.stderr, flags=re.MULTILINE)


def wait_until(condition, what):
    """Polls until the condition holds, and returns what it returned."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.005)
    raise AssertionError(f"waited {PATIENCE} s for {what}")


def process_state(pid):
    """The letter of /proc/<pid>/stat, such as T for stopped and Z for a zombie; X if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def is_alive(pid):
    return process_state(pid) not in "ZX"


def has_signal(pid, number, mask):
    status = Path(f"/proc/{pid}/status").read_text()
    signals = int(re.search(rf"^{mask}:\s*([0-9a-f]+)", status, re.MULTILINE).group(1), 16)
    return signals >> (number - 1) & 1 == 1


def has_pending(pid, number):
    """Whether a signal waits for the process to take it."""
    return has_signal(pid, number, "ShdPnd")


def catches(pid, number):
    """Whether the process has a handler of its own for a signal."""
    return has_signal(pid, number, "SigCgt")


def request_again(run, number):
    """Sends a signal a second time, as late as it takes to be no part of the first request."""
    wait_until(lambda: run.poll() is not None or not has_pending(run.pid, number), "the first signal to be taken")
    time.sleep(2 * SAME_REQUEST)
    run.send_signal(number)


def training_processes(parent):
    """The process ids of the nero-trial children of a process that train, rather than check specs."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parent_id = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            program, *arguments = (folder / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # gone meanwhile
        if parent_id == parent and b"nero-trial" in program and b"--check" not in arguments:
            found.append(int(folder.name))
    return found


def processes_in(folder):
    """The ids of the processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process_state(int(process.name)) not in "ZX" and Path(os.readlink(process / "cwd")) == folder:
                found.append(int(process.name))
        except OSError:
            continue  # gone meanwhile
    return found


def leases_in(folder):
    """The content of the lease files of a results folder by trial id."""
    found = {}
    for file in (folder / "leases").glob("*.json"):
        try:
            found[file.stem] = json.loads(file.read_text())
        except FileNotFoundError:
            pass  # released meanwhile
    return found


def contents(folder):
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def schema_problems(name, instance):
    """What an independent validator finds wrong by the schema of that name."""
    schema = json.loads((SOURCES / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return [f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(instance)]


def signed(record_text):
    """The text of an edited record with the checksum that belongs to it.

    The checksum is over the compact form without it; numbers keep their spelling, as no parser touches them.
    """
    compact = re.sub(r'("(?:[^"\\]|\\.)*")|\s+', lambda match: match.group(1) or "", record_text)
    body = re.sub(r'"checksum":"[0-9a-f]{64}",', "", compact)
    return body.replace("{", '{"checksum":"%s",' % hashlib.sha256(body.encode()).hexdigest(), 1)
