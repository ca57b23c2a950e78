"""The workbook while it is being written: its sheets, looks, checks, and the value of every formula."""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from valuation.report.excel.cells import (
    cell_text,
    is_currency,
    misread,
    reads_another_sheet,
    serial,
    shown_width,
)
from valuation.report.excel.live.strips import Listing, Strip
from valuation.report.excel.template import Look
from valuation.report.numbers import MoneyScale, finite
from valuation.tables import Line, Tables, YearRow
from valuation.tables.live import LiveModel

_LINE_HEIGHT = 13.5
# Characters of running text per unit of column width (a digit of the default font), low enough for a wide font.
_FILL, _BOLD_FILL = 1.12, 1.0
LINKED = {"calc": "link", "total": "total_link"}
"""The green of a formula that reads another sheet instead of the black of one that does not."""
_SCALED = {"money", "fine_money", "finer_money", "axis"}


@dataclass(frozen=True)
class CheckRow:
    """A check by formula: ``formula`` gives the residual, stored as ``residual``; it holds within the tolerance."""

    label: str
    formula: str
    residual: float
    tolerance: float


@dataclass(kw_only=True)
class Binder:
    """A workbook under construction, whatever it shows. ``values`` holds what every formula evaluates to."""

    workbook: Workbook
    look: Look
    scale: MoneyScale
    values: dict[tuple[str, str], float | str] = field(default_factory=dict)
    looks: dict[tuple[str, str, bool], Any] = field(default_factory=dict)
    strips: dict[str, list[Strip | Listing]] = field(default_factory=dict)
    """Rows of formulas that are put into the saved file, by sheet."""

    def page(self, name: str) -> Page:
        """A sheet of the template."""
        return Page(self, self.workbook[name])

    def format(self, kind: str) -> str:
        """Number format of a kind; ``money``, ``fine_money`` and ``axis`` are in the report's scale."""
        return self.look.formats[kind + "_" + self.scale.prefix if kind in _SCALED else kind]


@dataclass(kw_only=True)
class Book(Binder):
    """The workbook of a valuation, with what its sheets must know of each other.

    ``places`` holds the cells that other sheets link to, by name.
    """

    tables: Tables
    follow: dict[tuple[str, str], bool] = field(default_factory=dict)
    """Whether the cell of a sheet follows the inputs, as far as it was asked for; see as_run.py."""
    places: dict[str, str] = field(default_factory=dict)
    checks: list[CheckRow] = field(default_factory=list)

    @property
    def live(self) -> LiveModel:
        """The base case with spare months.

        Raises
        ------
        ValueError : tables without it, of which there is no workbook.
        """
        if self.tables.live is None:
            raise ValueError("the tables hold no program of the base case")
        return self.tables.live

    @property
    def month_ends(self) -> tuple[date, ...]:
        """Ends of the months that the sheets show, the spare ones included."""
        return self.live.month_ends

    @property
    def currency(self) -> str:
        """The contract's currency."""
        return self.tables.audit.currency

    @property
    def money_unit(self) -> str:
        """The unit in which yearly money shows."""
        return self.scale.unit(self.currency)

    @property
    def fine_unit(self) -> str:
        """The unit in which monthly money shows."""
        return self.scale.finer.unit(self.currency)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines that the sheets show: not 0 in every month of the base case, each row of numbers once.

        Of forward, expected and simulated price, which are one in the base case, the last stays. Labels that occur
        twice, as an amount in two currencies does, name their unit.
        """
        shown = [line for line in self.live.lines if any(line.values)]
        needed = {part.removeprefix("-") for line in shown for part in line.parts}
        # Only levels: two amounts may be equal by chance, and both move the cash.
        last = {(line.section, line.unit, line.values): line.name for line in shown if line.roll == "mean"}
        kept = [
            line
            for line in shown
            if line.roll != "mean" or line.name in needed or last[line.section, line.unit, line.values] == line.name
        ]
        count = Counter(line.label for line in kept)
        units = Counter((line.label, line.unit) for line in kept)
        return tuple(
            replace(line, label=f"{line.label} [{line.unit}]")
            if count[line.label] > 1 and units[line.label, line.unit] == 1
            else replace(line, label=f"{line.label} ({line.section.lower()})")
            if count[line.label] > 1 and line.section.lower() != line.label.lower()
            else line
            for line in kept
        )

    @cached_property
    def years(self) -> tuple[YearRow, ...]:
        """The calendar years without those at the end of the grid in which nothing is earned or paid on any path."""
        years = list(self.tables.years)
        while len(years) > 1 and not any(
            (years[-1].cash_base, years[-1].cash_mean, years[-1].revenue_base, years[-1].revenue_mean)
        ):
            years.pop()
        return tuple(years)

    def kind_of(self, unit: str) -> str:
        """The kind of format that a unit takes."""
        if is_currency(unit):
            return "money"
        if unit.startswith("%"):
            return "fine_share" if "/" in unit else "share"
        if len(unit) == 7 and is_currency(unit[:3]) and is_currency(unit[4:]):
            return "fine_number"  # a rate of exchange
        return "count" if unit in {"MWh", "kWh", "h", "hours", "#"} else "number"

    def define(self, name: str, sheet: str, row: int, column: int) -> None:
        """Give a cell one of the manifest's names."""
        if name not in self.look.names:
            raise KeyError(f"'{name}' is not a defined name of the template's manifest")
        self.name(name, sheet, row, column)

    def name(self, name: str, sheet: str, row: int, column: int) -> None:
        """Give a cell a name of this workbook alone: an input, or a number that formulas read."""
        address = f"'{sheet}'!${get_column_letter(column)}${row}"
        self.workbook.defined_names[name] = DefinedName(name, attr_text=address)


@dataclass(frozen=True)
class Page:
    """One sheet and the few ways to write on it."""

    book: Binder
    sheet: Worksheet

    def text(self, row: int, column: int, text: str, style: str = "text") -> None:
        """Text that stays text, whatever it begins with."""
        content = cell_text(text)
        cell = self._cell(row, column)
        cell.value = content or None
        if content:
            cell.data_type = "s"
        self._dress(cell, style, "General", misread(content))

    def texts(self, row: int, column: int, texts: tuple[str, ...] | list[str], style: str = "text") -> None:
        """Texts side by side."""
        for place, text in enumerate(texts):
            self.text(row, column + place, text, style)

    def wrapped(self, row: int, first: int, last: int, text: str, style: str = "wrap") -> None:
        """Text over merged columns, the row made high enough for it."""
        self.text(row, first, text, style)
        if last > first:
            self.sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
        self.raise_row(row, text, sum(self.width(c) for c in range(first, last + 1)))

    def block(self, row: int, first: int, last: int, text: str, style: str = "wrap") -> int:
        """Wrapped text over merged columns and as many rows of usual height as it needs; the row after it."""
        room = max(1, int(_FILL * sum(self.width(c) for c in range(first, last + 1))))
        lines = sum(max(1, len(textwrap.wrap(part, room))) for part in cell_text(text).split("\n"))
        self.text(row, first, text, style)
        self.sheet.merge_cells(start_row=row, end_row=row + lines - 1, start_column=first, end_column=last)
        return row + lines

    def raise_row(self, row: int, text: str, width: float, fill: float = _FILL) -> None:
        """Make a row high enough for text that wraps at a width [characters]."""
        room = max(1, int(width * fill))
        lines = sum(max(1, len(textwrap.wrap(part, room))) for part in cell_text(text).split("\n"))
        dimension = self.sheet.row_dimensions[row]
        dimension.height = max(dimension.height or 0, lines * _LINE_HEIGHT)

    def number(self, row: int, column: int, value: float | None, kind: str, style: str = "engine") -> None:
        """A number; ``n/a`` where there is none."""
        if value is None:
            self.text(row, column, "n/a", "missing")
            return
        cell = self._cell(row, column)
        cell.value = finite(value, self.address(row, column))
        self._dress(cell, style, self.book.format(kind), False)
        self._widen(column, value, kind)

    def day(self, row: int, column: int, day: date, style: str = "engine") -> None:
        """A date."""
        self.number(row, column, serial(day), "date", style)

    def formula(
        self, row: int, column: int, formula: str, value: float | str, kind: str, style: str = "calc"
    ) -> float | str:
        """A formula (with its ``=``) and what it evaluates to."""
        cell = self._cell(row, column)
        cell.value = formula
        stored = value if isinstance(value, str) else finite(float(value), self.address(row, column))
        self.book.values[self.sheet.title, cell.coordinate] = stored
        if isinstance(stored, float):
            self._widen(column, stored, kind)
        if reads_another_sheet(formula, self.sheet.title):
            style = LINKED.get(style, style)
        self._dress(cell, style, self.book.format(kind), False)
        return stored

    def heads(self, row: int, texts: tuple[str, ...] | list[str], first: int = 1, style: str = "head") -> None:
        """A header row, the first column to the left, high enough for its longest label."""
        for column, text in enumerate(texts, first):
            self.text(row, column, text, "head_left" if column == 1 and style == "head" else style)
            self.raise_row(row, text, self.width(column), _BOLD_FILL)

    def band(self, row: int, text: str, last: int) -> None:
        """A section's title on a band of colour up to a column."""
        for column in range(1, last + 1):
            self.text(row, column, text if column == 1 else "", "section")

    def title(self, text: str, subtitle: str, last: int = 12) -> None:
        """Title and subtitle in the first two rows."""
        self.text(1, 1, text, "title")
        self.sheet.row_dimensions[1].height = 22
        self.wrapped(2, 1, last, subtitle, "subtitle")

    def repeat(self, freeze: str, header_rows: str) -> None:
        """Rows that stay in view and are repeated on every printed page."""
        self.sheet.freeze_panes = freeze
        self.sheet.print_title_rows = header_rows

    def traffic_light(self, cells: str, first: str, good: str = "OK") -> None:
        """Green for the good word, red for ``CHECK``, amber for anything else."""
        other = f'AND({first}<>"",{first}<>"{good}",{first}<>"CHECK")'
        for rule, fill, font in (
            (f'{first}="{good}"', "D9EFDD", "1E6B34"),
            (f'{first}="CHECK"', "FFD6D6", "9C0006"),
            (other, "FFEB9C", "7F6000"),
        ):
            look = DifferentialStyle(fill=PatternFill(bgColor=fill), font=Font(color=font, bold=True))
            self.sheet.conditional_formatting.add(cells, Rule(type="expression", dxf=look, formula=[rule]))

    def coloured(self, cells: str, condition: str, font: str, fill: str = "") -> None:
        """A colour of the font, and of the field, where a condition on the first cell holds."""
        look = DifferentialStyle(
            fill=PatternFill(bgColor=fill) if fill else None, font=Font(color=font, bold=True if fill else None)
        )
        self.sheet.conditional_formatting.add(cells, Rule(type="expression", dxf=look, formula=[condition]))

    def width(self, column: int) -> float:
        """Width of a column [characters]."""
        return float(self.sheet.column_dimensions[get_column_letter(column)].width)

    def address(self, row: int, column: int, sheet: bool = True) -> str:
        """``'Cash flow'!$C$5``, or without the sheet."""
        cell = f"${get_column_letter(column)}${row}"
        return f"'{self.sheet.title}'!{cell}" if sheet else cell

    def span(self, top: int, left: int, bottom: int, right: int, sheet: bool = True) -> str:
        """``'Cash flow'!$C$5:$C$9``, or without the sheet."""
        cells = f"{self.address(top, left, False)}:{self.address(bottom, right, False)}"
        return f"'{self.sheet.title}'!{cells}" if sheet else cells

    def _widen(self, column: int, value: float, kind: str) -> None:
        """Make a column wide enough for a number that would show as a row of #."""
        width = shown_width(value, self.book.format(kind))
        if width > self.width(column):
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def _cell(self, row: int, column: int) -> Cell:
        cell = self.sheet.cell(row, column)
        if not isinstance(cell, Cell):
            raise TypeError(f"{self.address(row, column)} lies inside merged cells")
        return cell

    def _dress(self, cell: Cell, style: str, number_format: str, quoted: bool) -> None:
        """Named style, number format and quote prefix; each combination is made once and shared."""
        key = (style, number_format, quoted)
        styled: Any = cell  # `_style` is unknown to the stubs
        if key not in self.book.looks:
            cell.style = self.book.look.styles[style]
            cell.number_format = number_format
            if quoted:
                cell.quotePrefix = True
            self.book.looks[key] = styled._style
        styled._style = self.book.looks[key]
