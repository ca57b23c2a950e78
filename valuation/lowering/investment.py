"""Investment in the plan: when a cost is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.lowering.leases import peak_mw
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.late_investment import Late
    from valuation.spec.payment_schedule import MonthlyParts, Shape
    from valuation.spec.quantity import Quantity, Schedule


@dataclass(frozen=True)
class Part:
    """A part of an investment: the month row of its amount and that of its payment dates; the date of its first
    payment, the row that numbers them, how many there are, and how it is spread over them.

    ``whole``: row of its amount in all, where it is one payment. ``late``: where it falls due late on a path, what has
    been paid of it when; its dates are then those of the path.
    """

    amount: str
    dates: str
    first: str
    number: str = ""
    count: str | float = 1.0
    shape: Shape = "equal"
    whole: str = ""
    late: Late | None = None


def total_cost(
    ctx: Lowering, name: str, cost: Quantity, power: Quantity | None, label: str, row: str = "total"
) -> tuple[str, str]:
    """Row of a whole cost, ``<name>.total``, and its currency.

    Parameters
    ----------
    cost : an amount [currency], or one per MW [currency/MW].
    power : what a cost per MW is for [MW]; the largest contracted power where it is None.
    row : last word of the row's name, where the cost is not yet the whole.
    """
    b, currency = ctx.b, cost.currency or ctx.b.currency
    factors = [ctx.quantity(cost, label)]
    if cost.canonical_unit != currency:
        factors.append(peak_mw(ctx) if power is None else ctx.quantity(power, f"{label}, power"))
    return b.scalar(f"{name}.{row}", "prod", *factors, unit=currency, label=f"{label} in all"), currency


def s_curve(ctx: Lowering, row: str, x: str) -> str:
    """Row of the share of a cost that has been paid after the share x of its time: 3x² − 2x³.

    The cubic that rises from 0 to 1 with no slope at either end (Hermite's); half of it is paid at half the time.

    Parameters
    ----------
    x : row of the share of the time, 0 to 1 [1]; a scalar or a month row.
    """
    make = ctx.b.month if ctx.b.rows[x].axis == "month" else ctx.b.scalar
    square = make(f"{row}.square", "mul", x, x)
    fall = make(f"{row}.fall", "mul_add", x, -2.0, 3.0)
    return make(row, "mul", square, fall)


def s_curve_after(ctx: Lowering, row: str, done: str, count: str | float) -> str:
    """Row of the share that has been paid after some of n monthly parts, x = done/n.

    Parameters
    ----------
    done : row of how many parts have been paid, 0 to n [1]; a scalar or a month row.
    count : n [1].
    """
    make = ctx.b.month if ctx.b.rows[done].axis == "month" else ctx.b.scalar
    return s_curve(ctx, row, make(f"{row}.time", "divide", done, count))


def spend_equally(
    ctx: Lowering, name: str, total: str, currency: str, parts: MonthlyParts, what: str = "Investment"
) -> list[Part]:
    """Parts, one a month, on the day of the first (month ends on month ends): equal, or by the S-curve.

    Parameters
    ----------
    what : label of the amounts.
    """
    b, time = ctx.b, ctx.time
    first = ctx.dated(parts.start, "First payment")
    count = payments(ctx, name, parts)
    equal = parts.shape == "equal"
    part = b.scalar(f"{name}.part", "divide", total, count, unit=currency) if equal else total
    k = b.month(f"{name}.payment_number", "months_between", first, time.month_end)
    last = b.scalar(f"{name}.last_number", "sum", count, -1.0)
    due = b.month(f"{name}.due", "between", k, 0.0, last)
    day = b.month(f"{name}.payment_day", "edate", first, k, unit="date")
    dates = b.month(f"{name}.payment_date", "date_if", due, day, unit="date")
    of_part = due
    if not equal:
        after = b.month(f"{name}.payments_after", "sum", k, 1.0)
        done = b.month(f"{name}.payments", "clip", after, 0.0, count)
        paid = s_curve_after(ctx, f"{name}.share_paid", done, count)
        of_part = b.month(f"{name}.share", "sum", paid, f"-{paid}.prev")
    amount = b.month(f"{name}.spend", "prod", part, of_part, unit=currency, label=what, roll="sum")
    return [Part(amount, dates, first, k, count, parts.shape)]


def spend_one_by_one(ctx: Lowering, name: str, total: str, currency: str, parts: MonthlyParts) -> list[Part]:
    """The same as ``spend_equally``, each payment a part of its own: a straight line on money that is converted at the
    rate of each payment's month has to know which of them is worn."""
    b, time = ctx.b, ctx.time
    first = ctx.dated(parts.start, "First payment")
    count = payments(ctx, name, parts)
    equal = parts.shape == "equal"
    part = b.scalar(f"{name}.part", "divide", total, count, unit=currency) if equal else ""
    made, before = [], ""
    for k in range(parts.months):
        place = k + 1
        when = b.scalar(f"{name}.payment_{place}", "edate", first, float(k), unit="date")
        due = b.month(f"{name}.due_{place}", "between", when, time.month_start, time.month_end)
        dates = b.month(f"{name}.payment_date_{place}", "date_if", due, when, unit="date")
        if not equal:
            done = b.scalar(f"{name}.payments_{place}", "convert", float(place), 1.0)
            paid = s_curve_after(ctx, f"{name}.share_paid_{place}", done, count)
            own = b.scalar(f"{name}.share_{place}", "sum", paid, *([f"-{before}"] if before else []))
            part, before = b.scalar(f"{name}.part_{place}", "prod", total, own, unit=currency), paid
        show = {"unit": currency, "label": f"Investment, payment {place}", "roll": "sum"}
        made.append(Part(b.month(f"{name}.spend_{place}", "prod", part, due, **show), dates, when, whole=part))
    return made


def payments(ctx: Lowering, name: str, parts: MonthlyParts) -> str:
    """The input that says how many monthly parts there are."""
    path = f"clauses.{name}.schedule.months"
    label = "Number of equal payments" if parts.shape == "equal" else "Number of payments"
    return ctx.b.input(path, float(parts.months), "", label, Origin(path))


def spend_by_date(
    ctx: Lowering, name: str, total: str, currency: str, schedule: Schedule, what: str = "Investment"
) -> list[Part]:
    """Dated parts: shares of ``total``, or amounts where it is empty. Each keeps its own payment date."""
    b, time = ctx.b, ctx.time
    parts = []
    for place, (day, quantity) in enumerate(schedule.steps, 1):
        if day is None:
            raise ValueError("a dated schedule has dates")
        path = f"{quantity.path or schedule.path}.date"
        when = b.input(path, timeline.serial(day), "date", f"Payment {place} on", Origin(path))
        amount = ctx.quantity(quantity, f"Payment {place}")
        if total:
            amount = b.scalar(f"{name}.part_{place}", "prod", total, amount, unit=currency)
        due = b.month(f"{name}.due_{place}", "between", when, time.month_start, time.month_end)
        dates = b.month(f"{name}.payment_date_{place}", "date_if", due, when, unit="date")
        show = {"unit": currency, "label": f"{what}, payment {place}", "roll": "sum"}
        parts.append(Part(b.month(f"{name}.spend_{place}", "prod", amount, due, **show), dates, when, whole=amount))
    return parts


def contingency(ctx: Lowering, parts: Sequence[Part], share: str) -> list[Part]:
    """What is added to each part of an investment for what nobody has thought of: a share of it, paid with it.

    Parameters
    ----------
    share : row of the share [1].
    """
    b = ctx.b
    made = []
    for part in parts:
        show = {"unit": b.unit_of(part.amount) or b.currency, "label": "Contingency", "roll": "sum"}
        amount = b.month(f"{part.amount}.contingency", "prod", part.amount, share, **show)
        made.append(replace(part, amount=amount))
    return made
