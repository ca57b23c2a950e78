"""What a cell may hold: dates as serial numbers, text that stays text, formats and sizes of numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date

from valuation.report.text import clean

LONGEST_TEXT = 32_767
_CUT = " [cut]"
_SHEET = re.compile(r"(?:'([^']+)'|\b([A-Za-z]\w*))!")
_NAMED = re.compile(r"\b(?:in|out|inputs|all|checks)_[a-z_]+")
_EPOCH = date(1899, 12, 30)
_FORMAT = re.compile(r"(?:#,##)?0(?P<decimals>\.0+)?(?P<thousands>,*)(?P<percent>%?)(?:_\)|;|$)")
# Pixels of a digit and of a comma, point or bracket in a wide bold font, and of a unit of column width.
_DIGIT, _MARK, _PIXELS = 9.3, 5.5, 7.0


def serial(day: date) -> float:
    """A date as the spreadsheet counts it: days since 1899-12-30."""
    return float((day - _EPOCH).days)


def cell_text(text: str) -> str:
    """Text as a cell may hold it: clean, and cut with a mark at the format's limit of 32,767 UTF-16 units."""
    text = clean(text)
    if len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    kept = text.encode("utf-16-le")[: 2 * (LONGEST_TEXT - len(_CUT))].decode("utf-16-le", "ignore")
    return kept + _CUT


def is_currency(unit: str) -> bool:
    """Whether a unit is a plain amount of money: a currency's three letters (not MWh)."""
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def misread(text: str) -> bool:
    """Whether a spreadsheet would take the text, typed by hand, for a formula, an error, a number or a switch."""
    return text[:1] in set("=+-@#'") or text[:1].isdigit() or text.upper() in {"TRUE", "FALSE"}


def shown_width(value: float, number_format: str) -> float:
    """Column width [characters] in which a number shows in its format, also in a bold and wide font; 0 for a date."""
    pattern = _FORMAT.match(number_format)
    if not pattern:
        return 0.0
    decimals = len(pattern["decimals"] or ".") - 1
    scaled = abs(value) * (100 if pattern["percent"] else 1) / 1000 ** len(pattern["thousands"])
    text = f"({scaled:,.{decimals}f})"
    digits = sum(character.isdigit() for character in text)
    return (digits * _DIGIT + (len(text) - digits + bool(pattern["percent"])) * _MARK + 4) / _PIXELS


def reads_another_sheet(formula: str, sheet: str) -> bool:
    """Whether a formula reads cells of another sheet, by address or by one of the workbook's names."""
    return bool(_NAMED.search(formula)) or any((quoted or plain) != sheet for quoted, plain in _SHEET.findall(formula))


def size(values: Iterable[float]) -> float:
    """The size of a series, to which a residual is compared: the root of its sum of squares, at least 1.

    Not the sum of absolute values: some programs do not work out SUMPRODUCT(ABS(range)) inside another function.
    """
    return max(1.0, math.sqrt(sum(value * value for value in values)))


def size_formula(cells: str) -> str:
    """``size`` of a range of cells."""
    return f"MAX(1,SUMPRODUCT({cells},{cells})^0.5)"


def plain_kind(value: float) -> str:
    """The kind of format that shows a number with no more decimals than it has, six significant digits at most."""
    digits = f"{value:.6g}"
    decimals = 0 if "e" in digits else len(digits.partition(".")[2])
    return f"plain_{min(decimals, 6)}"
