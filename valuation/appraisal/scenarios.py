"""The base case of every scenario of the file, so that a report shows which claims can hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.claims import FILE
from valuation.appraisal.facts import Case
from valuation.errors import ValuationError
from valuation.resolve import resolve
from valuation.spec.load import Source

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


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
