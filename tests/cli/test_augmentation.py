"""Augmentation against Pillow, which the paper's own data loader calls: the same bytes for crop, flip and rotation."""

import json
import subprocess

import pytest

from program import BINARIES, PATIENCE

numpy = pytest.importorskip("numpy", reason="numpy is not installed (Debian: python3-numpy)")
Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed (Debian: python3-pil)")

PAD = 4


def distorted(folder, images, seed):
    """What data_bench makes of uint8 [images, channels, side, side], and what it says it did."""
    (folder / "images").write_bytes(images.tobytes())
    arguments = ["--channels", images.shape[1], "--side", images.shape[2], "--seed", seed, "--into", folder / "distorted"]
    done = subprocess.run([BINARIES / "data_bench", "distort", folder / "images", *map(str, arguments)],
                          capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    made = numpy.frombuffer((folder / "distorted").read_bytes(), numpy.uint8).reshape(images.shape)
    return made, json.loads(done.stdout)["images"]


def with_pillow(planes, done):
    """The same by Pillow: zeros around, crop, mirror image, rotation."""
    side = planes.shape[1]
    image = Image.fromarray(numpy.ascontiguousarray(planes.transpose(1, 2, 0)))
    padded = Image.new("RGB", (side + 2 * PAD, side + 2 * PAD))
    padded.paste(image, (PAD, PAD))
    left, top = done["right"] + PAD, done["down"] + PAD
    image = padded.crop((left, top, left + side, top + side))
    if done["flipped"]:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    return numpy.asarray(image.rotate(done["degrees"], Image.NEAREST)).transpose(2, 0, 1)


@pytest.mark.parametrize("side, count", [(32, 1000), (33, 100), (224, 30)])
def test_the_bytes_are_those_of_pillow(tmp_path, side, count):
    images = numpy.random.default_rng(side).integers(0, 256, (count, 3, side, side), numpy.uint8)
    made, done = distorted(tmp_path, images, seed=1)
    assert len(done) == count
    for number in range(count):
        assert numpy.array_equal(made[number], with_pillow(images[number], done[number])), (number, done[number])


def test_every_kind_of_distortion_occurs(tmp_path):
    """Or the test above would say little."""
    _, done = distorted(tmp_path, numpy.zeros((1000, 3, 32, 32), numpy.uint8), seed=1)
    assert {image["down"] for image in done} == {image["right"] for image in done} == set(range(-PAD, PAD + 1))
    assert 400 < sum(image["flipped"] for image in done) < 600
    degrees = [image["degrees"] for image in done]
    assert -15 <= min(degrees) < -14.5 and 14.5 < max(degrees) <= 15
