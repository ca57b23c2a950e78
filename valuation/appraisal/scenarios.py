"""Every scenario of the file beside the run: its base case, and a number of paths, on the same random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.claims import FILE
from valuation.appraisal.facts import Case
from valuation.errors import ValuationError
from valuation.plan.assemble import assemble
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import Source
from valuation.statistics.distribution import distribution
from valuation.statistics.sums import Floats, paired_difference, share
from valuation.tables import ScenarioCase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from valuation.spec.contract import Contract

PATHS = 10_000
"""Paths of a scenario beside the run: enough to see what an event costs, a tenth of what the run itself draws."""


def scenario_cases(contract: Contract, case: Case, view: str) -> tuple[dict[str, Case], tuple[str, ...]]:
    """Base cases by scenario, the file as it stands first under ``base``; and what could not be done.

    All have the overrides of the run. A contract that was not read from a file has the one case that it is.

    Parameters
    ----------
    case : the contract as it runs; not computed again.
    """
    here = contract.scenario or FILE
    if not contract.source_file:
        return {here: case}, ()
    source = Source.read(contract.source_file)
    cases: dict[str, Case] = {}
    failed: list[str] = []
    for name in (FILE, *contract.scenarios):
        if name == here:
            cases[name] = case
            continue
        try:
            other = source.contract(None if name == FILE else name, contract.overrides, view)
            cases[name] = Case(other, Base.of(resolve(other, view=view)))
        except ValuationError as error:
            failed.append(f"scenario {name} cannot be valued: {str(error).splitlines()[0]}")
    return cases, tuple(failed)


def scenario_table(
    cases: Mapping[str, Case], npv: Floats, *, here: str | None, seed: int, threads: int | None
) -> tuple[ScenarioCase, ...]:
    """What each scenario is worth: base case and paths, the latter with the random numbers of the run's first ones.

    Parameters
    ----------
    cases : as ``scenario_cases`` gives them.
    npv : NPV after tax by path of the run [n] [contract currency].
    here : scenario of the run, None for the file as it stands.
    """
    if len(cases) < 2:
        return ()
    paths = min(PATHS, npv.size)
    found: list[ScenarioCase] = []
    first: Floats | None = None
    for name, case in cases.items():
        is_run = name == (here or FILE)
        if is_run:
            drawn = npv[:paths]
        else:
            drawn = simulate(assemble(case.base.plan), paths=paths, seed=seed, threads=threads).measure["npv"]
        spread, measures = distribution(drawn), case.measures
        first = drawn if first is None else first
        change, change_se = paired_difference(drawn, first)
        notes = case.contract.scenarios
        found.append(
            ScenarioCase(
                name=name,
                note=(notes[name].note or "") if name in notes else "",
                npv_base=measures.npv,
                irr_base=measures.irr,
                margin_base=measures.margin,
                npv_mean=spread.mean or 0.0,
                npv_se=spread.se or 0.0,
                npv_negative=share(drawn < 0.0)[0],
                paths=paths,
                is_run=is_run,
                npv_change=change,
                npv_change_se=change_se,
            )
        )
    return tuple(found)
