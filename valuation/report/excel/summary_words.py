"""The words on page one: what is valued and how, what the numbers leave out, what is said and watched."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from valuation.report.excel.book import Book, Page
from valuation.report.excel.checks import MASTER_CELL
from valuation.report.excel.claims import VERDICTS
from valuation.report.numbers import amount, claim_scenarios, claim_value, costs_only, percent
from valuation.report.summary_lines import switches
from valuation.report.text import one_line

LEFT, RIGHT, LAST = 12, 14, 19
"""Last column of the tables, first and last of the charts."""

AS_RUN = "inputs as run"
CHANGED = "inputs changed: simulation pages show the run as generated"


def write_heading(book: Book, page: Page) -> None:
    """Name, stage, view, term, money, measure and rate; the answer of all checks in the corner."""
    deal, audit = book.tables.deal, book.tables.audit
    page.text(1, 1, deal.name, "title")
    page.sheet.row_dimensions[1].height = 28
    page.text(1, LAST - 1, "All checks", "text")
    page.formula(1, LAST, "=all_checks", "CHECK", "year", "link")  # its value comes from Checks, written last
    page.traffic_light(MASTER_CELL, "$S$1")
    page.formula(1, RIGHT, f'=IF(inputs_as_run=1,"{AS_RUN}","{CHANGED}")', AS_RUN, "year", "wrap")
    page.sheet.merge_cells(start_row=1, end_row=1, start_column=RIGHT, end_column=LAST - 2)
    page.traffic_light(f"{get_column_letter(RIGHT)}1", f"${get_column_letter(RIGHT)}$1", AS_RUN)
    parties = ", ".join(f"{role}: {name}" for role, name in deal.parties.items())
    scale = {"M": "millions of ", "k": "thousands of "}.get(book.scale.prefix, "")
    changed = [f"scenario {audit.scenario}"] if audit.scenario else []
    changed += list(audit.overrides)
    first = (
        f"Stage: {deal.stage}.  Seen from the {deal.view} ({parties}); + is cash to the {deal.view}.  "
        f"Term {deal.start.isoformat()} to {deal.end.isoformat()}, valued at {deal.valuation.isoformat()}.  "
        f"Money in {scale}{deal.currency}, {deal.price_basis}."
    )
    if sunk := book.tables.base.sunk:
        first += f"  Sunk before the valuation date and left out: {amount(sunk, book.scale)} {book.money_unit}."
    if changed:
        first += f"  Changed against the file: {'; '.join(changed)}."
    covers = ", ".join(deal.discount_includes) or "no risk that is simulated as an event"
    second = (
        f"Project value before debt (unlevered), after tax unless it says before tax.  As run at a discount rate of "
        f"{percent(deal.discount_rate)} a year, {deal.discount_basis}; it covers {covers}.  "
        f"{audit.paths:,} monthly paths under the {deal.measure} measure.  Seed {audit.seed}, "
        f"digest {audit.digest[:16]}."
    )
    for row, text in ((2, first), (3, second)):
        page.wrapped(row, 1, LAST, text, "subtitle")


def write_words(book: Book, page: Page, row: int) -> None:
    """What the numbers leave out, to the left; what is said and watched, to the right."""
    deal = book.tables.deal
    said = [("Risks that are not modelled", deal.not_modelled), ("Remarks", deal.remarks)]
    left = [
        *(reversed(said) if costs_only(book.tables) else said),
        ("Warnings", deal.warnings),
        ("Switches of the contract (another choice gives another value)", switches(book.tables)),
    ]
    at = row
    for heading, texts in left:
        if texts:
            for column in range(1, LEFT + 1):
                page.text(at, column, heading if column == 1 else "", "section")
            at = page.block(at + 1, 1, LEFT, "   ".join(f"• {one_line(text)}" for text in texts))
    at = row
    if book.tables.claims:
        for column in range(RIGHT, LAST + 1):
            page.text(at, column, "Claims held against the model" if column == RIGHT else "", "section")
        at += 1
        for claim in book.tables.claims[:8]:
            word, style = VERDICTS.get(claim.verdict, (claim.verdict, "text"))
            value = f" (here {claim_value(claim)})" if claim.value is not None else ""
            where = f"; {claim_scenarios(claim)}" if claim.with_ else ""
            below = page.block(at, RIGHT + 1, LAST, f"“{one_line(claim.quote)}”{value}{where}", "wrap_indent")
            below = max(below, page.block(at, RIGHT, RIGHT, word, style))
            at = below
    if book.tables.indicators:
        for column in range(RIGHT, LAST + 1):
            page.text(at, column, "Indicators, chance given no event" if column == RIGHT else "", "section")
        at += 1
        for indicator in book.tables.indicators[:6]:
            known = [year for year in indicator.years if year.given_alive is not None]
            ends = [known[0], known[-1]] if known else []
            shares = " … ".join(f"{year.year}: {percent(year.given_alive, 0)}" for year in ends)
            at = page.block(at, RIGHT, LAST, f"{one_line(indicator.name)} ({one_line(indicator.when)}): {shares}")
