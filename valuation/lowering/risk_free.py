"""The risk-free curve of a market in the plan: logarithms of discount factors from the valuation date on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.plan.curve import CURVE
from valuation.plan.model import Origin
from valuation.timeline import edate, serial

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

DAYS = 365.0
"""Days in a year of discounting."""


def risk_free_curve(ctx: Lowering) -> str:
    """Enters the curve, ln D(t)/D(0) by years t from the valuation date, and gives the input that stands for it where
    one rate is shown: the zero rate to the end of the term [1/year].

    Between its maturities ln D is straight, so the curve from another day than the market's is the same without the
    maturities before that day.
    """
    contract, b = ctx.contract, ctx.b
    stated = contract.market.risk_free.curve
    if stated is None:
        raise ValueError("one risk-free rate is no curve")
    passed = (b.valuation - serial(contract.market.as_of.date)) / DAYS
    ahead = [year for year in stated.years if year > passed] or [passed + 1.0]
    start = stated.log_factor(passed)
    years = tuple(year - passed for year in ahead)
    logs = tuple(stated.log_factor(year) - start for year in ahead)
    said = next(iter((contract.market.risk_free.zero or contract.market.risk_free.par or {}).values())).provenance
    origin = Origin("market.risk_free", "derived", said.source or "", said.note or "")
    b.table(CURVE, {"years": years, "log_factor": logs}, ("year", ""), "Risk-free curve, ln D by years", origin)
    from valuation.curves.discount import DiscountCurve

    end = edate(serial(contract.dates.start.date), round(contract.dates.term.canonical))
    term = max(1.0 / 12.0, (end - b.valuation) / DAYS)
    rate = DiscountCurve(years, logs).zero_rate(term)
    return b.input("market.risk_free.to_the_end", rate, "%/year", "Risk-free zero rate to the end of the term", origin)
