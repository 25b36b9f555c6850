#!/usr/bin/env python3
"""Writes vgg11.json, resnet18.json and resnet50.json beside this file: what networks in a fixed state compute, by PyTorch.

State and images are given by a formula (`uniform` below), so that a file holds only a checksum of them and the results:
logits in evaluation and in training mode (batch statistics, no dropout), and, of the softmax cross-entropy in training mode,
the norm of every parameter's gradient and of every running statistic after the pass. All of it in float64; "float32_deviation"
is how far PyTorch itself is from that in float32, relative to the largest logit and to each norm. ResNet-50 is torchvision's;
the two networks for CIFAR, of whose form torchvision has none, are those of scripts/pytorch_networks.py.

usage: make_networks.py    (made with torch 2.11.0 and torchvision 0.26.0, CPU, one thread)
"""
import copy
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))
from pytorch_networks import ResNet18, Vgg11  # noqa: E402

IMAGES = 1000  # the number of the tensor of images; those of the state count from 0
LABELS = [3, 7]


def uniform(number, count):
    """`count` float32 in [0, 1) of 23 bits: SplitMix64 of (number, index)."""
    with np.errstate(over="ignore"):
        x = (np.uint64(number) << np.uint64(40)) + np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(41)).astype(np.float32) / np.float32(1 << 23)


def values(name, number, shape):
    """Around 1 for gains and variances, around 0 for everything else; exact in float32."""
    u = uniform(number, int(np.prod(shape)))
    if name.endswith("running_var") or (len(shape) == 1 and name.endswith("weight")):
        u = np.float32(0.5) + u
    elif len(shape) == 1:
        u = u - np.float32(0.5)
    elif name == "images":
        u = 4 * u - 2
    else:
        fan_in = int(np.prod(shape[1:]))
        u = (2 * u - 1) * np.float32(2.0 ** (1 - (fan_in.bit_length() - 1) // 2))
    return torch.from_numpy(u.reshape(shape))


def state_of(model):
    """Parameters, then running statistics, in the order of the model."""
    buffers = [(name, tensor) for name, tensor in model.named_buffers() if not name.endswith("num_batches_tracked")]
    return list(model.named_parameters()), buffers


def set_state(model):
    """Fills the state and returns its checksum, not yet finished."""
    checksum = hashlib.sha256()
    parameters, buffers = state_of(model)
    with torch.no_grad():
        for number, (name, tensor) in enumerate(parameters + buffers):
            tensor.copy_(values(name, number, tuple(tensor.shape)))
            checksum.update(name.encode() + tensor.numpy().tobytes())
    return checksum


def results(model, images):
    model.eval()
    with torch.no_grad():
        evaluation = model(images)
    model.train()
    training = model(images)
    functional.cross_entropy(training, torch.tensor(LABELS)).backward()
    parameters, buffers = state_of(model)
    return {"evaluation_logits": evaluation.double().numpy(), "training_logits": training.detach().double().numpy(),
            "gradient_norms": np.array([t.grad.double().norm().item() for _, t in parameters]),
            "statistic_norms": np.array([t.double().norm().item() for _, t in buffers])}


def deviation(key, single, exact):
    if not exact.size:
        return 0.0
    return float((abs(single - exact) / (abs(exact).max() if "logits" in key else exact)).max())


def golden(name, model, side):
    checksum = set_state(model)
    images = values("images", IMAGES, (2, 3, side, side))
    checksum.update(images.numpy().tobytes())
    exact = results(copy.deepcopy(model).double(), images.double())
    single = results(model, images)
    parameters, _ = state_of(model)
    return {"network": name, "torch": torch.__version__, "torchvision": torchvision.__version__, "image_side": side,
            "labels": LABELS, "sha256": checksum.hexdigest(), "parameters": sum(t.numel() for _, t in parameters),
            "tensors": len(parameters),
            **{key: np.vectorize(lambda v: float(f"{v:.9g}"), otypes=[float])(value).tolist() for key, value in exact.items()},
            "float32_deviation": {key: float(f"{deviation(key, single[key], exact[key]):.2g}") for key in exact}}


def main():
    torch.set_num_threads(1)
    networks = {"vgg11": (Vgg11(dropout=0), 32), "resnet18": (ResNet18(), 32), "resnet50": (torchvision.models.resnet50(), 96)}
    for name, (model, side) in networks.items():
        result = golden(name, model, side)
        (Path(__file__).parent / f"{name}.json").write_text(json.dumps(result) + "\n")
        print(name, result["parameters"], result["tensors"], result["sha256"], result["float32_deviation"])


if __name__ == "__main__":
    main()
