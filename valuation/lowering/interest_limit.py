"""How much of a year's net interest lowers the taxable profit: all of it, or up to a share of the tax EBITDA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuation.lowering.carry_forward import carried_forward
from valuation.lowering.exchange import exchange_rate

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.quantity import Quantity
    from valuation.spec.tax_limits import InterestLimit


def deductible_interest(
    ctx: Lowering, prefix: str, limit: InterestLimit, profit: str, interest: str, flags: tuple[str, str]
) -> str:
    """Row of the interest that is deducted from a year's profit, year to date.

    With I the year's net interest, E its tax EBITDA and cap = share·max(E, 0): what is deducted of the year's own is I
    where I ≤ threshold, else min(I, cap); the rest is carried forward, and deducted in a later year as far as cap
    exceeds that year's own. Norway: Tax Act (skatteloven) section 6-41, by which carried-forward interest does not
    count against the threshold.

    Parameters
    ----------
    profit : month row of the taxable profit before interest [contract currency].
    interest : month row of the net interest cost [contract currency].
    flags : rows of the first and of the last month of a tax year.
    """
    b, home, (begins, ends) = ctx.b, ctx.b.currency, flags
    money: dict[str, Any] = {"unit": home}
    share = ctx.quantity(limit.share, "Interest deducted up to this share of the tax EBITDA")
    net = year_to_date(ctx, f"{prefix}.interest_of_year", interest, begins)
    down = ctx.accounts.depreciation
    earned = b.month(f"{prefix}.ebitda", "sum", profit, *down, **money) if down else profit
    ebitda = year_to_date(ctx, f"{prefix}.ebitda_of_year", earned, begins, "Tax EBITDA, year to date")
    positive = b.month(f"{prefix}.ebitda_above_0", "higher_of", ebitda, 0.0, **money)
    cap = b.month(f"{prefix}.interest_cap", "mul", share, positive, **money)
    own = b.month(f"{prefix}.interest_within", "lower_of", net, cap, **money)
    if limit.threshold is not None:
        threshold = home_money(ctx, f"{prefix}.threshold", limit.threshold, "Interest deducted without limit up to")
        beyond = b.month(f"{prefix}.beyond_threshold", "above", net, threshold)
        own = b.month(f"{prefix}.interest_own", "select", beyond, own, net, **money)
    if limit.carry_forward is not None and limit.carry_forward.canonical == 0.0:
        return own
    room = b.month(f"{prefix}.interest_room", "sub", cap, own, **money)
    over = b.month(f"{prefix}.interest_over", "sub", own, net, **money)  # below 0 by what is not deducted
    labels = ("Interest of earlier years deducted", "Interest carried forward")
    pool = f"{prefix}.interest_carried"
    used = carried_forward(ctx, pool, ends, room, over, years=limit.carry_forward, labels=labels)
    return b.month(f"{prefix}.interest_deducted", "sum", own, used, **money)


def year_to_date(ctx: Lowering, name: str, row: str, begins: str, label: str = "") -> str:
    """Row of a month row's sum since the tax year began [contract currency]."""
    return ctx.b.month(name, "year_to_date", row, f"{name}.prev", begins, unit=ctx.b.currency, label=label)


def home_money(ctx: Lowering, name: str, amount: Quantity, label: str) -> str:
    """Row or input of an amount in the contract's currency, at each month's rate of exchange; of a joint venture's the
    part of the party in the seat, as the profit is that it is held against."""
    b, row, currency = ctx.b, ctx.quantity(amount, label), amount.currency or ctx.b.currency
    factors = [row]
    if currency != b.currency:
        factors.append(exchange_rate(ctx, currency, b.currency))
    if ctx.part:
        factors.append(ctx.part)
    if len(factors) > 1 and name not in b.rows:
        b.month(name, "prod", *factors, unit=b.currency)
    return name if len(factors) > 1 else row
