#!/usr/bin/env python3
"""Prints our runs of figure 3 left beside the published ones: mean training accuracy of each epoch, by initial scale.

An epoch agrees if the mean of our seeds lies in the range of the published seeds, widened by the margin of its scale. Exit status 3 if one
does not, or a seed is missing.

usage: scripts/compare_fig3_left.py [RESULTS_FOLDER [PUBLISHED_FILE]]
"""
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARGINS = {1: 0.01, 100: 0.02}
SEEDS = [0, 1, 2]


def our_epochs(folder):
    """{scale: {seed: [accuracy of epoch 1, 2, …]}} of the completed records."""
    runs = {scale: {} for scale in MARGINS}
    for file in sorted((folder / "records").glob("*.json")):
        record = json.loads(file.read_text())
        if record["status"] == "completed":
            scale = record["resolved"]["task"]["model"]["init_scale"]
            runs[scale][record["spec"]["seed"]] = [point["metrics"]["train.running_accuracy"] for point in record["curve"]]
    return runs


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results/fig3_left_centred_weight_norm"
    published_file = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "results/published/mnist_cwn.json"
    published = {entry["init_scale"]: entry for entry in json.loads(published_file.read_text())["summary"]}
    ours = our_epochs(folder)
    agree = True
    print("Mean training accuracy of each epoch; margin: how far ours may lie outside the published range\n")
    print("scale epoch   ours: seed 0  seed 1  seed 2    mean    published: mean  minimum  maximum  margin  agrees")
    for scale, margin in MARGINS.items():
        if sorted(ours[scale]) != SEEDS:
            print(f"scale {scale}: expected completed records of seeds {SEEDS}, found {sorted(ours[scale])}")
            agree = False
            continue
        for epoch, (mean, low, high) in enumerate(zip(published[scale]["epoch_mean_over_seeds"], published[scale]["epoch_min"],
                                                      published[scale]["epoch_max"])):
            values = [ours[scale][seed][epoch] for seed in SEEDS]
            our_mean = sum(values) / len(values)
            within = low - margin <= our_mean <= high + margin
            agree = agree and within
            print(f"{scale:>5} {epoch + 1:>5}         {values[0]:.4f}  {values[1]:.4f}  {values[2]:.4f}  {our_mean:.4f}"
                  f"              {mean:.4f}   {low:.4f}   {high:.4f}   {margin:.2f}  {'yes' if within else 'NO'}")
    return 0 if agree else 3


if __name__ == "__main__":
    sys.exit(main())
