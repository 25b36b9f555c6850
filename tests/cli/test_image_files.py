"""Decoding, cutting and scaling of image files against Pillow, and files that are not what they say."""

import io
import json
import subprocess
import zlib

import pytest

from program import BINARIES, PATIENCE

numpy = pytest.importorskip("numpy", reason="numpy is not installed (Debian: python3-numpy)")
Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed (Debian: python3-pil)")


def photograph(height, width, channels=3, seed=0, grain=8):
    """Something smooth with some noise, as photographs are."""
    random = numpy.random.default_rng(seed)
    coarse = random.integers(0, 256, (height // grain + 2, width // grain + 2, channels), numpy.uint8)
    bands = [numpy.asarray(Image.fromarray(coarse[:, :, i]).resize((width, height), Image.BICUBIC)) for i in range(channels)]
    pixels = numpy.stack(bands, 2).astype(int) + random.integers(-9, 10, (height, width, channels))
    return pixels.clip(0, 255).astype(numpy.uint8)


def bench(*arguments):
    done = subprocess.run([BINARIES / "data_bench", *map(str, arguments)], capture_output=True, encoding="utf-8",
                          timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["images"]


def decoded(folder, file):
    """The pixels, or the message of the error."""
    [image] = bench("decode", file, "--into", folder / "decoded")
    if "error" in image:
        return image["error"]
    return numpy.frombuffer((folder / "decoded").read_bytes(), numpy.uint8).reshape(image["height"], image["width"], 3)


JPEGS = {"small": ((32, 32), {"quality": 75}), "odd": ((201, 333), {"quality": 90}), "progressive": ((64, 80), {"progressive": True}),
         "full colour": ((50, 70), {"subsampling": 0}), "half colour": ((50, 70), {"subsampling": 1}), "pixel": ((1, 1), {})}


@pytest.mark.parametrize("name", JPEGS)
def test_jpegs_have_the_pixels_of_pillow(tmp_path, name):
    (height, width), options = JPEGS[name]
    Image.fromarray(photograph(height, width)).save(tmp_path / "a.jpg", **options)
    expected = numpy.asarray(Image.open(tmp_path / "a.jpg").convert("RGB"))
    assert numpy.array_equal(decoded(tmp_path, tmp_path / "a.jpg"), expected)


def test_grey_is_repeated_in_all_channels(tmp_path):
    grey = Image.fromarray(photograph(40, 30, channels=1)[:, :, 0])
    for name in ("grey.jpg", "grey.png"):
        grey.save(tmp_path / name)
        assert numpy.array_equal(decoded(tmp_path, tmp_path / name), numpy.asarray(Image.open(tmp_path / name).convert("RGB")))


def test_cmyk_is_taken_as_adobe_writes_it(tmp_path):
    Image.fromarray(photograph(40, 30, channels=4), "CMYK").save(tmp_path / "a.jpg")
    assert numpy.array_equal(decoded(tmp_path, tmp_path / "a.jpg"), numpy.asarray(Image.open(tmp_path / "a.jpg").convert("RGB")))


def png_chunk(name, content):
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")


def png(width, height, depth, colour, rows):
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth, colour, 0, 0, 0])
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) +
            png_chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))) + png_chunk(b"IEND", b""))


def test_sixteen_bits_are_rounded_to_eight(tmp_path):
    """v becomes v · 255 / 65535, which is v / 257."""
    values = numpy.random.default_rng(0).integers(0, 65536, (20, 10, 3))
    (tmp_path / "a.png").write_bytes(png(10, 20, 16, 2, [row.astype(">u2").tobytes() for row in values]))
    assert numpy.array_equal(decoded(tmp_path, tmp_path / "a.png"), numpy.floor(values / 257 + 0.5))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "1", "LA"])
def test_pngs_have_the_pixels_of_pillow(tmp_path, mode):
    image = Image.fromarray(photograph(31, 45)).convert(mode)
    if mode in ("RGBA", "LA"):
        image.putalpha(Image.fromarray(photograph(31, 45, channels=1)[:, :, 0]))
    image.save(tmp_path / "a.png")
    assert numpy.array_equal(decoded(tmp_path, tmp_path / "a.png"), numpy.asarray(Image.open(tmp_path / "a.png").convert("RGB")))


def hostile_files():
    jpeg, png_file = io.BytesIO(), io.BytesIO()
    picture = Image.fromarray(photograph(64, 64))
    picture.save(jpeg, "JPEG", quality=95)
    picture.save(png_file, "PNG")
    jpeg, png_file = jpeg.getvalue(), png_file.getvalue()
    size = jpeg.index(b"\xff\xc0") + 5  # of a JPEG: height and width, two bytes each
    middle = len(jpeg) // 2
    return {
        "empty": (b"", "is empty"),
        "text": (b"not an image at all", "is neither JPEG nor PNG"),
        "gif": (b"GIF89a" + bytes(50), "is neither JPEG nor PNG"),
        "cut JPEG": (jpeg[:middle], "Premature end"),
        "cut header": (jpeg[:30], "Premature end"),
        "damaged JPEG": (jpeg[:middle] + b"\xff\xd9" + jpeg[middle:], "premature end of data segment"),
        "enormous JPEG": (jpeg[:size] + b"\xff\xdc\xff\xdc" + jpeg[size + 4:], "65500 x 65500 pixels"),
        "JPEG without height": (jpeg[:size] + b"\0\0" + jpeg[size + 2:], "Empty JPEG image"),
        "cut PNG": (png_file[:len(png_file) // 2], "the data end too early"),
        "damaged PNG": (png_file[:100] + bytes([png_file[100] ^ 1]) + png_file[101:], ""),
        "enormous PNG": (png(2**31 - 1, 2**31 - 1, 8, 2, []), "2147483647 x 2147483647 pixels; expected at most 32768 a side and 67108864"),
        "large PNG": (png(32768, 32768, 8, 2, []), "32768 x 32768 pixels"),
        "PNG without pixels": (png(10, 10, 8, 2, []), "Not enough"),
    }


@pytest.mark.parametrize("name", hostile_files())
def test_what_is_no_image_is_named_with_the_reason(tmp_path, name):
    content, reason = hostile_files()[name]
    (tmp_path / "bad").write_bytes(content)
    message = decoded(tmp_path, tmp_path / "bad")
    assert isinstance(message, str) and message.startswith(f"{tmp_path / 'bad'}: ") and reason in message, message


def test_random_damage_never_crashes(tmp_path):
    """Every file decodes to pixels of some kind or is an error; the process lives (and is clean under sanitizers)."""
    random = numpy.random.default_rng(1)
    files = []
    for kind, options in (("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {})):
        good = io.BytesIO()
        Image.fromarray(photograph(48, 40)).save(good, kind, **options)
        for _ in range(60):
            bad = bytearray(good.getvalue())
            for place in random.integers(0, len(bad), random.integers(1, 20)):
                bad[place] = random.integers(0, 256)
            files.append(tmp_path / str(len(files)))
            files[-1].write_bytes(bad[:random.integers(1, len(bad) + 1)] if random.integers(0, 2) else bad)
    images = bench("decode", *files, "--into", tmp_path / "decoded")
    assert len(images) == len(files)
    assert sum("error" in image for image in images) > len(files) / 2


def cut(folder, file, *options):
    [done] = bench("cut", file, "--size", 48, "--resize", 56, "--into", folder / "cut", *options)
    return numpy.frombuffer((folder / "cut").read_bytes(), numpy.uint8).reshape(3, 48, 48).transpose(1, 2, 0), done


@pytest.mark.parametrize("height, width", [(100, 150), (150, 100), (40, 61), (48, 300)])
def test_the_centre_is_that_of_pillow(tmp_path, height, width):
    """Shorter side to 56, longer in proportion and rounded down, the middle 48 x 48."""
    Image.fromarray(photograph(height, width)).save(tmp_path / "a.png")
    image = Image.open(tmp_path / "a.png")
    scaled = tuple(56 * side // min(height, width) for side in (width, height))
    left, top = (round((side - 48) / 2) for side in scaled)
    expected = image.resize(scaled, Image.BILINEAR).crop((left, top, left + 48, top + 48))
    assert numpy.array_equal(cut(tmp_path, tmp_path / "a.png")[0], numpy.asarray(expected))


@pytest.mark.parametrize("seed", range(20))
def test_random_cuts_are_scaled_like_pillow_does(tmp_path, seed):
    Image.fromarray(photograph(120, 170)).save(tmp_path / "a.jpg", quality=95)
    made, done = cut(tmp_path, tmp_path / "a.jpg", "--seed", seed)
    box = [round(done["horizontal"]["from"]), round(done["vertical"]["from"]), round(done["horizontal"]["to"]),
           round(done["vertical"]["to"])]
    assert box == [done["horizontal"]["from"], done["vertical"]["from"], done["horizontal"]["to"], done["vertical"]["to"]]
    width, height = box[2] - box[0], box[3] - box[1]
    assert 0.08 * 0.95 < width * height / (120 * 170) <= 1 and 0.72 < width / height < 1.38
    expected = Image.open(tmp_path / "a.jpg").crop(box).resize((48, 48), Image.BILINEAR)
    if done["flipped"]:
        expected = expected.transpose(Image.FLIP_LEFT_RIGHT)
    assert numpy.array_equal(made, numpy.asarray(expected))


def test_reduced_decoding_gives_nearly_the_same_picture(tmp_path):
    Image.fromarray(photograph(600, 800, grain=100)).save(tmp_path / "a.jpg", quality=95)
    exact, _ = cut(tmp_path, tmp_path / "a.jpg")
    fast, _ = cut(tmp_path, tmp_path / "a.jpg", "--reduce")
    difference = numpy.abs(exact.astype(int) - fast)
    assert 0 < difference.mean() < 2 and difference.max() < 30


def test_batches_do_not_depend_on_the_number_of_threads(tmp_path):
    files = []
    for number in range(12):
        files.append(tmp_path / f"{number}.jpg")
        Image.fromarray(photograph(60 + number, 80, seed=number)).save(files[-1])
    for threads in (1, 5):
        bench("cut", *files, "--size", 32, "--seed", 3, "--threads", threads, "--into", tmp_path / f"with {threads}")
    assert (tmp_path / "with 1").read_bytes() == (tmp_path / "with 5").read_bytes()
