"""Indicators year by year: how often a watched condition holds, given that the contract is still alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.facts import watched_row
from valuation.appraisal.years import months_of
from valuation.simulate import Simulation
from valuation.tables import Indicator, IndicatorYear

if TYPE_CHECKING:
    from valuation.spec import claims
    from valuation.spec.contract import Contract


def indicators(contract: Contract, base: Base, simulation: Simulation) -> tuple[Indicator, ...]:
    """P(true | alive), P(true and alive) and P(alive) at the end of each year of the term, or of the term itself.

    Among ``all`` paths the first is P(true) over all of them.
    """
    return tuple(_indicator(contract, base, simulation, place, one) for place, one in enumerate(contract.indicators))


def _indicator(
    contract: Contract, base: Base, simulation: Simulation, place: int, stated: claims.Indicator
) -> Indicator:
    condition = stated.when
    begun = next((t for t, inside in enumerate(base.row("term.in_month")) if inside > 0.0), 0)
    converted = f"indicator_{place}.watched"
    start = base.row(converted if converted in base.plan.row_of else watched_row(contract, condition.name))[begun]
    limit = condition.quantity.canonical
    true, both = simulation.count[f"indicator_{place}"], simulation.count[f"indicator_{place}_and_alive"]
    all_paths = stated.among == "all"
    years = []
    for at, year in enumerate(simulation.years):
        if not in_term(base, year):
            continue
        alive = float(simulation.count["alive"][at])
        given = float(true[at]) / simulation.paths if all_paths else float(both[at]) / alive if alive else None
        years.append(IndicatorYear(year, given, float(both[at]) / simulation.paths, alive / simulation.paths))
    return Indicator(
        name=stated.name,
        when=condition.text,
        over=stated.over,
        at_start={"<": start < limit, ">": start > limit, "=": start == limit}[condition.operator],
        years=tuple(years),
        note="; ".join(part for part in (stated.note or "", "among all paths" if all_paths else "") if part),
    )


def in_term(base: Base, year: int) -> bool:
    """Whether a calendar year has a month of the term."""
    return any(base.row("term.in_month")[t] > 0.0 for t in months_of(base, year))
