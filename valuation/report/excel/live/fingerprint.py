"""Checks that no month of the model was written over: with the inputs of the run all cells add up to what they did."""

from __future__ import annotations

import math

from valuation.kernel.opcodes import NEVER
from valuation.report.excel.book import Book, CheckRow
from valuation.report.excel.cells import is_currency
from valuation.report.excel.live.sheets import MonthGrid
from valuation.tables.live import LiveModel

_LONGEST = 4000
"""Characters of a formula."""
_NO_NUMBER = frozenset({"date", "position"})


def check_cells(book: Book, live: LiveModel, grid: MonthGrid) -> None:
    """Add the checks: amounts of money, and all other numbers but dates and positions, of which NPV and cash tell."""
    money, other = list[str](), list[str]()
    for name, place in grid.where.items():
        row = live.plan.row_of.get(name)
        if row is None or place.once or row.unit in _NO_NUMBER:
            continue
        values = live.values.series(name, live.plan.months)
        if all(math.isfinite(x) and abs(x) < NEVER for x in values):
            (money if is_currency(row.unit) else other).append(name)
    for label, names in (("amounts of money", money), ("other numbers", other)):
        for part, group in enumerate(_groups(grid, names), 1):
            _check(book, live, grid, f"Model: {label} of all months are as in the run ({part})", group)


def _groups(grid: MonthGrid, names: list[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    room = 0
    for name in names:
        room -= len(grid.span(name)) + 6
        if room < 0:
            groups.append([])
            room = _LONGEST - len(grid.span(name))
        groups[-1].append(name)
    return groups


def _check(book: Book, live: LiveModel, grid: MonthGrid, label: str, names: list[str]) -> None:
    months = live.plan.months
    rows = [live.values.series(name, months) for name in names]
    total = math.fsum(x for row in rows for x in row)
    size = max(1.0, math.fsum(abs(x) for row in rows for x in row))
    sums = f"SUM({','.join(grid.span(name) for name in names)})"
    formula = f"=IF(inputs_as_run=1,ROUND(({sums}-({total!r}))/{size!r},11),0)"
    book.checks.append(CheckRow(label, formula, 0.0, 1e-10))
