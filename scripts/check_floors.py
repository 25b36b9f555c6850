#!/usr/bin/env python3
"""Fails on an #include that goes upwards or sideways, or takes a library into a half that must not see it.

The floors are those of lib/README.md. usage: scripts/check_floors.py [ROOT]
"""
import re
import sys
from pathlib import Path

# Every room (a folder under lib/ or apps/) and its floor: a room includes itself and lower rooms of its own half or of neither.
FLOORS = {
    "base": 0,
    "trial": 1,
    "harness/experiment": 1.5,
    "harness/analysis": 2, "harness/execution": 2, "harness/results": 2, "harness/exports": 2,
    "harness/report": 3,
    "learning/kernels": 1.5, "learning/tensors": 1.5, "learning/checkpoints": 1.5,
    "learning/optimisers": 2, "learning/schedules": 2, "learning/data": 2, "learning/models": 2,
    "learning/environments": 2, "learning/metrics": 2, "learning/memory": 2,
    "learning/tasks": 3,
    "learning/training": 4,
    "apps/nero_bench": 5,
    "apps/nero_trial": 5, "apps/step_bench": 5, "apps/loop_bench": 5,
    "apps/data_bench": 5, "apps/damage_bench": 5,
}
LEARNING_APPS = {"apps/nero_trial", "apps/step_bench", "apps/loop_bench", "apps/data_bench", "apps/damage_bench"}

# Includes that the floors forbid and we want all the same: (from room, to room): reason.
ALLOWANCES: dict[tuple[str, str], str] = {}

# Rooms that include nothing of ours: their files are compiled by nvcc, and read apart from everything else.
CLOSED = {"learning/kernels"}

# Rooms of the learning half that are built and tested without LibTorch.
TORCH_FREE = CLOSED | {"learning/checkpoints"}

# Libraries that only some files may see: (header, who may include it, given room, half and suffix, the rule in words).
LIBRARIES = [
    (re.compile(r"(torch|ATen|c10|caffe2)/"),
     lambda room, half, suffix: half == "learning" and room not in TORCH_FREE,
     "LibTorch belongs to the learning half, where kernels and checkpoints do without: they take raw memory"),
    (re.compile(r"(fmt|spdlog)/"),
     lambda room, half, suffix: suffix == ".cpp" and half != "learning" and room != "trial",
     "fmt and spdlog are for the .cpp files of base, the harness and its program: LibTorch's own fmt shadows them elsewhere"),
]

INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')
SUFFIXES = {".h", ".cpp", ".cu", ".cuh"}


def half_of(room):
    if room in LEARNING_APPS:
        return "learning"
    return "harness" if room == "apps/nero_bench" else room.split("/")[0]


def room_of(path):
    """The room that holds `path` (below lib/, or from apps/ on), or None."""
    parts = path.split("/")
    return next((room for room in ("/".join(parts[:n]) for n in range(1, len(parts))) if room in FLOORS), None)


def broken_rule(room, suffix, target, header):
    """Why a file of `room` may not include `header`, which lies in the room `target` or outside (None); None if it may."""
    half = half_of(room)
    if target is None:
        return next((rule for name, may, rule in LIBRARIES if name.match(header) and not may(room, half, suffix)), None)
    if target == room or (room, target) in ALLOWANCES:
        return None
    if room in CLOSED:
        return f"{room} includes nothing of ours"
    if {half, half_of(target)} == {"harness", "learning"}:
        return "harness and learning never include each other"
    if FLOORS[target] >= FLOORS[room]:
        direction = "sideways" if FLOORS[target] == FLOORS[room] else "upwards"
        return f"{direction}: {room} is on floor {FLOORS[room]}, {target} on floor {FLOORS[target]}"
    return None


def below_lib(path, root):
    """A path as includes spell it: without lib/."""
    return path.relative_to(root).as_posix().removeprefix("lib/")


def resolve(file, header, root):
    """The header's path as includes spell it, whether written from lib/ or from the file's own folder."""
    beside = (file.parent / header).resolve()
    return below_lib(beside, root) if beside.is_file() and beside.is_relative_to(root) else header


def errors_of(file, root):
    room = room_of(below_lib(file, root))
    where = file.relative_to(root).as_posix()
    if room is None:
        yield f"{where}:1: in no room: add its folder to FLOORS in scripts/check_floors.py and to lib/README.md"
        return
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if include := INCLUDE.match(line):
            header = resolve(file, include[1], root)
            if rule := broken_rule(room, file.suffix, room_of(header), header):
                yield f"{where}:{number}: '{include[1]}': {rule}"


def main(root):
    files = sorted(f for top in ("lib", "apps") for f in (root / top).rglob("*") if f.suffix in SUFFIXES)
    errors = [error for file in files for error in errors_of(file, root)]
    print(*errors, sep="\n", end="\n" if errors else "", file=sys.stderr)
    print(f"check_floors: {len(files)} files, {len(errors)} forbidden includes")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()))
