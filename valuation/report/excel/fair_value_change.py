"""Block of sheet Fair value: the reconciliation from the previous valuation to this one."""

from __future__ import annotations

from valuation.report.excel.book import Book, CheckRow, Page

NONE = (
    "No previous valuation given. Give the workbook of the last one, valuate FILE --previous OLD.xlsx, for the "
    "movement from it: cash settled, discount that unwinds, changes of inputs by class."
)
GAINS = (
    "Total gains or losses are all rows but the cash that was settled; which of them are recognised, and where, is for "
    "the entity's accounting policy. The order of the steps stands in the Change log."
)


def write_reconciliation(book: Book, page: Page, row: int, last: int) -> int:
    """From the opening to the closing fair value, each row a link to the Change log; the row after it."""
    page.band(row, "Reconciliation from the previous valuation (mean NPV after tax)", last)
    log = book.tables.previous
    if log is None:
        return page.block(row + 1, 1, last, NONE, "note")
    changes = {step.key: step.mean for step in log.steps}
    rows: list[tuple[str, str, float]] = [
        (f"Opening, at {log.previous.valuation.isoformat()}", "opening", log.previous.npv_mean)
    ]
    if log.time_mean is not None:
        parts = log.time_mean
        rows += [
            ("Settlements: cash received (-) or paid (+)", "settled", parts.settled),
            ("Unwinding of the discount", "unwinding", parts.unwinding),
            ("Passing of time, other: no event struck", "other", parts.other),
        ]
    else:
        rows.append(("Passing of time", "time", changes["time"]))
    rows += [
        ("Changes of market inputs", "market", changes["market"]),
        ("Changes of discount rates", "discount_rate", changes["discount_rate"]),
        ("Changes of risks and events", "risks", changes["risks"]),
        ("Changes of contract terms", "terms", changes["terms"]),
        ("Change of the model", "model", changes["model"]),
        ("Sampling: other seed or number of paths", "simulation", changes["simulation"]),
    ]
    for offset, (label, key, value) in enumerate(rows, 1):
        page.text(row + offset, 1, label)
        page.text(row + offset, 2, book.money_unit, "unit")
        page.formula(row + offset, 3, f"={book.places[f'change:{key}']}", value, "money")
    at = row + len(rows) + 1
    cells = page.span(row + 1, 3, at - 1, 3, False)
    closing = sum(value for _, _, value in rows)
    page.text(at, 1, f"Closing, at {book.tables.deal.valuation.isoformat()}", "total_text")
    page.text(at, 2, book.money_unit, "total_text")
    page.formula(at, 3, f"=SUM({cells})", closing, "money", "total")
    mean = book.tables.npv.mean or 0.0
    residual = round((closing - mean) / max(1.0, abs(closing)), 10) + 0.0
    there, here = page.address(at, 3), book.places["fair_value"]
    formula = f"=ROUND(({there}-{here})/MAX(1,ABS({there})),10)"
    book.checks.append(CheckRow("Fair value: the reconciliation closes at the measure", formula, residual, 1e-9))
    gains = closing - rows[0][2] - (log.time_mean.settled if log.time_mean is not None else 0.0)
    page.text(at + 1, 1, "Total gains or losses (-) of the period")
    page.text(at + 1, 2, book.money_unit, "unit")
    settled = f"-{page.address(row + 2, 3, False)}" if log.time_mean is not None else ""
    formula = f"={page.address(at, 3, False)}-{page.address(row + 1, 3, False)}{settled}"
    page.formula(at + 1, 3, formula, gains, "money")
    return page.block(at + 2, 1, last, GAINS, "note")
