"""`valuate compare`: contracts, scenarios or views side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from valuation.command import put_in_place, workbook_place
from valuation.tables import Comparison
from valuation.worker import Stage, prepare, watched


def run(*, files: tuple[str, ...], scenarios: tuple[str, ...], views: str | None, **asked: Any) -> int:
    """Compares, prints the table or the JSON object, writes the workbook where one is asked for.

    Parameters
    ----------
    files, scenarios, views : as of the command line; views are names with commas between them.
    asked : its other options.
    """
    out, force = asked.pop("out"), asked.pop("force")
    as_json, quiet, verbose = asked.pop("as_json"), asked.pop("quiet"), bool(asked.pop("verbose"))
    parties = [] if views is None else [name.strip() for name in views.split(",")]
    if not all(parties):
        raise click.UsageError(f"--views '{views}': expected names of parties, for example --views host,tenant")
    if parties and asked["view"] is not None:
        raise click.UsageError("--views and --view exclude each other")
    if len(files) > 1 and len(scenarios) == 1:  # one scenario of every file
        asked["scenario"], scenarios = scenarios[0], ()
    place = None if out is None else _place(out, files, force)
    found, workbook = watched(
        lambda stage: _work(stage, files, scenarios, parties, asked, place), quiet=quiet, verbose=verbose
    )
    if as_json:
        from valuation.report.compared_json import comparison_text

        click.echo(comparison_text(found), nl=False)
    else:
        from valuation.report.compared_lines import comparison_lines
        from valuation.report.terminal import print_lines

        print_lines(lambda width: comparison_lines(found, width), sys.stdout)
    if place is not None and workbook is not None:
        put_in_place(workbook, place)
        if not quiet:
            click.echo(f"Workbook: {place}", err=as_json)
    return 0


def _place(out: str, files: tuple[str, ...], force: bool) -> Path:
    """Where the workbook goes, known before anything is computed."""
    from valuation.report.excel.compare import comparison_owner
    from valuation.spec import Source

    return workbook_place(Path(out), comparison_owner([Source.read(file).contract().id for file in files]), force)


def _work(
    stage: Stage,
    files: tuple[str, ...],
    scenarios: tuple[str, ...],
    views: list[str],
    asked: dict[str, Any],
    place: Path | None,
) -> tuple[Comparison, bytes | None]:
    from valuation.studies.compare import compare

    prepare(stage)
    found = compare(
        *files,
        scenarios=scenarios,
        views=views,
        progress=lambda share: stage.at("simulating", share),
        **asked,
    )
    if place is None:
        return found, None
    from valuation.report.excel.compare import comparison_workbook

    stage.begin("writing the workbook")
    return found, comparison_workbook(found)
