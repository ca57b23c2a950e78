"""The step of time taken apart: cash that is settled, the discount that unwinds, and the rest."""

from __future__ import annotations

from valuation.appraisal.flows import Flows, added
from valuation.plan.timeops import DISCOUNT_OPS, TIME_OPS
from valuation.tables import TimeParts

ROUNDING = 1e-11
"""Share of the gross cash below which a rest is rounding."""


def time_parts(flows: Flows, rate: float, to: float, change: float) -> TimeParts:
    """Takes the change of a present value apart that a later valuation date makes.

    With D₀ and D₁ the discount factors to the old and to the new date, cash C on day d: settled = −Σ C over d between
    the dates; unwinding = Σ C (1 − D₀) over those and Σ C (D₁ − D₀) over later ones; other = change − both. Where the
    cash does not depend on the date, other is 0. For an earlier date all signs turn.

    Parameters
    ----------
    flows : cash by date of the old program, valued at its own date [contract currency].
    rate : discount rate [1/year].
    to : new valuation date [Excel serial].
    change : change of the present value [contract currency].
    """
    discount = TIME_OPS[DISCOUNT_OPS[flows.year_count]][1]
    first, last = min(flows.valuation, to), max(flows.valuation, to)
    sign = 1.0 if to >= flows.valuation else -1.0
    ahead = [(day, cash) for day, cash in zip(flows.dates, flows.net, strict=True) if day >= first]
    settled = added(-cash for day, cash in ahead if day < last) * sign
    unwinding = sign * added(
        cash * ((1.0 if day < last else discount(rate, day, last)) - discount(rate, day, first)) for day, cash in ahead
    )
    other = change - settled - unwinding
    if abs(other) <= ROUNDING * added(abs(cash) for _, cash in ahead):
        return TimeParts(settled, change - settled, 0.0)
    return TimeParts(settled, unwinding, other)
