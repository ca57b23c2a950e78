"""Sheet Claims: what is said of the deal, held against the model."""

from __future__ import annotations

from valuation.report.excel.book import Book
from valuation.report.excel.cells import is_currency
from valuation.report.numbers import claim_scenarios

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
