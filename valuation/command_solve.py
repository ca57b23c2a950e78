"""`valuate solve`: one number that brings a result to a target, or the range between two parties."""

from __future__ import annotations

import sys
from typing import Any

import click

from valuation.tables import DealRange, Solution
from valuation.worker import Stage, prepare, watched


def run(*, vary: str, to: str | None, parties: tuple[str, str] | None, **asked: Any) -> int:
    """Solves, and prints the solution or the JSON object.

    Parameters
    ----------
    vary, to, parties : as of the command line; either a target or two parties.
    asked : its other options.
    """
    if (to is None) == (parties is None):
        example = "--to 'npv.mean = 0', or --parties SELLER BUYER for the range between two parties"
        raise click.UsageError(f"expected one of --to and --parties: {example}")
    if parties is not None and asked["view"] is not None:
        raise click.UsageError("--parties looks from the side of each party: leave out --view")
    as_json, quiet, verbose = asked.pop("as_json"), asked.pop("quiet"), bool(asked.pop("verbose"))
    found = watched(lambda stage: _work(stage, vary, to, parties, asked), quiet=quiet, verbose=verbose)
    if as_json:
        from valuation.report.solved import json_text

        click.echo(json_text(found), nl=False)
        return 0
    from valuation.report.solved import range_lines, solution_lines
    from valuation.report.terminal import print_lines

    if isinstance(found, Solution):
        print_lines(lambda width: solution_lines(found, width), sys.stdout)
    else:
        print_lines(lambda width: range_lines(found, width), sys.stdout)
    return 0


def _work(
    stage: Stage, vary: str, to: str | None, parties: tuple[str, str] | None, asked: dict[str, Any]
) -> Solution | DealRange:
    from valuation.studies.deal_range import deal_range
    from valuation.studies.solve import solve_trials
    from valuation.studies.trials import Trials

    trials = Trials.of(
        asked["file"],
        paths=asked["paths"],
        seed=asked["seed"],
        threads=asked["threads"],
        scenario=asked["scenario"],
        overrides=asked["overrides"],
        view=asked["view"],
    )
    prepare(stage)

    def progress(share: float) -> None:
        stage.at("solving", share)

    if parties is not None:
        return deal_range(trials, vary, parties, between=asked["between"], progress=progress)
    return solve_trials(trials, vary, str(to), between=asked["between"], progress=progress)
