import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_floors.py"


def check(tree, files):
    """Runs the script on a tree of {path: content}; its exit status and error lines."""
    for path, content in files.items():
        file = tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    done = subprocess.run([sys.executable, SCRIPT, tree], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize("path, include", [
    ("lib/trial/trial_spec.cpp", '"base/json.h"'),
    ("lib/base/log.cpp", "<spdlog/spdlog.h>"),
    ("lib/harness/report/table.cpp", '"harness/analysis/summary.h"'),
    ("lib/harness/results/store.cpp", "<fmt/format.h>"),
    ("lib/learning/optimisers/nero.cpp", '"learning/kernels/nero_step.h"'),
    ("lib/learning/optimisers/nero.h", '"learning/optimisers/optimiser.h"'),
    ("lib/learning/training/run_trial.cpp", "<ATen/ATen.h>"),
    ("lib/learning/checkpoints/checkpoint.cpp", '"base/files.h"'),
    ("lib/learning/training/run_trial.cpp", '"learning/checkpoints/checkpoint.h"'),
    ("apps/nero_bench/run.cpp", '"harness/experiment/plan.h"'),
    ("apps/nero_bench/plan.cpp", '"commands.h"'),
    ("apps/nero_trial/main.cpp", '"trial/trial_spec.h"'),
    ("lib/base/json.cpp", "<trialling/outside.h>"),
])
def test_allows_downward_includes_and_libraries_where_they_belong(tmp_path, path, include):
    assert check(tmp_path, {path: f"#include {include}\n"}) == (0, [])


@pytest.mark.parametrize("path, include, rule", [
    ("lib/base/json.cpp", '"trial/trial_spec.h"', "upwards"),
    ("lib/base/json.cpp", "<trial/trial_spec.h>", "upwards"),
    ("lib/harness/experiment/plan.cpp", '"harness/results/store.h"', "upwards"),
    ("lib/harness/analysis/summary.cpp", '"harness/results/store.h"', "sideways"),
    ("lib/learning/models/mlp.h", '"learning/data/idx.h"', "sideways"),
    ("lib/harness/report/table.cpp", '"learning/kernels/nero_step.h"', "never include each other"),
    ("lib/learning/training/run_trial.cpp", '"harness/experiment/plan.h"', "never include each other"),
    ("apps/nero_bench/run.cpp", '"learning/training/run_trial.h"', "never include each other"),
    ("apps/nero_trial/main.cpp", '"harness/results/store.h"', "never include each other"),
    ("lib/learning/kernels/nero_step.cu", '"base/errors.h"', "nothing of ours"),
    ("lib/learning/kernels/nero_step.cu", "<ATen/ATen.h>", "LibTorch"),
    ("lib/learning/checkpoints/checkpoint.cpp", "<ATen/ATen.h>", "LibTorch"),
    ("lib/learning/checkpoints/checkpoint.cpp", '"learning/kernels/nero_step.h"', "sideways"),
    ("lib/harness/results/store.cpp", "<torch/types.h>", "LibTorch"),
    ("lib/trial/trial_record.h", "<c10/core/Device.h>", "LibTorch"),
    ("lib/base/log.h", "<spdlog/spdlog.h>", "fmt and spdlog"),
    ("lib/learning/data/idx.cpp", "<fmt/format.h>", "fmt and spdlog"),
])
def test_names_file_line_and_rule_of_a_forbidden_include(tmp_path, path, include, rule):
    status, errors = check(tmp_path, {path: f"#pragma once\n  #  include {include}  // why\n"})
    assert status == 1
    assert len(errors) == 1
    assert errors[0].startswith(f"{path}:2: ") and rule in errors[0]


def test_follows_relative_includes_out_of_the_room(tmp_path):
    status, errors = check(tmp_path, {"lib/base/json.cpp": '#include "../trial/spec.h"\n', "lib/trial/spec.h": ""})
    assert status == 1 and "upwards" in errors[0]


def test_refuses_a_folder_that_is_in_no_room(tmp_path):
    status, errors = check(tmp_path, {"lib/harness/attic/old.cpp": ""})
    assert status == 1 and errors[0].startswith("lib/harness/attic/old.cpp:1: in no room")


def test_ignores_commented_out_includes(tmp_path):
    assert check(tmp_path, {"lib/base/json.cpp": '// #include "trial/trial_spec.h"\n'}) == (0, [])
