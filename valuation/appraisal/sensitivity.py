"""What the base NPV does when a number moves: the discount rate; investment against operating cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.appraisal import what_if
from valuation.appraisal.base import Base
from valuation.appraisal.flows import Flows, present_value
from valuation.appraisal.what_if import Lever
from valuation.tables import RateRow

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

POINTS = (-0.02, -0.01, 0.0, 0.01, 0.02, 0.03)
"""Distances from the discount rate."""


def npv_by_rate(base: Base, mean: Flows) -> tuple[RateRow, ...]:
    """NPV after tax at other discount rates: base case, and mean over the paths, which is the NPV of the mean flows."""
    rates = [round(base.rate + points, 12) for points in POINTS if base.rate + points > -1.0]
    cases = (base.flows, mean)
    return tuple(RateRow(rate, *(present_value(rate, flows, flows.net) for flows in cases)) for rate in rates)


def two_way(contract: Contract, base: Base) -> tuple[tuple[tuple[float, ...], ...] | None, tuple[str, str] | None]:
    """Base NPV by investment (rows) and operating cost (columns), each over its stated range, and what the axes are.

    Both None where the viewed party does not bear both.
    """
    capex = what_if.lever(base.plan, what_if.capex_cost(contract))
    running = what_if.lever(base.plan, what_if.operating_cost(contract))
    if capex is None or running is None:
        return None, None
    study = what_if.WhatIf(base, capex.input.name, running.input.name)
    across = span(running)
    rows = [(0.0, *(x * running.scale for x in across))]
    for cost in span(capex):
        npvs = (study.npv({capex.input.name: cost, running.input.name: x}) for x in across)
        rows.append((cost * capex.scale, *npvs))
    return tuple(rows), (_axis(capex), _axis(running))


def span(lever: Lever) -> tuple[float, ...]:
    """Five values of an input as written: its own, the ends of its stated range and the points halfway between.

    Without a range, 80 % to 120 %. An end that is its own value is left out.
    """
    value, origin = lever.input.value, lever.input.origin
    low = 0.8 * value if origin.low is None else origin.low
    high = 1.2 * value if origin.high is None else origin.high
    points = {round(x, 12) for x in (low, 0.5 * (low + value), 0.5 * (value + high), high)} - {value}
    return tuple(sorted({value, *points}))


def _axis(lever: Lever) -> str:
    return f"{lever.input.label}, {lever.unit}"
