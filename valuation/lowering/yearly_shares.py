"""Depreciation by shares of the cost, one for each tax year from the one in which a payment is in service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from valuation.finance.macrs import macrs_shares
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.investment import Part
    from valuation.lowering.terms import DepreciationTerms


def worn_by_year(
    ctx: Lowering, name: str, party: str, parts: Sequence[Part], spend: Sequence[str], terms: DepreciationTerms
) -> str:
    """Row of what is written down in the last month of each tax year [contract currency].

    What is paid in tax year p goes into service in v = max(p, that of the start of the contract) and is written down
    by share k in tax year v + k − 1. Payments of one part that fall into several tax years are kept by year.

    Parameters
    ----------
    spend : month rows of the parts' amounts [contract currency].
    """
    b, home = ctx.b, ctx.b.currency
    _, ends = ctx.tax_year(party)
    table, count = _table(ctx, name, terms)
    year, started = tax_year_of(ctx, party), tax_year_on(ctx, party, ctx.term_begin)
    worn = []
    for place, (part, row) in enumerate(zip(parts, spend, strict=True), 1):
        first = tax_year_on(ctx, party, part.first)
        years = _years_paid_in(ctx, part)
        for k in range(years):
            own = f"{name}.vintage_{place}" + (f"_{k + 1}" if k else "")
            paid_in = b.scalar(f"{own}.year", "sum", first, float(k))
            if years == 1:
                paid = b.month(own, "sum", f"{own}.prev", row, unit=home)
            else:
                within = b.month(f"{own}.paid_now", "between", year, paid_in, paid_in)
                paid = b.month(own, "mul_add", row, within, f"{own}.prev", unit=home)
            in_service = b.scalar(f"{own}.in_service", "clip", paid_in, started, 1e9)
            number = b.month(f"{own}.number", "sum", year, f"-{in_service}", 2.0)  # 1 before, 2 in the first year
            place_in = b.month(f"{own}.place", "clip", number, 1.0, count + 2.0)
            share = b.month(f"{own}.share", "month_value", f"{table}:share", place_in)
            due = b.month(f"{own}.share_due", "mul", share, ends)
            worn.append(b.month(f"{own}.worn", "mul", paid, due, unit=home))
    return b.month(f"{name}.wear", "sum", *worn, unit=home)


def _table(ctx: Lowering, name: str, terms: DepreciationTerms) -> tuple[str, int]:
    """Table of the shares between two zeros, for the years before and after; and how many shares there are."""
    if terms.recovery is not None:
        years = round(terms.recovery.canonical / 12.0)
        shares = macrs_shares(years)
        note = f"MACRS, {years} years, half-year convention: IRS Publication 946, Table A-1"
        source, path = Origin(terms.recovery.path, "fact", note=note), f"{name}.macrs"
    else:
        shares = tuple(share.canonical for share in terms.shares)
        source, path = Origin(terms.shares[0].path.rpartition(".")[0]), f"{name}.shares"
    values = (0.0, *shares, 0.0)
    return ctx.b.table(path, {"share": values}, ("",), f"Shares written down by tax year, {name}", source), len(shares)


def _years_paid_in(ctx: Lowering, part: Part) -> int:
    """How many tax years the payments of a part may fall into: to the end of the grid where they wait for a
    decision or for a delay."""
    if ctx.requires or part.late is not None:
        return ctx.b.months // 12 + 2
    count = 1 if isinstance(part.count, float) else round(ctx.b.inputs[part.count].value)
    return 1 if count == 1 else (count + 10) // 12 + 1


def tax_year_of(ctx: Lowering, party: str) -> str:
    """Row of the tax year that a month lies in, by the calendar year in which it begins."""
    start = ctx.contract.tax[party].year_start.month
    if start == 1:
        return ctx.time.year
    row = f"{ctx.tax_prefix(party)}.year"
    if row not in ctx.b.rows:
        moved = ctx.b.month(f"{row}.moved", "edate", ctx.time.month_start, 1.0 - start, unit="date")
        ctx.b.month(row, "calendar_year", moved)
    return row


def tax_year_on(ctx: Lowering, party: str, day: str) -> str:
    """Row of the tax year of a date, by the calendar year in which it begins."""
    start = ctx.contract.tax[party].year_start.month
    row = f"{day}.tax_year" + ("" if start == 1 else f"_from_{start}")
    if row not in ctx.b.rows:
        moved = day if start == 1 else ctx.b.scalar(f"{row}.moved", "edate", day, 1.0 - start, unit="date")
        ctx.b.scalar(row, "calendar_year", moved)
    return row
