"""Cases that a lender sizes on: one factor at the value that it exceeds with a probability, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation import registry
from valuation.errors import ValuationError
from valuation.lowering.exceedance import as_share
from valuation.lowering.terms import factors_of

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.quantity import Quantity


class NoExceedanceValue(ValuationError):
    """A case on a factor that cannot say which value it exceeds with a probability."""


def exceedance_row(ctx: Lowering, case: str, factor: str, probability: Quantity | float) -> str:
    """Row of the values that stand for a factor's in a case: what the month's value exceeds with a probability, each
    month by itself, in the unit of the factor. No draw reaches it.

    Parameters
    ----------
    case : name of the case; the row and what it needs stand under ``financing.cases.<case>``.
    factor : name of a factor that is lowered already.
    probability : 90 % for the value that lenders call P90, between 0 and 1, both excluded [1].

    Raises
    ------
    NoExceedanceValue : the factor's process has no such value, or the probability is none.
    """
    share = as_share(probability)
    if not 0.0 < share < 1.0:
        raise NoExceedanceValue(f"financing.cases.{case}: exceeded with {share:g}, expected above 0 and below 1")
    own = factors_of(ctx.contract)[factor]
    exceeded = getattr(own, "exceeded", None)
    if exceeded is None:
        able = ", ".join(name for name, cls in registry.factors().items() if hasattr(cls, "exceeded"))
        raise NoExceedanceValue(
            f"financing.cases.{case}: '{factor}' is a {getattr(own, 'process', 'factor')}, which has no value that is "
            f"exceeded with a probability; processes that have: {able}"
        )
    with ctx.b.in_section("Financing cases"):
        return str(exceeded(factor, ctx, probability, f"financing.cases.{case}.value"))
