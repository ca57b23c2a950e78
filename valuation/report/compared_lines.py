"""Cases side by side as lines of a page: who they are, their numbers in columns, their differences from the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from valuation.report.compared_words import (
    ERRORS,
    CaseRow,
    DifferenceRow,
    about,
    case_rows,
    case_words,
    common_numbers,
    comparison_scale,
    difference_rows,
    letters,
    missing,
)
from valuation.report.financing_words import cover
from valuation.report.numbers import MoneyScale, amount, percent
from valuation.report.summary_layout import Line, Paper
from valuation.report.text import one_line
from valuation.tables import Comparison

_LABEL, _CELL = 34, 12


def comparison_lines(found: Comparison, width: int) -> Iterator[Line]:
    """The whole comparison on a page of some width."""
    page, scale, marks = Paper(width), comparison_scale(found), letters(found)
    contracts = dict.fromkeys(case.contract for case in found.cases)
    of = f" of {one_line(next(iter(contracts)))}" if len(contracts) == 1 else ""
    yield from page.paragraph(f"{len(found.cases)} cases{of}", "title", "", "  ")
    for mark, case in zip(marks, found.cases, strict=True):
        yield from page.paragraph(f"{mark} = {one_line(case.name)}: {case_words(case)}", "text", "", "    ")
    yield from page.paragraph(about(found, scale.unit(found.currency)), "note", "", "  ")
    rows = [(row.label, [_cell(row, case, scale) for case in found.cases]) for row in case_rows(found)]
    yield from _table(page, "", marks, rows)
    heads = [f"{mark} - A" for mark in marks[1:]]
    less = [(row.label, [_cell(row, one, scale) for one in found.differences]) for row in difference_rows(found)]
    yield from _table(page, "Difference from A, path by path", heads, less)
    yield Line("text", "")
    for mark, one in zip(marks[1:], found.differences, strict=True):
        yield from page.paragraph(common_numbers(one, mark), "note", "", "  ")
    if found.remarks:
        yield from page.heading("Remarks")
    for text in found.remarks:
        yield from page.paragraph(f"- {text}", "text", "  ", "  ")
    yield Line("text", "")
    yield from page.paragraph(f"Version {found.version}. The same numbers again:", "note")
    # One line however long: a command that is broken in two cannot be copied.
    yield Line("note", f"  {one_line(found.command)}")


def _table(page: Paper, title: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> Iterator[Line]:
    """Columns of numbers, as many beside each other as fit."""
    fit = max(1, (page.width - _LABEL) // _CELL)
    for first in range(0, len(heads), fit):
        part = slice(first, first + fit)
        yield Line("text", "")
        yield Line("head", f"{title:<{_LABEL}}" + "".join(f"{head:>{_CELL}}" for head in heads[part]))
        for label, cells in rows:
            yield Line("text", f"  {label:<{_LABEL - 2}}" + "".join(f"{cell:>{_CELL}}" for cell in cells[part]))


def _cell(row: CaseRow | DifferenceRow, of: Any, scale: MoneyScale) -> str:
    """A number of a case, or of a difference."""
    number = row.number(of)
    if number is None:
        return missing(row, of)
    if row.kind == "cover":
        return cover(number)
    decimals = 2 if row.label in ERRORS else 1
    return amount(number, scale, decimals) if row.kind == "money" else percent(number, decimals)
