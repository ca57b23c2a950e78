"""How the printed summary is laid out: a page of some width, wrapped paragraphs, labels with numbers behind them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from valuation.report.numbers import MoneyScale, money_scale
from valuation.report.text import one_line
from valuation.tables import Tables

WIDTH, NARROWEST, WIDEST = 100, 60, 120
"""Columns of a page that nobody looks at on a terminal, and between which bounds a terminal's own width counts."""

_TOGETHER = re.compile(r"(?<=\d) (?=%)|(?<=\d) (?=(?:M|bn|k) )|(?:(?<=\bM)|(?<=\bbn)|(?<=\bk)) (?=[A-Z]{3}\b)")
"""The blank between a number and its unit, at which no line ends."""

Role = Literal["title", "head", "text", "note", "good", "bad"]


class Line(NamedTuple):
    """One printed line and its role."""

    role: Role
    text: str


@dataclass(frozen=True)
class Paper:
    """Lines in so many columns."""

    width: int

    def wrapped(self, text: str, indent: str = "", hanging: str = "") -> list[str]:
        """A paragraph in lines that end at words; only a word longer than a line is broken."""
        lines = textwrap.wrap(
            _TOGETHER.sub("\u00a0", one_line(text)),
            self.width,
            initial_indent=indent,
            subsequent_indent=indent + hanging,
            break_on_hyphens=False,
        )
        return [line.replace("\u00a0", " ") for line in lines] or [indent.rstrip()]

    def paragraph(self, text: str, role: Role = "text", indent: str = "", hanging: str = "") -> Iterator[Line]:
        """A paragraph in one role."""
        yield from (Line(role, line) for line in self.wrapped(text, indent, hanging))

    def heading(self, text: str) -> Iterator[Line]:
        """A blank line and a heading."""
        yield Line("text", "")
        yield from self.paragraph(text, "head", "", "  ")

    def labelled(self, label: str, text: str, column: int = 33, role: Role = "text") -> Iterator[Line]:
        """A label and its text, which wraps in a column of its own, or under the label where that would be slim."""
        if self.width - column < 40:
            column = len(label) - len(label.lstrip()) + 4
            yield Line(role, label)
            yield from self.paragraph(text, role, " " * column)
            return
        first, *more = self.wrapped(text, " " * column)
        yield Line(role, f"{label:<{column}}{first.strip()}")
        yield from (Line(role, line) for line in more)


@dataclass(frozen=True)
class Page(Paper):
    """What is printed, and in how many columns."""

    tables: Tables

    @property
    def scale(self) -> MoneyScale:
        """The scale of all money on the page."""
        return money_scale(self.tables)

    @property
    def money(self) -> str:
        """The unit of money in this scale."""
        return self.scale.unit(self.tables.deal.currency)

    def figures(self, label: str, cells: Sequence[str], widths: Sequence[int], room: int) -> Iterator[Line]:
        """A label with numbers at its right; one that does not fit has them behind its last line.

        Parameters
        ----------
        room : columns for the label on a page that is wide enough.
        """
        room = min(room, self.width - sum(widths))
        indent = "  " + " " * (len(label) - len(label.lstrip()))
        *lines, last = Paper(room - 1).wrapped(label, indent, "  ")
        yield from (Line("text", line) for line in lines)
        numbers = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        yield Line("text", f"{last:<{room}}{numbers}")
