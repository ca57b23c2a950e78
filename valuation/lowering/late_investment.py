"""An investment that a delay of construction moves.

On paths without a delay it is paid as agreed. On the others what was still to be paid on the valuation date falls due
later by the delay d, on the last day of its month. Of n monthly parts k − d have been paid by the end of the month in
which the k-th was due, so that a whole month moves each part by a month and a fraction of one divides it between two.
Parts by date fall due one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from valuation.kernel.opcodes import NEVER
from valuation.lowering.investment import Part, payments, s_curve_after

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.payment_schedule import MonthlyParts, Shape

NOTHING = 1e-9
"""Stands for what has been paid while nothing has, so that a share of it is a number [currency]."""


class Late(Protocol):
    """What falls due late of an investment."""

    @property
    def row(self) -> str:
        """First words of its rows."""

    def paid(self, ctx: Lowering, before: str = "") -> str:
        """Month row of what has been paid of it by the month's end [currency].

        Parameters
        ----------
        before : row of a number of months [1]: what had been paid so many months earlier.
        """


def put_off(
    ctx: Lowering, name: str, by: str, parts: Sequence[Part], cost: str, monthly: MonthlyParts | None
) -> list[Part]:
    """Parts of an investment as a delay leaves them: on their dates where there is none, and one part that is late.

    Parameters
    ----------
    by : the delay.
    parts : what is paid when without it.
    cost : row of the amount in all.
    monthly : how the parts come about, where they are monthly.
    """
    b, delayed, on_time = ctx.b, ctx.starts[by].outcomes["delayed"], f"{by}.on_time"
    if on_time not in b.rows:
        b.start(on_time, "opposite", delayed)
    today = ctx.dated(ctx.contract.dates.valuation, "Valuation date")
    as_agreed = [replace(part, amount=_on_its_date(ctx, part, on_time, today)) for part in parts]
    row, currency = f"{name}.late", b.unit_of(parts[0].amount) or b.currency
    longest = f"{by}.long_stop" if f"{by}.long_stop" in b.rows else NEVER
    b.start(f"{row}.months", "span", ctx.starts[by].late, 0.0, longest, label=f"Months that {name} is late")
    late: Late
    if monthly is None:
        late = _owed_by_date(ctx, name, parts, delayed, today)
    else:
        late = _owed_by_month(ctx, name, cost, monthly, parts[0].first, delayed, today)
    paid = late.paid(ctx)
    show = {"unit": currency, "label": "Investment, late", "roll": "sum"}
    amount = b.month(f"{row}.spend", "sub", paid, f"{paid}.prev", **show)
    return [*as_agreed, Part(amount, ctx.time.month_end, parts[0].first, late=late)]


def late_wear(ctx: Lowering, row: str, late: Late, spend: str, life: str) -> str:
    """Row of a month's straight line on what was paid late: what has been spent × A(m) − A(m − life) over A(m) × life,
    where A(m) has been paid by month m from the start of the contract on, and is 0 before.

    Parameters
    ----------
    spend : month row of the amounts [contract currency].
    life : row of the months that each is worn over [1].
    """
    b, pace = ctx.b, f"{late.row}.pace"
    if pace not in b.rows:
        month = b.month(f"{pace}.month", "months_between", ctx.term_begin, ctx.time.month_end)
        by_now, gone = late.paid(ctx), late.paid(ctx, life)
        some = b.month(f"{pace}.some", "higher_of", by_now, NOTHING, unit=b.unit_of(by_now) or "")
        of = []
        for word, paid, first in (("begun", by_now, 0.0), ("over", gone, life)):
            since = b.month(f"{pace}.{word}.since", "from_date", month, first)
            of.append(b.month(f"{pace}.{word}", "mul", paid, since, unit=b.unit_of(paid) or ""))
        in_service = b.month(f"{pace}.in_service", "sub", *of, unit=b.unit_of(by_now) or "")
        over_life = b.month(f"{pace}.paid_by_life", "mul", some, life, unit=b.unit_of(by_now) or "")
        b.month(pace, "divide", in_service, over_life)
    spent = b.month(f"{row}.spent", "sum", f"{row}.spent.prev", spend, unit=b.currency)
    return b.month(f"{row}.wear", "mul", spent, pace, unit=b.currency)


def _on_its_date(ctx: Lowering, part: Part, on_time: str, today: str) -> str:
    """Row of a part's amounts that are paid on their dates: those of paths without a delay, and what was due by the
    valuation date, which no delay moves any more."""
    b, row = ctx.b, part.amount
    was = b.rows[row]
    settled = b.month(f"{row}.settled", "between", part.dates, 1.0, today)
    past = b.month(f"{row}.past", "mul", row, settled, unit=was.unit)
    ahead = b.month(f"{row}.ahead", "sub", row, past, unit=was.unit)
    show = {"unit": was.unit, "label": was.label, "roll": was.roll}
    return b.month(f"{row}.on_time", "mul_add", ahead, on_time, past, **show)


@dataclass(frozen=True)
class _ByMonth:
    """Monthly parts of one amount.

    ``settled``: row of how many were due by the valuation date; ``owed``: of the amount on paths that are late, of one
    part where they are equal, else in all; ``less``: of minus what was settled of it.
    """

    row: str
    currency: str
    first: str
    count: str
    shape: Shape
    settled: str
    owed: str
    less: str

    def paid(self, ctx: Lowering, before: str = "") -> str:
        """Owed × (S(x) − S(settled)), x the parts that are due by then, between settled and all."""
        b, row = ctx.b, f"{self.row}.paid_before" if before else f"{self.row}.paid"
        if row in b.rows:
            return row
        since = b.month(f"{row}.month", "months_between", self.first, ctx.time.month_end)
        agreed = b.month(f"{row}.agreed", "sum", since, 1.0, *([f"-{before}"] if before else []))
        moved = b.month(f"{row}.moved", "sub", agreed, f"{self.row}.months")
        begun = b.month(f"{row}.begun", "higher_of", moved, self.settled)
        done = b.month(f"{row}.payments", "lower_of", begun, self.count)
        share = s_curve_after(ctx, f"{row}.share", done, self.count) if self.shape == "s_curve" else done
        return b.month(row, "mul_add", share, self.owed, self.less, unit=self.currency)


def _owed_by_month(
    ctx: Lowering, name: str, cost: str, monthly: MonthlyParts, first: str, delayed: str, today: str
) -> _ByMonth:
    """Monthly parts of a cost: what is left of them on the valuation date is late."""
    b, row, count = ctx.b, f"{name}.late", payments(ctx, name, monthly)
    currency = b.unit_of(cost) or b.currency
    months = b.scalar(f"{row}.settled.months", "months_between", first, today)
    day = b.scalar(f"{row}.settled.day", "edate", first, months, unit="date")
    reached = b.scalar(f"{row}.settled.reached", "from_date", today, day)
    due = b.scalar(f"{row}.settled.due", "sum", months, reached)
    settled = share = b.scalar(f"{row}.settled", "clip", due, 0.0, count)
    part = f"{name}.part"
    if monthly.shape == "s_curve":
        part, share = cost, s_curve_after(ctx, f"{row}.settled.share", settled, count)
    owed = b.start(f"{row}.owed", "prod", part, delayed, unit=currency)
    less = b.start(f"{row}.settled.amount", "prod", owed, share, -1.0, unit=currency)
    return _ByMonth(row, currency, first, count, monthly.shape, settled, owed, less)


@dataclass(frozen=True)
class _ByDate:
    """Parts by date. ``parts``: rows of the amount of each, on paths that are late, and of the position at which it is
    then due."""

    row: str
    currency: str
    parts: tuple[tuple[str, str], ...]

    def paid(self, ctx: Lowering, before: str = "") -> str:
        """Sum of the amounts that have fallen due."""
        b, row = ctx.b, f"{self.row}.paid_before" if before else f"{self.row}.paid"
        if row in b.rows:
            return row
        running: str | float = 0.0
        wait = b.scalar(f"{row}.wait", "convert", before, 1.0, unit="position") if before else ""
        for place, (owed, due) in enumerate(self.parts, 1):
            if wait:
                due = b.start(f"{row}.over_{place}", "sum", due, wait, unit="position")
            flag = b.month(f"{row}.due_{place}", "below", due, ctx.time.end)
            into = row if place == len(self.parts) else f"{row}.of_{place}"
            running = b.month(into, "mul_add", flag, owed, running, unit=self.currency)
        return row


def _owed_by_date(ctx: Lowering, name: str, parts: Sequence[Part], delayed: str, today: str) -> _ByDate:
    """Parts by date: each that is not yet due on the valuation date is late by the delay."""
    b, row = ctx.b, f"{name}.late"
    currency = b.unit_of(parts[0].amount) or b.currency
    wait = b.start(f"{row}.wait", "span", f"{row}.months", 0.0, NEVER, unit="position")
    made = []
    for place, part in enumerate(parts, 1):
        settled = b.scalar(f"{row}.settled_{place}", "from_date", today, part.first)
        ahead = b.scalar(f"{row}.ahead_{place}", "opposite", settled)
        owed = b.start(f"{row}.owed_{place}", "prod", part.whole, ahead, delayed, unit=currency)
        agreed = b.scalar(
            f"{row}.agreed_{place}", "position_at_start", part.first, float(b.first_month), unit="position"
        )
        due = b.start(f"{row}.due_on_{place}", "sum", agreed, wait, unit="position")
        made.append((owed, due))
    return _ByDate(row, currency, tuple(made))
