"""`valuate run` and `valuate explain`: the work in a thread of its own, so that Ctrl-C ends it at once."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuation.errors import ValuationError

if TYPE_CHECKING:
    from valuation.run import Result
    from valuation.spec import Contract

SLICE = 0.1
"""Seconds for which the main thread waits before it looks for Ctrl-C again."""

INVALID, INTERRUPTED = 2, 130


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    paths: int
    seed: int
    threads: int | None
    chunk: int | None
    view: str | None
    out: str | None
    force: bool
    no_excel: bool
    as_json: bool
    quiet: bool
    verbose: int


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


@dataclass(frozen=True)
class Outcome:
    """What the worker leaves for the main thread: the result, and the workbook's content where one is wanted."""

    result: Result
    workbook: bytes | None


class CannotWrite(click.ClickException):
    """A workbook that may not be written where it was asked for; nothing is touched."""

    exit_code = INVALID


def run(contract: Contract, **asked: Any) -> int:
    """Values a contract, prints the summary or the JSON object, writes the workbook.

    Ctrl-C ends the process with 130 within a moment, also while the compiler runs, which would swallow it in the main
    thread.
    """
    options = Options(**asked)
    if options.no_excel and options.out is not None:
        raise click.UsageError("--no-excel and --out exclude each other")
    place = None if options.no_excel else workbook_place(contract, options)
    stage = Stage()
    outcome = in_worker(lambda: _work(contract, options, place, stage), _watcher(stage, options))
    _print(outcome.result, options)
    if place is not None and outcome.workbook is not None:
        put_in_place(outcome.workbook, place)
        if not options.quiet:
            click.echo(f"Workbook: {place}", err=options.as_json)
    return 0


def explain(contract: Contract) -> None:
    """Prints the plan as a program, under the conventions that it follows; all but the program are comments."""
    from valuation.conventions import SENTENCES
    from valuation.plan.text import explain_text
    from valuation.report.text import plain
    from valuation.resolve import resolve

    plan = resolve(contract)
    heads = [
        f"{contract.name}, seen from {contract.view}; {contract.stage}",
        f"file {contract.source_file}, scenario {contract.scenario or 'none'}",
        *(f"changed {override}" for override in contract.overrides),
        f"plan digest {plan.digest}",
        "",
        *SENTENCES,
        "",
        "input = as written; scalar = once; start = once a path; month = every month; pay = cash on its date",
        "name.prev = the value of the month before; base = what stands for the row in the base case",
    ]
    text = "".join(f"# {head}".rstrip() + "\n" for head in heads) + "\n" + explain_text(plan)
    click.echo(plain(text, sys.stdout.encoding or "ascii"), nl=False)


def workbook_place(contract: Contract, options: Options) -> Path:
    """Where the workbook goes; CannotWrite where something else stands than this program wrote for the contract."""
    path = Path(options.out) if options.out else Path(Path(contract.source_file).stem + ".xlsx")
    if path.suffix.lower() != ".xlsx":
        raise CannotWrite(f"'{path}' is no name for a workbook: expected one that ends in .xlsx")
    if not path.parent.is_dir():
        raise CannotWrite(f"no folder '{path.parent}' to write '{path.name}' in")
    if not os.access(path.parent, os.W_OK):
        raise CannotWrite(f"no permission to write in '{path.parent}'; choose another place with --out, or --no-excel")
    if path.is_dir():
        raise CannotWrite(f"'{path}' is a folder; choose another name with --out")
    if not path.exists() or options.force:
        return path
    from valuation.report.excel import written_by_us

    owner = written_by_us(path)
    if owner is None:
        raise CannotWrite(
            f"'{path}' exists and is not as valuate wrote it; replace it with --force, or choose another name "
            "with --out"
        )
    if owner != contract.id:
        raise CannotWrite(
            f"'{path}' holds the contract '{owner}', not '{contract.id}'; replace it with --force, or choose another "
            "name with --out"
        )
    return path


def put_in_place(content: bytes, path: Path) -> None:
    """Writes a file whole or not at all: under a temporary name beside it, then renamed.

    Runs in the main thread, where Ctrl-C arrives, so that no half-written file is left.
    """
    from valuation.report.excel import temporary_path

    part = temporary_path(path)
    try:
        part.write_bytes(content)
        os.replace(part, path)
    except OSError as error:
        raise ValuationError(f"cannot write '{path}': {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()


def in_worker(work: Callable[[], Outcome], watch: Callable[[threading.Thread], None]) -> Outcome:
    """Does the work in a thread while the main thread watches; Ctrl-C leaves the process by ``os._exit``.

    Raises
    ------
    Whatever the work raises.
    """
    done: list[Outcome] = []
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


def _work(contract: Contract, options: Options, place: Path | None, stage: Stage) -> Outcome:
    from valuation.run import value_as_read

    def progress(share: float) -> None:
        words = "simulating" if share < 1.0 else "counting up"
        if stage.words != words:
            stage.begin(words)
        stage.share = share

    from valuation.kernel.jit import cache_is_warm

    stage.begin("preparing" if cache_is_warm() else "compiling (first run on this machine)")
    result = value_as_read(
        contract,
        paths=options.paths,
        seed=options.seed,
        threads=options.threads,
        chunk=options.chunk,
        view=options.view,
        progress=progress,
    )
    if place is None:
        return Outcome(result, None)
    from valuation.report.excel import workbook_bytes

    stage.begin("writing the workbook")
    return Outcome(result, workbook_bytes(result.tables))


def _print(result: Result, options: Options) -> None:
    if options.as_json:
        click.echo(result.to_json(), nl=False)
        return
    from valuation.report.terminal import print_summary

    print_summary(result.tables, sys.stdout)


def _watcher(stage: Stage, options: Options) -> Callable[[threading.Thread], None]:
    """What the main thread does until the worker ends: a bar on a terminal, else the stages worth saying."""

    def watch(worker: threading.Thread) -> None:
        said = 0
        began = time.monotonic()
        with _bar(stage, options) as bar:
            while True:
                worker.join(SLICE)
                bar.refresh()
                for words in stage.log[said:]:
                    said += 1
                    if options.verbose and not options.quiet:
                        bar.say(f"{words} [{time.monotonic() - began:.1f} s]")
                    elif words.startswith("compiling") and not options.quiet and not bar.shown:
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
def _bar(stage: Stage, options: Options) -> Iterator[Bar]:
    """A progress bar on standard error where that is a terminal, else plain lines."""
    if options.quiet or not sys.stderr.isatty():
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
