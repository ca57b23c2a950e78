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


MOMENTS = [
    ("compiling", 0.0),
    ("compiling", 0.5),
    ("compiling", 2.0),
    ("simulating", 0.0),
    ("counting up", 0.0),
    ("writing", 0.2),
]
"""Six moments of a run: seconds after it has said what it does. The first four are of a first run, up to the simulation
that follows compiling; the last two use what that one compiled (20 s each time otherwise)."""


def hears_ctrl_c() -> None:
    """A shell starts background jobs with Ctrl-C ignored, and so would be what these tests start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(folder: Path, cache: Path, stage: str, after: float, bitzero: str) -> tuple[int, str, float]:
    """Exit code, standard error, and the time from Ctrl-C to the end, of a run interrupted some seconds after it says
    that a stage begins."""
    paths = 20_000 if stage in ("counting up", "writing") else 2_000_000
    running = subprocess.Popen(
        [str(PROGRAM), bitzero, "--paths", str(paths), "-v"],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_ctrl_c,
    )
    assert running.stderr is not None
    heard = []
    for line in running.stderr:
        heard.append(line)
        if line.startswith(stage):
            break
    time.sleep(after)
    assert running.poll() is None, f"the run was over before it was interrupted: {heard}"
    sent = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=PATIENCE)
    return running.returncode, "".join(heard) + said, time.monotonic() - sent


@pytest.fixture(scope="module")
def compiled(tmp_path_factory) -> Path:
    """A cache of machine code that the run interrupted while it simulates fills for those interrupted later."""
    return tmp_path_factory.mktemp("compiled")


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "after"), MOMENTS)
def test_a_cold_run_ends_at_once(tmp_path, bitzero, compiled, stage, after):
    folder = tmp_path / "here"
    folder.mkdir()
    cold = stage == "compiling" or not any(compiled.rglob("*.nbc"))
    cache = tmp_path / "cache" if stage == "compiling" else compiled
    code, said, took = interrupted(folder, cache, stage, after, bitzero)
    print(f"Ctrl-C {after} s after '{stage}': exit {code} within {took:.2f} s")
    assert code == 130, said
    assert said.startswith("compiling (first run on this machine)") == cold, said
    assert "interrupted" in said and "Traceback" not in said
    assert os.listdir(folder) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "stage"),
    [
        (("solve", "--vary", "clauses.rent.price", "--to", "npv.mean = 0"), "solving"),
        (("sensitivity",), "moving the inputs"),
    ],
)
def test_a_study_ends_at_once(tmp_path, bitzero, words, stage):
    command, *more = words
    running = subprocess.Popen(
        [str(PROGRAM), command, bitzero, *more, "--paths", "2000000", "-v"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_ctrl_c,
    )
    assert running.stderr is not None
    assert any(line.startswith(stage) for line in iter(running.stderr.readline, ""))
    running.send_signal(signal.SIGINT)
    printed, said = running.communicate(timeout=PATIENCE)
    assert (running.returncode, printed) == (130, "") and "interrupted" in said


def test_before_the_program_has_begun(tmp_path, bitzero):
    """The signal itself ends a process that has not come to handle it."""
    running = subprocess.Popen(
        [str(PROGRAM), bitzero], cwd=tmp_path, stderr=subprocess.PIPE, text=True, preexec_fn=hears_ctrl_c
    )
    time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=PATIENCE)
    assert running.returncode in (130, -signal.SIGINT)
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
    from valuation import worker

    def fails() -> None:
        raise LookupError("in the worker")

    with pytest.raises(LookupError, match="in the worker"):
        worker.in_worker(fails, lambda worker: worker.join())
