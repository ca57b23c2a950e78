"""Sheet Claims: what is said of the deal, held against the model."""

from __future__ import annotations

from valuation.report.excel.book import Book

COLUMNS = ("Verdict", "Claim", "Source", "Check", "Value here", "Unit", "With scenarios", "Note")
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
        "Each claim is checked on the run with these inputs, or with the scenarios named beside it. A claim that the "
        "model has no number for cannot be tested.",
        len(COLUMNS),
    )
    page.heads(4, COLUMNS)
    page.repeat("C5", "4:4")
    if not book.tables.claims:
        page.text(5, 1, "The contract lists no claim.", "note")
    for row, claim in enumerate(book.tables.claims, 5):
        word, style = VERDICTS.get(claim.verdict, (claim.verdict, "text"))
        page.text(row, 1, word, style)
        kind = book.kind_of(claim.unit)
        texts = {2: claim.quote, 3: claim.source, 4: claim.check, 7: ", ".join(claim.with_), 8: claim.note}
        for column, text in texts.items():
            page.text(row, column, text, "wrap")
            page.raise_row(row, text, page.width(column))
        page.number(row, 5, claim.value, kind)
        page.text(row, 6, book.scale.unit(claim.unit) if kind == "money" else claim.unit, "unit")
