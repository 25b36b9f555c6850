#!/usr/bin/env python3
"""Times augmentation and decoding against Pillow, on one core each, in turns so that other load meets both.

usage: scripts/bench_data.py [--cifar DIR] [--rounds N] [--seconds S] [--json FILE]

Pillow does what torchvision's transforms make it do: torchvision itself calls it for an image that is not a tensor, and adds its own time.
--cifar names a folder of CIFAR-10's images as files (train/<class>/*.jpg); without it 32 x 32 photographs are made up. Those of ImageNet's
size are always made up: 500 x 375 at quality 90, and 2000 x 1500 as cameras make them. DATA_BENCH names the program (default:
build/dev/bin/data_bench).
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
from PIL import Image, __version__ as pillow_version, features

ROOT = Path(__file__).resolve().parent.parent
DATA_BENCH = os.environ.get("DATA_BENCH", str(ROOT / "build/dev/bin/data_bench"))
MEAN = numpy.array([0.4914, 0.4822, 0.4465], numpy.float32)
DEVIATION = numpy.array([0.2023, 0.1994, 0.2010], numpy.float32)


def photograph(height, width, seed):
    generator = numpy.random.default_rng(seed)
    coarse = Image.fromarray(generator.integers(0, 256, (height // 16 + 2, width // 16 + 2, 3), numpy.uint8))
    pixels = numpy.asarray(coarse.resize((width, height), Image.BICUBIC)).astype(int)
    return Image.fromarray((pixels + generator.integers(-12, 13, pixels.shape)).clip(0, 255).astype(numpy.uint8))


def write_photographs(folder, count, height, width, quality):
    folder.mkdir()
    files = [folder / f"{number}.jpg" for number in range(count)]
    for number, file in enumerate(files):
        photograph(height, width, number).save(file, quality=quality)
    return files


def normalised(image):
    """[3, height, width] float32, as ToTensor and Normalize make it."""
    pixels = numpy.asarray(image).transpose(2, 0, 1).astype(numpy.float32) / 255
    return (pixels - MEAN[:, None, None]) / DEVIATION[:, None, None]


def augmented_by_pillow(image):
    padded = Image.new("RGB", (40, 40))
    padded.paste(image, (4, 4))
    left, top = random.randint(0, 8), random.randint(0, 8)
    image = padded.crop((left, top, left + 32, top + 32))
    if random.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    return normalised(image.rotate(random.uniform(-15, 15), Image.NEAREST))


def decoded_by_pillow(file):
    with Image.open(file) as image:
        return numpy.asarray(image.convert("RGB"))


def cut_by_pillow(file):
    """A random part scaled to 224 x 224, flipped or not, normalised."""
    with Image.open(file) as image:
        image = image.convert("RGB")
    width, height = image.size
    while True:
        part, aspect = width * height * random.uniform(0.08, 1), random.uniform(3 / 4, 4 / 3)
        w, h = round((part * aspect) ** 0.5), round((part / aspect) ** 0.5)
        if w <= width and h <= height:
            break
    left, top = random.randint(0, width - w), random.randint(0, height - h)
    image = image.crop((left, top, left + w, top + h)).resize((224, 224), Image.BILINEAR)
    return normalised(image.transpose(Image.FLIP_LEFT_RIGHT) if random.random() < 0.5 else image)


def time_pillow(work, items, seconds):
    """Microseconds an item."""
    for item in items[:10]:
        work(item)
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        work(items[done % len(items)])
        done += 1
    return 1e6 * (time.perf_counter() - started) / done


def time_ours(arguments, seconds):
    done = subprocess.run([DATA_BENCH, *map(str, arguments), "--seconds", str(seconds)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["microseconds_an_image"]


def comparisons(folder, cifar):
    """(name, Pillow's work, its items, our arguments)"""
    if cifar:
        small = sorted(Path(cifar).glob("train/*/*.jpg"))[::50][:1000]
    else:
        small = write_photographs(folder / "small", 1000, 32, 32, 75)
    images = [Image.fromarray(decoded_by_pillow(file)) for file in small]
    (folder / "raw").write_bytes(b"".join(numpy.asarray(image).transpose(2, 0, 1).tobytes() for image in images))
    yield "augment 32x32: crop, flip, rotate, normalise", augmented_by_pillow, images, ["distort", folder / "raw"]
    yield "decode 32x32", decoded_by_pillow, small, ["decode", *small]
    for name, files in (("500x375", write_photographs(folder / "middle", 60, 375, 500, 90)),
                        ("2000x1500", write_photographs(folder / "large", 10, 1500, 2000, 90))):
        yield f"decode {name}", decoded_by_pillow, files, ["decode", *files]
        yield f"random cut of {name}", cut_by_pillow, files, ["cut", *files, "--seed", 1]
        yield f"random cut of {name}, reduced", cut_by_pillow, files, ["cut", *files, "--seed", 1, "--reduce"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cifar", metavar="DIR", help="folder with train/<class>/*.jpg")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measurement")
    parser.add_argument("--json", metavar="FILE", help="write all figures there")
    options = parser.parse_args()

    results = []
    print(f"Pillow {pillow_version}, libjpeg-turbo {features.version('libjpeg_turbo')}; microseconds an image, medians of {options.rounds} rounds")
    print(f"{'':46} {'Pillow':>9} {'ours':>9} {'ratio':>7}  by round")
    with tempfile.TemporaryDirectory() as folder:
        for name, work, items, arguments in comparisons(Path(folder), options.cifar):
            pairs = [(time_pillow(work, items, options.seconds), time_ours(arguments, options.seconds)) for _ in range(options.rounds)]
            theirs, ours = (statistics.median(side) for side in zip(*pairs))
            ratios = [theirs / ours for theirs, ours in pairs]
            results.append({"name": name, "pillow": [pair[0] for pair in pairs], "ours": [pair[1] for pair in pairs]})
            print(f"{name:46} {theirs:9.1f} {ours:9.1f} {statistics.median(ratios):7.1f}  {min(ratios):.1f} to {max(ratios):.1f}", flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps({"pillow": pillow_version, "unit": "microseconds an image", "comparisons": results}, indent=1))


if __name__ == "__main__":
    sys.exit(main())
