"""A waterfall of columns that float between two levels, made of stacked columns as every spreadsheet program draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from valuation.report.excel import charts
from valuation.report.excel.book import Book, Page

ROWS = 18
"""Rows of paper that the chart takes."""
LEFT = 11
"""Column where its numbers begin, beside the printed page."""

_HEADS = (
    "label", "from", "to", "gap above 0", "gap below 0",
    "level", "level below 0", "rises", "rises below 0", "falls", "falls below 0",
)  # fmt: skip
_FILLS = {5: "survivors", 6: "survivors", 7: "up", 8: "up", 9: "down", 10: "down"}
_UP, _DOWN = "548235", "C00000"


@dataclass(frozen=True)
class Bar:
    """A column up to a level: from the level of the column before it, or from 0 where it is ``whole``.

    ``cell`` holds the level, ``value`` is what it evaluates to.
    """

    label: str
    cell: str
    value: float
    whole: bool = False


def write_waterfall(book: Book, page: Page, row: int, bars: list[Bar], title: str) -> None:
    """The chart over columns A to H from a row on, and its numbers beside the page.

    A column that crosses 0 is one piece above and one below, since stacked columns pile up from 0 either way. The gap
    below each piece is drawn without colour.
    """
    page.texts(row, LEFT, _HEADS, "subhead")
    before = 0.0
    for place, bar in enumerate(bars, row + 1):
        start = 0.0 if bar.whole else before
        _numbers(page, place, bar, start, row + 1 == place)
        before = bar.value
    chart: Any = charts.bars(stacked=True)
    chart.gapWidth = 40
    top, bottom = row + 1, row + len(bars)
    for column in range(3, len(_HEADS)):
        made = charts.series(page, (row, LEFT + column), top, bottom, LEFT + column)
        fill = {"up": _UP, "down": _DOWN}.get(_FILLS.get(column, ""), book.look.colours["survivors"])
        charts.paint(made, fill if column in _FILLS else None)
        chart.series.append(made)
    charts.label_columns(page, chart, top, bottom, LEFT)
    money = f"NPV after tax [{book.money_unit}]"
    charts.finish(chart, (title, "Step", money), "General", book.format("axis"), legend=True, unlisted=(0, 1, 3, 5, 7))
    charts.place(page, chart, f"A{row}", f"I{row + ROWS - 1}")


def _numbers(page: Page, row: int, bar: Bar, start: float, first: bool) -> None:
    """From and to, and the pieces that are drawn, by formula."""
    page.text(row, LEFT, bar.label, "unit")
    before = "0" if bar.whole or first else page.address(row - 1, LEFT + 2, False)
    a, b = (page.address(row, LEFT + column, False) for column in (1, 2))
    page.formula(row, LEFT + 1, f"={before}", start, "money")
    page.formula(row, LEFT + 2, f"={bar.cell}", bar.value, "money")
    low, high = min(start, bar.value), max(start, bar.value)
    above = max(0.0, high) - max(0.0, low)
    below = min(0.0, low) - min(0.0, high)
    up = f"MAX(0,{a},{b})-MAX(0,MIN({a},{b}))"
    down = f"MIN(0,{a},{b})-MIN(0,MAX({a},{b}))"
    page.formula(row, LEFT + 3, f"=MAX(0,MIN({a},{b}))", max(0.0, low), "money")
    page.formula(row, LEFT + 4, f"=MIN(0,MAX({a},{b}))", min(0.0, high), "money")
    rises = not bar.whole and bar.value >= start
    falls = not bar.whole and bar.value < start
    drawn = ((5, bar.whole, ""), (7, rises, f"{b}>={a}"), (9, falls, f"{b}<{a}"))
    for column, holds, condition in drawn:
        if bar.whole != (column == 5):
            page.number(row, LEFT + column, 0.0, "money")
            page.number(row, LEFT + column + 1, 0.0, "money")
            continue
        for side, formula, value in ((0, up, above), (1, down, below)):
            text = f"={formula}" if bar.whole else f"=IF({condition},{formula},0)"
            page.formula(row, LEFT + column + side, text, value if holds else 0.0, "money")
