"""Cells of a sheet's XML given values: each replaced or put in where it belongs, all else byte for byte as it was."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from valuation.report.template.areas import Area, area_of, cell_name
from valuation.report.template.sheet_map import CellMark, RowMark, SheetMap
from valuation.report.template.xml_scan import Edit, is_empty, spliced, with_attribute

Content = float | str | None
"""What a cell holds: a number (a date is one), text, or nothing."""


def edited(sheet: SheetMap, values: Mapping[tuple[int, int], Content], always: bool = False) -> bytes:
    """The sheet with values in cells. A cell keeps its style; one that is new takes that of its row or column.

    Parameters
    ----------
    values : by (row, column); None takes the content out. Their rows must have been asked for in ``map_sheet``.
    always : whether a cell without content is put in, too, where there is none.
    """
    by_row: dict[int, dict[int, Content]] = {}
    there = {row.number: row for row in sheet.rows}
    for (number, column), value in sorted(values.items(), key=lambda item: item[0]):
        held = number in there and any(cell.column == column for cell in there[number].cells)
        if held or always or value is not None:
            by_row.setdefault(number, {})[column] = value
    edits: list[Edit] = []
    new_rows: list[tuple[int, bytes]] = []
    for number, cells in by_row.items():
        if number in there:
            edits += _row_edits(sheet, there[number], cells)
        else:
            new_rows.append((number, _new_row(sheet, number, cells)))
    edits += _rows_put_in(sheet, new_rows)
    if by_row and (widened := _dimension(sheet, by_row)):
        edits.append(widened)
    return spliced(sheet.data, edits)


def cell_xml(prefix: bytes, name: str, style: str | None, value: Content) -> bytes:
    """A cell with a value: numbers with all their digits, text in the cell itself so that no other part changes."""
    tag, styled = prefix.decode(), "" if style is None else f' s="{style}"'
    if value is None:
        return f'<{tag}c r="{name}"{styled}/>'.encode()
    if isinstance(value, str):
        text = f'<{tag}is><{tag}t xml:space="preserve">{escape(value)}</{tag}t></{tag}is>'
        return f'<{tag}c r="{name}"{styled} t="inlineStr">{text}</{tag}c>'.encode()
    number = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return f'<{tag}c r="{name}"{styled}><{tag}v>{number}</{tag}v></{tag}c>'.encode()


def _row_edits(sheet: SheetMap, row: RowMark, cells: Mapping[int, Content]) -> list[Edit]:
    held = {cell.column: cell for cell in row.cells}
    edits: list[Edit] = []
    put_in: list[bytes] = []
    for column, value in cells.items():
        cell = held.get(column)
        style = cell.style if cell is not None else _style(sheet, row, column)
        new = cell_xml(sheet.prefix, cell_name(row.number, column), style, value)
        if cell is not None:
            edits.append((cell.first, cell.last, new))
        elif row.empty:
            put_in.append(new)
        else:
            at = _before(row.cells, column, row.last)
            edits.append((at, at, new))
    tag = _spanned(sheet.data[row.first : row.tag_end], row, cells)
    if row.empty and put_in:
        tag = tag[:-2].rstrip() + b">" + b"".join(put_in) + b"</" + sheet.prefix + b"row>"
    if tag != sheet.data[row.first : row.tag_end]:
        edits.append((row.first, row.tag_end, tag))
    return edits


def _before(cells: list[CellMark], column: int, otherwise: int) -> int:
    """Where a cell of a column goes: before the next one to the right."""
    return next((cell.first for cell in cells if cell.column > column), otherwise)


def _spanned(tag: bytes, row: RowMark, cells: Mapping[int, Content]) -> bytes:
    """The row's tag, its hint at the columns that it uses widened where a cell now stands beyond."""
    first, colon, last = (row.spans or "").partition(":")
    if not (colon and first.isdigit() and last.isdigit()):
        return tag
    wide = f"{min(int(first), *cells)}:{max(int(last), *cells)}"
    return tag if wide == row.spans else with_attribute(tag, "spans", wide)


def _new_row(sheet: SheetMap, number: int, cells: Mapping[int, Content]) -> bytes:
    inside = b"".join(
        cell_xml(sheet.prefix, cell_name(number, column), _style(sheet, None, column), value)
        for column, value in cells.items()
    )
    return b'<%srow r="%d">%s</%srow>' % (sheet.prefix, number, inside, sheet.prefix)


def _rows_put_in(sheet: SheetMap, rows: list[tuple[int, bytes]]) -> list[Edit]:
    first, tag_end, last = sheet.cells_at
    if rows and is_empty(sheet.data, tag_end):
        tag = sheet.data[first:tag_end][:-2].rstrip()
        new = tag + b">" + b"".join(row for _, row in rows) + b"</" + sheet.prefix + b"sheetData>"
        return [(first, tag_end, new)]
    edits: list[Edit] = []
    for number, new in rows:
        at = next((row.first for row in sheet.rows if row.number > number), last)
        edits.append((at, at, new))
    return edits


def _style(sheet: SheetMap, row: RowMark | None, column: int) -> str | None:
    if row is not None and row.style is not None:
        return row.style
    return next((style for first, last, style in sheet.columns if first <= column <= last), None)


def _dimension(sheet: SheetMap, rows: Mapping[int, Mapping[int, Content]]) -> Edit | None:
    """The hint at the cells that the sheet uses, widened where a cell now stands beyond."""
    if sheet.dimension is None:
        return None
    first, last, text = sheet.dimension
    try:
        was = area_of(text)
    except ValueError:
        return None
    wide = Area(
        min(was.top, *rows),
        min(was.left, *(min(cells) for cells in rows.values())),
        max(was.bottom, *rows),
        max(was.right, *(max(cells) for cells in rows.values())),
    )
    return None if wide == was else (first, last, with_attribute(sheet.data[first:last], "ref", str(wide)))
