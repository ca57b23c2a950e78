"""Tax of the viewed party: assessed once a calendar year on accrual earnings, with losses carried forward, paid on
fixed days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuation.lowering.accounts import own_part, post
from valuation.lowering.carry_forward import carried_forward
from valuation.lowering.depreciation import term_over
from valuation.lowering.exchange import exchange_rate
from valuation.lowering.interest_limit import deductible_interest, home_money, year_to_date
from valuation.lowering.investment_credit import set_off_credits
from valuation.lowering.leases import all_leases_stop
from valuation.lowering.shocks import shocked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from valuation.lowering.context import Lowering
    from valuation.spec.tax import Tax
    from valuation.spec.tax_limits import LossLimit


def lower_tax(ctx: Lowering, profit: str) -> None:
    """Posts the viewed party's tax on its monthly taxable profit [contract currency], as if there were no debt."""
    with ctx.b.in_section("Tax"):
        for paid, dates in _instalments(ctx, profit, "tax", ""):
            post(ctx, paid, payer=ctx.view, payee="outside", kind="tax", date_row=dates, book="tax")


def assess_tax(ctx: Lowering, profit: str, *, prefix: str = "tax", interest: str = "") -> list[tuple[str, str]]:
    """Rows of the viewed party's tax and of the dates on which it is paid; nothing is posted. Empty without a tax.

    base = year's profit − interest − losses brought forward, tax = rate·max(0, base); a year's loss joins the pool.
    Paid in equal parts on the days of the next tax year that the contract names, or on the year's last day
    (``in_year``). What does not depend on the interest (rate, tax year, sale of the assets, days of payment) is written
    once for all assessments.

    Parameters
    ----------
    profit : month row of the taxable profit before ``interest`` [contract currency].
    prefix : what the rows of this assessment are named after: ``<prefix>.assessed``, ``<prefix>.losses``.
    interest : month row of the net interest cost that ``profit`` does not hold yet [contract currency], < 0 where more
        is received than paid.

    Returns
    -------
    list : (month row of what is paid, month row of its dates, 0 = none) for each part.
    """
    with ctx.b.in_section("Tax"):
        return list(_instalments(ctx, profit, prefix, interest))


def _instalments(ctx: Lowering, profit: str, prefix: str, interest: str) -> Iterator[tuple[str, str]]:
    """The parts of an assessment, each written as it is asked for."""
    tax = ctx.contract.tax.get(ctx.view)
    if tax is None:
        return
    b = ctx.b
    rate = shocked(ctx, _rate(ctx, tax), tax_of=ctx.view)
    begins, ends = ctx.tax_year(ctx.view)
    if tax.residual == "sold_at" and tax.sold_at is not None:
        profit = _with_sale(ctx, profit, ctx.quantity(tax.sold_at, "Assets sold at"), prefix)
    year = _profit_of_year(ctx, tax, prefix, profit, interest, (begins, ends))
    due = _assess(ctx, tax, prefix, rate, year, ends)
    dates = _dates(ctx, tax, ends)
    for place, date in enumerate(dates, 1):
        name = f"{prefix}.part_{place}"
        part = due if len(dates) == 1 else b.month(name, "mul", due, 1.0 / len(dates), unit=b.currency)
        yield part, date


def _rate(ctx: Lowering, tax: Tax) -> str:
    """Row or input of the tax rate; by date, that of each month's last day: the year's last month is assessed."""
    if tax.rate.constant is not None:
        return ctx.quantity(tax.rate.constant, "Tax rate")
    if "tax.rate" not in ctx.b.rows:
        table = ctx.steps_table(tax.rate, "Tax rate")
        ctx.b.month("tax.rate", "curve", f"{table}:date", f"{table}:value", ctx.time.month_end, label="Tax rate")
    return "tax.rate"


def _profit_of_year(ctx: Lowering, tax: Tax, prefix: str, profit: str, interest: str, flags: tuple[str, str]) -> str:
    """Row of the taxable profit after interest, year to date."""
    b, home = ctx.b, ctx.b.currency
    name, label = f"{prefix}.profit_of_year", f"Taxable profit, year to date{_words(prefix)}"
    if interest and tax.interest_limit is not None:
        before = year_to_date(ctx, f"{prefix}.before_interest_of_year", profit, flags[0])
        deducted = deductible_interest(ctx, prefix, tax.interest_limit, profit, interest, flags)
        return b.month(name, "sub", before, deducted, unit=home, label=label)
    if interest:
        profit = b.month(f"{prefix}.profit", "sub", profit, interest, unit=home)
    return year_to_date(ctx, name, profit, flags[0], label)


def _dates(ctx: Lowering, tax: Tax, ends: str) -> list[str]:
    """Rows of the dates on which a year's tax is paid, in the year's last month."""
    b = ctx.b
    names = ["tax.date"] if tax.paid == "in_year" else [f"tax.date_{place}" for place in range(1, len(tax.paid) + 1)]
    if names[0] in b.rows:
        return names
    if tax.paid == "in_year":
        b.month(names[0], "date_if", ends, ctx.time.month_end, unit="date")
        return names
    for place, (name, day) in enumerate(zip(names, tax.paid, strict=True), 1):
        when = _next_day(ctx, place, day.month, day.day, tax.year_start.month)
        b.month(name, "date_if", ends, when, unit="date")
    return names


def _words(prefix: str) -> str:
    """What tells the labels of a second assessment from those of the first."""
    return "" if prefix == "tax" else ", after interest"


def _assess(ctx: Lowering, tax: Tax, prefix: str, rate: str, year: str, ends: str) -> str:
    """Row of the tax on a year's profit less its credits, in the year's last month."""
    b, home, words = ctx.b, ctx.b.currency, _words(prefix)
    assessed, losses = f"{prefix}.assessed", f"{prefix}.losses"
    show: dict[str, Any] = {"unit": home, "label": f"Tax assessed{words}", "roll": "sum", "sign": -1}
    name, own = assessed, show
    if ctx.accounts.credits:
        name, own = f"{prefix}.before_credits", {**show, "label": f"Tax before investment credits{words}"}
    if tax.losses == "refunded":
        due = b.month(name, "prod", rate, ends, year, **own)
    elif tax.losses == "none":
        due = b.month(name, "tax", rate, ends, year, 0.0, **own)
    else:
        due = b.month(
            name, "tax", rate, ends, year, _losses_used(ctx, tax.loss_limit, losses, year, ends, words), **own
        )
    return set_off_credits(ctx, prefix, due, ends, words, show) if ctx.accounts.credits else due


def _losses_used(ctx: Lowering, limit: LossLimit | None, losses: str, year: str, ends: str, words: str) -> str:
    """Row of the losses of earlier years that a year's profit uses."""
    labels = (f"Losses used{words}", f"Losses carried forward{words}")
    if limit is None:
        return carried_forward(ctx, losses, ends, year, year, labels=labels)
    room = _limited(ctx, limit, losses, year)
    return carried_forward(ctx, losses, ends, room, year, years=limit.carry_forward, labels=labels)


def _limited(ctx: Lowering, limit: LossLimit, losses: str, year: str) -> str:
    """Row of how much of a year's profit losses may set off: min(P, free) + share·max(P − free, 0); below 0 none."""
    if limit.share.canonical == 1.0:
        return year
    b, home = ctx.b, ctx.b.currency
    share = ctx.quantity(limit.share, "Part of a profit that losses may set off")
    if limit.free is None:
        return b.month(f"{losses}_limit", "mul", share, year, unit=home)
    free = home_money(ctx, "tax.losses_free", limit.free, "Profit that losses set off without limit")
    within = b.month(f"{losses}_within_free", "lower_of", year, free, unit=home)
    over = b.month(f"{losses}_over_free", "sub", year, within, unit=home)
    return b.month(f"{losses}_limit", "mul_add", share, over, within, unit=home)


def _with_sale(ctx: Lowering, profit: str, price: str, prefix: str) -> str:
    """Adds the sale of the assets to the profit of the month in which the term ends, at that month's rate of exchange;
    their balance is written off against it in that tax year. No sale where every lease was cut short. The cash of the
    sale is a ``terminal_value`` clause.
    """
    sale = own_part(ctx, _sale(ctx, price))
    return ctx.b.month(f"{prefix}.profit_with_sale", "sum", profit, sale, unit=ctx.b.currency)


def _sale(ctx: Lowering, price: str) -> str:
    """Row of the price of the assets in the month in which they are sold."""
    b, home = ctx.b, ctx.b.currency
    if "tax.sale" in b.rows:
        return "tax.sale"
    over = term_over(ctx)
    before = b.month("tax.sold_before", "higher_of", "tax.sold_before.prev", f"{over}.prev")
    first = b.month("tax.not_sold", "opposite", before)
    cut = b.month("tax.cut_short", "below", all_leases_stop(ctx), ctx.end.position)
    kept = b.month("tax.not_cut_short", "opposite", cut)
    currency = b.unit_of(price) or home
    rate = [] if currency == home else [exchange_rate(ctx, currency, home)]
    show = {"unit": home, "label": "Sale of the assets, taxable", "roll": "sum"}
    return b.month("tax.sale", "prod", price, *rate, over, first, kept, **show)


def _next_day(ctx: Lowering, place: int, month: int, day: int, year_start: int) -> str:
    """Row: the first such day after the tax year that a month ends."""
    row, years = f"tax.year_of_day_{place}", 0.0 if 1 < year_start <= month else 1.0
    year = ctx.b.month(row, "sum", ctx.time.year, years)
    return ctx.b.month(f"tax.day_{place}", "day_of_year", year, float(month), float(day), unit="date")
