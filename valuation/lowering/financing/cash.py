"""Cash by the month in which it is paid: what the accounts hold by the month in which it is earned, moved by its terms
of payment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.plan.evaluate import once
from valuation.plan.model import Argument, Plan

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

Signed = tuple[int, str, str]
"""Sign, row of the amounts, row of their payment dates."""


def paid_in_month(ctx: Lowering, name: str, postings: Iterable[Signed], label: str, sign: int = 1) -> str:
    """Row of the cash that falls due in each month [contract currency]; the day within the month is left out.

    A payment that falls k months after the month in which it is earned is read from k months ago.

    Parameters
    ----------
    name : of the row.
    postings : what is paid, with signs (+ is received).
    """
    b = ctx.b
    by_dates: dict[str, list[str]] = {}
    for side, row, dates in postings:
        by_dates.setdefault(dates, []).append(row if side > 0 else f"-{row}")
    days = days_of(ctx, by_dates)
    parts: list[Argument] = [
        part for dates, rows in by_dates.items() for part in _moved(ctx, name, dates, rows, days[dates])
    ]
    return b.month(name, "sum", *(parts or [0.0]), unit=b.currency, label=label, roll="sum", sign=sign)


def paid_as_earned(ctx: Lowering, dates: Iterable[str]) -> bool:
    """Whether every amount with one of these rows of dates is paid in the month in which it is earned."""
    b = ctx.b
    own = [b.first_month + t for t in range(b.months)]
    return all(
        [timeline.month_number(day) for day in days if day > 0.0] == own for days in days_of(ctx, dates).values()
    )


def days_of(ctx: Lowering, rows: Iterable[str]) -> dict[str, tuple[float, ...]]:
    """Values of rows of dates over the months of the grid [Excel serial]; 0 where nothing is due."""
    wanted = sorted(set(rows))
    b = ctx.b
    needed = b.needed_by(wanted)
    part = Plan(
        name="dates",
        view="",
        currency=b.currency,
        first_month=b.first_month,
        months=b.months,
        first_period=b.first_period,
        valuation=b.valuation,
        inputs=tuple(item for name, item in b.inputs.items() if name in needed),
        tables=tuple(item for name, item in b.tables.items() if name in needed),
        rows=tuple(row for name, row in b.rows.items() if name in needed),
        payments=(),
        measures=(),
        records=(),
    )
    values = once(part)
    return {row: values.series(row, b.months) for row in wanted}


def _moved(ctx: Lowering, name: str, dates: str, rows: list[str], days: Sequence[float]) -> list[str]:
    """Operands of a sum: the rows that share their dates, each month's read from as many months ago as it is due
    later."""
    b = ctx.b
    lags = sorted({timeline.month_number(day) - b.first_month - t for t, day in enumerate(days) if day > 0.0})
    if not lags:
        return []
    if lags == [0] and min(days) > 0.0:
        return rows
    if len(rows) == 1 and not rows[0].startswith("-"):
        together = rows[0]
    else:
        together = b.month(f"{name}.due_on.{dates}", "sum", *rows, unit=b.currency)
    if len(lags) == 1 and min(days) > 0.0:
        return [_before(together, lags[0])]
    found = []
    for lag in lags:
        due = f"{dates}.due_after_{lag}_months"
        if due not in b.rows:
            b.month(due, "between", _before(dates, lag), ctx.time.month_start, ctx.time.month_end)
        row = f"{name}.{dates}.after_{lag}_months"
        found.append(b.month(row, "prod", due, _before(together, lag), unit=b.currency))
    return found


def _before(row: str, months: int) -> str:
    return row if not months else f"{row}.prev" if months == 1 else f"{row}.prev{months}"
