"""A CSV beside a contract: separator, columns and lines, each with its place. One reader for all that the spec reads.

Columns stand apart by `,`, or by `;` or tabs, and then numbers may have a decimal comma. Every line has as many fields
as the header: a decimal comma between commas would else cut a number off without a word.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from valuation.spec.faults import Fault, faults
from valuation.spec.kinds import Kind
from valuation.spec.quantity import Quantity

SEPARATORS = (";", "\t", ",")
SHOWN = 5
"""Lines with a wrong number of fields that are shown; the rest is counted."""
_COMMA = re.compile(r"[+-]?\d[\d_]*,\d+(?:[eE][+-]?\d+)?\Z")


@dataclass(frozen=True)
class CsvPlace:
    """A place in a CSV: line and column from 1, and the line itself."""

    file: str
    line: int
    column: int
    source: str

    def fault(self, message: str, at: tuple[str | int, ...] = ()) -> Fault:
        """A fault here; ``at``: keys that lead to the value in the file that names the CSV."""
        return Fault(message, at, self.file, self.line, self.source, self.column)


@dataclass(frozen=True)
class CsvRow:
    """A line of the file: its number, counted from 1, and its fields, as many as the header has."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class CsvRows:
    """A CSV as read.

    Parameters
    ----------
    file : its name. separator : what stands between the fields.
    names, units : of the columns; the unit is empty where the header has none, `price [EUR/MWh]`.
    rows : the lines below the header that are not empty.
    text : all lines, for excerpts.
    wrong : what is wrong with lines that are not among the rows.
    """

    file: str
    separator: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    text: tuple[str, ...]
    wrong: tuple[Fault, ...] = ()

    def place(self, line: int, index: int = 0) -> CsvPlace:
        """Where a field begins; the begin of a line that is too short for it or has quotes."""
        source = self.text[line - 1] if 0 < line <= len(self.text) else ""
        cells = source.split(self.separator)
        within = index < len(cells) and '"' not in source
        column = sum(len(cell) + 1 for cell in cells[:index]) + 1 if within else 1
        return CsvPlace(self.file, line, column, source)

    def column(self, key: str, name: str, kind: Kind, or_else: str = "") -> int:
        """Position of the column of values.

        Parameters
        ----------
        key : name that the first column must have. name : of the column of values.
        or_else : another place where the unit may stand, for the message.

        Raises
        ------
        PydanticCustomError : where a column or its unit is missing, or where two have the name.
        """
        if self.names[:1] != (key,):
            raise faults([self.place(1).fault(f"the first column must be '{key}'{self._got()}")])
        if name not in self.names[1:]:
            there = ", ".join(self.names[1:]) or f"none{self._got()}"
            raise faults([self.place(1).fault(f"no column '{name}', there are {there}")])
        at = self.names.index(name)
        if self.names.count(name) > 1:
            raise faults([self.place(1, at).fault(f"{self.names.count(name)} columns have the name '{name}'")])
        if not (self.units[at] or kind.bare or (or_else and or_else in self.names)):
            unit = kind.example.partition(" ")[2]
            other = f", or a column '{or_else}'" if or_else else ""
            message = f"column '{name}' has no unit, expected a header such as '{name} [{unit}]'{other}"
            raise faults([self.place(1, at).fault(message)])
        return at

    def _got(self) -> str:
        listed = ", ".join(f"'{name}'" for name in self.names if name)
        return f", got {listed}" if listed else ""

    def number(self, row: CsvRow, at: int) -> str:
        """A field, with a point where it has a decimal comma and commas do not separate."""
        cell = row.cells[at]
        return cell.replace(",", ".") if self.separator != "," and _COMMA.match(cell) else cell

    def mixed(self, at: int) -> list[Fault]:
        """A column with decimal commas and points: the points may stand between thousands."""
        commas = [row for row in self.rows if "," in row.cells[at]] if self.separator != "," else []
        points = [row for row in self.rows if "." in row.cells[at] and "," not in row.cells[at]]
        if not (commas and points):
            return []
        got = points[0].cells[at]
        message = f"got '{got}', and line {commas[0].line} has a decimal comma: write all numbers with one of the two"
        return [self.place(points[0].line, at).fault(message)]


def csv_rows(file: str, text: str) -> CsvRows:
    """The fields of a text.

    Parameters
    ----------
    file : its name, for messages.

    Raises
    ------
    PydanticCustomError : a text that is no CSV.
    """
    head = text.partition("\n")[0]
    separator = next((mark for mark in SEPARATORS if mark in head), ",")
    lines, numbered = text.split("\n"), []
    reader, line = csv.reader(io.StringIO(text), delimiter=separator), 1
    try:
        for cells in reader:
            numbered.append((line, [cell.strip() for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        raise faults([Fault(f"is no CSV: {error}", (), file, line)]) from None
    header = numbered[0][1] if numbered else []
    while header and not header[-1]:  # empty columns at the right, as workbooks leave them
        header.pop()
    names = tuple(cell.partition("[")[0].strip() for cell in header)
    units = tuple(cell.partition("[")[2].removesuffix("]").strip() for cell in header)
    good: list[CsvRow] = []
    bad: list[CsvRow] = []
    for line, cells in numbered[1:]:
        if not any(cells):
            continue
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        (good if len(cells) == len(header) else bad).append(CsvRow(line, tuple(cells)))
    table = CsvRows(file, separator, names, units, tuple(good), tuple(lines))
    return replace(table, wrong=tuple(_of_length(table, bad)))


def _of_length(table: CsvRows, bad: list[CsvRow]) -> list[Fault]:
    """Lines that have other fields than the header."""
    found, expected = [], len(table.names)
    for row in bad[:SHOWN]:
        got, hint = len(row.cells), ""
        if got > expected:
            hint = "; quote a field that has the separator in it"
        if got > expected and table.separator == ",":
            hint = "; is it a decimal comma? Write a point, or put ';' between the columns of the whole file"
        message = f"got {got} field{'s' * (got > 1)}, expected {expected} as in the header{hint}"
        found.append(table.place(row.line, min(1, expected - 1)).fault(message))
    if len(bad) > SHOWN:
        rest = len(bad) - SHOWN
        message = f"and {rest} more line{'s' * (rest > 1)} with other fields than the header"
        found.append(table.place(bad[SHOWN].line).fault(message))
    return found


class CsvValues(dict[str, Quantity]):
    """Quantities by key that stand in a CSV.

    Parameters
    ----------
    places : place of each. unit_at : where the unit stands, the header or the first line that has one.
    """

    def __init__(self, values: Mapping[str, Quantity], places: Mapping[str, CsvPlace], unit_at: CsvPlace) -> None:
        super().__init__(values)
        self.places = dict(places)
        self.unit_at = unit_at


def like(values: Mapping[str, Quantity], new: dict[str, Quantity]) -> dict[str, Quantity]:
    """New quantities in the places of others."""
    return CsvValues(new, values.places, values.unit_at) if isinstance(values, CsvValues) else new


def fault_of(values: Mapping[str, Quantity], message: str, at: tuple[str | int, ...], key: str | None = None) -> Fault:
    """A fault of quantities: in the CSV where they come from one, at a key or else at their unit."""
    if not isinstance(values, CsvValues):
        return Fault(message, at)
    return (values.unit_at if key is None else values.places[key]).fault(message, at)


def stands_in(values: Mapping[str, Quantity], key: str) -> str:
    """` (line 3 of rates.csv)` for a quantity of a CSV; empty for others."""
    if not isinstance(values, CsvValues):
        return ""
    return f" (line {values.places[key].line} of {values.places[key].file})"
