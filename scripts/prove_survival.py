#!/usr/bin/env python3
"""Kills a sweep of 12 trials at system calls, has its disk fail at all of them, and checks after every run what tests/cli/faults/ordeal.py says.

Prints a table of the calls of the sweep and of those that met a fault. `calls_by_strace` in the JSON is what the kernel saw, to compare with
what our library counted. Exit status 1 if anything that was told was lost, stored twice or torn, or a sweep was not completed.

usage: NERO_BENCH_BIN=build/dev/bin scripts/prove_survival.py [--kills N] [--disk-faults N] [--minutes N] [--side-by-side N] [--json FILE]
"""
import argparse
import collections
import json
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/cli"))
from faults.injection import NAMES, build_library  # noqa: E402
from faults.ordeal import Ordeal, faults_at, faults_by_kind, spread, sweep_undisturbed  # noqa: E402

DISK_FAULTS = [("w", "ENOSPC"), ("o", "ENOSPC"), ("f", "EIO"), ("r", "EIO"), ("l", "EIO")]
SYSTEM_CALLS = {"o": "open|openat|creat", "w": "write|writev|pwrite64|pwritev|pwritev2|sendfile|copy_file_range|ftruncate|fallocate",
                "f": "fsync|fdatasync|sync_file_range", "r": "rename|renameat", "l": "link|linkat", "n": "renameat2", "u": "unlink|unlinkat|rmdir",
                "m": "mkdir|mkdirat"}


def calls_by_strace(ordeal):
    """How many calls of each name below the results folder the kernel saw in an undisturbed sweep; None without strace."""
    trace = ordeal.program.folder / "trace"
    ordeal.program.binary, binary = "strace", ordeal.program.binary
    names = ",".join(name for some in SYSTEM_CALLS.values() for name in some.split("|"))
    try:
        done = ordeal.program.run("-f", "-y", "-s", 0, "-o", trace, "-e", f"trace={names}", binary, *ordeal.command())
    except FileNotFoundError:
        return None
    assert done.returncode == 0, done.stderr
    counts = collections.Counter()
    for line in trace.read_text(errors="replace").splitlines():
        call = re.match(r"\d+ +(\w+)\((.*)", line)
        if call and "runs/small" in call[2] and (not call[1].startswith("open") or re.search("O_WRONLY|O_RDWR|O_CREAT", call[2])):
            counts.update(NAMES[letter] for letter, some in SYSTEM_CALLS.items() if call[1] in some.split("|"))
    return dict(counts)


class Proof:
    def __init__(self, folder, options):
        self.folder, self.options = folder, options
        self.library = build_library(folder)
        self.violations = []
        self.end = time.monotonic() + 60 * options.minutes
        self.records, self.calls, _ = sweep_undisturbed(folder / "undisturbed", self.library)
        self.seen_by_kernel = calls_by_strace(Ordeal(folder / "traced", self.library))

    def suffer(self, name, lists, bear):
        """`bear(ordeal, faults)` for a sweep for each of the lists of faults; what happened in all of them."""
        def one(part):
            number, faults = part
            if time.monotonic() > self.end:
                return None
            ordeal = Ordeal(self.folder / f"{name}{number}", self.library, jobs=1 + number // 2 % 2)
            try:
                bear(ordeal, faults)
            except AssertionError as violation:
                self.violations.append(f"{name}, sweep {number}: {violation}"[:2000])
            return ordeal

        with ThreadPoolExecutor(self.options.side_by_side) as pool:
            done = [ordeal for ordeal in pool.map(one, enumerate(lists)) if ordeal]
        struck = sum((ordeal.struck for ordeal in done), collections.Counter())
        print(f"{name}: {struck.total()} faults in {len(done)} of {len(lists)} sweeps, {len(self.violations)} violations so far", flush=True)
        return {"sweeps": len(done), "sweeps_left_out": len(lists) - len(done), "faults": struck.total(), "trials_told": sum(ordeal.told for ordeal in done),
                "records": sum(len(ordeal.records) for ordeal in done), "by_call": dict(sorted(struck.items()))}

    def kills(self):
        """Half of them at calls of every kind alike, half spread evenly over the calls of a sweep."""
        sweeps = -(-self.options.kills // self.options.faults_a_sweep // 2)
        points = spread(sweeps * self.options.faults_a_sweep, len(self.calls), seed=11)
        by_kind = faults_by_kind(self.calls, sweeps, self.options.faults_a_sweep, seed=12)
        lists = [faults for part in range(sweeps) for faults in (by_kind[part], faults_at(points[part::sweeps]))]
        return self.suffer("kill", lists, lambda ordeal, faults: ordeal.kill(faults, self.records))

    def failures(self, letter, error):
        """As many as the sweep makes calls of this kind, but no more than asked for."""
        points = spread(self.options.disk_faults, sum(call.letter == letter for call in self.calls), seed=13)
        sweeps = -(-len(points) // self.options.faults_a_sweep)
        lists = [faults_at(points[part::sweeps], error, of=f"* {letter} *") for part in range(sweeps)]
        return self.suffer(f"{error} at {NAMES[letter]}", lists, lambda ordeal, faults: ordeal.fail(faults, self.records))


def print_table(calls, results):
    columns = list(results)
    print("\n" + "  ".join([f"{'call':44}", "in a sweep", *columns]))
    for kind, count in sorted(calls.items()):
        cells = [f"{results[column]['by_call'].get(kind, 0) or '':>{len(column)}}" for column in columns]
        print("  ".join([f"{kind:44}", f"{count:10}", *cells]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=512)
    parser.add_argument("--disk-faults", type=int, default=1000, help="of each kind of call, at most as many as a sweep makes of them")
    parser.add_argument("--faults-a-sweep", type=int, default=16)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no sweep after so many")
    parser.add_argument("--side-by-side", type=int, default=2, help="sweeps at a time")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        proof = Proof(Path(folder), options)
        results = {"kill": proof.kills()} if options.kills else {}
        for letter, error in DISK_FAULTS:
            if options.disk_faults:
                results[f"{error} at {NAMES[letter]}"] = proof.failures(letter, error)
    calls = collections.Counter(call.kind() for call in proof.calls)
    print_table(calls, results)
    answer = {"calls_of_a_sweep": dict(sorted(calls.items())), "calls_by_strace": proof.seen_by_kernel,
              "calls_counted": dict(collections.Counter(NAMES[call.letter] for call in proof.calls)),
              "faults": results, "violations": proof.violations}
    if options.json:
        options.json.write_text(json.dumps(answer, indent=1) + "\n")
    print(f"\nviolations: {len(proof.violations)}", *proof.violations, sep="\n")
    return 1 if proof.violations else 0


if __name__ == "__main__":
    sys.exit(main())
