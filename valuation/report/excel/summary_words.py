"""The words on page one: what is valued and how, what the numbers leave out, what is said and watched."""

from __future__ import annotations

from collections.abc import Sequence

from valuation.report.claims_words import conflict_words
from valuation.report.excel.book import Book, Page
from valuation.report.excel.checks import MASTER_CELL
from valuation.report.excel.claims import VERDICTS
from valuation.report.excel.verdict import verdict
from valuation.report.numbers import amount, claim_scenarios, claim_value, costs_only, percent
from valuation.report.summary_lines import switches
from valuation.report.text import one_line
from valuation.tables import Claim

LEFT, RIGHT, LAST = 12, 14, 19
"""Last column of the tables, first and last of the charts."""
_STAMP = 9
"""First column of the stamp with the stage of the deal."""
_SHORT = 110
"""Characters of a claim's note on page one; the whole of it stands on Claims."""
_OF_SCENARIOS = "Base-case NPV after tax of the"

AS_RUN = "inputs as run"


def write_heading(book: Book, page: Page) -> None:
    """Name, stage, view, term, money, measure and rate; the answer of all checks in the corner; the verdict."""
    deal, audit = book.tables.deal, book.tables.audit
    page.text(1, 1, deal.name, "title")
    page.sheet.row_dimensions[1].height = 30
    page.text(1, _STAMP, deal.stage.upper(), "stamp")
    for column in range(_STAMP + 1, LEFT + 1):
        page.text(1, column, "", "stamp")
    page.sheet.merge_cells(start_row=1, end_row=1, start_column=_STAMP, end_column=LEFT)
    _status(book, page)
    parties = ", ".join(f"{role}: {name}" for role, name in deal.parties.items())
    scale = {"M": "millions of ", "k": "thousands of "}.get(book.scale.prefix, "")
    first = (
        f"Seen from the {deal.view} ({parties}); + is cash to the {deal.view}.  "
        f"Term {deal.span}, valued at {deal.valuation.isoformat()}{f'; {deal.timing}' if deal.timing else ''}.  "
        f"Money in {scale}{deal.currency}, {deal.price_basis}."
    )
    if sunk := book.tables.base.sunk:
        first += f"  Sunk before the valuation date and left out: {amount(sunk, book.scale)} {book.money_unit}."
    if audit.scenario:
        note = next((one.note for one in book.tables.scenarios if one.is_run and one.note), "")
        first += f"  SCENARIO {audit.scenario}{f': {one_line(note)}' if note else ''}."
    if audit.overrides:
        first += f"  CHANGED against the file: {'; '.join(audit.overrides)}."
    covers = ", ".join(deal.discount_includes) or "no risk that is simulated as an event"
    financing = book.tables.financing
    owners = "" if financing is None else f"; the owners' after tax and debt, at {percent(financing.owners.rate)}"
    second = (
        f"Project value before debt (unlevered), after tax unless it says before tax{owners}.  As run at a discount "
        f"rate of {percent(deal.discount_rate)} a year, {deal.discount_basis}; it covers {covers}.  A case (simulated "
        f"path) is one possible course of prices, use and events over the term; {audit.paths:,} were drawn under the "
        f"{deal.measure} measure."
    )
    for row, text in ((2, first), (3, second)):
        page.wrapped(row, 1, LAST, text, "subtitle")
    said = verdict(book)
    page.wrapped(4, 1, LAST, said, "verdict")
    formula = f"=IF(inputs_as_run=1,{_quoted(said)},{_quoted(f'INPUTS WERE CHANGED. The run, before that: {said}')})"
    page.formula(4, 1, formula, said, "year", "verdict")


def _status(book: Book, page: Page) -> None:
    """Green only while the numbers are those of the run and every check holds; amber once an input was changed."""
    # Two lines of the box.
    follows = "base NPV, IRR, margin follow"
    if book.tables.financing is not None:
        follows = "base case, owners follow, loans as sized"
    changed = f"inputs changed: {follows}; grey: as run"
    page.text(1, LAST - 1, "All checks", "text")
    answer = '=IF(inputs_as_run=1,all_checks,IF(all_checks="OK","CHANGED","CHECK"))'
    page.formula(1, LAST, answer, "CHECK", "year", "link")  # its value comes from Checks, written last
    page.traffic_light(MASTER_CELL, "$S$1")
    page.formula(1, RIGHT, f'=IF(inputs_as_run=1,"{AS_RUN}","{changed}")', AS_RUN, "year", "wrap")
    page.sheet.merge_cells(start_row=1, end_row=1, start_column=RIGHT, end_column=LAST - 2)
    page.traffic_light("N1", "$N$1", AS_RUN)


def _quoted(text: str) -> str:
    """A text in a formula, in pieces of at most 250 characters: a longer literal is none to Excel."""
    pieces = [text[at : at + 250].replace('"', '""') for at in range(0, len(text), 250)]
    return "&".join(f'"{piece}"' for piece in pieces) or '""'


def write_words(book: Book, page: Page, row: int) -> None:
    """What the numbers leave out, to the left; what is said and watched, to the right. Each point on its own line."""
    deal = book.tables.deal
    # What the table of scenarios says already needs no sentence.
    remarks = [text for text in deal.remarks if not (book.tables.scenarios and text.startswith(_OF_SCENARIOS))]
    said: list[tuple[str, Sequence[str]]] = [("Risks that are not modelled", deal.not_modelled), ("Remarks", remarks)]
    left: list[tuple[str, Sequence[str]]] = [
        *(reversed(said) if costs_only(book.tables) else said),
        ("Warnings", deal.warnings),
        ("Switches of the contract (another choice gives another value)", switches(book.tables)),
    ]
    at = row
    for heading, texts in left:
        if not texts:
            continue
        _head(page, at, 1, LEFT, heading)
        at += 1
        for text in texts:
            at = page.block(at, 1, LEFT, f"• {one_line(text)}")
    at = row
    if book.tables.claims:
        _head(page, at, RIGHT, LAST, "Claims held against the model")
        at += 1
        for number, claim in enumerate(book.tables.claims[:8], 1):
            word, style = VERDICTS.get(claim.verdict, (claim.verdict, "text"))
            below = page.block(at, RIGHT + 1, LAST, f"{number}. {_claim(claim)}", "wrap_indent")
            at = max(below, page.block(at, RIGHT, RIGHT, word, style))
        audit = book.tables.claims_audit
        if audit is not None:
            for conflict in audit.conflicts[:2]:
                at = page.block(at, RIGHT, LAST, conflict_words(conflict, audit), "bad")
    if book.tables.indicators:
        _head(page, at, RIGHT, LAST, "Indicators, chance given no event")
        at += 1
        for indicator in book.tables.indicators[:6]:
            known = [year for year in indicator.years if year.given_alive is not None]
            ends = [known[0], known[-1]] if known else []
            shares = " … ".join(f"{year.year}: {percent(year.given_alive, 0)}" for year in ends)
            at = page.block(at, RIGHT, LAST, f"{one_line(indicator.name)} ({one_line(indicator.when)}): {shares}")


def _head(page: Page, row: int, first: int, last: int, text: str) -> None:
    for column in range(first, last + 1):
        page.text(row, column, text if column == first else "", "section")


def _claim(claim: Claim) -> str:
    value = f" (here {claim_value(claim)})" if claim.value is not None else ""
    where = f"; {claim_scenarios(claim)}" if claim.with_ else ""
    note = one_line(claim.note)
    note = note if len(note) <= _SHORT else note[:_SHORT].rsplit(" ", 1)[0] + " …"
    return f"“{one_line(claim.quote)}”{value}{where}{f'. {note}' if note else ''}"
