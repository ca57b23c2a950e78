"""Sheets Timeline and Model: the base case month by month, a line of the plan a row, one formula across the months."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from valuation.plan.model import operand
from valuation.report.excel.book import LINKED, Book, Page
from valuation.report.excel.cells import is_currency, reads_another_sheet, shown_width
from valuation.report.excel.live.program import TOKEN, SheetProgram, SheetRow
from valuation.report.excel.live.strips import NOT_A_NUMBER, Cell, Strip, across, numbers
from valuation.tables.live import LiveModel

TIMELINE, MODEL = "Timeline", "Model"
LABEL, UNIT, HOW, ONCE, TOTAL, OPENING = range(1, 7)
HEAD, TOP = 4, 7
"""Row of the month ends, under it that of the years; first row of the lines."""
NEVER = 9e8
"""Month positions and ratios from here on stand for never and for none."""
_TIME = "Time"
SPARE = "A6A6A6"
"""Colour of what stands in spare months and years."""
_NARROWEST = 11.0
_NUMBER = re.compile(r"-?[0-9.]+(?:E[+-]?[0-9]+)?")


@dataclass(frozen=True)
class Place:
    """Where a row stands: its sheet, its line, and whether it is one number."""

    sheet: str
    row: int
    once: bool


@dataclass(frozen=True)
class MonthGrid:
    """Where months and rows stand: the months in the same columns on both sheets."""

    first: int
    months: int
    where: dict[str, Place]

    @property
    def last(self) -> int:
        """Column of the last month."""
        return self.first + self.months - 1

    def span(self, name: str) -> str:
        """Cells of a row over all months, ``Model!$G$12:$IA$12``."""
        place = self.where[name]
        first, last = get_column_letter(self.first), get_column_letter(self.last)
        return f"{place.sheet}!${first}${place.row}:${last}${place.row}"

    def total(self, name: str) -> str:
        """The cell of a row's sum over all months; that of its one number where it has one."""
        place = self.where[name]
        return f"{place.sheet}!${get_column_letter(ONCE if place.once else TOTAL)}${place.row}"

    def cell(self, name: str, month: int = 0) -> str:
        """A row's cell in a month, or its one cell."""
        place = self.where[name]
        column = ONCE if place.once else self.first + month
        return f"{place.sheet}!${get_column_letter(column)}${place.row}"

    def once(self, pattern: str) -> str:
        """A pattern of rows that are one number each, for a formula of another sheet."""
        return TOKEN.sub(lambda found: self.cell(found[1]), pattern)

    def text(self, on: str) -> Callable[[str, str | None], Cell]:
        """By a token, the text of its cell in each column of a sheet."""

        def of(name: str, before: str | None) -> Cell:
            place, back = self.where[name], int(before or 0)
            sheet = "" if place.sheet == on else f"{place.sheet}!"
            if place.once:
                return f"{sheet}${get_column_letter(ONCE)}${place.row}"
            return lambda column: f"{sheet}{_LETTERS[column - back]}{place.row}"

        return of


_LETTERS = ["", *(get_column_letter(column) for column in range(1, 2000))]


def write_month_sheets(book: Book, live: LiveModel, program: SheetProgram, first_month: str) -> MonthGrid:
    """Fill both sheets.

    Parameters
    ----------
    first_month : name that the formulas have for the number of the first month.
    """
    where: dict[str, Place] = {}
    on_time = [row for row in program.rows if row.row.section == _TIME]
    sections = _sections([row for row in program.rows if row.row.section != _TIME])
    for at, row in enumerate(on_time, TOP + 2):
        where[row.row.name] = Place(TIMELINE, at, row.once)
    at = TOP
    for _, rows in sections:
        at += 1
        for row in rows:
            where[row.row.name] = Place(MODEL, at, row.once)
            at += 1
    grid = MonthGrid(OPENING + program.openings, live.plan.months, where)
    values = {row.row.name: _values(live, row) for row in program.rows}
    timeline, model = book.page(TIMELINE), book.page(MODEL)
    spare = (
        f"The first and the last {live.before} months, grey, are spare: dates can be moved into all but the outermost, "
        "which stay empty."
    )
    paper = "On paper stand the lines and how each is made; Cash flow has the years."
    timeline.title(
        TIMELINE,
        f"The months of the base case. {spare} Every line has one formula across the months. {paper}",
        TOTAL,
    )
    model.title(
        "Model: the base case by month",
        f"Every line of the base case with the one formula that it has in all months, in {book.fine_unit} where it is "
        f"money; amounts are positive, and sums show by their signs what comes in and what goes out. The formulas read "
        f"the inputs on Assumptions: change one, and all follows. {spare} {paper}",
        TOTAL,
    )
    for page in (timeline, model):
        _heads(page, live, grid, program.openings)
    timeline.band(TOP, "Time", grid.last)
    _first_month(book, timeline, live, first_month)
    for row in on_time:
        _line(book, timeline, live, grid, program, row, values)
    at = TOP
    for title, rows in sections:
        model.band(at, title, grid.last)
        for row in rows:
            _line(book, model, live, grid, program, row, values)
        at += len(rows) + 1
    for page in (timeline, model):
        lines = [one for one in program.rows if where[one.row.name].sheet == page.sheet.title]
        _dress(book, page, live, grid, at, lines, values)
    return grid


def _first_month(book: Book, page: Page, live: LiveModel, name: str) -> None:
    """The number of the first column's month, from which the calendar is counted."""
    row = TOP + 1
    page.text(row, LABEL, "First month")
    page.text(row, UNIT, "months", "unit")
    page.text(row, HOW, "months since year 0: 12 x year + month - 1", "note")
    page.number(row, ONCE, float(live.plan.first_month), "year", "record")
    book.name(name, page.sheet.title, row, ONCE)


def _sections(rows: Sequence[SheetRow]) -> list[tuple[str, list[SheetRow]]]:
    """Rows by section, each section where it is first met."""
    found: dict[str, list[SheetRow]] = {}
    for row in rows:
        found.setdefault(row.row.section or "Other", []).append(row)
    return list(found.items())


def _values(live: LiveModel, row: SheetRow) -> tuple[float, ...]:
    """Values of a row over the months; the one value of a line that is one number."""
    series = live.values.series(row.row.name, live.plan.months)
    return series[-1:] if row.once else series


def _heads(page: Page, live: LiveModel, grid: MonthGrid, openings: int) -> None:
    page.heads(HEAD, ("Line", "Unit", "How", "Once", "Total", *("Before",) * openings))
    page.texts(HEAD + 1, 1, [""] * (grid.first - 1), "subhead")
    book, title = page.book, page.sheet.title
    for row, name, kind, style in (
        (HEAD, "time.month_end", "date", "head"),
        (HEAD + 1, "time.year", "year", "subhead"),
    ):
        values = live.values.month[name]
        page.number(row, grid.first, values[0], kind, style)
        formulas = across(f"⟦{name}⟧", grid.first, grid.months, grid.text(title))
        shown = numbers(values, title, row, grid.first)
        book.strips.setdefault(title, []).append(Strip(row, grid.first, formulas, shown))
    page.sheet.freeze_panes = f"{get_column_letter(HOW)}{HEAD + 2}"
    page.sheet.print_title_rows = f"{HEAD}:{HEAD + 1}"


def kind_of(book: Book, row: SheetRow, values: Sequence[float]) -> str:
    """The kind of number format of a line: fewer decimals where its values are large or whole."""
    unit = row.row.unit
    if unit == "date":
        return "paid_date"
    if unit == "position" or row.row.op in {"cover", "event_time"}:
        return "position"
    if is_currency(unit):
        return "fine_money"
    if row.row.name in {"time.year", "time.t"} or row.row.op in {"calendar_year", "calendar_month"}:
        return "year"
    if not unit and row.row.op in _FLAGS:
        return "count"
    kind = book.kind_of(unit)
    if kind != "number":
        return kind
    shown = [abs(value) for value in values if abs(value) < NEVER]
    largest = max(shown, default=0.0)
    if largest >= _WHOLE_FROM and all(value.is_integer() for value in shown):
        return "count"
    return "number" if largest >= _LARGE_FROM else "fine_number"


_WHOLE_FROM, _LARGE_FROM = 10.0, 1000.0
"""From here on whole numbers show without decimals, and others with two instead of four."""
_FLAGS = frozenset(
    {"is_month", "from_date", "between", "every", "below", "above", "equal", "opposite", "falls_in", "months_between"}
)


def _line(
    book: Book,
    page: Page,
    live: LiveModel,
    grid: MonthGrid,
    program: SheetProgram,
    line: SheetRow,
    values: dict[str, tuple[float, ...]],
) -> None:
    title, place, own = page.sheet.title, grid.where[line.row.name], values[line.row.name]
    row, kind, total = place.row, kind_of(book, line, own), line.row.total
    detail = not line.row.label
    plain = "text" if len(line.label) <= page.width(LABEL) else "wrap"
    page.text(row, LABEL, line.label, "total_text" if total else "note" if detail else plain)
    unit = book.scale.finer.unit(line.row.unit) if is_currency(line.row.unit) else line.row.unit
    page.text(row, UNIT, "" if unit in {"date", "position"} else unit, "total_text" if total else "unit")
    page.text(row, HOW, line.how, "note")
    for column, text in ((LABEL, line.label), (HOW, line.how)):
        page.raise_row(row, text, page.width(column))
    shown = numbers(own, title, row, ONCE if line.once else grid.first, _may_lack(line.pattern))
    if line.once:
        _once(page, row, line, shown[0], kind, grid)
        return
    style = "total" if total else "calc"
    if not line.pattern:
        style = "engine"
    elif reads_another_sheet(_sample(line.pattern, grid, title), title):
        style = LINKED[style]
    if line.row.unit != "h" and (line.row.roll == "sum" or line.row.name in _summed(live)):
        cells = f"{get_column_letter(grid.first)}{row}:{get_column_letter(grid.last)}{row}"
        page.formula(row, TOTAL, f"=SUM({cells})", sum(own), kind, "total" if total else "calc")
    if line.opening:
        _opening(book, page, live, row, line, kind, grid)
    page.number(row, grid.first, 0.0, kind, style)
    formulas = across(line.pattern, grid.first, grid.months, grid.text(title)) if line.pattern else ()
    book.strips.setdefault(title, []).append(Strip(row, grid.first, formulas, shown))


def _summed(live: LiveModel) -> frozenset[str]:
    """Rows of lines that add up over a year; the plan itself gives no rule to some of them."""
    return frozenset(live.shown[line.name] for line in live.lines if line.roll == "sum")


def _may_lack(pattern: str) -> bool:
    """Whether a formula says ``n/a`` where there is no number, or hands on a cell that may."""
    return NOT_A_NUMBER in pattern or bool(TOKEN.fullmatch(pattern))


def _sample(pattern: str, grid: MonthGrid, title: str) -> str:
    return across(pattern, grid.first, 1, grid.text(title))[0].removeprefix("=")


def _once(page: Page, row: int, line: SheetRow, value: float | str, kind: str, grid: MonthGrid) -> None:
    if not line.pattern or _NUMBER.fullmatch(line.pattern):
        page.number(row, ONCE, float(value), kind, "record")
        return
    page.formula(row, ONCE, "=" + _sample(line.pattern, grid, page.sheet.title), value, kind)


def _opening(book: Book, page: Page, live: LiveModel, row: int, line: SheetRow, kind: str, grid: MonthGrid) -> None:
    """The value before the first month, in as many columns as months that the formulas look back."""
    name, _, sign = operand(line.row.opening)
    value = float(line.row.opening) if name is None else sign * live.values.series(name, 1)[0]
    for column in range(OPENING, grid.first):
        if name is None:
            page.number(row, column, value, kind, "record")
        else:
            page.formula(row, column, "=" + grid.once(line.opening), value, kind, "link")


def _dress(
    book: Book,
    page: Page,
    live: LiveModel,
    grid: MonthGrid,
    bottom: int,
    lines: Sequence[SheetRow],
    values: dict[str, tuple[float, ...]],
) -> None:
    """Column widths that show every number, spare months in grey and grouped, the paper without the months."""
    sheet, widest = page.sheet, _NARROWEST
    for line in lines:
        if not line.once:
            own = values[line.row.name]
            kind = kind_of(book, line, own)
            ends = [x for x in (min(own), max(own)) if kind != "position" or abs(x) < NEVER]
            widest = max([widest, *(shown_width(value, book.format(kind)) for value in ends)])
    for column in range(OPENING, grid.last + 1):
        sheet.column_dimensions[get_column_letter(column)].width = widest
    letters = [get_column_letter(column) for column in range(grid.first, grid.last + 1)]
    for first, last in ((letters[0], letters[live.before - 1]), (letters[-live.after], letters[-1])):
        page.coloured(f"{first}{TOP}:{last}{bottom}", "TRUE", SPARE)
    for letter in letters[: live.before]:
        sheet.column_dimensions[letter].outlineLevel = 1
    for line in lines:
        if not line.row.label:
            sheet.row_dimensions[grid.where[line.row.name].row].outlineLevel = 1
    # The months of a long contract would take a hundred pages; Cash flow prints the years.
    sheet.print_area = f"A1:{get_column_letter(TOTAL)}{bottom}"
