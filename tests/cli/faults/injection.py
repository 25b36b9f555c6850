"""Sweeps in which one system call fails or kills its process: for tests/cli/test_faults.py and scripts/kill_sweep.py."""

import json
import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("fault.c")

# What a trial has that depends on when it was run.
VOLATILE = ("timings", "started_at", "finished_at", "checksum")


def build_library(folder):
    library = Path(folder) / "libfault.so"
    subprocess.run(["cc", "-O1", "-Wall", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
    return library


class Faults:
    """The environment of a run with a fault below `folder`, and the number of calls that there were."""

    def __init__(self, library, folder, calls="owfr"):
        self.library, self.folder, self.calls = library, Path(folder), calls
        self.counter = Path(library).with_name("counter")

    def environment(self, at, do, stays=False):
        self.counter.write_bytes(bytes(8))
        values = {"LD_PRELOAD": self.library, "FAULT_FOLDER": self.folder, "FAULT_CALLS": self.calls,
                  "FAULT_COUNTER": self.counter, "FAULT_AT": at, "FAULT_DO": do}
        if stays:
            values["FAULT_STAYS"] = 1
        return {name: str(value) for name, value in values.items()}

    def calls_made(self):
        return struct.unpack("<Q", self.counter.read_bytes())[0]


def reproducible(file):
    """A record without what depends on when it was made."""
    record = json.loads(Path(file).read_text())
    for name in VOLATILE:
        record.pop(name)
    record["memory_bytes"].pop("process_peak")
    return record


def reproducible_records(results):
    return {file.name: reproducible(file) for file in sorted((Path(results) / "records").glob("*.json"))}


def start_dates(results):
    return {file.name: json.loads(file.read_text())["started_at"] for file in (Path(results) / "records").glob("*.json")}


def clear(results):
    shutil.rmtree(results, ignore_errors=True)
