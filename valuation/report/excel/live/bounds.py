"""Checks that the months of the workbook hold the base case: what lies beyond them would be lost in silence."""

from __future__ import annotations

import math
import re

from valuation.report.excel.book import Book, CheckRow
from valuation.report.excel.cells import serial
from valuation.report.excel.live.sheets import MonthGrid
from valuation.tables.live import LiveModel

_EARNED = "Months: nothing is earned or paid in the first and the last of them"
_TERM = "Months: the term lies inside them"
_DATES = "Months: the dates of Assumptions lie inside them"
_ORDER = "Months: the dates of each schedule keep their order"


def check_months(book: Book, live: LiveModel, grid: MonthGrid) -> None:
    """Add the checks. They fail when an input puts cash, or a date that had a place in the months, beyond them."""
    last = live.plan.months - 1
    rows = [row for of_day in live.paid.values() for row in of_day if row] + list(live.owners.values())
    rows += [name for name in ("accounts.revenue", "accounts.ebitda") if name in grid.where]
    ends = [f"{grid.cell(row, month)}^2" for row in rows for month in (0, last)]
    book.checks.append(CheckRow(_EARNED, f"=ROUND(({'+'.join(ends)})^0.5,2)", _size(live, rows), 0.01))
    first_day, last_day = f"{grid.cell('time.month_start', 0)}", f"{grid.cell('time.month_end', last)}"
    if "term.end" in grid.where and grid.where["term.end"].once:
        end = grid.cell("term.end")
        book.checks.append(CheckRow(_TERM, f"=MAX(0,{end}-1-{last_day})", 0.0, 0.0))
    inside = live.month_ends[0].replace(day=1), live.month_ends[-1]
    names = [
        book.places[f"name:{item.name}"]
        for item in live.plan.inputs
        if item.unit == "date"
        and live.use_of[item.name].use == "live"
        and serial(inside[0]) <= item.value <= serial(inside[1])
    ]
    if names and "time.month_start" in grid.where:
        beyond = "+".join(f"MAX(0,{first_day}-{name})+MAX(0,{name}-{last_day})" for name in names)
        book.checks.append(CheckRow(_DATES, f"={beyond}", 0.0, 0.0))
    steps = [
        (book.places[f"name:{one.later_than}"], book.places[f"name:{one.name}"])
        for one in live.inputs
        if one.use == "live" and one.later_than
    ]
    if steps:
        back = "+".join(f"MAX(0,{before}-{after}+1)" for before, after in steps)
        book.checks.append(CheckRow(_ORDER, f"={back}", 0.0, 0.0))
    for name in live.positive:
        if name in grid.where:
            cells = grid.cell(name) if grid.where[name].once else grid.span(name)
            label = f"Inputs: {name.removesuffix('.expected')} is expected above 0 in every month"
            book.checks.append(CheckRow(label, f'=COUNTIF({cells},"<=0")', 0.0, 0.0))
    _check_rules(book, live)


_LONGEST = 4000
"""Characters of the formula of a check; a spreadsheet takes twice as many."""


def _check_rules(book: Book, live: LiveModel) -> None:
    """The rules of the contract language over several inputs, whose cells accept each by itself."""
    for rule in live.rules:
        parts = [_CELL.sub(lambda found: book.places[f"name:{found[1]}"], text) for text in rule.excess]
        groups: list[list[str]] = [[]]
        for part in parts:
            if groups[-1] and sum(map(len, (*groups[-1], part))) > _LONGEST:
                groups.append([])
            groups[-1].append(part)
        for place, group in enumerate(groups, 1):
            label = f"Inputs: {rule.label}" + (f" ({place})" if len(groups) > 1 else "")
            book.checks.append(CheckRow(label, f"=ROUND(MAX(0,{','.join(group)}),9)", 0.0, 0.0))


_CELL = re.compile("⟦([^⟧]+)⟧")


def _size(live: LiveModel, rows: list[str]) -> float:
    ends = [live.values.series(row, live.plan.months)[month] for row in rows for month in (0, -1)]
    return round(math.sqrt(sum(value * value for value in ends)), 2) + 0.0
