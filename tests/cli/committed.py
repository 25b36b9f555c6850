"""Committed results that tests read or change copies of, and names that no output may show as they are."""

import json
import re

from program import SOURCES

FIGURE_3_LEFT = SOURCES / "results/fig3_left_centred_weight_norm"
PUBLISHED = SOURCES / "results/published/fig3_left.reference.json"
QUICKSTART = SOURCES / "results/quickstart"
HOSTILE = "<script>alert(1)</script>\x1b[2J\n=cmd()|\u202ered\u200f\ufeff" + "x" * 10_000
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def check(program, folder, *more, against=PUBLISHED):
    return program.run("check", folder, "--against", against, *more)


def seed_file(folder, scale, seed):
    for file in sorted((folder / "records").glob(f"*seed{seed}*.json")):
        record = json.loads(file.read_text())
        if record["resolved"]["task"]["model"]["init_scale"] == scale:
            return file
    raise AssertionError("no such record")
