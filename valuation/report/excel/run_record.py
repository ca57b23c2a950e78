"""Sheet Run: what makes the run reproducible."""

from __future__ import annotations

from valuation.report.excel.book import Book


def write_run(book: Book) -> None:
    """Fill the sheet. Threads, chunks, times, host and processor are not part of a run and stand nowhere."""
    audit, page = book.tables.audit, book.page("Run")
    page.title("Run", "The command gives the same numbers again, to the last bit, on any number of threads.", 5)
    words = {
        "Command": audit.command,
        "Contract": book.tables.deal.id,
        "Scenario": audit.scenario or "none",
        "Changed by --set": "; ".join(audit.overrides) or "none",
        "View": audit.view,
        "Currency": audit.currency,
        "Program": f"valuate {audit.version}",
        "Random numbers": audit.generator,
        "Digest of the results": audit.digest,
        "Digest of the plan": audit.plan_digest,
        "sha256 of the inputs": audit.spec_sha256,
    }
    row = 4
    for label, text in words.items():
        page.text(row, 1, label)
        page.wrapped(row, 2, 5, text)
        row += 1
    for label, number in (("Seed", audit.seed), ("Paths", audit.paths)):
        page.text(row, 1, label)
        page.number(row, 2, float(number), "plain_0")
        row += 1
    if not book.tables.convergence:
        return
    page.heads(
        row + 1, ("Convergence of the mean NPV", "Paths", f"Mean [{book.money_unit}]", f"± s.e. [{book.money_unit}]")
    )
    row += 1
    for paths, mean, se in book.tables.convergence:
        row += 1
        page.number(row, 2, float(paths), "count")
        page.number(row, 3, mean, "money")
        page.number(row, 4, se, "money")
