"""The command line, run in this process and as one of its own."""

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
