"""A discount curve in a plan: a table that a measure names as its rate."""

from __future__ import annotations

from valuation.curves.discount import DiscountCurve
from valuation.plan.model import Plan

CURVE = "market.risk_free"
"""Table of the risk-free curve: years from the valuation date, and ln D at each."""


def curve_of(plan: Plan, rate: str) -> DiscountCurve | None:
    """The curve that a measure discounts on; None where its rate is a row."""
    table = next((one for one in plan.tables if one.name == rate), None)
    if table is None:
        return None
    columns = dict(table.columns)
    return DiscountCurve(columns["years"], columns["log_factor"])
