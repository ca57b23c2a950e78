"""Tax of the viewed party: assessed once a calendar year on accrual earnings, with losses carried forward, paid on
fixed days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuation.lowering.accounts import own_part, post
from valuation.lowering.depreciation import term_over
from valuation.lowering.exchange import exchange_rate
from valuation.lowering.leases import all_leases_stop
from valuation.lowering.shocks import shocked

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.tax import Tax


def lower_tax(ctx: Lowering, profit: str) -> None:
    """Tax rows on the monthly taxable profit [contract currency]: base = year's profit less losses brought forward.

    tax = rate·max(0, profit − losses used); a year's loss joins the pool. Paid in equal parts on the days of the next
    tax year that the contract names, or on the year's last day (``in_year``).
    """
    tax = ctx.contract.tax.get(ctx.view)
    if tax is None:
        return
    b, time, home = ctx.b, ctx.time, ctx.b.currency
    with b.in_section("Tax"):
        rate = shocked(ctx, ctx.quantity(tax.rate, "Tax rate"), tax_of=ctx.view)
        begins, ends = ctx.tax_year(ctx.view)
        if tax.residual == "sold_at" and tax.sold_at is not None:
            profit = _with_sale(ctx, profit, ctx.quantity(tax.sold_at, "Assets sold at"))
        year = b.month(
            "tax.profit_of_year",
            "year_to_date",
            profit,
            "tax.profit_of_year.prev",
            begins,
            unit=home,
            label="Taxable profit, year to date",
        )
        due = _assess(ctx, tax, rate, year, ends)
        if tax.paid == "in_year":
            dates = [b.month("tax.date", "date_if", ends, time.month_end, unit="date")]
        else:
            dates = []
            for place, day in enumerate(tax.paid, 1):
                when = _next_day(ctx, place, day.month, day.day, tax.year_start.month)
                dates.append(b.month(f"tax.date_{place}", "date_if", ends, when, unit="date"))
        for place, date in enumerate(dates, 1):
            part = due if len(dates) == 1 else b.month(f"tax.part_{place}", "mul", due, 1.0 / len(dates), unit=home)
            post(ctx, part, payer=ctx.view, payee="outside", kind="tax", date_row=date, book="tax")


def _assess(ctx: Lowering, tax: Tax, rate: str, year: str, ends: str) -> str:
    """Row of the tax on a year's profit, in the year's last month."""
    b, home = ctx.b, ctx.b.currency
    show: dict[str, Any] = {"unit": home, "label": "Tax assessed", "roll": "sum", "sign": -1}
    if tax.losses == "refunded":
        return b.month("tax.assessed", "prod", rate, ends, year, **show)
    if tax.losses == "none":
        return b.month("tax.assessed", "tax", rate, ends, year, 0.0, **show)
    used = b.month(
        "tax.losses_used", "loss_used", ends, year, "tax.losses.prev", unit=home, label="Losses used", roll="sum"
    )
    b.month(
        "tax.losses",
        "loss_pool",
        "tax.losses.prev",
        used,
        ends,
        year,
        unit=home,
        label="Losses carried forward",
        roll="end",
    )
    return b.month("tax.assessed", "tax", rate, ends, year, used, **show)


def _with_sale(ctx: Lowering, profit: str, price: str) -> str:
    """Adds the sale of the assets to the profit of the month in which the term ends, at that month's rate of exchange;
    their balance is written off against it in that tax year. No sale where every lease was cut short. The cash of the
    sale is a ``terminal_value`` clause.
    """
    b, home = ctx.b, ctx.b.currency
    over = term_over(ctx)
    before = b.month("tax.sold_before", "higher_of", "tax.sold_before.prev", f"{over}.prev")
    first = b.month("tax.not_sold", "opposite", before)
    cut = b.month("tax.cut_short", "below", all_leases_stop(ctx), ctx.end.position)
    kept = b.month("tax.not_cut_short", "opposite", cut)
    currency = b.unit_of(price) or home
    rate = [] if currency == home else [exchange_rate(ctx, currency, home)]
    show = {"unit": home, "label": "Sale of the assets, taxable", "roll": "sum"}
    sale = b.month("tax.sale", "prod", price, *rate, over, first, kept, **show)
    return b.month("tax.profit_with_sale", "sum", profit, own_part(ctx, sale), unit=home)


def _next_day(ctx: Lowering, place: int, month: int, day: int, year_start: int) -> str:
    """Row: the first such day after the tax year that a month ends."""
    row, years = f"tax.year_of_day_{place}", 0.0 if 1 < year_start <= month else 1.0
    year = ctx.b.month(row, "sum", ctx.time.year, years)
    return ctx.b.month(f"tax.day_{place}", "day_of_year", year, float(month), float(day), unit="date")
