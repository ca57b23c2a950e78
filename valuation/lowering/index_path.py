"""A price that is indexed by factors which move path by path: each step is the growth of their levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation.errors import ValuationError
from valuation.spec.indices import STEP_MONTHS, base_month, base_of
from valuation.timeline import serial

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.plan.model import Argument
    from valuation.spec.clause import Index
    from valuation.spec.quantity import Quantity


class IndexBeforePaths(ValuationError):
    """A level that an index needs and that lies before the first month of the plan."""


@dataclass(frozen=True)
class _Part:
    """A factor of the index, the row or number of its weight, and the level that P_0 stands for, where stated."""

    factor: str
    weight: str
    base: Quantity | None


def indexation_by_path(ctx: Lowering, name: str, index: Index, start: str, years: str) -> str:
    """Row I_t = I_{t−1}·(1 + clip(Σ w_i·(S_i/S_i,before − 1) + (1 − Σ w_i)·fixed, floor, cap)) in the months of a
    step, I_{t−1} in the others, and 1 before the first [1].

    S_i is the level of the factor in the month of the step, or ``lag`` months earlier; S_i,before that of the step
    before, at the first step that of the first month on or after ``from`` (or ``base``). Rates a year (``fixed``, cap,
    floor, and the growth of an index with one rate) count for a step of n months as (1 + rate)^(n/12) − 1. In the base
    case each factor is at its expected level.

    Parameters
    ----------
    start : row of the date of the price level.
    years : month row of the steps completed since, in years [year].

    Raises
    ------
    IndexBeforePaths : the level of ``from`` lies before the plan and no ``base`` is stated.
    """
    b, lag = ctx.b, round(index.lag.canonical)
    _refuse_history(ctx, name, index)
    steps = b.month(f"{name}.index.steps", "above", years, f"{years}.prev", label="Price steps")
    begun = b.month(f"{name}.index.begun", "from_date", ctx.time.month_start, start)
    begins = b.month(f"{name}.index.begins", "sub", begun, f"{begun}.prev")
    looks = b.month(f"{name}.index.looks", "sum", steps, begins)
    growths: list[str] = []
    constants: list[str] = []
    for part in _parts(ctx, index):
        rate = ctx.factors[part.factor].expected_growth
        if rate:
            step = _per_step(ctx, f"{name}.index.step_of_{part.factor}", rate, index)
            constants.append(b.scalar(f"{name}.index.of_{part.factor}", "prod", part.weight, step))
            continue
        growth = _growth(ctx, name, part, steps if part.base is not None else looks, lag)
        growths.append(b.month(f"{name}.index.of_{part.factor}", "prod", part.weight, growth))
    fixed = _per_step(ctx, f"{name}.index.step_of_the_rest", ctx.quantity(index.fixed, "Rate of the rest"), index)
    weights = [part.weight for part in _parts(ctx, index)]
    rest = b.scalar(f"{name}.index.unweighted", "sum", 1.0, *(f"-{weight}" for weight in weights))
    constants.append(b.scalar(f"{name}.index.of_the_rest", "prod", rest, fixed))
    change = b.month(f"{name}.index.change", "sum", *growths, *constants, label="Change of the index")
    if index.floor is not None:
        low = _per_step(ctx, f"{name}.index.floor_of_step", ctx.quantity(index.floor, "Lowest step"), index)
        change = b.month(f"{name}.index.floored", "higher_of", change, low)
    if index.cap is not None:
        high = _per_step(ctx, f"{name}.index.cap_of_step", ctx.quantity(index.cap, "Highest step"), index)
        change = b.month(f"{name}.index.capped", "lower_of", change, high)
    step = b.month(f"{name}.index.step", "mul", change, steps)
    before = f"{name}.index.prev"
    return b.month(f"{name}.index", "mul_add", before, step, before, opening=1.0, label="Index")


def _parts(ctx: Lowering, index: Index) -> list[_Part]:
    if isinstance(index.by, tuple):
        return [
            _Part(part.factor, ctx.quantity(part.weight, f"Weight of {part.factor}"), part.base) for part in index.by
        ]
    return [_Part(str(index.by), ctx.quantity(index.share, "Share indexed"), None)]


def _per_step(ctx: Lowering, row: str, rate: str, index: Index) -> str:
    """Row of a yearly rate over one step of n months: (1 + rate)^(n/12) − 1 [1]."""
    factor = ctx.b.scalar(f"{row}.factor", "escalate", rate, STEP_MONTHS[index.frequency] / 12.0)
    return ctx.b.scalar(row, "sum", factor, -1.0)


def _growth(ctx: Lowering, name: str, part: _Part, looks: str, lag: int) -> str:
    """Row of S/S_before − 1 of a factor [1]; it counts in the months of a step only.

    Parameters
    ----------
    looks : flag row of the months whose level is kept until the next step.
    """
    b, rows = ctx.b, ctx.factors[part.factor]
    level = _months_before(ctx, rows.value, lag)
    opening: Argument = 1.0  # before the first look nothing is divided by 0, and no step counts
    if part.base is not None:
        opening = ctx.quantity(part.base.to(rows.unit), f"Base level of {part.factor}")
    kept = f"{name}.index.last_{part.factor}"
    ratio = b.month(f"{name}.index.ratio_of_{part.factor}", "divide", level, f"{kept}.prev")
    b.month(kept, "select", looks, level, f"{kept}.prev", opening=opening, unit=rows.unit)
    return b.month(f"{name}.index.growth_of_{part.factor}", "sum", ratio, -1.0, label=f"Growth of {part.factor}")


def _months_before(ctx: Lowering, row: str, lag: int) -> str:
    """Row of another row's value some months before; 0 where that lies before the plan."""
    found = row
    for months in range(1, lag + 1):
        before = f"{row}.before_{months}"
        if before not in ctx.b.rows:
            ctx.b.month(before, "set", f"{found}.prev", unit=ctx.b.unit_of(row) or "")
        found = before
    return found


def _refuse_history(ctx: Lowering, name: str, index: Index) -> None:
    """A file is refused before; this is for contracts that are built in Python."""
    start = serial(ctx.contract.dates.start.date)
    first = ctx.b.first_month
    unstated = any(base_of(index, factor) is None for factor in index.names if not ctx.factors[factor].expected_growth)
    known = base_month(index, start) >= first or not unstated
    if base_month(index, start, lagged=False) < first or not known:
        raise IndexBeforePaths(f"clauses.{name}.index: the level that the price stands for lies before the first month")
