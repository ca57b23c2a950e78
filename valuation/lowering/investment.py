"""Investment in the plan: when a cost is paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.lowering.leases import peak_mw
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.quantity import Dated, Quantity, Schedule


@dataclass(frozen=True)
class Part:
    """A part of an investment: the month row of its amount and that of its payment dates; the date of its first
    payment, the row that numbers them, and how many equal ones there are.
    """

    amount: str
    dates: str
    first: str
    number: str = ""
    count: str | float = 1.0


def total_cost(ctx: Lowering, name: str, cost: Quantity, power: Quantity | None, label: str) -> tuple[str, str]:
    """Row of a whole cost, ``<name>.total``, and its currency.

    Parameters
    ----------
    cost : an amount [currency], or one per MW [currency/MW].
    power : what a cost per MW is for [MW]; the largest contracted power where it is None.
    """
    b, currency = ctx.b, cost.currency or ctx.b.currency
    factors = [ctx.quantity(cost, label)]
    if cost.canonical_unit != currency:
        factors.append(peak_mw(ctx) if power is None else ctx.quantity(power, f"{label}, power"))
    return b.scalar(f"{name}.total", "prod", *factors, unit=currency, label=f"{label} in all"), currency


def spend_equally(ctx: Lowering, name: str, total: str, currency: str, start: Dated, months: int) -> list[Part]:
    """Equal parts, one a month, on the day of the first (month ends on month ends)."""
    b, time = ctx.b, ctx.time
    first = ctx.dated(start, "First payment")
    count = b.input(
        f"clauses.{name}.schedule.months",
        float(months),
        "",
        "Number of equal payments",
        Origin(f"clauses.{name}.schedule.months"),
    )
    part = b.scalar(f"{name}.part", "divide", total, count, unit=currency)
    k = b.month(f"{name}.payment_number", "months_between", first, time.month_end)
    last = b.scalar(f"{name}.last_number", "sum", count, -1.0)
    due = b.month(f"{name}.due", "between", k, 0.0, last)
    day = b.month(f"{name}.payment_day", "edate", first, k, unit="date")
    dates = b.month(f"{name}.payment_date", "date_if", due, day, unit="date")
    amount = b.month(f"{name}.spend", "prod", part, due, unit=currency, label="Investment", roll="sum")
    return [Part(amount, dates, first, k, count)]


def spend_one_by_one(ctx: Lowering, name: str, total: str, currency: str, start: Dated, months: int) -> list[Part]:
    """The same as ``spend_equally``, each payment a part of its own: a straight line on money that is converted at the
    rate of each payment's month has to know which of them is worn."""
    b, time = ctx.b, ctx.time
    first = ctx.dated(start, "First payment")
    path = f"clauses.{name}.schedule.months"
    count = b.input(path, float(months), "", "Number of equal payments", Origin(path))
    part = b.scalar(f"{name}.part", "divide", total, count, unit=currency)
    parts = []
    for k in range(months):
        when = b.scalar(f"{name}.payment_{k + 1}", "edate", first, float(k), unit="date")
        due = b.month(f"{name}.due_{k + 1}", "between", when, time.month_start, time.month_end)
        dates = b.month(f"{name}.payment_date_{k + 1}", "date_if", due, when, unit="date")
        show = {"unit": currency, "label": f"Investment, payment {k + 1}", "roll": "sum"}
        parts.append(Part(b.month(f"{name}.spend_{k + 1}", "prod", part, due, **show), dates, when))
    return parts


def spend_by_date(ctx: Lowering, name: str, total: str, currency: str, schedule: Schedule) -> list[Part]:
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
        show = {"unit": currency, "label": f"Investment, payment {place}", "roll": "sum"}
        parts.append(Part(b.month(f"{name}.spend_{place}", "prod", amount, due, **show), dates, when))
    return parts
