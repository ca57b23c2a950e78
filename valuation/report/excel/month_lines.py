"""Cells that read the sheet Model: the flow of a line between two dates, its level on a date.

Where a contract reports in real money the lines do too, and debt stays nominal: then there is no formula, and the value
is that of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from valuation.report.excel.book import Book
from valuation.tables import Line


def month_lines(book: Book, *names: str) -> list[Line]:
    """The lines of these names; also one that is 0 in every month of the run, since an input may fill it."""
    known = {line.name: line for line in book.live.lines}
    return [known[name] for name in names if name in known and f"month:{name}" in book.places]


def flow_until(
    book: Book, lines: Sequence[Line], until: tuple[str, date], after: tuple[str, date] | None
) -> tuple[str, float]:
    """Formula (empty in real money) and value of the sum of lines over the months up to a date, of those after another;
    as the plan has them, without the sign by which Cash flow shows what leaves the view.

    Parameters
    ----------
    until, after : cell of the date, and the date.
    """
    ends, value, text = book.places["month_ends"], 0.0, ""
    later = f"*({ends}>{after[0]})" if after else ""
    for line in lines:
        cells = book.places[f"month:{line.name}"]
        text += f"+SUMPRODUCT(({ends}<={until[0]}){later}*{cells})"
        amounts = zip(book.month_ends, line.nominal or line.values, strict=True)
        value += sum(x for end, x in amounts if end <= until[1] and (after is None or end > after[1]))
    return _formula(lines, text), value


def level_on(book: Book, lines: Sequence[Line], on: tuple[str, date]) -> tuple[str, float]:
    """Formula (empty in real money) and value of the sum of levels in the month that ends on a date.

    Parameters
    ----------
    on : cell of the date, and the date.
    """
    ends, text, value = book.places["month_ends"], "", 0.0
    place = sum(end <= on[1] for end in book.month_ends) - 1
    for line in lines:
        cells = book.places[f"month:{line.name}"]
        text += f"+INDEX({cells},MATCH({on[0]},{ends},1))"
        value += (line.nominal or line.values)[place]
    return _formula(lines, text), value


def _formula(lines: Sequence[Line], text: str) -> str:
    if any(line.nominal is not None for line in lines):
        return ""
    return f"={text.removeprefix('+') or 0}"
