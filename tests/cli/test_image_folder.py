"""Training on folders of image files: what may lie in them, how it is told, and that cifar10 is the same in both its forms."""

import json
import os
import shutil
import signal

import pytest

from faults.injection import Fault, Faults, build_library
from program import PATIENCE, catches, small_config, training_processes, wait_until
from test_image_files import Image, numpy, photograph

CORRUPT = MISSING = UNREADABLE = 4


def write_images(folder, count=6, side=40):
    for split in ("train", "test"):
        for number, name in enumerate(("cat", "dog")):
            (folder / split / name).mkdir(parents=True)
            for i in range(count):
                image = Image.fromarray(photograph(side + i, side, seed=10 * number + i))
                image.save(folder / split / name / (f"{i}.jpg" if i % 2 else f"{i}.png"))


@pytest.fixture
def pets(tmp_path):
    """A small image folder, all of it good."""
    write_images(tmp_path / "pets")
    return tmp_path / "pets"


def config(pets, **options):
    return small_config(task__data={"name": "image_folder", "folder": str(pets), "size": 8, "resize": 10, **options},
                        budget={"epochs": 1}, evaluate=["train", "train_clean", "test"])


def run(program, wanted):
    program.write(wanted)
    return program.run("run", "config.json", "--results", "results")


def record_of(program):
    [file] = (program.folder / "results").rglob("records/*.json")
    return json.loads(file.read_text())


def test_a_folder_for_every_class_trains(program, pets):
    done = run(program, config(pets))
    assert done.returncode == 0, done.stderr
    record = record_of(program)
    assert record["steps"] == 2 and "data.skipped_images" not in record["initial"]
    metrics = record["final_metrics"]
    assert metrics["train.loss"] != metrics["train_clean.loss"]  # a random cut, and the centre
    assert {"test.accuracy", "train.accuracy", "train_clean.accuracy"} <= metrics.keys()


# Everything a folder may hold that is no image, and what the message says of it.
CORRUPT_FILES = {
    "zero.jpg": (lambda file: file.write_bytes(b""), "is empty"),
    "notes.txt": (lambda file: file.write_text("a list of things"), "is neither JPEG nor PNG"),
    "cut.jpg": (lambda file: file.write_bytes((file.parent / "1.jpg").read_bytes()[:-200]), "Premature end"),
    "pipe.png": (os.mkfifo, "is not a file"),
    "more": (lambda file: file.mkdir(), "is not a file"),
}


@pytest.mark.parametrize("name", CORRUPT_FILES)
def test_a_file_that_is_no_image_is_an_error_that_names_it(program, pets, name):
    make, reason = CORRUPT_FILES[name]
    file = pets / "train/dog" / name
    make(file)
    done = run(program, config(pets))
    assert done.returncode == CORRUPT
    assert str(file) in done.stderr and reason in done.stderr and '"on_corrupt": "skip"' in done.stderr


def test_with_skip_all_such_files_are_left_out_and_counted(program, pets):
    for name, (make, _) in CORRUPT_FILES.items():
        make(pets / "train/dog" / name)
    shutil.copy(pets / "train/dog/cut.jpg", pets / "test/cat")
    done = run(program, config(pets, on_corrupt="skip"))
    assert done.returncode == 0, done.stderr
    assert record_of(program)["initial"]["data.skipped_images"] == len(CORRUPT_FILES) + 1
    assert f": task.data: {len(CORRUPT_FILES) + 1} of its images do not decode and are left out" in done.stderr
    clean = pets.parent / "clean"
    write_images(clean)
    other = record_of(program)["final_metrics"]
    shutil.rmtree(program.folder / "results")
    assert run(program, config(clean, on_corrupt="skip")).returncode == 0
    record = record_of(program)
    assert record["initial"]["data.skipped_images"] == 0 and record["final_metrics"] == other


def test_a_link_to_nowhere_is_an_error_even_where_corrupt_files_are_skipped(program, pets):
    link = pets / "train/dog/gone.png"
    link.symlink_to("nowhere")
    done = run(program, config(pets, on_corrupt="skip"))
    assert done.returncode == UNREADABLE and f"{link}: cannot be read: No such file or directory" in done.stderr


@pytest.mark.parametrize("number", [1, 9], ids=["as_files_are_looked_at", "in_training"])
def test_an_image_that_cannot_be_read_now_is_an_error_and_not_a_corrupt_one(program, pets, tmp_path, number):
    """Of a class of 6 images, of which each is read once before training."""
    faults = Faults(build_library(tmp_path), pets, tmp_path)
    fault = Fault(number, "EIO", of="nero-trial i /train/dog/*")
    program.write(config(pets, on_corrupt="skip"))
    done = program.run("run", "config.json", "--results", "results", environment=faults.environment(fault))
    [struck] = faults.struck()
    assert done.returncode == UNREADABLE, done.stderr
    assert f"{pets}{struck.path}: cannot be read: Input/output error" in done.stderr
    assert list((program.folder / "results").rglob("records/*.json")) == []
    assert program.run("run", "config.json", "--results", "results").returncode == 0
    assert record_of(program)["initial"]["data.skipped_images"] == 0


def test_a_signal_while_files_are_looked_at_is_obeyed_before_the_next_one(program, pets):
    large = pets / "train/cat/large.png"
    Image.fromarray(photograph(1500, 1500)).save(large)  # 50 ms each
    for copy in range(1000):
        os.link(large, pets / f"train/cat/{copy}-large.png")
    program.write(config(pets, on_corrupt="skip"))
    started = program.start("run", "config.json", "--jobs", 1)
    trial, = wait_until(lambda: training_processes(started.pid), "the trial")
    wait_until(lambda: catches(trial, signal.SIGTERM), "the trial to take signals")
    started.send_signal(signal.SIGTERM)
    said = started.communicate(timeout=PATIENCE)[1]
    assert started.returncode == 143 and "interrupted: stopped on request while it loaded its data" in said


def test_cmyk_sixteen_bits_and_grey_are_images_like_others(program, pets):
    Image.fromarray(photograph(40, 40, channels=4), "CMYK").save(pets / "train/cat/cmyk.jpg")
    Image.fromarray(photograph(40, 40)[:, :, 0]).save(pets / "train/cat/grey.jpg")
    Image.fromarray(photograph(40, 40)[:, :, 0].astype(numpy.int32) * 257).save(pets / "train/cat/sixteen.png")
    done = run(program, config(pets, on_corrupt="skip"))
    assert done.returncode == 0, done.stderr
    assert record_of(program)["initial"]["data.skipped_images"] == 0


def test_an_empty_class_is_an_error_that_names_it(program, pets):
    (pets / "train/bird").mkdir()
    done = run(program, config(pets, on_corrupt="skip"))
    assert done.returncode == CORRUPT and f"{pets}/train/bird: a class without images" in done.stderr


def test_hidden_files_are_not_looked_at(program, pets):
    (pets / "train/cat/.DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (pets / "train/.cache").mkdir()
    assert run(program, config(pets)).returncode == 0


def test_a_class_in_one_split_only_is_an_error_that_names_it(program, pets):
    shutil.copytree(pets / "train/cat", pets / "test/bird")
    done = run(program, config(pets))
    assert done.returncode == CORRUPT and "'bird' has a folder among the test images only" in done.stderr


def test_a_folder_that_is_not_there_is_an_error_that_names_the_places(program, tmp_path):
    done = run(program, config("pets"))
    assert done.returncode == MISSING and "data set 'image_folder' not found" in done.stderr


def test_results_do_not_depend_on_the_threads_of_the_loader(program, pets):
    metrics = []
    for threads in (1, 3):
        shutil.rmtree(program.folder / "results", ignore_errors=True)
        assert run(program, config(pets, loader_threads=threads)).returncode == 0
        metrics.append(record_of(program)["final_metrics"])
    assert metrics[0] == metrics[1]


CIFAR_CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


@pytest.fixture
def cifar(tmp_path):
    """CIFAR-10 as image files, three a class in both splits."""
    for split in ("train", "test"):
        for number, name in enumerate(CIFAR_CLASSES):
            folder = tmp_path / "data/cifar10" / split / name
            folder.mkdir(parents=True)
            for i in range(3):
                Image.fromarray(photograph(32, 32, seed=100 * number + i)).save(folder / f"{i}.png")
    return tmp_path / "data/cifar10"


def cifar_config(**options):
    return small_config(task__data={"name": "cifar10", "form": "images", **options}, budget={"epochs": 1},
                        evaluate=["train", "train_clean", "test"])


def run_cifar(program, cifar, cache="cache", **options):
    """Trains anew, with what is in the cache."""
    shutil.rmtree(program.folder / "results", ignore_errors=True)
    program.write(cifar_config(**options))
    return program.run("run", "config.json", "--results", "results", "--data-dir", cifar.parent, "--cache-dir",
                       program.folder / cache if cache != "none" else cache)


def cifar_record(*arguments, **options):
    done = run_cifar(*arguments, **options)
    assert done.returncode == 0, done.stderr
    return record_of(arguments[0])


def test_cifar10_as_image_files_trains_and_augments(program, cifar):
    record = cifar_record(program, cifar)
    assert record["steps"] == 3
    assert record["final_metrics"]["train.loss"] != record["final_metrics"]["train_clean.loss"]

    Image.fromarray(photograph(32, 33)).save(cifar / "train/cat/1.png")
    done = run_cifar(program, cifar)
    assert done.returncode == CORRUPT and "cat/1.png: has 33 x 32 pixels, expected 32 x 32" in done.stderr


def test_cifar10_with_an_image_in_another_class_is_not_taken_from_the_cache(program, cifar):
    """The last image of the set stays the last: the files and their order are the same, one label is another."""
    before = cifar_record(program, cifar)["final_metrics"]
    (cifar / "train/truck/2.png").rename(cifar / "train/airplane/9.png")
    after = cifar_record(program, cifar)["final_metrics"]
    assert after == cifar_record(program, cifar, "none")["final_metrics"] != before


def test_cifar10_with_skip_leaves_out_and_counts_the_same_files_whether_cached_or_not(program, cifar):
    Image.fromarray(photograph(32, 33)).save(cifar / "train/cat/1.png")
    (cifar / "train/airplane/0.png").write_bytes(b"")  # the first file of all
    (cifar / "test/dog/9.png").mkdir()
    records = [cifar_record(program, cifar, cache, on_corrupt="skip") for cache in ("none", "cold", "cold")]
    assert [record["initial"]["data.skipped_images"] for record in records] == [3, 3, 3]
    assert records[0]["final_metrics"] == records[1]["final_metrics"] == records[2]["final_metrics"]
    assert len(list((program.folder / "cold").iterdir())) == 1
    Image.fromarray(photograph(32, 32)).save(cifar / "train/airplane/0.png")
    assert cifar_record(program, cifar, "cold", on_corrupt="skip")["initial"]["data.skipped_images"] == 2


def test_cifar10_takes_the_same_memory_whether_corrupt_images_are_an_error_or_left_out(program, cifar):
    peaks = [cifar_record(program, cifar, on_corrupt=choice)["memory_bytes"]["allocator_peak"]
             for choice in ("fail", "skip", "skip")]
    assert peaks[0] == peaks[1] == peaks[2]


@pytest.mark.parametrize("options", [{}, {"on_corrupt": "skip"}, {"train_samples": 20}])
def test_the_schedule_of_cifar10_as_image_files_is_that_of_the_training(program, cifar, options):
    (cifar / "train/cat/1.png").unlink()
    record = cifar_record(program, cifar, **options)
    [schedule] = program.answer("plan", "config.json", "--show-schedule", "--data-dir", cifar.parent)
    assert schedule["steps_per_epoch"] == record["steps"] == (2 if options.get("train_samples") else 3)
