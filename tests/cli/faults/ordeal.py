"""A sweep in one results folder through any number of faults, and what must hold after each of them."""

import collections
import contextlib
import itertools
import json
import os
import random
import re
import signal
import time
from typing import NamedTuple

from faults.injection import Fault, Faults
from program import Program, changed, processes_in, request_again, small_config, training_processes, wait_until

# 12 trials of some hundredths of a second each beside the start of their process, saved at every second of 6 steps.
SWEEP = small_config(learning_rates=[0.01, 0.1, 1.0], optimisers=[{"name": "nero"}, {"name": "adam"}],
                     protocol__search_seeds=[0, 1], budget={"steps": 6})
TRIALS = 12
# The same with trials that last long beside their start: for what comes from outside and ends runs without having them go on much.
LONG_SWEEP = changed(SWEEP, {"budget": {"steps": 200}})

# What a record has that depends on when it was made.
VOLATILE = ("timings", "started_at", "finished_at", "checksum")


def reproducible(content):
    record = json.loads(content)
    for name in VOLATILE:
        record.pop(name)
    record["memory_bytes"].pop("process_peak")
    return record


def trials_told(said):
    """How many trials a run said had finished; one that was stopped on request is told, too, and has no record."""
    return len(re.findall(r"^\[\d+/\d+\] (?!.*: interrupted[:,])", said, flags=re.MULTILINE))


def spread(count, calls, seed):
    """So many numbers of calls, all different, one at random out of each of as many parts of all calls; all where there are not so many."""
    if count >= calls:
        return list(range(1, calls + 1))
    numbers = random.Random(seed)
    edges = [calls * part // count for part in range(count + 1)]
    return [numbers.randint(begin + 1, end) for begin, end in zip(edges, edges[1:])]


def faults_at(points, do="kill", of=""):
    """Faults of one run after the other, each as many calls (that match `of`) after its start as it is from one point to the next."""
    return [Fault(there - here, do, of=of) for here, there in zip([0, *points], points)]


def faults_by_kind(calls, sweeps, faults_a_sweep, seed):
    """Lists of faults, one a sweep: the first run of each is killed at another of the calls that come before the first trial's, the next
    ones each at a call of a kind that every trial makes, all kinds alike often."""
    numbers = random.Random(seed)
    kinds = collections.Counter(call.kind() for call in calls)
    start_up = [number for number, call in enumerate(calls, 1) if kinds[call.kind()] < TRIALS]
    of_trials = [(kind, count // TRIALS) for kind, count in kinds.items() if count >= TRIALS]
    numbers.shuffle(of_trials)
    turns = itertools.cycle(of_trials)
    lists = []
    for sweep in range(sweeps):
        others = [Fault(numbers.randint(1, count), of=kind) for kind, count in itertools.islice(turns, faults_a_sweep - 1)]
        lists.append([Fault(start_up[sweep % len(start_up)]), *others])
    return lists


class Undisturbed(NamedTuple):
    """A sweep that nothing happened to: its records' reproducible parts, its calls in their order, and how long it took."""
    records: dict
    calls: list
    seconds: float


def sweep_undisturbed(folder, library, config=None):
    ordeal = Ordeal(folder, library, config=config)
    begin = time.monotonic()
    records = ordeal.complete()
    seconds = time.monotonic() - begin
    assert len(records) == ordeal.told == TRIALS
    return Undisturbed(records, list(ordeal.faults.calls().values()), seconds)


class Ordeal:
    """Runs the same command again and again; every run is checked against what was there before it."""

    def __init__(self, folder, library, jobs=1, config=None):
        folder.mkdir()
        self.program = Program(folder)
        self.config = self.program.write(config or SWEEP)
        self.results = folder / "runs/small"
        self.jobs = jobs
        self.faults = Faults(library, self.results, folder)
        self.records = {}  # name → content, as it was when first seen
        self.stored = collections.Counter()  # how often the record of a trial was given its name
        self.struck = collections.Counter()  # kinds of calls that met a fault
        self.told = 0

    def command(self):
        return "run", self.config, "--checkpoint-every", 2, "--jobs", self.jobs, "--no-pin"

    def run(self, fault=Fault()):
        """Returns the finished process, and whether a call met the fault."""
        done = self.program.run(*self.command(), environment=self.faults.environment(fault))
        self.wait_for_trials()
        struck = self.take_calls()
        self.check(done.stderr)
        self.struck.update(struck[:1])
        return done, bool(struck)

    def trials_stored(self):
        return sum(1 for _ in (self.results / "records").glob("*.json"))

    def wait_for_trials(self):
        """Those of a killed run end by themselves, soon."""
        wait_until(lambda: not processes_in(self.program.folder), "the trials to end")

    def take_calls(self):
        """Counts the records that were stored. Returns the kinds of the calls that met the fault."""
        self.stored.update(path for path in self.faults.renamed() if path.startswith("/records/"))
        return [call.kind() for call in self.faults.struck()]

    def check(self, said):
        """Nothing acknowledged is lost or changed, nothing is stored twice, nothing is torn."""
        told = trials_told(said)
        records = {file.name: file.read_bytes() for file in (self.results / "records").glob("*.json")}
        for name, content in self.records.items():
            assert records.get(name) == content, f"{name} was lost or changed: {said}"
        assert told <= len(records) - len(self.records), f"{told} trials were told, fewer records came: {said}"
        self.records = records
        self.told += told
        assert all(times == 1 for times in self.stored.values()), f"stored twice: {self.stored}: {said}"
        if not self.results.exists():
            return
        answer = self.program.answer("status", self.config)
        assert answer["problems"] == [] and answer["completed"] == len(records), f"{answer}: {said}"
        assert "skipped" not in said and "damaged" not in said, said
        assert not (self.results / "superseded").exists(), said

    def complete(self, expected=None):
        """The same command, undisturbed. Returns the records' reproducible parts, which must equal the expected ones."""
        there = len(self.records)
        done, _ = self.run()
        assert done.returncode == 0, done.stderr
        assert trials_told(done.stderr) == len(self.records) - there, done.stderr
        stored = {f"/records/{name}" for name in self.records}
        assert self.stored.keys() <= stored  # a process killed between storing and saying so leaves one out
        assert not any((self.results / "checkpoints").rglob("*.ckpt")), "checkpoints of finished trials are left"
        records = {name: reproducible(content) for name, content in self.records.items()}
        assert expected is None or records == expected, f"other bits after {self.struck}"
        return records

    def kill(self, faults, expected):
        """Kills one run after the other (every second time a write is torn, where it is a write), then completes the sweep."""
        for turn, fault in enumerate(faults):
            done, struck = self.run(fault._replace(do=("kill", "tear")[turn % 2]))
            assert done.returncode == (-signal.SIGKILL if struck else 0), f"{fault}, met: {struck}, exit {done.returncode}: {done.stderr}"
        self.complete(expected)

    def fail(self, faults, expected):
        """Each run meets a file system that fails from a call on, the next one finds it mended."""
        for fault in faults:
            done, struck = self.run(fault._replace(stays=True))
            assert done.returncode == (5 if struck else 0), f"{fault}, met: {struck}, exit {done.returncode}: {done.stderr}"
            if struck:
                self.expect_explained(done.stderr, fault.do)
        self.complete(expected)

    def end_at_random_moments(self, times, undisturbed, numbers, end, statuses):
        """Starts runs that `end(run, turn)` ends from outside, with one of the exit statuses. Each is ended so many calls and so much of the
        time of an undisturbed sweep after its start that all of them fit into one sweep on any machine: the calls make a quarter of it on
        the average, the time another; and after so many trials that the ends are spread over its first half."""
        calls, seconds = len(undisturbed.calls), undisturbed.seconds
        for turn in range(times):
            run = self.program.start(*self.command(), environment=self.faults.environment())
            calls_before, trials_before = numbers.randint(0, calls // (2 * times)), TRIALS * turn // (2 * times)
            wait_until(lambda: run.poll() is not None or (self.faults.calls_so_far() >= calls_before
                                                          and self.trials_stored() >= trials_before), "the run to come so far")
            time.sleep(numbers.uniform(0, seconds / self.jobs / (2 * times)))
            end(run, turn)
            said = run.communicate()[1]
            assert run.returncode in statuses, said
            self.wait_for_trials()
            self.take_calls()
            self.check(said)

    def kill_at_random_moments(self, times, undisturbed, numbers):
        """In turns the run alone, whose trials then end by themselves, and everything at once."""
        def kill(run, turn):
            run.kill()
            for process in processes_in(self.program.folder) if turn % 2 else []:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        self.end_at_random_moments(times, undisturbed, numbers, kill, {-signal.SIGKILL})

    def terminate_at_random_moments(self, times, undisturbed, numbers):
        """By SIGTERM, in turns once and twice; the trials then stand still, or they would have ended by the second one. Python's -15 is
        what a shell calls 143, too: there was nothing yet to be ended in order."""
        def terminate(run, turn):
            twice = turn % 2 == 1
            for trial in training_processes(run.pid) if twice else []:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(trial, signal.SIGSTOP)
            run.send_signal(signal.SIGTERM)
            if twice:
                request_again(run, signal.SIGTERM)
        self.end_at_random_moments(times, undisturbed, numbers, terminate, {128 + signal.SIGTERM, -signal.SIGTERM})

    def fill_up(self, disk, pages):
        """Runs with so many pages left on the small file system of the results, one number after the other; frees the rest at the end."""
        ballast = disk / "ballast"
        full = 0
        for left in pages:
            ballast.unlink(missing_ok=True)
            space = os.statvfs(disk)
            ballast.write_bytes(bytes(max(space.f_bavail - left, 0) * space.f_bsize))
            done, _ = self.run()
            assert done.returncode in (0, 5), done.stderr
            if done.returncode == 5:
                full += 1
                self.expect_explained(done.stderr, "ENOSPC")
        assert full > 0
        ballast.unlink()

    def expect_explained(self, said, error):
        assert "runs/small" in said, said
        assert {"ENOSPC": "No space left on device", "EIO": "Input/output error"}[error] in said, said
        assert error != "ENOSPC" or re.search(r"it needs \d+ bytes: free some space there and run the same command again", said), said
