"""Where the cells of a sheet stand in its XML, as far as filling some of them needs to know."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from valuation.report.template.areas import LAST_COLUMN, LAST_ROW, Area, area_of, cell_place
from valuation.report.template.package import Package, Unreadable
from valuation.report.template.xml_scan import is_empty, main_name, prefix, tag_end


@dataclass
class CellMark:
    """A cell that is there: its bytes, the number of its style, whether it holds a formula, and its text."""

    column: int
    first: int
    last: int
    style: str | None
    formula: bool = False
    text: str = ""


@dataclass
class RowMark:
    """A row that is there. Its cells are listed where the row was asked for."""

    number: int
    first: int
    tag_end: int
    last: int = 0
    """Place of its end tag; behind the tag of an empty row."""
    empty: bool = False
    style: str | None = None
    """Style of its cells that are not there, where the row has one."""
    spans: str | None = None
    cells: list[CellMark] = field(default_factory=list)


@dataclass
class SheetMap:
    """A sheet's XML and what stands where in it."""

    data: bytes
    prefix: bytes = b""
    rows: list[RowMark] = field(default_factory=list)
    """All rows, ascending."""
    cells_at: tuple[int, int, int] = (0, 0, 0)
    """Of the element that holds the rows: its tag, the place behind it, its end tag (behind the tag when empty)."""
    dimension: tuple[int, int, str] | None = None
    columns: list[tuple[int, int, str]] = field(default_factory=list)
    """Styles of columns: first, last, style."""
    merges: list[Area] = field(default_factory=list)
    shared: list[tuple[Area, Area]] = field(default_factory=list)
    """Cells that hold the formula of others too, and how far that reaches."""
    arrays: list[Area] = field(default_factory=list)
    """Reach of array formulas and data tables."""
    formulas: bool = False


def map_sheet(package: Package, part: str, wanted: Collection[int]) -> SheetMap:
    """Find the rows and cells of a sheet.

    Parameters
    ----------
    wanted : numbers of the rows whose cells are asked for.

    Raises
    ------
    Unreadable : the sheet is damaged, or its rows and cells do not ascend.
    """
    found = SheetMap(package.read(part))
    data, rows = found.data, frozenset(wanted)
    row: RowMark | None = None
    cell: CellMark | None = None
    place, in_cells, in_value = (0, 0), False, False

    def start(tag: str, attributes: dict[str, str], at: int) -> None:
        nonlocal row, cell, place, in_cells, in_value
        name = main_name(tag)
        if name == "sheetData":
            in_cells, found.prefix = True, prefix(data, at)
            found.cells_at = (at, tag_end(data, at), 0)
        elif name == "row" and in_cells:
            behind = tag_end(data, at)
            number = _number(attributes.get("r"), found.rows[-1].number + 1 if found.rows else 1, part)
            if found.rows and number <= found.rows[-1].number:
                raise Unreadable(f"is damaged: the rows of its part '{part}' do not ascend at row {number}")
            styled = attributes.get("customFormat") in ("1", "true")
            row = RowMark(
                number,
                at,
                behind,
                empty=is_empty(data, behind),
                style=attributes.get("s") if styled else None,
                spans=attributes.get("spans"),
            )
            found.rows.append(row)
            place = (number, 0)
        elif name == "c" and in_cells and row is not None:
            place = _next(attributes.get("r"), place, part)
            if row.number in rows:
                behind = tag_end(data, at)
                cell = CellMark(place[1], at, behind if is_empty(data, behind) else 0, attributes.get("s"))
                row.cells.append(cell)
        elif name == "f" and in_cells:
            found.formulas = True
            if cell is not None:
                cell.formula = True
            _formula(found, attributes, place, part)
        elif name in ("v", "t") and in_cells:
            in_value = cell is not None
        elif name == "mergeCell":
            found.merges.append(_area(attributes.get("ref", ""), part))
        elif name == "dimension":
            found.dimension = (at, tag_end(data, at), attributes.get("ref", ""))
        elif name == "col" and "style" in attributes:
            first, last = attributes.get("min", "0"), attributes.get("max", "0")
            found.columns.append((int(first), int(last), attributes["style"]))

    def end(tag: str, at: int) -> None:
        nonlocal row, cell, in_cells, in_value
        name = main_name(tag)
        if name == "c" and cell is not None:
            cell.last = cell.last or tag_end(data, at)
            cell = None
        elif name in ("v", "t"):
            in_value = False
        elif name == "row" and row is not None and in_cells:
            row.last = at
            row = None
        elif name == "sheetData":
            in_cells = False
            found.cells_at = (*found.cells_at[:2], at)

    def text(words: str) -> None:
        if in_value and cell is not None:
            cell.text += words

    package.scan(part, start, end, text)
    if not found.cells_at[1]:
        raise Unreadable(f"is damaged: its part '{part}' has no place for cells")
    return found


def _formula(found: SheetMap, attributes: dict[str, str], place: tuple[int, int], part: str) -> None:
    reach, kind = attributes.get("ref"), attributes.get("t")
    if reach is None:
        return
    if kind == "shared":
        found.shared.append((Area(*place, *place), _area(reach, part)))
    elif kind in ("array", "dataTable"):
        found.arrays.append(_area(reach, part))


def _number(text: str | None, otherwise: int, part: str) -> int:
    number = otherwise if text is None else int(text) if text.isdigit() else 0
    if not 1 <= number <= LAST_ROW:
        raise Unreadable(f"is damaged: its part '{part}' has a row '{text}'")
    return number


def _next(name: str | None, before: tuple[int, int], part: str) -> tuple[int, int]:
    """Place of the next cell of a row; one without a name stands to the right of the one before."""
    try:
        found = (before[0], before[1] + 1) if name is None else cell_place(name)
    except ValueError:
        raise Unreadable(f"is damaged: its part '{part}' has a cell '{name}'") from None
    if found[0] != before[0] or not before[1] < found[1] <= LAST_COLUMN:
        raise Unreadable(f"is damaged: cell '{name}' of its part '{part}' stands out of order")
    return found


def _area(text: str, part: str) -> Area:
    try:
        return area_of(text)
    except ValueError:
        raise Unreadable(f"is damaged: its part '{part}' names the cells '{text}'") from None
