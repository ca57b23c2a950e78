"""The deal in every scenario of its file, one under the other: base case, mean, chance of a loss."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.appraisal.claims import FILE
from valuation.report.numbers import amount, percent
from valuation.report.summary_layout import Line, Page
from valuation.report.text import one_line
from valuation.tables import ScenarioCase

_WIDE = {"base NPV": 0, "base IRR": 1, "mean NPV": 2, "+/- s.e.": 3, "P(NPV<0)": 4}
_SLIM = {"base": 0, "IRR": 1, "mean": 2, "NPV<0": 4}
"""Heads of the columns and which of a scenario's numbers they show; a narrow page has no standard error."""


def scenarios(page: Page) -> Iterator[Line]:
    """A row a scenario with its note under it, and what the means are over."""
    cases = page.tables.scenarios
    if not cases:
        return
    yield from page.heading(f"Scenarios of the file (NPV after tax in {page.money})")
    rows = {f"{'*' if case.is_run else ' '} {one_line(case.name)}": _numbers(page, case) for case in cases}
    heads, blanks = (_WIDE, 2) if page.width >= 76 else (_SLIM, 1)
    widths = {k: blanks + max(len(head), *(len(row[k]) for row in rows.values())) for head, k in heads.items()}
    room = min(max(map(len, rows)), page.width - sum(widths.values()))
    yield Line("note", " " * room + "".join(f"{head:>{widths[k]}}" for head, k in heads.items()))
    for (name, row), case in zip(rows.items(), cases, strict=True):
        if len(name) > room:
            yield from page.paragraph(name, "text", "" if case.is_run else "  ", "  ")
            name = ""
        yield Line("text", f"{name:<{room}}" + "".join(f"{row[k]:>{width}}" for k, width in widths.items()))
        if note := case.note or ("the file as it stands" if case.name == FILE else ""):
            yield from page.paragraph(note, "note", "    ")
    run = "* = this run. " if any(case.is_run for case in cases) else ""
    yield from page.paragraph(
        f"{run}Means over the first {cases[0].paths:,} paths of each. A risk that acts by events, such as a default, "
        "leaves the base case as it is and shows in the mean.",
        "note",
    )


def _numbers(page: Page, case: ScenarioCase) -> tuple[str, ...]:
    """The numbers of a row, all money with the same decimals."""
    npv, mean, error = (amount(value, page.scale) for value in (case.npv_base, case.npv_mean, case.npv_se))
    irr = "no IRR" if case.irr_base is None else percent(case.irr_base)
    return npv, irr, mean, error, percent(case.npv_negative)
