"""Break-evens beside what the file states, and how far the one lies from the other."""

from __future__ import annotations

import math
from collections.abc import Iterator

from valuation.report.numbers import costs_only, percent
from valuation.report.summary_layout import WIDTH, Line, Page
from valuation.report.summary_words import levers
from valuation.tables import BreakEven

_LABEL = 13


def break_evens(page: Page) -> Iterator[Line]:
    """A row a number of the contract: as stated, at break-even, the gap in per cent of what is stated. None for a view
    that only pays, which breaks even at nothing."""
    if costs_only(page.tables):
        return
    yield from page.heading("Break-even: where the base-case NPV after tax is 0, all else as it is")
    found = {label: page.tables.break_even.get(key) for key, label in levers(page.tables).items()}
    if any(one is not None and one.value is not None for one in found.values()):
        yield Line("note", f"{'':<{_LABEL}}{'in the file':>12}{'break-even':>12}{'gap':>9}")
    for label, one in found.items():
        yield from _row(page, f"  {label}", one, paths=page.width >= WIDTH)


def _row(page: Page, label: str, found: BreakEven | None, *, paths: bool) -> Iterator[Line]:
    if found is None:
        yield from page.labelled(label, "the contract has no such number", _LABEL + 3)
    elif found.value is None:
        yield from page.labelled(label, f"none: {found.reason}", _LABEL + 3)
    else:
        stated, value, unit = pair(found)
        numbers = f"{label:<{_LABEL}}{stated:>12}{value:>12} {gap(found):>8}"
        behind = f"{unit} ({found.path})" if paths else unit
        first, *more = page.wrapped(behind, " " * (len(numbers) + 2))
        yield Line("text", f"{numbers}  {first.strip()}")
        yield from (Line("text", text) for text in more)


def pair(found: BreakEven) -> tuple[str, str, str]:
    """What the file states and the break-even with the same decimals, and their unit: millions as ``M USD/MW``."""
    values = [found.stated, found.value]
    unit, factor = found.unit, 1.0
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    if unit.startswith("%"):
        factor = 100.0
    elif largest >= 1e5:
        factor, unit = 1e-6, f"M {unit}"
    decimals = _decimals(largest * factor)
    texts = ["n/a" if value is None else f"{value * factor:,.{decimals}f}" for value in values]
    return texts[0], texts[1], unit


def _decimals(size: float) -> int:
    """Cents below a thousand; four digits that count of what is below one."""
    if size >= 1000.0:
        return 0
    return 2 if size >= 1.0 or size == 0.0 else min(9, 3 - math.floor(math.log10(size)))


def gap(found: BreakEven) -> str:
    """How far the break-even lies from what is stated, in per cent of it, with its sign."""
    if found.value is None or not found.stated:
        return "n/a"
    share = (found.value - found.stated) / abs(found.stated)
    text = percent(share)
    return f"+{text}" if share > 0.0 and any(digit in "123456789" for digit in text) else text
