import pytest

from program import Program


@pytest.fixture
def program(tmp_path):
    """nero-bench in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    program = Program(folder)
    yield program
    program.stop()
