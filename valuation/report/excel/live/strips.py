"""Rows of formulas that a sheet repeats across its columns, put into the saved file.

The workbook's own writer takes 25 µs a cell, and a monthly model has 40,000: here a row is one pattern, filled in per
column. The first cell of the strip is written as any other, and gives the strip its look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from openpyxl.utils import column_index_from_string, get_column_letter

from valuation.report.excel.live.program import TOKEN
from valuation.report.numbers import finite

NOT_A_NUMBER = "n/a"


@dataclass(frozen=True)
class Strip:
    """A row of cells from a first column on.

    Parameters
    ----------
    formulas : of each cell, with ``=``; empty for a row of plain numbers.
    values : what each evaluates to.
    """

    row: int
    first: int
    formulas: tuple[str, ...]
    values: tuple[float | str, ...]


Cell = str | Callable[[int], str]
"""The text of a cell: the same in all columns, or by column."""


def across(pattern: str, first: int, count: int, address: Callable[[str, str | None], Cell]) -> tuple[str, ...]:
    """A pattern as the formulas of ``count`` columns from ``first`` on.

    Parameters
    ----------
    address : by a token's name and how many months before, the text of the cell by column.
    """
    parts: list[Cell] = []
    end = 0
    for found in TOKEN.finditer(pattern):
        parts += [pattern[end : found.start()], address(found[1], found[2])]
        end = found.end()
    parts.append(pattern[end:])
    if not any(callable(part) for part in parts):
        return ("=" + "".join(part for part in parts if isinstance(part, str)),) * count
    return tuple(
        "=" + "".join(part if isinstance(part, str) else part(column) for part in parts)
        for column in range(first, first + count)
    )


def numbers(values: Sequence[float], sheet: str, row: int, first: int, none: bool = False) -> tuple[float | str, ...]:
    """Values as the cells of a row hold them from a first column on.

    Parameters
    ----------
    none : whether there may be no number in a month, as of a ratio to nil: the text ``n/a``.

    Raises
    ------
    NotFiniteError : when a value is infinite, or is not a number and must be one; it names the cell.
    """
    return tuple(
        NOT_A_NUMBER
        if none and value != value
        else finite(float(value), f"'{sheet}'!${get_column_letter(column)}${row}")
        for column, value in enumerate(values, first)
    )


@dataclass(frozen=True)
class Listing:
    """Rows of cells from a first row on, the same columns in each.

    Parameters
    ----------
    columns : formulas (with ``=``; empty for plain numbers) and values of each column, from the sheet's first one.
    """

    row: int
    columns: tuple[tuple[tuple[str, ...], tuple[float | str, ...]], ...]


_ROW = re.compile(r'<row r="(\d+)"[^>]*(?<!/)>(.*?)</row>', re.DOTALL)
_DIMENSION = re.compile(r'<dimension ref="A1:([A-Z]+)([0-9]+)"')
_STYLE = re.compile(r'<c r="([A-Z]+)\d+"((?: s="\d+")?)')


def with_strips(xml: str, strips: Sequence[Strip | Listing]) -> str:
    """The XML of a sheet with the cells of each strip in place of its first one, and the rows of each listing in place
    of its first row.

    Raises
    ------
    ValueError : a strip or a listing whose first cell or row the sheet does not have.
    """
    waiting = {strip.row: strip for strip in strips}

    def filled(found: re.Match[str]) -> str:
        strip = waiting.pop(int(found[1]), None)
        if strip is None:
            return found[0]
        if isinstance(strip, Listing):
            return _rows(strip, dict(_STYLE.findall(found[2])))
        first = rf'<c r="{get_column_letter(strip.first)}{strip.row}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)'
        cell = re.search(first, found[0])
        if cell is None:
            raise ValueError(f"no first cell of the strip in row {strip.row}")
        return found[0][: cell.start()] + _across(strip, cell[1]) + found[0][cell.end() :]

    made = _ROW.sub(filled, xml)
    if waiting:
        raise ValueError(f"no rows {sorted(waiting)} to fill in")
    return _DIMENSION.sub(lambda found: _grown(found, strips), made, count=1)


def _grown(dimension: re.Match[str], strips: Sequence[Strip | Listing]) -> str:
    """The range that a sheet says it fills, with the strips in it: some readers refuse a cell outside of it."""
    column, row = column_index_from_string(dimension[1]), int(dimension[2])
    for strip in strips:
        if isinstance(strip, Listing):
            column, row = max(column, len(strip.columns)), max(row, strip.row + len(strip.columns[0][1]) - 1)
        else:
            column, row = max(column, strip.first + len(strip.values) - 1), max(row, strip.row)
    return f'<dimension ref="A1:{get_column_letter(column)}{row}"'


def _across(strip: Strip, style: str) -> str:
    formulas = strip.formulas or ("",) * len(strip.values)
    columns = range(strip.first, strip.first + len(strip.values))
    return "".join(
        _cell(f"{get_column_letter(column)}{strip.row}", style, formula, value)
        for column, formula, value in zip(columns, formulas, strip.values, strict=True)
    )


def _rows(listing: Listing, styles: dict[str, str]) -> str:
    count = len(listing.columns[0][1])
    letters = [get_column_letter(column) for column in range(1, len(listing.columns) + 1)]
    rows = []
    for at in range(count):
        row = listing.row + at
        cells = "".join(
            _cell(f"{letter}{row}", styles.get(letter, ""), formulas[at] if formulas else "", values[at])
            for letter, (formulas, values) in zip(letters, listing.columns, strict=True)
        )
        rows.append(f'<row r="{row}">{cells}</row>')
    return "".join(rows)


def _cell(place: str, style: str, formula: str, value: float | str) -> str:
    made = f"<f>{escape(formula[1:])}</f>" if formula else ""
    if isinstance(value, str):
        if not made:
            return f'<c r="{place}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f'<c r="{place}"{style} t="str">{made}<v>{escape(value)}</v></c>'
    return f'<c r="{place}"{style}>{made}<v>{value!r}</v></c>'
