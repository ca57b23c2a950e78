"""`valuate sensitivity`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuation.command import put_in_place, workbook_place
from valuation.worker import Stage, prepare, watched

if TYPE_CHECKING:
    from valuation.studies.sensitivity import SensitivityResult


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    file: str
    scenario: str | None
    overrides: tuple[str, ...]
    view: str | None
    also: tuple[str, ...]
    table: tuple[str, ...]
    mean: bool
    of: str
    paths: int
    seed: int
    threads: int | None
    out: str | None
    force: bool
    as_json: bool
    quiet: bool
    verbose: int


def run(**asked: Any) -> int:
    """Makes the study, prints it or its JSON object, and writes the workbook where one is asked for."""
    options = Options(**asked)
    if len(options.table) > 2:
        raise click.UsageError(f"--table is for one input or two, got {len(options.table)}")
    if options.table and options.also:
        raise click.UsageError("--also belongs to the tornado, which --table leaves out; a table takes ±10 % by itself")
    if options.mean and not options.table:
        raise click.UsageError("--mean belongs to --table; the tornado has the mean NPV anyway")
    place = None if options.out is None else _place(options)
    result, workbook = watched(lambda stage: _work(options, stage), quiet=options.quiet, verbose=bool(options.verbose))
    if options.as_json:
        click.echo(result.to_json(), nl=False)
    else:
        from valuation.report.sensitivity_lines import sensitivity_lines
        from valuation.report.terminal import print_lines

        print_lines(lambda width: sensitivity_lines(result.found, width), sys.stdout)
    if place is not None and workbook is not None:
        put_in_place(workbook, place)
        if not options.quiet:
            click.echo(f"Workbook: {place}", err=options.as_json)
    return 0


def _place(options: Options) -> Path:
    from valuation.report.excel.sensitivity import owner_mark
    from valuation.spec import load

    contract = load(options.file, options.scenario, options.overrides, options.view)
    return workbook_place(Path(str(options.out)), owner_mark(contract.id), options.force)


def _work(options: Options, stage: Stage) -> tuple[SensitivityResult, bytes | None]:
    from valuation.studies.sensitivity import sensitivity

    prepare(stage)
    result = sensitivity(
        options.file,
        paths=options.paths,
        seed=options.seed,
        threads=options.threads,
        view=options.view,
        scenario=options.scenario,
        overrides=options.overrides,
        also=options.also,
        table=options.table,
        mean=options.mean,
        of="npv_equity" if options.of == "npv_equity" else "npv",
        say=stage.at,
    )
    if options.out is None:
        return result, None
    from valuation.report.excel.sensitivity import sensitivity_workbook

    stage.begin("writing the workbook")
    return result, sensitivity_workbook(result.found)
