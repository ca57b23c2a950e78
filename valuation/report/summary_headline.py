"""The verdict in three lines: whether the deal earns its discount rate, what it is worth, and one bad case in twenty.

It stands at the top of the summary and again at its end, where a reader of a terminal looks first.
"""

from __future__ import annotations

from collections.abc import Iterator

from valuation.report.numbers import amount, costs_only, percent
from valuation.report.summary_layout import Line, Page, Role
from valuation.tables import Tables


def headline(page: Page) -> Iterator[Line]:
    """Three sentences, each on a line of its own where the page is wide enough."""
    tables, scale = page.tables, page.scale
    words, role = verdict(tables)
    mean = f"{amount(tables.npv.mean, scale)} +/- {amount(tables.npv.se, scale)}"
    below = "" if costs_only(tables) else f", below 0 on {percent(tables.probability.npv_negative)} of the paths"
    yield from page.paragraph(words, role, "", "  ")
    worth = f"NPV, {page.money}: base case {amount(tables.base.npv, scale)}, mean {mean}{below}."
    yield from page.paragraph(worth, "text", "", "  ")
    worst = f"1 case in 20: NPV {amount(tables.npv.p5, scale)} or less"
    rates = (
        ""
        if tables.base.irr is None and tables.irr.of_expected_flows is None
        else f". IRR: base case {percent(tables.base.irr)}, of expected flows {percent(tables.irr.of_expected_flows)}"
    )
    yield from page.paragraph(f"{worst}{rates}.", "text", "", "  ")
    yield from _owners(page)


def _owners(page: Page) -> Iterator[Line]:
    """What is left for the owners, and how thin the cover of the loans is, where the view borrows."""
    table = page.tables.financing
    if table is None:
        return
    own, scale = table.owners, page.scale
    worth = f"Owners after debt: NPV base case {amount(own.npv_base, scale)}, mean {amount(own.npv.mean, scale)}"
    rate = "" if own.irr_base is None else f"; IRR {percent(own.irr_base)}"
    least = ""
    if table.dscr_min_base is not None:
        default = percent(table.chances.default)
        least = f". Least DSCR: base case {table.dscr_min_base:.2f}; default on {default} of the paths"
    failed = any(case.defaults for case in table.cases[:1])
    role: Role = "bad" if failed else "text"
    alarm = " The loans are in default in the base case itself." if failed else ""
    yield from page.paragraph(f"{worth}{rate}{least}.{alarm}", role, "", "  ")


def verdict(tables: Tables) -> tuple[str, Role]:
    """Whether the view earns its discount rate on these inputs; comes out ahead, where it invests nothing."""
    deal, base, mean = tables.deal, tables.base.npv, tables.npv.mean or 0.0
    rate = percent(deal.discount_rate)
    if costs_only(tables):
        return f"On these inputs the {deal.view} only pays; its NPV at {rate} is what the deal costs it.", "text"
    if tables.base.invests:
        again = "does"
        does, not_ = f"earns its discount rate of {rate}", f"does not earn its discount rate of {rate}"
    else:
        again = "gains"
        does, not_ = f"gains, at a discount rate of {rate}", f"loses, at a discount rate of {rate}"
    start = f"On these inputs the {deal.view}"
    if abs(mean) < 2.0 * (tables.npv.se or 0.0):
        case = does if base >= 0.0 else not_
        return f"{start} {case} in the base case; the mean lies within two standard errors of 0.", "text"
    if base >= 0.0 and mean >= 0.0:
        return f"{start} {does}, in the base case and in the mean.", "good"
    if base >= 0.0:
        return f"{start} {does} in the base case, but not in the mean.", "bad"
    if mean >= 0.0:
        return f"{start} {not_} in the base case, but {again} in the mean.", "text"
    return f"{start} {not_}, in the base case or in the mean.", "bad"
