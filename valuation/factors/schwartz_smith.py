"""Schwartz and Smith's price of 2000: short-term deviations around a long-term level that drifts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from valuation.registry import factor
from valuation.spec.implied import by_month
from valuation.spec.quantity import Quantity
from valuation.spec.two_factor import LongTerm, TwoFactorPrice

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("schwartz_smith")
class SchwartzSmith(TwoFactorPrice):
    """Price whose logarithm is a short-term component that reverts to 0 and a long-term one that is a Brownian motion.

    Over many years the long-term component makes it very uncertain: its variance grows without bound.
    """

    process: Literal["schwartz_smith"]
    transform: Literal["log"] = "log"
    """`log`: the model is one of the logarithm."""
    scale: None = None
    """None: it is for asinh."""
    long_term: LongTerm
    """The component that does not revert."""

    def implied_by_month(self, measure: str, steps: Sequence[float], first_month: int) -> list[float]:
        """ln E[S] = e^(−κy)χ₀ + ξ₀ + μy − (1 − e^(−κy))λ/κ + Var/2: with λ = 0 and `drift` under the real-world
        measure, with `risk_premium` and `risk_neutral_drift` under the risk-neutral one."""
        if self.long_term.level is None:
            raise ValueError("the long-term level is missing")
        model = self.two_factors(measure, math.log(self.long_term.level.canonical))
        return by_month(lambda y, _: model.log_price(y), steps, first_month, self.settlement == "month_end")

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """The deviations of both from their means start at 0: P = exp(ln E[P] − Var A/2 + A), A their sum over the
        month."""
        from valuation.lowering.price import lower_price

        return lower_price(self, name, ctx)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Price that the month's own exceeds with a probability: the logarithm is normal."""
        from valuation.lowering.price import exceeded_price

        return exceeded_price(self, name, ctx, probability, row)
