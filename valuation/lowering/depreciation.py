"""How an investment is written down for tax: its balance by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from valuation.lowering.investment import s_curve_after
from valuation.lowering.late_investment import late_wear
from valuation.lowering.yearly_shares import worn_by_year

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.investment import Part
    from valuation.lowering.terms import DepreciationTerms


def write_down(
    ctx: Lowering,
    name: str,
    party: str,
    parts: Sequence[Part],
    spend: Sequence[str],
    terms: DepreciationTerms | Sequence[DepreciationTerms],
) -> str:
    """Row of the month's depreciation; the balance stands in ``<name>.tax_balance``. Empty for a party without tax.

    Of several classes of assets each has its part of every payment and rows of its own, ``<name>.class_<i>``.

    Parameters
    ----------
    party : who owns what is built.
    spend : month rows of the parts' amounts [contract currency].
    terms : how it is written down, or each of its classes with its share.
    """
    if not isinstance(terms, Sequence):
        return _write_down(ctx, name, party, parts, spend, terms)
    b, home, names = ctx.b, ctx.b.currency, [f"{name}.class_{place}" for place in range(1, len(terms) + 1)]
    for own, one in zip(names, terms, strict=True):
        if one.share is None:
            raise ValueError("a class of assets without its share")
        share = ctx.quantity(one.share, "Share of the investment in this class")
        rows = [
            b.month(f"{own}.spend" + (f"_{k}" if len(spend) > 1 else ""), "mul", row, share, unit=home)
            for k, row in enumerate(spend, 1)
        ]
        if not _write_down(ctx, own, party, parts, rows, one):
            return ""
    show: dict[str, Any] = {"unit": home, "label": f"Tax depreciation, {name}", "roll": "sum", "sign": -1}
    down = b.month(f"{name}.depreciation", "sum", *(f"{own}.depreciation" for own in names), **show)
    show = {"unit": home, "label": f"Tax balance, {name}", "roll": "end"}
    b.month(f"{name}.tax_balance", "sum", *(f"{own}.tax_balance" for own in names), **show)
    return down


def _write_down(
    ctx: Lowering, name: str, party: str, parts: Sequence[Part], spend: Sequence[str], terms: DepreciationTerms
) -> str:
    """Row of the month's depreciation of one class of assets.

    Declining balance takes its full rate at each tax year's end. Straight line takes equal whole months for each part
    from the month in which it is in service: that of the start of the contract, or of the payment where that is later.
    Shares by tax year are taken at its end (``yearly_shares.py``). With ``residual: written_off`` (or ``sold_at``) what
    is left goes in the tax year in which the term ends; with ``continues`` that is the last year that is charged, and
    what is left stays with the owner.
    """
    tax = ctx.contract.tax.get(party)
    if tax is None:
        return ""
    b, home = ctx.b, ctx.b.currency
    _, year_ends = ctx.tax_year(party)
    basis = b.month(f"{name}.tax_basis", "sum", f"{name}.tax_balance.prev", *spend, unit=home)
    if terms.method == "declining_balance" and terms.rate is not None:
        rate = ctx.quantity(terms.rate, "Declining-balance rate")
        yearly = b.scalar(f"{name}.rate_of_year", "convert", rate, 1.0)
        charged = b.month(f"{name}.regular", "prod", yearly, year_ends, basis, unit=home)
    elif terms.life is not None:
        life = ctx.quantity(terms.life, "Life for tax")
        months = b.scalar(f"{name}.life_in_months", "convert", life, 1.0)
        paired = enumerate(zip(parts, spend, strict=True), 1)
        worn = [_straight_line(ctx, f"{name}.life_{place}", part, row, months) for place, (part, row) in paired]
        wear = b.month(f"{name}.wear", "sum", *worn, unit=home)
        charged = b.month(f"{name}.regular", "lower_of", basis, wear, unit=home)
    else:
        wear = worn_by_year(ctx, name, party, parts, spend, terms)
        charged = b.month(f"{name}.regular", "lower_of", basis, wear, unit=home)
    final = b.month(f"{name}.final_year", "mul", term_over(ctx), year_ends)
    if tax.residual != "continues":
        charged = b.month(f"{name}.charged", "select", final, basis, charged, unit=home)
    else:  # the rest stays with the owner: how far the grid runs on must not decide what is deducted
        past = b.month(f"{name}.term_year_past", "higher_of", f"{name}.term_year_past.prev", f"{name}.final_year.prev")
        still = b.month(f"{name}.in_term_years", "opposite", past)
        charged = b.month(f"{name}.charged", "mul", charged, still, unit=home)
    show: dict[str, Any] = {"unit": home, "label": f"Tax depreciation, {name}", "roll": "sum", "sign": -1}
    down = b.month(f"{name}.depreciation", "set", charged, **show)
    show = {"unit": home, "label": f"Tax balance, {name}", "roll": "end"}
    b.month(f"{name}.tax_balance", "sum", basis, f"-{down}", **show)
    return down


def term_over(ctx: Lowering) -> str:
    """Flag row: the contract's term has ended by the month's end."""
    row = "term.over"
    if row not in ctx.b.rows and (ctx.end.moved or ctx.end.possible):
        beyond = ctx.b.month("term.goes_on", "above", ctx.end.position, ctx.time.end)
        ctx.b.month(row, "opposite", beyond, label="Term over")
    elif row not in ctx.b.rows:
        last_day = ctx.b.scalar("term.last_day", "add_days", ctx.end.day, -1.0, unit="date")
        ctx.b.month(row, "from_date", ctx.time.month_end, last_day, label="Term over")
    return row


def _straight_line(ctx: Lowering, row: str, part: Part, spend: str, life: str) -> str:
    """Row of a part's wear in a month: what has been paid of it × payments in service / (payments made × life).

    Payment k (from 0) goes into service in month max(k, s), months counted from the first payment and s that of the
    start of the contract, and stays for the life: of N payments, C(m) − C(m − life) are in service in month m, where
    C(m) = min(m + 1, N) from month s on, else 0. On an S-curve C is the share of the cost that so many payments make.
    """
    if part.late is not None:
        return late_wear(ctx, row, part.late, spend, life)
    b = ctx.b
    month = part.number or b.month(f"{row}.month", "months_between", part.first, ctx.time.month_end)
    start = b.scalar(f"{row}.start", "months_between", part.first, ctx.term_begin)
    counts = []
    for which, before in (("begun", ""), ("over", life)):
        at = b.month(f"{row}.{which}.month", "sum", month, *([f"-{life}"] if before else []))
        paid = b.month(f"{row}.{which}.next", "sum", at, 1.0)
        made = b.month(f"{row}.{which}.payments", "clip", paid, 0.0, part.count)
        made = _paid_of(ctx, f"{row}.{which}.share", part, made)
        since = b.month(f"{row}.{which}.since", "from_date", at, start)
        counts.append(b.month(f"{row}.{which}", "mul", made, since))
    in_service = b.month(f"{row}.in_service", "sum", counts[0], f"-{counts[1]}")
    paid = b.month(f"{row}.paid", "clip", f"{row}.begun.next", 1.0, part.count)
    paid = _paid_of(ctx, f"{row}.share_paid", part, paid)
    over_life = b.month(f"{row}.paid_by_life", "mul", paid, life)
    pace = b.month(f"{row}.pace", "divide", in_service, over_life)
    spent = b.month(f"{row}.spent", "sum", f"{row}.spent.prev", spend, unit=b.currency)
    return b.month(f"{row}.wear", "mul", spent, pace, unit=b.currency)


def _paid_of(ctx: Lowering, row: str, part: Part, payments: str) -> str:
    """Row of what so many payments of a part make of it: their number where they are equal."""
    return s_curve_after(ctx, row, payments, part.count) if part.shape == "s_curve" else payments
