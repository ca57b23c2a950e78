"""The square-root process around 1 as rows: what a rate or an intensity is multiplied by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.lowering.tabulated import tabulated_state
from valuation.spec.square_root import SquareRootTerms

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


def lower_relative(ctx: Lowering, name: str, terms: SquareRootTerms) -> str:
    """Row of Y at each month's end by its exact law given the one before; it begins at 1, and its mean is 1 [1]."""
    ctx.quantity(terms.reversion, f"Reversion {name}")
    ctx.quantity(terms.volatility, f"Volatility {name}, relative")
    law = tuple(terms.law)
    log_y = tabulated_state(
        ctx, f"{name}.log_relative", ("cir_step", law), ("cir_step_from_mean", law), 0.0, label=f"Step of {name}"
    )
    return ctx.b.month(f"{name}.relative", "exp", log_y, opening=1.0, base=1.0)
