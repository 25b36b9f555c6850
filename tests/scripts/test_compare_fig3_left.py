"""The committed records of figure 3 left agree with the published runs, and the script that says so can say no."""
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "results/fig3_left_centred_weight_norm"


def compare(folder):
    return subprocess.run([sys.executable, ROOT / "scripts/compare_fig3_left.py", folder], capture_output=True, text=True)


def copied(tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(COMMITTED, folder)
    return folder


def test_committed_records_agree_with_the_published_ones():
    result = compare(COMMITTED)
    assert result.returncode == 0, result.stdout
    assert result.stdout.count("yes") == 10  # five epochs, two scales


def test_an_epoch_outside_the_margin_is_found(tmp_path):
    folder = copied(tmp_path)
    for file in (folder / "records").glob("*.json"):
        record = json.loads(file.read_text())
        record["curve"][2]["metrics"]["train.running_accuracy"] -= 0.05
        file.write_text(json.dumps(record))
    result = compare(folder)
    assert result.returncode == 3
    assert result.stdout.count("NO") == 2


def test_a_missing_seed_is_found(tmp_path):
    folder = copied(tmp_path)
    next((folder / "records").glob("*seed1*")).unlink()
    result = compare(folder)
    assert result.returncode == 3
    assert "expected completed records of seeds [0, 1, 2]" in result.stdout
