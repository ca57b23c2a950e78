"""The command line, run in this process and as one of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from valuation.cli import main
from valuation.shipped import shipped

PROGRAM = Path(sys.executable).with_name("valuate")


@pytest.fixture(scope="session")
def bitzero() -> str:
    return str(shipped("contracts") / "bitzero.yaml")


@pytest.fixture(scope="session")
def quick(tmp_path_factory) -> str:
    """The same contract without its scenarios, each of which costs a base case."""
    folder = tmp_path_factory.mktemp("deals") / "contracts"
    shutil.copytree(shipped("contracts"), folder)
    file = folder / "bitzero.yaml"
    before, _, rest = file.read_text(encoding="utf-8").partition("\nscenarios:\n")
    file.write_text(before + "\n" + rest[rest.index("\nnot_modelled:") :], encoding="utf-8")
    return str(file)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def valuate(here):
    """Runs a command line in this process; gives exit_code, stdout and stderr."""

    def call(*arguments: object):
        return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)

    return call


@pytest.fixture
def process(here):
    """Runs a command line in a process of its own."""

    def call(*arguments: object, **more):
        words = [str(PROGRAM), *(str(argument) for argument in arguments)]
        return subprocess.run(words, capture_output=True, text=True, cwd=here, timeout=300, **more)

    return call
