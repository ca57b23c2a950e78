"""What factors share that write the value which they exceed with a probability: a quantile of each month's own law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuation.plan.model import Argument
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


def as_share(probability: Quantity | float) -> float:
    """A probability as a number [1]."""
    return probability.canonical if isinstance(probability, Quantity) else probability


def stated(ctx: Lowering, name: str, probability: Quantity | float) -> Argument:
    """Input of the probability with which a factor's value is exceeded; a number where no file states it."""
    if isinstance(probability, Quantity):
        return ctx.quantity(probability, f"Probability with which the value of {name} is exceeded")
    return probability


def standard_normal(ctx: Lowering, name: str, probability: Quantity | float, row: str) -> str:
    """Row: what a standard normal exceeds with the probability: z = −Φ⁻¹(p), −1.2816 for 90 %."""
    b = ctx.b
    quantile = b.scalar(f"{row}.quantile", "normal_quantile", stated(ctx, name, probability))
    return b.scalar(f"{row}.normal", "convert", quantile, -1.0)


def spread_of(ctx: Lowering, normal: str, variance: str, row: str) -> str:
    """Row: by how much a Gaussian of the variance lies off its mean at the standard normal's value: z·√v."""
    b = ctx.b
    month = b.rows[variance].axis == "month"
    sd = (b.month if month else b.scalar)(f"{row}.sd", "square_root", variance)
    return (b.month if month else b.scalar)(f"{row}.spread", "mul", normal, sd)


def value_row(
    ctx: Lowering,
    probability: Quantity | float,
    row: str,
    op: str,
    *args: Argument,
    base: Argument,
    label: str,
    unit: str = "",
) -> str:
    """The month row of the value that is exceeded; before the market's date, where nothing is drawn, the base value."""
    b = ctx.b
    share = probability if isinstance(probability, Quantity) else f"{100.0 * probability:g} %"
    show: dict[str, Any] = {"unit": unit, "label": f"{label}, exceeded with {share}", "roll": "mean"}
    if all(step > 0.0 for step in ctx.steps):
        return b.month(row, op, *args, **show)
    value = b.month(f"{row}.after_as_of", op, *args, unit=unit)
    drawn = b.month(f"{row}.drawn", "above", ctx.step_row, 0.0)
    return b.month(row, "select", drawn, value, base, **show)
