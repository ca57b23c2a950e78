"""Work in a thread of its own while the main thread shows progress, so that Ctrl-C ends it at once.

Also while the compiler runs, which would swallow it in the main thread.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

import click

from valuation.errors import ValuationError

SLICE = 0.1
"""Seconds for which the main thread waits before it looks for Ctrl-C again."""

INTERRUPTED = 130

T = TypeVar("T")


@dataclass
class Stage:
    """What the worker is doing, for the progress bar: a few words and the share of the paths that are done."""

    words: str = "reading"
    share: float = 0.0
    log: list[str] = field(default_factory=list)

    def begin(self, words: str) -> None:
        """A new stage begins."""
        self.words = words
        self.log.append(words)

    def at(self, words: str, share: float) -> None:
        """So far has the stage come; another one than before begins."""
        if self.words != words:
            self.begin(words)
        self.share = share


def watched(work: Callable[[Stage], T], *, quiet: bool = False, verbose: bool = False) -> T:
    """Does the work in a thread, with its progress on standard error.

    Parameters
    ----------
    work : gets the stage, on which it says what it is doing.
    quiet, verbose : no progress at all; every stage in a line of its own.
    """
    stage = Stage()
    return in_worker(lambda: work(stage), watcher(stage, quiet=quiet, verbose=verbose))


def prepare(stage: Stage) -> None:
    """Says whether the compiler must run before anything else."""
    from valuation.kernel.jit import cache_is_warm

    stage.begin("preparing" if cache_is_warm() else "compiling (first run on this machine)")


def in_worker(work: Callable[[], T], watch: Callable[[threading.Thread], None]) -> T:
    """Does the work in a thread while the main thread watches; Ctrl-C leaves the process by ``os._exit``.

    Raises
    ------
    Whatever the work raises.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def task() -> None:
        try:
            done.append(work())
        except MemoryError:
            failed.append(ValuationError("not enough memory for so many paths; try fewer with --paths"))
        except BaseException as error:  # noqa: BLE001  raised again in the main thread
            failed.append(error)

    worker = threading.Thread(target=task, name="valuate", daemon=True)
    try:
        worker.start()
        watch(worker)
    except KeyboardInterrupt:
        with suppress(OSError, ValueError):
            sys.stderr.write("\ninterrupted\n")
            sys.stderr.flush()
        os._exit(INTERRUPTED)
    if failed:
        raise failed[0]
    return done[0]


def watcher(stage: Stage, *, quiet: bool = False, verbose: bool = False) -> Callable[[threading.Thread], None]:
    """What the main thread does until the worker ends: a bar on a terminal, else the stages worth saying."""

    def watch(worker: threading.Thread) -> None:
        said = 0
        began = time.monotonic()
        with _bar(stage, quiet) as bar:
            while True:
                worker.join(SLICE)
                bar.refresh()
                for words in stage.log[said:]:
                    said += 1
                    if verbose and not quiet:
                        bar.say(f"{words} [{time.monotonic() - began:.1f} s]")
                    elif words.startswith("compiling") and not quiet and not bar.shown:
                        bar.say(words)  # a bar says it itself
                if not worker.is_alive():
                    return

    return watch


@dataclass(frozen=True)
class Bar:
    """What shows the progress: ``refresh`` draws it anew, ``say`` writes a line above it."""

    refresh: Callable[[], None]
    say: Callable[[str], None]
    shown: bool


@contextmanager
def _bar(stage: Stage, quiet: bool) -> Iterator[Bar]:
    """A progress bar on standard error where that is a terminal, else plain lines."""
    if quiet or not sys.stderr.isatty():
        yield Bar(lambda: None, lambda words: click.echo(words, err=True), False)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(stage.words, total=1.0)

        def refresh() -> None:
            progress.update(task, description=stage.words, completed=stage.share)

        yield Bar(refresh, lambda words: progress.console.print(words, highlight=False), True)
