"""Investment in the plan: when a cost is paid, and how it is written down for tax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation import timeline
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.terms import DepreciationTerms
    from valuation.spec.quantity import Dated, Schedule

Part = tuple[str, str]
"""Month row of an amount, and the row of its payment dates."""


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
    return [(b.month(f"{name}.spend", "prod", part, due, unit=currency, label="Investment", roll="sum"), dates)]


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
        parts.append(
            (
                b.month(
                    f"{name}.spend_{place}",
                    "prod",
                    amount,
                    due,
                    unit=currency,
                    label=f"Investment, payment {place}",
                    roll="sum",
                ),
                dates,
            )
        )
    return parts


def write_down(ctx: Lowering, name: str, spend: list[str], depreciation: DepreciationTerms) -> None:
    """Tax balance of an investment by month.

    Declining balance takes its full rate at each tax year's end, straight line equal months from the start of the
    contract. With ``residual: written_off`` (or ``sold_at``) what is left goes in the tax year in which the term
    ends.
    """
    tax = ctx.contract.tax.get(ctx.view)
    if tax is None:
        return
    b, home = ctx.b, ctx.b.currency
    year_ends = ctx.tax_year_ends()
    basis = b.month(f"{name}.tax_basis", "sum", f"{name}.tax_balance.prev", *spend, unit=home)
    over = "term.over"
    if over not in b.rows:
        last_day = b.scalar("term.last_day", "add_days", ctx.term_end, -1.0, unit="date")
        b.month(over, "from_date", ctx.time.month_end, last_day, label="Term over")
    if depreciation.method == "declining_balance" and depreciation.rate is not None:
        rate = ctx.quantity(depreciation.rate, "Declining-balance rate")
        yearly = b.scalar(f"{name}.rate_of_year", "convert", rate, 1.0)
        regular = b.month(f"{name}.regular", "prod", yearly, year_ends, basis, unit=home)
    elif depreciation.life is not None:
        life = ctx.quantity(depreciation.life, "Life for tax")
        months = b.scalar(f"{name}.life_in_months", "convert", life, 1.0)
        begun = b.month(f"{name}.in_service", "from_date", ctx.time.month_end, ctx.term_begin)
        so_far = b.month(f"{name}.spent", "sum", f"{name}.spent.prev", *spend, unit=home)
        full = b.month(f"{name}.month_of_life", "divide", so_far, months, unit=home)
        least = b.month(f"{name}.least", "lower_of", basis, full, unit=home)
        regular = b.month(f"{name}.regular", "mul", begun, least, unit=home)
    else:
        raise ValueError("depreciation without rate or life")
    charged = regular
    if tax.residual != "continues":
        final = b.month(f"{name}.final_year", "mul", over, year_ends)
        charged = b.month(f"{name}.charged", "select", final, basis, regular, unit=home)
    down = b.month(
        f"{name}.depreciation", "set", charged, unit=home, label=f"Tax depreciation, {name}", roll="sum", sign=-1
    )
    b.month(f"{name}.tax_balance", "sum", basis, f"-{down}", unit=home, label=f"Tax balance, {name}", roll="end")
    ctx.accounts.depreciation.append(down)
