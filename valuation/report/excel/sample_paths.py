"""Sheet Sample paths: the first paths of the run one by one, with what drove them, as numbers as run."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import get_column_letter

from valuation.report.excel.book import Book, Page
from valuation.tables import Driver, PathSample

TOP = 6
PATH, NPV, IRR, MARGIN, EVENT, CAUSE, FIRST = range(1, 8)
_PRINTED = 30


def write_sample_paths(book: Book, sample: PathSample) -> None:
    """Fill the sheet; ``places`` gets the columns of values and ranks that Drivers reads."""
    page, count = book.page("Sample paths"), len(sample.npv)
    page.title(
        "Sample paths",
        f"The first {count:,} of {book.tables.audit.paths:,} paths, as they ran. Factors are means over the months of "
        "the term from the valuation date on, also after an event; what does not happen leaves its cell empty. "
        f"Ranks to the right: 1 is the lowest value, equal values share the middle. The first {_PRINTED} are printed.",
        max(FIRST + len(sample.drivers) - 1, CAUSE),
    )
    heads = ["Path", "NPV after tax", "IRR after tax", "Margin", "First event after", "Cause"]
    units = ["", book.money_unit, "%", "%", "years", ""]
    page.heads(4, [*heads, *(driver.label for driver in sample.drivers)])
    page.texts(5, 1, [*units, *(driver.unit for driver in sample.drivers)], "subhead")
    page.repeat(f"B{TOP}", "4:5")
    bottom, ranks = TOP + count - 1, FIRST + len(sample.drivers) + 1
    kinds = [_kind(book, driver) for driver in sample.drivers]
    _column(page, PATH, [float(k) for k in range(1, count + 1)], "plain_0")
    _column(page, NPV, sample.npv, "money")
    for column, values, kind in ((IRR, sample.irr, "share"), (MARGIN, sample.margin, "share")):
        _column(page, column, values, kind)
    _column(page, EVENT, sample.event_years, "plain_2")
    for row, cause in enumerate(sample.cause, TOP):
        if cause:
            page.text(row, CAUSE, cause)
    page.heads(4, ("rank of the NPV", *(f"rank of {driver.name}" for driver in sample.drivers)), ranks)
    _column(page, ranks, sample.npv_ranks, "plain_1")
    book.places["rank:npv"] = page.span(TOP, ranks, bottom, ranks)
    for place, (driver, kind) in enumerate(zip(sample.drivers, kinds, strict=True)):
        _column(page, FIRST + place, driver.values, kind)
        _column(page, ranks + 1 + place, driver.ranks, "plain_1")
        book.places[f"sample:{driver.name}"] = page.span(TOP, FIRST + place, bottom, FIRST + place)
        book.places[f"rank:{driver.name}"] = page.span(TOP, ranks + 1 + place, bottom, ranks + 1 + place)
    last = get_column_letter(max(FIRST + len(sample.drivers) - 1, CAUSE))
    page.sheet.print_area = f"A1:{last}{min(bottom, TOP + _PRINTED - 1)}"


def _kind(book: Book, driver: Driver) -> str:
    return "share" if driver.unit == "%" else "plain_2" if driver.is_event else book.kind_of(driver.unit)


def _column(page: Page, column: int, values: Sequence[float | None], kind: str) -> None:
    """Numbers down a column; where there is none the cell stays empty, which no function counts."""
    for row, value in enumerate(values, TOP):
        if value is not None:
            page.number(row, column, value, kind)
