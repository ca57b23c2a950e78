"""How prices move with time: escalators in completed years, and indices with share, cap and floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation import timeline
from valuation.plan.model import Origin
from valuation.spec.indices import STEP_MONTHS

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.clause import Index
    from valuation.spec.quantity import Quantity


def escalation(ctx: Lowering, name: str, rate: Quantity) -> str:
    """Row (1 + e)^(completed years since the start of the contract) [1]."""
    years = contract_years(ctx)
    return ctx.b.month(f"{name}.escalation", "escalate", ctx.quantity(rate, "Escalator"), years, label="Escalation")


def contract_years(ctx: Lowering) -> str:
    """Row: completed years since the start of the contract at each month's start."""
    row = "term.completed_years"
    return row if row in ctx.b.rows else ctx.b.month(row, "whole_years", ctx.term_begin, ctx.time.month_start)


def first_of_month(ctx: Lowering, row: str, day: str) -> str:
    """Row of the first day of a month on or after a date: where a step dated inside a month is felt."""
    b = ctx.b
    before = b.scalar(f"{row}.day_before", "add_days", day, -1.0, unit="date")
    last = b.scalar(f"{row}.month_before", "eomonth", before, 0.0, unit="date")
    return b.scalar(f"{row}.first_of_month", "add_days", last, 1.0, unit="date")


def indexation(ctx: Lowering, name: str, index: Index) -> str:
    """Row Π(1 + clip(w·Δindex + (1 − w)·fixed, floor, cap)) over the steps completed since ``from`` [1].

    Where every factor is an index that grows at a stated yearly rate each step is the same and the product is a power:
    a yearly step of g, a quarterly of (1 + g)^(1/4) − 1, a monthly of (1 + g)^(1/12) − 1. Its age (``lag``) changes
    nothing while the rate is constant. With a factor that moves path by path the product is a row of its own:
    `indexation_by_path`.
    """
    b = ctx.b
    start = ctx.term_begin
    if index.start is not None:
        path = f"clauses.{name}.index.from"
        start = b.input(path, timeline.serial(index.start.date), "date", "Price level of", Origin(path))
    if any(not ctx.factors[factor].expected_growth for factor in index.names):
        from valuation.lowering.index_path import indexation_by_path

        return indexation_by_path(ctx, name, index, start, _years(ctx, name, index, start))
    weighted = _weighted(ctx, name, index)
    if index.cap is not None or index.floor is not None:
        low = ctx.quantity(index.floor, "Lowest step") if index.floor else -1.0
        high = ctx.quantity(index.cap, "Highest step") if index.cap else 1e9
        weighted = b.scalar(f"{name}.index.step", "clip", weighted, low, high)
    return b.month(f"{name}.index", "escalate", weighted, _years(ctx, name, index, start), label="Index")


def _years(ctx: Lowering, name: str, index: Index, start: str) -> str:
    """Row of the steps completed since the date of the price level, in years [year]."""
    row = f"{name}.index.years"
    if index.frequency == "yearly":
        return ctx.b.month(row, "whole_years", start, ctx.time.month_start)
    return ctx.b.month(row, "steps_completed", start, ctx.time.month_start, float(STEP_MONTHS[index.frequency]))


def _weighted(ctx: Lowering, name: str, index: Index) -> str:
    """Row of the yearly growth Σ weight·rate + (1 − Σ weight)·fixed [1/year]."""
    b, row = ctx.b, f"{name}.index.weighted"
    if not isinstance(index.by, tuple):
        by = index.by
        growth = ctx.factors[by].expected_growth if isinstance(by, str) else ctx.quantity(by, "Index")
        share, fixed = ctx.quantity(index.share, "Share indexed"), ctx.quantity(index.fixed, "Rate of the rest")
        return b.scalar(row, "blend", share, growth, fixed, unit="1/year")
    weights = {part.factor: ctx.quantity(part.weight, f"Weight of {part.factor}") for part in index.by}
    grown = [
        b.scalar(f"{name}.index.of_{factor}", "prod", weight, ctx.factors[factor].expected_growth, unit="1/year")
        for factor, weight in weights.items()
    ]
    rest = b.scalar(f"{name}.index.unweighted", "sum", 1.0, *(f"-{weight}" for weight in weights.values()))
    fixed = ctx.quantity(index.fixed, "Rate of the rest")
    grown.append(b.scalar(f"{name}.index.of_the_rest", "prod", rest, fixed, unit="1/year"))
    return b.scalar(row, "sum", *grown, unit="1/year")
