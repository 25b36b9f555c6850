"""System calls below a folder that fail or kill their process, by the library of fault.c."""

import re
import struct
import subprocess
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).with_name("fault.c")
NAMES = {"o": "open", "w": "write", "f": "fsync", "r": "rename", "l": "link", "n": "rename to a new name", "u": "unlink", "m": "mkdir",
         "i": "read"}


def build_library(folder):
    library = Path(folder) / "libfault.so"
    subprocess.run(["cc", "-O1", "-Wall", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
    return library


class Call(NamedTuple):
    """A call as the library counted it; `path` begins behind the folder."""
    program: str
    letter: str
    path: str

    def kind(self):
        """A pattern of calls alike: "nero-bench w /records/*". It leaves out which trial, and the number in a temporary's name."""
        folder = self.path.split("/")[1] if self.path.count("/") > 1 else None
        return f"{self.program} {self.letter} " + (f"/{folder}/*" if folder else re.sub(r"\.\d+\.\d+\.tmp$", ".*", self.path))


class Fault(NamedTuple):
    """What call number `at` (from 1; of those that match `of`, if given) meets: kill, tear (kill in the middle of a write), ENOSPC, EIO or EPERM;
    `stays`: and every later one."""
    at: int = 0
    do: str = "kill"
    stays: bool = False
    of: str = ""


class Faults:
    """Counts the calls that processes make below `folder`, and has one meet its fault. Keeps its files in `workspace`."""

    def __init__(self, library, folder, workspace):
        self.library, self.folder = library, Path(folder)
        self.counter, self.log = Path(workspace) / "calls_counted", Path(workspace) / "calls.log"

    def environment(self, fault=Fault()):
        """Of the next run; forgets the calls of the one before. Reads count where the fault is for them only."""
        self.counter.write_bytes(bytes(24))
        self.log.write_text("")
        values = {"LD_PRELOAD": self.library, "FAULT_FOLDER": self.folder, "FAULT_COUNTER": self.counter,
                  "FAULT_LOG": self.log, "FAULT_AT": fault.at, "FAULT_DO": fault.do, **({"FAULT_STAYS": 1} if fault.stays else {}),
                  **({"FAULT_OF": fault.of} if fault.of else {}), **({"FAULT_READS": 1} if " i " in fault.of else {})}
        return {name: str(value) for name, value in values.items()}

    def calls_so_far(self):
        return struct.unpack("<QQQ", self.counter.read_bytes())[0]

    def lines(self):
        """(number, call) of each line of the latest run's log."""
        parts = [line.split(" ", 3) for line in self.log.read_text().splitlines()]
        return [(int(number), Call(program, letter, path)) for number, program, letter, path in parts]

    def calls(self):
        """All calls of the latest run by their numbers, the one that met its fault among them."""
        return dict(sorted((number, call) for number, call in self.lines() if number > 0))

    def renamed(self):
        """The paths that files of the latest run were given, by renames and links that succeeded."""
        return [call.path for number, call in self.lines() if number == 0]

    def struck(self):
        """The calls of the latest run that met its fault, as they said before it: a call that another process was killed in may have been
        counted and not logged."""
        return [call for number, call in self.lines() if number < 0]
