"""`valuate run` and `valuate explain`."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuation.errors import ValuationError
from valuation.worker import Stage, prepare, watched

if TYPE_CHECKING:
    from valuation.appraisal.appraise import Previous
    from valuation.report.template.read import Template
    from valuation.run import Result
    from valuation.spec import Contract

INVALID = 2


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    paths: int
    seed: int
    threads: int | None
    chunk: int | None
    view: str | None
    parameter_uncertainty: bool
    parameter_draws: int
    previous: str | None
    out: str | None
    template: str | None
    force: bool
    no_excel: bool
    as_json: bool
    quiet: bool
    verbose: int


@dataclass(frozen=True)
class Outcome:
    """What the worker leaves for the main thread: the result, and the workbook's content where one is wanted."""

    result: Result
    workbook: bytes | None
    notes: tuple[str, ...] = ()
    """What is to be said of the workbook."""


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
    if options.no_excel and options.template is not None:
        raise click.UsageError("--no-excel and --template exclude each other")
    template = _template(options)
    suffix = ".xlsx" if template is None else template.suffix
    wanted = Path(options.out) if options.out else Path(Path(contract.source_file).stem + suffix)
    place = None
    if template is not None:
        place = filled_place(wanted, template, contract.id, options.force)
    elif not options.no_excel:
        place = workbook_place(wanted, contract.id, options.force, _run(contract, options))
    earlier = None if options.previous is None else _earlier(options.previous, contract)
    outcome = watched(
        lambda stage: _work(contract, options, place, template, earlier, stage),
        quiet=options.quiet,
        verbose=bool(options.verbose),
    )
    _print(outcome.result, options)
    if place is not None and outcome.workbook is not None:
        put_in_place(outcome.workbook, place)
        if not options.quiet:
            click.echo(f"Workbook: {place}", err=options.as_json)
            for note in outcome.notes:
                click.echo(note, err=True)
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
        "name.prev = the value of the month before, name.prev12 = of 12 months before",
        "base = what stands for the row in the base case",
    ]
    text = "".join(f"# {head}".rstrip() + "\n" for head in heads) + "\n" + explain_text(plan)
    click.echo(plain(text, sys.stdout.encoding or "ascii"), nl=False)


def workbook_place(path: Path, mark: str, force: bool, run: str = "") -> Path:
    """The path where a workbook may go; CannotWrite where something else stands than this program wrote.

    Parameters
    ----------
    mark : whose workbook may be replaced: the id of its contract.
    force : whether any file may be replaced.
    run : the run whose workbook may be replaced, by itself; empty for a study, which replaces its last one.
    """
    _may_be_written(path, ".xlsx")
    if not path.exists() or force:
        return path
    from valuation.report.excel import written_by_us

    owner = written_by_us(path)
    if owner is None:
        raise CannotWrite(
            f"'{path}' exists and is not as valuate wrote it; replace it with --force, or choose another name "
            "with --out"
        )
    if owner.contract != mark:
        raise CannotWrite(
            f"'{path}' holds the contract '{owner.contract}', not '{mark}'; replace it with --force, or choose another "
            "name with --out"
        )
    if run and owner.run != run:
        raise CannotWrite(
            f"'{path}' holds another run of this contract; replace it with --force, or keep both: choose another name "
            f"with --out, and compare with --previous {shlex.quote(str(path))}"
        )
    return path


def filled_place(path: Path, template: Template, mark: str, force: bool) -> Path:
    """The path where a filled template may go; CannotWrite where something else stands than this template as this
    program filled it for the same contract.

    Parameters
    ----------
    mark : id of the contract, which a file may be replaced for where it stands in the cell `valuate_contract_id`.
    force : whether any file but the template may be replaced.
    """
    from valuation.report.template.fill import filled_from

    _may_be_written(path, template.suffix)
    if not path.exists():
        return path
    if os.path.samefile(path, template.file):
        raise CannotWrite(f"'{path}' is the template itself, which stays as it is; choose another name with --out")
    if force or filled_from(template, path, mark):
        return path
    raise CannotWrite(
        f"'{path}' exists and is not known to be '{template.file}' filled for '{mark}' and left as it was (a template "
        "with a cell valuate_contract_id is known again); replace it with --force, or choose another name with --out"
    )


def _may_be_written(path: Path, suffix: str) -> None:
    """CannotWrite where a new file of this name could not be written."""
    if path.suffix.lower() != suffix:
        raise CannotWrite(f"'{path}' is no name for a workbook: expected one that ends in {suffix}")
    if not path.parent.is_dir():
        raise CannotWrite(f"no folder '{path.parent}' to write '{path.name}' in")
    if not os.access(path.parent, os.W_OK):
        raise CannotWrite(f"no permission to write in '{path.parent}'; choose another place with --out, or --no-excel")
    if path.is_dir():
        raise CannotWrite(f"'{path}' is a folder; choose another name with --out")


def put_in_place(content: bytes, path: Path) -> None:
    """Writes a file whole or not at all.

    Runs in the main thread, where Ctrl-C arrives, so that no half-written file is left.
    """
    from valuation.report.excel import put_whole

    try:
        put_whole(content, path)
    except OSError as error:
        raise ValuationError(f"cannot write '{path}': {error.strerror}") from error


def _run(contract: Contract, options: Options) -> str:
    """What the run is known by, to which a workbook that stands there is held."""
    import valuation
    from valuation.kernel.arrays import BLOCK
    from valuation.report.excel import run_of
    from valuation.spec import spec_sha256

    draws = min(options.parameter_draws, options.paths // BLOCK) if options.parameter_uncertainty else None
    sha = spec_sha256(contract)
    return run_of(sha, contract.view, options.seed, options.paths, draws, valuation.__version__)


def _template(options: Options) -> Template | None:
    if options.template is None:
        return None
    from valuation.report.template.read import fillable

    return fillable(options.template)


class CannotCompare(click.ClickException):
    """A workbook that is no earlier run of the contract; nothing is computed."""

    exit_code = INVALID


def _earlier(path: str, contract: Contract) -> Previous:
    from valuation.run import NotThePrevious, previous_run

    try:
        return previous_run(path, contract)
    except NotThePrevious as error:
        raise CannotCompare(str(error)) from None


def _work(
    contract: Contract,
    options: Options,
    place: Path | None,
    template: Template | None,
    earlier: Previous | None,
    stage: Stage,
) -> Outcome:
    from valuation.run import value_as_read

    def progress(share: float) -> None:
        stage.at("simulating" if share < 1.0 else "counting up", share)

    prepare(stage)
    result = value_as_read(
        contract,
        paths=options.paths,
        seed=options.seed,
        threads=options.threads,
        chunk=options.chunk,
        view=options.view,
        parameter_draws=options.parameter_draws if options.parameter_uncertainty else None,
        previous=earlier,
        progress=progress,
    )
    if place is None:
        return Outcome(result, None)
    if template is not None:
        from valuation.report.template.fill import fill

        stage.begin("filling the template")
        filled = fill(template, result.tables)
        return Outcome(result, filled.content, filled.notes)
    from valuation.report.excel import workbook_bytes

    stage.begin("writing the workbook")
    return Outcome(result, workbook_bytes(result.workbook_tables))


def _print(result: Result, options: Options) -> None:
    if options.as_json:
        click.echo(result.to_json(), nl=False)
        return
    from valuation.report.terminal import print_summary

    print_summary(result.tables, sys.stdout)
