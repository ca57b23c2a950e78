"""The financing in the summary: the loans, who pays for what, cover and the owners' return, chances, lender's cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from valuation.report.financing_words import (
    CFADS,
    NOMINAL,
    SERVICES,
    chances,
    cover,
    duration,
    loan_title,
    repaid,
    sized,
)
from valuation.report.numbers import amount, percent
from valuation.report.summary_cover import returns
from valuation.report.summary_layout import Line, Page
from valuation.report.summary_lender import lender_cases
from valuation.report.summary_words import STATUSES
from valuation.report.text import one_line
from valuation.tables import FinancingTable, SourceOrUse

_DATES = 3
"""Dates of the least cover that are named."""


def financing(page: Page) -> Iterator[Line]:
    """The block; nothing where the view has no financing."""
    found = page.tables.financing
    if found is None:
        return
    yield from page.heading(f"Financing of the {one_line(found.borrower)} ({page.money}, base case)")
    yield from _loans(page, found)
    for label, lines in (("Uses", found.uses), ("Sources", found.sources)):
        yield from page.labelled(f"  {label}", _listed(page, lines), 12)
    yield from page.paragraph(_terms(page, found), "note")
    yield from returns(page, found)
    yield from _facts(page, found)
    yield from page.heading("Chances of the financing")
    for text, p in chances(found):
        yield from page.figures(text, (percent(p),), (10,), 70)
    yield from lender_cases(page, found)


def _loans(page: Page, found: FinancingTable) -> Iterator[Line]:
    """A row a loan, with how it is repaid and what set its size under it."""
    if not found.loans:
        return
    widths, room = (10, 9, 8, 12), 46
    heads = zip(("amount", "of uses", "rate", "tenor"), widths, strict=True)
    yield Line("note", " " * min(room, page.width - sum(widths)) + "".join(f"{head:>{width}}" for head, width in heads))
    for loan in found.loans:
        cells = (
            amount(loan.amount, page.scale),
            percent(loan.part_of_need),
            percent(loan.first_rate),
            duration(loan.tenor_months),
        )
        yield from page.figures(f"Loan, {loan_title(loan)}", cells, widths, room)
        size = sized(loan, page.scale, page.tables.deal.currency)
        yield from page.paragraph(f"{repaid(loan)}; {size}", "note", "    ")


def _listed(page: Page, lines: Sequence[SourceOrUse]) -> str:
    """Lines of a table of sources or uses in one sentence."""
    told = [f"{line.label} {amount(line.amount, page.scale)} ({percent(line.share, 0)})" for line in lines]
    whole = sum(line.amount for line in lines)
    return f"{'; '.join(told)}; in all {amount(whole, page.scale)}" if told else "none"


def _terms(page: Page, found: FinancingTable) -> str:
    """Dates and conventions, and how well the sizes were solved."""
    said = f"Completion {found.completion.isoformat()}; debt is served {SERVICES.get(found.service, found.service)}. "
    if found.loans:
        said += f"Cover (DSCR) = cash {CFADS[found.cfads]} over debt service, the last twelve months. "
        said += (
            f"Sizes, fees, interest and tax agree after {found.iterations} rounds to {found.residual:.0e} of the uses."
        )
    if page.tables.deal.price_basis != "nominal":
        said += f" {NOMINAL}"
    return said.strip()


def _facts(page: Page, found: FinancingTable) -> Iterator[Line]:
    owners, scale = found.owners, page.scale
    if found.dscr_min_base is not None and found.dscr_min_day is not None:
        covers = [date.dscr for date in found.schedule if date.dscr is not None]
        level = len(covers) > 1 and max(covers) - min(covers) < 1e-6
        when = "every service date" if level else found.dscr_min_day.isoformat()
        yield from page.labelled("Least cover, base case", f"{cover(found.dscr_min_base)} on {when}")
    if found.dscr_min_months:
        (first, p), *others = found.dscr_min_months[:_DATES]
        told = [f"{first.isoformat()} ({percent(p)} of the paths)"]
        told += [f"{day.isoformat()} ({percent(share)})" for day, share in others]
        yield from page.labelled("Least cover on the paths", f"most often on {', '.join(told)}")
    yield from _rates(page, found)
    times = "n/a" if owners.moic_base is None else f"{owners.moic_base:.2f} times"
    back = [_in_years(years) for years in (owners.payback_years_base, owners.discounted_payback_years_base)]
    paid, got = amount(owners.paid_in, scale), amount(owners.paid_out, scale)
    yield from page.labelled(
        "Owners, base case",
        f"pay in {paid} and get {got} {page.money}, {times}; payback {back[0]}, discounted {back[1]}; "
        f"modified IRR {percent(owners.mirr_base)}",
    )
    if max(found.support_mean, found.support_base) >= 0.05 * scale.divisor:
        base, mean = amount(found.support_base, scale), amount(found.support_mean, scale)
        nominal = " of nominal money" if page.tables.deal.price_basis.startswith("real") else ""
        yield from page.labelled(
            "  of it after the completion",
            f"{base} {page.money}{nominal}, mean {mean}: running costs and tax that the cash does not cover",
        )
    one = page.tables.levelised
    if one is not None:
        unit = f"{page.tables.deal.currency}/{one.unit}"
        price = "" if one.price_base is None else f"price {one.price_base:,.2f}, "
        spread = one.cost
        paths = (
            ""
            if spread is None or spread.p5 is None
            else f"; P5 to P95 of the cost {spread.p5:,.2f} to {spread.p95:,.2f}"
        )
        yield from page.labelled("Levelised, base case", f"{price}cost {one.cost_base:,.2f} {unit} after tax{paths}")


def _rates(page: Page, found: FinancingTable) -> Iterator[Line]:
    """The owners' rate of the expected flows, and what was found on the paths."""
    irr = found.owners.irr
    yield from page.labelled("Owners' IRR, expected cash flows", percent(irr.of_expected_flows))
    if found.owners.irr_base is None:
        status = found.owners.irr_status
        yield from page.labelled("Owners' IRR, base case", f"none: {STATUSES.get(status, status)}")
    statuses = (f"{n:,} {STATUSES.get(key, key)}" for key, n in irr.status.items() if n)
    yield from page.labelled("Owners' IRR found on the paths", ", ".join(statuses))


def _in_years(value: float | None) -> str:
    return "not reached" if value is None else f"{value:.1f} years"
