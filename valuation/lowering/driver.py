"""Rows of one mean-reverting driver of a factor: its level at each month's end, and its average over each month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.processes import ou

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


def level_row(ctx: Lowering, driver: str, reversion: float, label: str) -> str:
    """Row X_t = e^(−κh)·X_{t−1} + ε of a driver that is entered in the market's noise, 0 on the market's date."""
    decay = ctx.per_step(f"{driver}.decay", lambda step: ou.decay(reversion, step))
    return ctx.b.month(
        f"{driver}.level", "mul_add", f"{driver}.level.prev", decay, ctx.noise.level(ctx, driver), label=label
    )


def average_row(ctx: Lowering, driver: str, reversion: float) -> str:
    """Row (B(h)·X_{t−1} + η)/h of the driver whose level row is there already: its exact average over the month."""
    carried = ctx.per_step(
        f"{driver}.carried", lambda step: ou.integrated_decay(reversion, step) / step if step else 1.0
    )
    return ctx.b.month(f"{driver}.average", "mul_add", f"{driver}.level.prev", carried, ctx.noise.average(ctx, driver))
