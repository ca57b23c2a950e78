"""Cells and areas of a sheet, and what a defined name refers to."""

from __future__ import annotations

import re
from dataclasses import dataclass

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_SHEET = r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\s'!,:;\[\](){}+*/^&=<>\"%-]+))!"
_CORNER = r"(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})"
_AREA = re.compile(rf"{_SHEET}{_CORNER}(?::{_CORNER})?")
_WHOLE = re.compile(rf"{_SHEET}\$?(?:[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\d+:\$?\d+)")
_NUMBER = re.compile(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?%?")


class NoArea(ValueError):
    """What a name refers to instead of one area of cells; the message says what it is and what helps."""


@dataclass(frozen=True, order=True)
class Area:
    """A rectangle of cells, rows and columns counted from 1, both ends in it."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.bottom - self.top + 1

    @property
    def columns(self) -> int:
        """Number of columns."""
        return self.right - self.left + 1

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.rows * self.columns

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def __str__(self) -> str:
        first = cell_name(self.top, self.left)
        return first if self.cells == 1 else f"{first}:{cell_name(self.bottom, self.right)}"


def column_letters(column: int) -> str:
    """``A`` for 1, ``AA`` for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """1 for ``A``, 27 for ``AA``."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def cell_name(row: int, column: int) -> str:
    """``B5`` for row 5, column 2."""
    return f"{column_letters(column)}{row}"


def cell_place(name: str) -> tuple[int, int]:
    """(row, column) of ``B5``.

    Raises
    ------
    ValueError : it is no cell's name.
    """
    found = re.fullmatch(_CORNER, name)
    if found is None or int(found[4]) > LAST_ROW or column_number(found[2]) > LAST_COLUMN:
        raise ValueError(f"'{name}' is no cell")
    return int(found[4]), column_number(found[2])


def area_of(text: str) -> Area:
    """The area of ``B2:C9``, of a merge, a table or a formula's reach.

    Raises
    ------
    ValueError : it is none.
    """
    first, _, last = text.partition(":")
    (top, left), (bottom, right) = cell_place(first), cell_place(last or first)
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def referred(text: str) -> tuple[str, Area]:
    """Sheet and area that a defined name refers to.

    Raises
    ------
    NoArea : it refers to something else, or to cells by a place relative to the cell that uses the name.
    """
    text = text.strip().removeprefix("=").strip()
    if found := _AREA.fullmatch(text):
        sheet = (found["quoted"] or found["plain"]).replace("''", "'")
        marks = [found[3], found[5], *((found[7], found[9]) if found[8] else ())]
        if found["quoted"] and ("[" in sheet or ":" in sheet):
            raise NoArea(_other_file(text) if "[" in sheet else _several(text))
        if "" in marks:
            raise NoArea(
                f"refers to {text}, which is relative and so another cell wherever it is used: write it with $ before "
                "each letter and number"
            )
        corners = text.rpartition("!")[2].replace("$", "")
        try:
            return sheet, area_of(corners)
        except ValueError:
            raise NoArea(f"refers to {text}, beyond the last cell of a sheet") from None
    raise NoArea(_instead(text))


def _instead(text: str) -> str:
    """What a name that refers to no area refers to, in words."""
    if not text:
        return "refers to nothing: let it refer to a cell or a range"
    if "#REF!" in text.upper():
        return f"is broken ({text}): its cells were deleted; let it refer to a cell again, or delete the name"
    if text[0] == '"' or _NUMBER.fullmatch(text) or text.upper() in ("TRUE", "FALSE") or text[0] == "{":
        return f"is the constant {text}, expected a cell or a range: let it refer to the cell that shall hold the value"
    if _WHOLE.fullmatch(text):
        return f"refers to {text}, whole rows or columns: choose the cells that shall be filled"
    if re.match(r"'?[^'!]*\[", text) and "!" in text:
        return _other_file(text)
    if re.search(r"[^'(]:[^!']*!", text.partition("!")[0] + "!") and "(" not in text:
        return _several(text)
    parts = _outside_quotes(text).split(",")
    if len(parts) > 1 and "(" not in parts[0]:
        return (
            f"refers to {len(parts)} areas ({text}): choose one cell or one range, or give each area a name of its own"
        )
    return f"is the formula {text}, expected a cell or a range: let it refer to the cells themselves, with $"


def _other_file(text: str) -> str:
    return f"refers to another workbook ({text}): only cells of this one can be filled"


def _several(text: str) -> str:
    return f"refers to several sheets ({text}): choose cells of one"


def _outside_quotes(text: str) -> str:
    return re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "", text)
