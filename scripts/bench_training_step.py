#!/usr/bin/env python3
"""Times a training step in nero-trial and in a PyTorch script: of the 100-layer perceptron of figure 3 right (batch 250), or
of VGG-11 or ResNet-18 for CIFAR-10 (figure 6, batch 128).

Both run in processes of their own that alternate, so that other load meets both; each process reports the median of its steps. Prints the
median over processes with minimum and maximum, and the ratio nero-trial / PyTorch of each pair. With --device cuda the time is that of
--steps steps after 100 others, as a whole, because the host works ahead of a GPU; both sides compute in float32. Nero's peer is
pytorch_optimizer's, left out where that package is missing; "nero in backward" is our mode in which the backward pass steps, against the same peer.

usage: scripts/bench_training_step.py [--model mlp|vgg11|resnet18] [--pairs N] [--steps N] [--threads N] [--depth N]
                                      [--device cpu|cuda] [--cuda-graphs] [--json FILE]

PyTorch is imported from this Python, or from the folder that `scripts/setup.sh --cuda` fills (the small CPU set of wheels that LibTorch
comes in lacks what `import torch` needs); NERO_TRIAL names the program
(default: build/dev/bin/nero-trial, or nero-trial-cuda for a GPU).
"""
import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIMISERS = {"sgd": {"name": "sgd"}, "adam": {"name": "adam"}, "nero": {"name": "nero"},
              "nero in backward": {"name": "nero", "step_in_backward": True}}
RATES = {"sgd": 0.01, "adam": 0.001, "nero": 0.001, "nero in backward": 0.001}
CLASSES = 10
BATCH = {"mlp": 250, "vgg11": 128, "resnet18": 128}
IMAGE = {"mlp": (1, 28), "vgg11": (3, 32), "resnet18": (3, 32)}  # channels, side
BATCHES = 4  # of images, which the steps on a CPU draw from
FIRST_STEPS = 100  # on a GPU: nero-trial measures the first ones one by one


def torch_folder():
    version = next(line.split("==")[1] for line in (ROOT / "requirements.txt").read_text().split() if line.startswith("torch=="))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "nero-bench" / f"libtorch-{version}-cuda"


def model_options(options):
    return {"name": "mlp", "depth": options.depth, "width": 784} if options.model == "mlp" else {"name": options.model}


def batches(options):
    """On a GPU as many as there are steps: an epoch's end is a halt."""
    return BATCHES if options.device == "cpu" else FIRST_STEPS + options.steps


def spec(optimiser, options, steps):
    """A trial on made-up images of the data set's shape: the content does not matter for the time."""
    batch, (channels, side) = BATCH[options.model], IMAGE[options.model]
    return [{"spec": {
        "task": {"name": "image_classification", "batch_size": batch,
                 "data": {"name": "synthetic", "side": side, "channels": channels, "classes": CLASSES,
                          "train_samples": batch * batches(options), "test_samples": 10},
                 "model": model_options(options)},
        "optimiser": OPTIMISERS[optimiser], "schedule": {"name": "constant"}, "budget": {"steps": steps},
        "learning_rate": RATES[optimiser], "seed": 0, "labels": {"experiment": "bench", "task": "", "optimiser": optimiser}}}]


def train(optimiser, options, steps):
    """The record of such a trial."""
    name = "nero-trial-cuda" if options.device == "cuda" else "nero-trial"
    program = os.environ.get("NERO_TRIAL", str(ROOT / "build/dev/bin" / name))
    graphs = ["--cuda-graphs"] if options.cuda_graphs else []
    result = subprocess.run([program, "--device", options.device, "--threads", str(options.threads), *graphs],
                            input=json.dumps(spec(optimiser, options, steps)), capture_output=True, text=True, check=True)
    return json.loads(result.stdout.splitlines()[-1])["record"]


def time_nero_trial(optimiser, options):
    if options.device == "cpu":
        record = train(optimiser, options, options.steps)
        return record["timings"]["step_seconds"], record
    first, record = train(optimiser, options, FIRST_STEPS), train(optimiser, options, FIRST_STEPS + options.steps)
    return (record["timings"]["train_seconds"] - first["timings"]["train_seconds"]) / options.steps, record


def time_pytorch(optimiser, options):
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(torch_folder())])))
    result = subprocess.run([sys.executable, __file__, "--pytorch", optimiser, "--model", options.model,
                             "--steps", str(options.steps), "--threads", str(options.threads), "--depth", str(options.depth),
                             "--device", options.device],
                            env=environment, capture_output=True, text=True, check=True)
    answer = json.loads(result.stdout)
    return answer["step_seconds"], answer["torch"]


def python_optimiser(name):
    import torch
    if name.startswith("nero"):
        import pytorch_optimizer
        return pytorch_optimizer.Nero
    return {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[name]


def has_peer(name):
    return not name.startswith("nero") or importlib.util.find_spec("pytorch_optimizer") is not None


def python_model(options):
    from pytorch_networks import Mlp, ResNet18, Vgg11
    return {"mlp": lambda: Mlp(options.depth), "vgg11": Vgg11, "resnet18": ResNet18}[options.model]()


def run_pytorch(options):
    """The step as a PyTorch user writes it."""
    import torch
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    torch.backends.cudnn.allow_tf32 = False  # as nero-trial, unless asked for
    model = python_model(options).to(options.device)
    optimiser = python_optimiser(options.pytorch)(model.parameters(), lr=RATES[options.pytorch])
    batch, (channels, side) = BATCH[options.model], IMAGE[options.model]
    samples = batch * batches(options)
    images = torch.randn(samples, channels, side, side).to(options.device)
    labels = torch.randint(CLASSES, (samples,)).to(options.device)

    def step():
        chosen = torch.randperm(samples)[:batch].to(options.device)
        x, y = images[chosen], labels[chosen]
        logits = model(x)
        loss = torch.nn.functional.cross_entropy(logits, y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss.detach() * batch, (logits.argmax(1) == y).sum()

    time_steps = time_on_gpu if options.device == "cuda" else time_on_cpu
    print(json.dumps({"step_seconds": time_steps(step, options.steps), "torch": torch.__version__}))


def time_on_cpu(step, steps):
    seconds, running = [], [0.0, 0]
    for _ in range(steps):
        start = time.perf_counter()
        running = [total + new.item() for total, new in zip(running, step())]
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def time_on_gpu(step, steps):
    import torch
    running = [torch.zeros((), device="cuda")] * 2  # sums stay there: a script that asks at every step would wait for each
    for i in range(FIRST_STEPS + steps):
        if i == FIRST_STEPS:
            torch.cuda.synchronize()
            start = time.perf_counter()
        running = [total + new for total, new in zip(running, step())]
    torch.cuda.synchronize()
    return (time.perf_counter() - start) / steps


def spread(values):
    return {"median": statistics.median(values), "minimum": min(values), "maximum": max(values), "values": values}


def measure_round(optimisers, options, ours_first):
    """Every optimiser once on either side, so that other load meets all of them: ({optimiser: seconds} of ours, of PyTorch's,
    the records, PyTorch's version)."""
    ours, theirs, records, version = {}, {}, {}, None
    for optimiser in optimisers:
        for ours_now in (ours_first, not ours_first):
            if ours_now:
                ours[optimiser], records[optimiser] = time_nero_trial(optimiser, options)
            else:
                theirs[optimiser], version = time_pytorch(optimiser, options)
    return ours, theirs, records, version


def compare(options):
    optimisers = list(filter(has_peer, options.optimisers))
    rounds = [measure_round(optimisers, options, ours_first=i % 2 == 0) for i in range(options.pairs)]
    _, _, records, version = rounds[-1]
    report = {"model": f"{model_options(options)}, batch {BATCH[options.model]}", "steps_per_process": options.steps,
              "pairs": options.pairs, "threads": options.threads, "device": options.device, "cuda_graphs": options.cuda_graphs,
              "machine": platform.platform(), "optimisers": {},
              "pytorch": version, "environment": records[optimisers[0]]["environment"]}
    for optimiser in optimisers:
        ours = [round_[0][optimiser] for round_ in rounds]
        theirs = [round_[1][optimiser] for round_ in rounds]
        to_peer = spread([a / b for a, b in zip(ours, theirs)])
        to_sgd = spread([a / round_[0]["sgd"] for a, round_ in zip(ours, rounds)])  # measured in the same rounds
        report["optimisers"][optimiser] = {
            "memory_bytes": records[optimiser]["memory_bytes"], "nero_trial_seconds": spread(ours), "pytorch_seconds": spread(theirs),
            "ratio_of_medians": statistics.median(ours) / statistics.median(theirs), "ratio_by_pair": to_peer,
            "ratio_to_our_sgd_by_pair": to_sgd}
        print(f"{optimiser:<16} nero-trial {statistics.median(ours):.3f} s ({min(ours):.3f} to {max(ours):.3f})   "
              f"PyTorch {statistics.median(theirs):.3f} s ({min(theirs):.3f} to {max(theirs):.3f})   "
              f"ratio by pair {to_peer['median']:.3f} ({to_peer['minimum']:.3f} to {to_peer['maximum']:.3f})   "
              f"to our sgd {to_sgd['median']:.3f} ({to_sgd['minimum']:.3f} to {to_sgd['maximum']:.3f})")
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", choices=BATCH, default="mlp")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--depth", type=int, default=100, help="of the mlp")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--cuda-graphs", action="store_true", help="nero-trial replays recorded steps")
    parser.add_argument("--optimisers", nargs="+", choices=OPTIMISERS, default=OPTIMISERS, help="sgd has to be among them")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--pytorch", choices=OPTIMISERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.pytorch:
        run_pytorch(options)
        return
    report = compare(options)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
