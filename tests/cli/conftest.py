import shutil

import pytest

from committed import FIGURE_3_LEFT
from program import Program


@pytest.fixture
def program(tmp_path):
    """nero-bench in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    program = Program(folder)
    yield program
    program.stop()


@pytest.fixture
def records(program):
    """A copy of the committed records of figure 3 left, to be changed."""
    folder = program.folder / "ours"
    shutil.copytree(FIGURE_3_LEFT, folder)
    return folder
