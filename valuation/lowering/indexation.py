"""How prices move with time: escalators in completed years, and indices with share, cap and floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation import timeline
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.clause import Index
    from valuation.spec.quantity import Quantity

_STEP_MONTHS = {"yearly": 12.0, "quarterly": 3.0, "monthly": 1.0}


def escalation(ctx: Lowering, name: str, rate: Quantity) -> str:
    """Row (1 + e)^(completed years since the start of the contract) [1]."""
    years = contract_years(ctx)
    return ctx.b.month(f"{name}.escalation", "escalate", ctx.quantity(rate, "Escalator"), years, label="Escalation")


def contract_years(ctx: Lowering) -> str:
    """Row: completed years since the start of the contract at each month's start."""
    row = "term.completed_years"
    return row if row in ctx.b.rows else ctx.b.month(row, "whole_years", ctx.term_begin, ctx.time.month_start)


def indexation(ctx: Lowering, name: str, index: Index) -> str:
    """Row Π(1 + clip(w·Δindex + (1 − w)·fixed, floor, cap)) over the steps completed since ``from`` [1].

    An ``index`` factor grows at a stated yearly rate, so each step is the same and the product is a power: a yearly
    step of g, a quarterly of (1 + g)^(1/4) − 1, a monthly of (1 + g)^(1/12) − 1. Its age (``lag``) changes nothing
    while the rate is constant.
    """
    b = ctx.b
    start = ctx.term_begin
    if index.start is not None:
        path = f"clauses.{name}.index.from"
        start = b.input(path, timeline.serial(index.start.date), "date", "Price level of", Origin(path))
    growth = ctx.factors[index.by].expected_growth if isinstance(index.by, str) else ctx.quantity(index.by, "Index")
    weighted = b.scalar(
        f"{name}.index.weighted",
        "blend",
        ctx.quantity(index.share, "Share indexed"),
        growth,
        ctx.quantity(index.fixed, "Rate of the rest"),
        unit="1/year",
    )
    if index.cap is not None or index.floor is not None:
        low = ctx.quantity(index.floor, "Lowest step") if index.floor else -1.0
        high = ctx.quantity(index.cap, "Highest step") if index.cap else 1e9
        weighted = b.scalar(f"{name}.index.step", "clip", weighted, low, high)
    if index.frequency == "yearly":
        years = b.month(f"{name}.index.years", "whole_years", start, ctx.time.month_start)
    else:
        years = b.month(
            f"{name}.index.years", "steps_completed", start, ctx.time.month_start, _STEP_MONTHS[index.frequency]
        )
    return b.month(f"{name}.index", "escalate", weighted, years, label="Index")
