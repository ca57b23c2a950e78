"""Sheet Record: the run as a later one reads it, to say what has changed (``--previous``)."""

from __future__ import annotations

from pathlib import Path

from valuation.report.excel.book import Book
from valuation.report.excel.input_cells import AS_RUN, VALUE
from valuation.report.excel.read_cells import NotReadable, cells_of_sheet
from valuation.report.record_text import FORMAT, DamagedRecord, record_from_rows, record_of, record_rows
from valuation.tables import RunRecord

SHEET = "Record"


def write_record(book: Book) -> None:
    """Fill the sheet: a key and a text a row, every row plain to read."""
    page = book.page(SHEET)
    page.title(
        "Record of the run",
        "What a later run needs to say what has changed: valuate FILE --previous THIS.xlsx. The contract and its "
        "market stand here as they were valued, after scenario and --set. A record that was edited is refused. On "
        "paper stand the rows before the contract.",
        2,
    )
    page.heads(4, ("Key", "Text"))
    page.repeat("A5", "4:4")
    rows = record_rows(record_of(book.tables))
    for row, (key, text) in enumerate(rows, 5):
        page.text(row, 1, key, "unit")
        if len(text) > page.width(2):
            page.wrapped(row, 2, 2, text)
        else:
            page.text(row, 2, text)
    # The contract itself would take fifteen pages.
    printed = next(at for at, (key, _) in enumerate(rows) if key == "contract")
    page.sheet.print_area = f"A1:B{4 + printed}"


def edited_inputs(path: Path) -> int:
    """How many numbers on Assumptions differ from those as run beside them, whether or not the file was calculated
    since; 0 for a file without the sheet, as a filled template."""
    try:
        rows = cells_of_sheet(path, "Assumptions")
    except NotReadable:
        return 0
    heads: dict[str, str] = next(({text: at for at, text in row.items()} for row in rows if AS_RUN in row.values()), {})
    value, as_run = heads.get(VALUE, ""), heads.get(AS_RUN, "")
    pairs = [(_number(row.get(value, "")), _number(row.get(as_run, ""))) for row in rows]
    return sum(there is not None and there != here for here, there in pairs)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def read_record(path: Path) -> RunRecord:
    """The record in a workbook, as this program wrote it or as a spreadsheet program has saved it since.

    Raises
    ------
    NotReadable : a file that is no workbook of this program, with the reason in plain words.
    """
    try:
        cells = cells_of_sheet(path, SHEET)
        rows = [(key, row.get("B", "")) for row in cells if (key := row.get("A", ""))]
        begin = next((at for at, (key, text) in enumerate(rows) if key == "format"), None)
        if begin is None:
            raise NotReadable(f"its sheet '{SHEET}' holds no '{FORMAT}'")
        return record_from_rows(rows[begin:])
    except DamagedRecord as error:
        raise NotReadable(str(error)) from None
