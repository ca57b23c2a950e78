"""Ctrl-C ends a run with 130 and leaves no half-written workbook, at whatever moment."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("valuate")
PATIENCE = 10.0
"""Seconds after which a run that was interrupted has not reacted. On an idle machine it takes some tenths."""


def interrupted(folder: Path, cache: Path, after: float, bitzero: str, paths: int) -> tuple[int, str, float]:
    """Exit code, standard error, and the time from Ctrl-C to the end, of a run interrupted after some seconds."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    words = [str(PROGRAM), bitzero, "--paths", str(paths), "-v"]
    running = subprocess.Popen(
        words, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    time.sleep(after)
    assert running.poll() is None, "the run was over before it was interrupted"
    sent = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=PATIENCE)
    return running.returncode, said, time.monotonic() - sent


@pytest.mark.slow
@pytest.mark.parametrize("after", [1.0, 2.0, 4.0, 6.0, 8.0])
def test_while_the_compiler_runs(tmp_path, bitzero, after):
    folder = tmp_path / "here"
    folder.mkdir()
    code, said, _ = interrupted(folder, tmp_path / "cache", after, bitzero, 2_000_000)
    assert code == 130, said
    assert "interrupted" in said and "Traceback" not in said
    assert os.listdir(folder) == []


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.05, 3.0, 5.0, 8.0])
def test_while_it_simulates(tmp_path, bitzero, after):
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    code, said, _ = interrupted(tmp_path, cache, after, bitzero, 2_000_000)
    assert code in ((130, -2) if after < 0.3 else (130,)), "before the program has begun the signal itself ends it"
    assert "Traceback" not in said or after < 0.3
    assert os.listdir(tmp_path) == []


def test_while_it_writes(tmp_path, monkeypatch):
    """Ctrl-C arrives in the main thread, which writes."""
    from valuation import command

    def arrives(source: object, target: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command.os, "replace", arrives)
    old = tmp_path / "x.xlsx"
    old.write_bytes(b"as it was")
    with pytest.raises(KeyboardInterrupt):
        command.put_in_place(b"new", old)
    assert os.listdir(tmp_path) == ["x.xlsx"] and old.read_bytes() == b"as it was"


def test_what_the_worker_raises_is_raised_again():
    from valuation import command

    def fails() -> command.Outcome:
        raise LookupError("in the worker")

    with pytest.raises(LookupError, match="in the worker"):
        command.in_worker(fails, lambda worker: worker.join())
