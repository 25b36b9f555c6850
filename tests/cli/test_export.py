"""What is written for other tools is read by those tools: TensorBoard, and the parser of mlperf-logging."""

import json

import pytest

from program import Program, small_config


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The program after a run with a diverged trial, exported."""
    folder = tmp_path_factory.mktemp("export") / "here"
    folder.mkdir()
    program = Program(folder)
    config = small_config(optimisers=[{"name": "nero", "beta": 0.9}, {"name": "sgd", "label": "too fast", "learning_rates": [1e30]}],
                          record_steps=True)
    done = program.run("run", program.write(config), "--tensorboard", "boards", "--mllog", "logs")
    assert done.returncode == 0, done.stderr
    return program


def stored(program):
    return {name: json.loads(file.read_text()) for name, file in program.records().items()}


def accumulator(folder):
    reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator", reason="needs tensorboard (scripts/setup.sh)")
    events = reading.EventAccumulator(str(folder), size_guidance={reading.SCALARS: 0, reading.TENSORS: 0})
    return events.Reload()


def test_tensorboard_reads_every_scalar(exported):
    for name, record in stored(exported).items():
        events = accumulator(exported.folder / "boards" / name)
        expected = {"learning_rate": [(point["step"], point["learning_rate"]) for point in record["curve"]]}
        for point in record["curve"]:
            for metric, value in point["metrics"].items():
                expected.setdefault(metric.replace(".", "/", 1), []).append((point["step"], float(value)))
        for metric, values in record["step_curves"].items():
            expected["step/" + metric] = [(step, float(value)) for step, value in enumerate(values, 1)]
        expected = {tag: values for tag, values in expected.items() if values}
        assert set(events.Tags()["scalars"]) == set(expected)
        for tag, values in expected.items():
            read = events.Scalars(tag)
            assert [event.step for event in read] == [step for step, _ in values]
            for event, (_, value) in zip(read, values):
                assert event.value == pytest.approx(value, rel=1e-6, nan_ok=True) or abs(value) > 3.4e38
            times = [event.wall_time for event in read]
            assert times == sorted(times) and 1.7e9 < times[0] < 1e10


def test_every_tf_record_has_the_right_checksums(exported):
    """The reader of the tensorboard package checks both; a flipped bit is found, so it does."""
    pytest.importorskip("tensorboard", reason="needs tensorboard (scripts/setup.sh)")
    from tensorboard.backend.event_processing import event_file_loader
    from tensorboard.compat.tensorflow_stub import errors

    file = next((exported.folder / "boards").rglob("events.out.tfevents.*"))
    events = list(event_file_loader.LegacyEventFileLoader(str(file)).Load())
    assert events[0].file_version == "brain.Event:2" and len(events) > 5
    content = bytearray(file.read_bytes())
    content[-10] ^= 1
    broken = exported.folder / "events.out.tfevents.1.broken"
    broken.write_bytes(content)
    try:
        read = list(event_file_loader.LegacyEventFileLoader(str(broken)).Load())
    except errors.DataLossError:
        read = []
    assert len(read) < len(events)


def test_tensorboard_shows_the_settings_of_a_trial(exported):
    pytest.importorskip("tensorboard", reason="needs tensorboard (scripts/setup.sh)")
    from tensorboard.plugins.hparams import plugin_data_pb2

    for name, record in stored(exported).items():
        content = accumulator(exported.folder / "boards" / name).PluginTagToContent("hparams")
        start = plugin_data_pb2.HParamsPluginData.FromString(content["_hparams_/session_start_info"]).session_start_info
        assert start.hparams["learning_rate"].number_value == record["spec"]["learning_rate"]
        assert start.hparams["optimiser"].string_value == record["spec"]["labels"]["optimiser"]
        if record["spec"]["optimiser"]["name"] == "nero":
            assert start.hparams["optimiser.beta"].number_value == 0.9
        end = plugin_data_pb2.HParamsPluginData.FromString(content["_hparams_/session_end_info"]).session_end_info
        assert end.status == 1 and end.end_time_secs >= start.start_time_secs


def test_log_lines_are_in_mlperfs_style(exported):
    for name, record in stored(exported).items():
        lines = (exported.folder / "logs" / f"{name}.log").read_text().splitlines()
        assert all(line.startswith(":::MLLOG ") for line in lines)
        events = [json.loads(line.removeprefix(":::MLLOG "), parse_constant=lambda constant: pytest.fail(constant)) for line in lines]
        for event in events:
            assert set(event) == {"namespace", "time_ms", "event_type", "key", "value", "metadata"}
            assert event["event_type"] in ("POINT_IN_TIME", "INTERVAL_START", "INTERVAL_END")
            assert {"file", "lineno"} <= set(event["metadata"])
        assert [event["time_ms"] for event in events] == sorted(event["time_ms"] for event in events)
        by_key = {event["key"]: event for event in events}
        assert by_key["opt_base_learning_rate"]["value"] == record["spec"]["learning_rate"]
        assert by_key["run_stop"]["metadata"]["status"] == ("success" if record["status"] == "completed" else "aborted")
        accuracies = [event["value"] for event in events if event["key"] == "eval_accuracy"]
        assert accuracies == [point["metrics"]["test.accuracy"] for point in record["curve"]]


def test_mlperfs_own_parser_reads_the_log_lines(exported):
    parser = pytest.importorskip("mlperf_logging.compliance_checker.mlp_parser", reason="needs mlperf-logging (scripts/setup.sh)")
    for name in stored(exported):
        file = exported.folder / "logs" / f"{name}.log"
        lines, errors = parser.parse_file(str(file), ruleset="5.1.0")
        assert errors == [] and len(lines) == len(file.read_text().splitlines())
        assert {"run_start", "run_stop", "seed", "opt_name"} <= {line.key for line in lines}


def test_exporting_again_writes_the_same_bytes(exported):
    def contents():
        return {file.relative_to(exported.folder): file.read_bytes() for folder in ("boards", "logs")
                for file in (exported.folder / folder).rglob("*") if file.is_file()}

    before = contents()
    assert len(before) == 4
    done = exported.run("export", "runs/small", "--tensorboard", "boards", "--mllog", "logs")
    assert done.returncode == 0, done.stderr
    assert contents() == before


def test_export_wants_to_know_the_format(exported):
    done = exported.run("export", "runs/small")
    assert done.returncode == 2 and "--tensorboard" in done.stderr
