"""How the printed summary is laid out: widths, wrapped paragraphs, columns of numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from valuation.report.numbers import MoneyScale, amount, percent
from valuation.report.text import one_line
from valuation.statistics.distribution import Distribution

WIDTH = 100
Role = Literal["title", "head", "text", "note", "good", "bad"]
PERCENTILES = (5, 10, 25, 50, 75, 90, 95)


class Line(NamedTuple):
    """One printed line and its role."""

    role: Role
    text: str


def wrapped(text: str, indent: str = "", hanging: str = "") -> list[str]:
    """A paragraph in lines of at most ``WIDTH`` columns."""
    return textwrap.wrap(
        one_line(text), WIDTH, initial_indent=indent, subsequent_indent=indent + hanging, break_on_hyphens=False
    ) or [indent.rstrip()]


def heading(text: str) -> Iterator[Line]:
    """A blank line and a heading."""
    yield Line("text", "")
    yield Line("head", text)


def measure_row(label: str, unit: str, cells: Sequence[str]) -> str:
    """A line of the table of values: label, unit, base case, mean, its standard error, percentiles."""
    base, mean, se, *marks = cells
    wide = "".join(f"{mark:>7}" for mark in marks)
    return (
        f"{label:<22}{unit:>6}{base:>7}{mean:>7}{se:>9}{wide}"
        if unit
        else f"{label:<28}{base:>7}{mean:>7}{se:>9}{wide}"
    )


def measure_cells(base: float | None, spread: Distribution) -> list[float | None]:
    """The numbers of such a line."""
    return [base, spread.mean, spread.se, *(getattr(spread, f"p{p}") for p in PERCENTILES)]


def three_errors(spread: Distribution, show: Callable[[float | None], str]) -> str:
    """Standard errors of P5, P50 and P95."""
    return " / ".join(show(se) for se in (spread.se_p5, spread.se_p50, spread.se_p95))


def in_scale(value: float | None, scale: MoneyScale) -> str:
    """At most six characters for amounts below 100,000 of the scale."""
    return amount(value, scale, 0 if value is not None and abs(value) >= 999.95 * scale.divisor else 1)


def in_percent(value: float | None, decimals: int = 1) -> str:
    """A fraction as a percentage without its sign."""
    return percent(value, 0 if value is not None and abs(value) >= 9.9995 else decimals).removesuffix(" %")


def scale_word(scale: MoneyScale) -> str:
    """What the letter before the currency means."""
    return {"M": "M = millions of ", "k": "k = thousands of "}.get(scale.prefix, "")


def in_years(value: float | None) -> str:
    """A number of years, or that it is not reached."""
    return "not reached" if value is None else f"{value:.1f} years"


def labelled(label: str, text: str) -> Iterator[Line]:
    """A label and its text, which wraps in its own column."""
    first, *more = wrapped(text, " " * 33)
    yield Line("text", f"{label:<33}{first.strip()}")
    yield from (Line("text", line) for line in more)


def note_lines(text: str) -> Iterator[Line]:
    """A paragraph in small print."""
    yield from (Line("note", line) for line in wrapped(text))
