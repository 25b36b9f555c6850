"""step_bench: the shapes of the paper's networks, and what it measures, on shapes small enough for a test."""

import json
import subprocess

import pytest

from program import BINARIES, PATIENCE

STEP_BENCH = BINARIES / "step_bench"

# Parameters and tensors of the paper's networks: table 1 of its supplement, as figures 3, 5 to 9 use them.
NETWORKS = {
    "mlp_100": (60_936_410, 200), "vgg11": (28_141_258, 14), "resnet18": (11_173_962, 62), "wikitext2_transformer": (13_826_878, 19),
    "multi30k_transformer": (48_945_664, 121), "gan_generator": (2_183_091, 56), "gan_discriminator": (2_644_129, 33),
    "pong_policy": (866_439, 12),
}


def run(*arguments, folder=None):
    return subprocess.run([STEP_BENCH, *map(str, arguments)], capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False,
                          cwd=folder)


def test_the_networks_have_the_sizes_of_the_paper():
    listed = {}
    for line in run("--list").stdout.splitlines():
        name, parameters, _, _, tensors = line.split()[:5]
        listed[name] = (int(parameters), int(tensors))
    assert listed == NETWORKS


def test_the_shapes_are_those_that_are_listed():
    shapes = json.loads(run("--model", "pong_policy", "--print-shapes").stdout)
    assert len(shapes) == 12 and [32, 4, 8, 8] in shapes and [512, 1568] in shapes


def test_every_candidate_is_timed_in_every_round(tmp_path):
    (tmp_path / "shapes.json").write_text("[[30, 40], [30], [2, 3, 3, 3]]")
    done = run("--shapes", "shapes.json", "--repeats", 4, "--threads", 1, "--json", "bench.json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    bench = json.loads((tmp_path / "bench.json").read_text())
    assert bench["parameters"] == 1284 and bench["tensors"] == 3
    assert bench["environment"]["threads"] == "1" and bench["environment"]["kernels"] in ("portable", "avx2", "avx512")
    names = [candidate["name"] for candidate in bench["candidates"]]
    for name in ("axpy", "nero, fused", "nero, tensor operations", "adam, _fused_adam_", "sgd, _fused_sgd_", "adam, torch::optim"):
        assert name in names and name in done.stdout
    for candidate in bench["candidates"]:
        assert len(candidate["seconds"]) == 4 and min(candidate["seconds"]) > 0
        assert candidate["bytes_moved"] == candidate["bytes_per_parameter"] * 1284
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


@pytest.mark.parametrize("text", ["{}", "[]", "[[1.5]]", "[[0]]", "[[-3]]", '["a"]', "[[4000000000, 4000000000]]", "[[1]", f"[{[1] * 65}]"])
def test_shapes_that_are_none_are_refused(tmp_path, text):
    (tmp_path / "shapes.json").write_text(text)
    done = run("--shapes", tmp_path / "shapes.json")
    assert done.returncode == 2 and done.stdout == "" and "shapes.json" in done.stderr


def test_an_unknown_network_is_refused():
    assert run("--model", "alexnet").returncode == 2
