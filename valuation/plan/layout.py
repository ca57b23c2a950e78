"""How an explained plan stands on its lines: long statements and comments go on, indented, and dates say themselves.

A line that begins with a blank belongs to the statement above it.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from datetime import date

from valuation.plan.model import Table

WIDTH, COLUMN = 120, 64
"""Characters of a line, and where its comment begins."""

_COMMENT = "  # "
_EPOCH = date(1899, 12, 30).toordinal()
_PER_LINE = 10
"""Numbers of a long table on a line."""


def day_of(serial: float) -> str:
    """The date of a serial number; empty for a number that is no date of a contract."""
    return date.fromordinal(_EPOCH + math.floor(serial)).isoformat() if 0.0 < serial < 400_000.0 else ""


def laid_out(statement: str, comment: str, column: int) -> list[str]:
    """A statement with its comment, as many lines as both need."""
    lines = [statement]
    # Words in quotes may have more than one blank between them, which a fold would lose.
    if len(statement) > WIDTH and '"' not in statement:
        lines = textwrap.wrap(
            statement, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        )
    if not comment:
        return lines
    *before, last = lines
    if len(last) > column:
        if len(last) + len(_COMMENT) + len(comment) <= WIDTH:
            return [*before, f"{last}{_COMMENT}{comment}"]
        before, last = lines, ""
    room = WIDTH - column - len(_COMMENT)
    first, *more = textwrap.wrap(comment, room, break_long_words=False, break_on_hyphens=False)
    below = [f"{'':<{column}}{_COMMENT}{text}" for text in more]
    return [*before, f"{last:<{column}}{_COMMENT}{first}", *below]


def table_lines(statement: str, table: Table, comment: str, column: int) -> list[str]:
    """A table: on one line where it fits, else some numbers a line, beside dates the first and the last of a line."""
    if len(statement) <= WIDTH or table.law is not None:
        return laid_out(statement, comment, column)
    lines = laid_out(f"table {table.name}:", comment, column)
    for k, ((name, values), unit) in enumerate(zip(table.columns, table.units, strict=True)):
        numbers = [repr(float(value)) for value in values]
        lines.append(f"  {'| ' if k else ''}{name} =")
        lines += _numbers(numbers, values if unit == "date" else ())
    return lines


def _numbers(numbers: list[str], dates: tuple[float, ...]) -> Iterator[str]:
    for start in range(0, len(numbers), _PER_LINE):
        shown = numbers[start : start + _PER_LINE]
        if dates:
            days = [day_of(serial) for serial in (dates[start], dates[start + len(shown) - 1])]
            yield f"    {' '.join(shown)}{_COMMENT}{' to '.join(dict.fromkeys(days))}"
        else:
            # numbers with all their digits are too long for ten on a line
            yield from textwrap.wrap(" ".join(shown), WIDTH, initial_indent="    ", subsequent_indent="    ")
