"""Sheet Claims: what is said of the deal, held against the model."""

from __future__ import annotations

from valuation.report.claims_words import MEASURE, claimed_words, conflict_words, implied_words
from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import is_currency
from valuation.report.numbers import claim_scenarios
from valuation.tables import ClaimsAudit, Tables, three_measures

COLUMNS = ("Verdict", "Claim", "Source", "Check", "Value here", "Unit", "Scenarios", "Note")
VERDICTS = {
    "holds": ("holds", "good"),
    "contradicts": ("contradicts", "bad"),
    "cannot_be_tested": ("cannot be tested", "open"),
}


def write_claims(book: Book) -> None:
    """Fill the sheet, a claim a row, in the order of the contract file."""
    page = book.page("Claims")
    page.title(
        "Claims",
        "Each claim is checked on the run with these inputs; beside it stand the scenarios in which it holds. A claim "
        "that the model has no number for cannot be tested.",
        len(COLUMNS),
    )
    page.heads(4, COLUMNS)
    page.repeat("C5", "4:4")
    if not book.tables.claims:
        page.text(5, 1, "The contract lists no claim.", "note")
    for row, claim in enumerate(book.tables.claims, 5):
        word, style = VERDICTS.get(claim.verdict, (claim.verdict, "text"))
        page.text(row, 1, word, style)
        kind, unit = book.kind_of(claim.unit), claim.unit
        if unit == "%/year":
            kind, unit = "share", "%"
        elif kind != "money" and is_currency(unit[:3]) and abs(claim.value or 0.0) >= 1e5:
            kind, unit = "money", book.money_unit + unit[3:] if unit[:3] == book.currency else unit
            kind = kind if unit != claim.unit else book.kind_of(unit)
        texts = {2: claim.quote, 3: claim.source, 4: claim.check, 7: claim_scenarios(claim), 8: claim.note}
        for column, text in texts.items():
            page.text(row, column, text, "wrap")
            page.raise_row(row, text, page.width(column))
        page.number(row, 5, claim.value, kind)
        page.text(row, 6, book.scale.unit(unit) if is_currency(unit) else unit, "unit")
    if book.tables.claims_audit is not None:
        _write_audit(page, book.tables, book.tables.claims_audit, 5 + len(book.tables.claims) + 1)


def _write_audit(page: Page, tables: Tables, audit: ClaimsAudit, row: int) -> None:
    """Claims about rent, cost and margin on one measure; which cannot all hold; what each two imply."""
    page.band(row, "The claims held against each other", len(COLUMNS))
    page.wrapped(row + 1, 1, len(COLUMNS), MEASURE, "subtitle")
    money = audit.currency
    heads = ("About", "Claim", "Source", "Claimed", f"{money}/kW/month", f"{money}/MW/year", f"c/kWh ({money}/100)")
    row += 2
    page.heads(row, (*heads, f"Here, {money}/kW/month"))
    for amount in audit.amounts:
        row += 1
        claim = tables.claims[amount.claim]
        margin = amount.reading == "margin"
        page.text(row, 1, f"{amount.claim + 1}. {amount.reading}", "text")
        page.text(row, 2, claim.quote, "wrap")
        page.raise_row(row, claim.quote, page.width(2))
        page.text(row, 3, claim.source, "wrap")
        page.text(row, 4, claimed_words(amount, money), "wrap")
        kw, mw, kwh = three_measures(amount.reading, amount.amount)
        for column, number in ((5, kw), (6, mw), (7, None if kwh is None else 100.0 * kwh)):
            if number is not None:
                page.number(row, column, number, "count" if column == 6 else "fine_number")
        page.number(row, 8, amount.model, "share" if margin else "fine_number")
    for conflict in audit.conflicts:
        row += 1
        page.wrapped(row, 1, len(COLUMNS), conflict_words(conflict, audit), "bad")
    for implied in audit.implied:
        row += 1
        page.wrapped(row, 1, len(COLUMNS), implied_words(implied, audit), "wrap")
