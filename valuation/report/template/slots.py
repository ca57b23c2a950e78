"""What a template may ask for: a slot is a name, what it stands for, its unit, its shape, and where its value comes
from."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from valuation.tables import Tables

PREFIX = "valuate_"
Value: TypeAlias = float | str | date | None
"""A number, text or a date; None where the deal has none."""
Shape: TypeAlias = Literal["cell", "list", "table"]


@dataclass(frozen=True)
class Slot:
    """One name that a template may give to its cells.

    Parameters
    ----------
    name : the defined name, ``valuate_…``.
    what : what it stands for, in a few words.
    unit : of its numbers: ``currency`` (of the contract, in whole units), ``1`` for a fraction, ``date``, ``text`` …
    shape : one cell; a list along one row or one column; a table of rows.
    rows : the value from the tables of a valuation: one row with one value for a cell, one row for a list.
    columns : heads of a table's columns.
    ours : the name of the same number in our own workbook, where it has one.
    """

    name: str
    what: str
    unit: str
    shape: Shape
    rows: Callable[[Tables], tuple[tuple[Value, ...], ...]]
    columns: tuple[str, ...] = ()
    ours: str = ""

    @property
    def documented(self) -> str:
        """Its line of the table in docs/templates.md."""
        shape = self.shape if not self.columns else f"table: {', '.join(self.columns)}"
        return f"| `{self.name}` | {self.what} | {self.unit} | {shape} |".replace("P(true | no", "P(true \\| no")


def cell(name: str, what: str, unit: str, value: Callable[[Tables], Value], ours: str = "") -> Slot:
    """A slot of one cell."""
    return Slot(PREFIX + name, what, unit, "cell", lambda tables: ((value(tables),),), ours=ours)


def listed(name: str, what: str, unit: str, values: Callable[[Tables], tuple[Value, ...]]) -> Slot:
    """A slot of values one after the other."""
    return Slot(PREFIX + name, what, unit, "list", lambda tables: (values(tables),))


def table(
    name: str, what: str, columns: tuple[str, ...], rows: Callable[[Tables], tuple[tuple[Value, ...], ...]]
) -> Slot:
    """A slot of rows; ``columns`` say what stands in each, with its unit."""
    return Slot(PREFIX + name, what, "", "table", rows, columns)


@cache
def catalogue() -> dict[str, Slot]:
    """Every slot by its name, in the order in which they are listed."""
    from valuation.report.template.slots_of_risk import RISK
    from valuation.report.template.slots_of_run import RUN
    from valuation.report.template.slots_of_value import VALUE
    from valuation.report.template.slots_of_years import YEARS

    return {slot.name: slot for slot in (*RUN, *VALUE, *RISK, *YEARS)}


def nearest(name: str) -> str | None:
    """The slot whose name is most like this one, None where none is."""
    known = catalogue()
    short = name.casefold().removeprefix(PREFIX)
    found = difflib.get_close_matches(short, [one.removeprefix(PREFIX) for one in known], 1, 0.6)
    return PREFIX + found[0] if found else None
