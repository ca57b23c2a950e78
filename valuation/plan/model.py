"""The Plan as data: inputs, tables, rows, payments and outputs, each frozen."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from valuation.plan.laws import Law
from valuation.plan.solved import Solved
from valuation.timeline import YearCount

Axis = Literal["scalar", "start", "month"]
Argument = str | float

_BEFORE = re.compile(r"\.prev([2-9]|[1-9][0-9]+)?\Z")
"""The end of an operand that reads an earlier month: ``.prev`` the one before, ``.prev12`` that of 12 months before."""


@dataclass(frozen=True)
class Origin:
    """Where a number comes from: the path in the contract file and what the author says of it."""

    path: str = ""
    status: str = ""
    source: str = ""
    note: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Input:
    """A number that a person wrote. ``value`` is in ``unit`` (a percentage as its fraction, a date as an Excel
    serial)."""

    name: str
    value: float
    unit: str
    label: str = ""
    section: str = ""
    origin: Origin = Origin()


@dataclass(frozen=True)
class Table:
    """A dated schedule that a person wrote: columns of equal length, the first ascending. Column ``c`` reads as
    ``name:c``. Or the one column ``value`` of a ``law``, for ops that look it up."""

    name: str
    columns: tuple[tuple[str, tuple[float, ...]], ...]
    units: tuple[str, ...]
    label: str = ""
    section: str = ""
    origin: Origin = Origin()
    law: Law | None = None


@dataclass(frozen=True)
class Row:
    """One line of the program: assigned once a month (or once) by one op.

    ``axis``: scalar = once; start = once a path; month = every month. Arguments are names of rows, inputs or table
    columns, numbers, ``name.prev`` for last month's value (``opening`` in the first month), ``name.prev12`` for that of
    12 months before (``opening`` in the first 12), ``-name`` in a sum.
    ``base``: what stands for this row in the base case (a factor's expected value, an event's NEVER). ``stream``:
    name of the random stream of a draw. ``roll``: how a year is made of months (sum, end, mean).
    """

    name: str
    axis: Axis
    op: str
    args: tuple[Argument, ...]
    unit: str = ""
    opening: Argument = 0.0
    base: Argument | None = None
    stream: str = ""
    label: str = ""
    section: str = ""
    roll: Literal["", "sum", "end", "mean"] = ""
    sign: int = 1
    total: bool = False
    header: bool = False
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Payment:
    """A month row paid on the date that ``date`` gives for the month (0 = no payment), from the viewed party's side.

    ``book``: ``cash`` is everything before tax, ``tax`` is tax; pre-tax measures read the first, post-tax ones both.
    ``equity`` is what owners pay into a borrower (−) and get out of it (+), measured alone: it is no cash of the
    project.
    """

    row: str
    date: str
    sign: int
    book: Literal["cash", "tax", "equity"] = "cash"

    @property
    def posting(self) -> str:
        """What both sides of a transfer call it: the name of its row, which in the view of a party that holds only a
        part of the amount has the word ``part`` in it (``rent.billed.part``)."""
        return ".".join(word for word in self.row.split(".") if word != "part")


VAT = "vat"
"""Word in the name of a row of VAT, behind that of the payment that it is on: it is paid one way and, later, back."""


def is_vat(posting: str) -> bool:
    """Whether a posting is VAT: money that passes through, no cost and no income."""
    return VAT in posting.split(".")[1:]


@dataclass(frozen=True)
class Measure:
    """A number per path made of the dated cash of a book after the last month; NaN on paths that have none.

    ``npv``: present value at the row ``rate``, or on the curve of the table of that name (``curve.curve_of``).
    ``irr``: rate of return, of several the one nearest ``rate``. ``mirr``:
    (inflows carried to the last flow at ``reinvest`` / outflows discounted to the first at ``rate``)^(1/years between
    the two) − 1. ``moic``: sum of the inflows / sum of the outflows. ``payback``: years from the valuation date after
    which the running sum of the flows, discounted at ``rate`` if there is one, having been negative, stays at 0 or
    above; straight between two flows. Years are days/365.
    """

    name: str
    kind: Literal["npv", "irr", "mirr", "moic", "payback"]
    book: Literal["cash", "all", "equity"]
    rate: str = ""
    reinvest: str = ""

    @property
    def rates(self) -> tuple[str, ...]:
        """Names of the rate rows that it reads."""
        return tuple(row for row in (self.rate, self.reinvest) if row)


RATES: dict[str, tuple[int, ...]] = {"npv": (1,), "irr": (1,), "mirr": (2,), "moic": (0,), "payback": (0, 1)}
"""Numbers of rate rows that a kind of measure may read."""


@dataclass(frozen=True)
class Record:
    """A row that leaves the kernel. ``final``: its last value per path. ``yearly``: its value in each year's last
    month per path. ``yearly_sum``: the same, summed over paths (counts of 0/1 rows).
    """

    name: str
    row: str
    kind: Literal["final", "yearly", "yearly_sum"]


@dataclass(frozen=True)
class Plan:
    """A contract as a program.

    ``first_month`` counts calendar months from year 0 (year·12 + month − 1); month t of the plan is ``first_month +
    t``. ``first_period`` is the draw period of month 0: months since the market's ``as_of`` (negative = before it, no
    draw). ``valuation`` is an Excel serial; flows dated before it are sunk. ``discount_rate`` names the scalar row of
    the rate. ``year_count`` says how discounting counts years; ``whole_years`` goes with payments at year ends.
    """

    name: str
    view: str
    currency: str
    first_month: int
    months: int
    first_period: int
    valuation: float
    inputs: tuple[Input, ...]
    tables: tuple[Table, ...]
    rows: tuple[Row, ...]
    payments: tuple[Payment, ...]
    measures: tuple[Measure, ...]
    records: tuple[Record, ...]
    year_count: YearCount = "days"
    solved: Solved | None = None
    """How the debt was sized; the numbers themselves stand in inputs and tables."""

    @cached_property
    def row_of(self) -> dict[str, Row]:
        """Rows by name."""
        return {row.name: row for row in self.rows}

    @cached_property
    def columns(self) -> dict[str | None, tuple[float, ...]]:
        """Columns of the tables as rows read them, by ``table:column``."""
        return {f"{table.name}:{name}": values for table in self.tables for name, values in table.columns}

    @cached_property
    def project_payments(self) -> tuple[Payment, ...]:
        """Payments of cash and tax: all but those of the equity book."""
        return tuple(payment for payment in self.payments if payment.book != "equity")

    @cached_property
    def hot(self) -> frozenset[str]:
        """Names of the rows that depend on a draw and so run once a path: found by data flow, over ``.prev`` too."""
        from valuation.kernel.opcodes import DRAWS

        found = {row.name for row in self.rows if row.op in DRAWS}
        while True:
            more = {
                row.name
                for row in self.rows
                if row.name not in found and any(operand_name(a) in found for a in (*row.args, row.opening))
            }
            if not more:
                return frozenset(found)
            found |= more

    @cached_property
    def digest(self) -> str:
        """sha256 of the program (not of its labels): equal digests compute the same numbers."""
        from valuation.plan.text import program_text

        return hashlib.sha256(program_text(self).encode()).hexdigest()


@lru_cache(maxsize=65536)
def operand(argument: Argument) -> tuple[str | None, int, int]:
    """``'-loss.prev12'`` → (``'loss'``, 12, −1): name (None for a number), months before (0 = this month's value),
    sign."""
    if not isinstance(argument, str):
        return None, 0, 1
    sign = -1 if argument.startswith("-") else 1
    name = argument.removeprefix("-")
    found = _BEFORE.search(name)
    return (name, 0, sign) if found is None else (name[: found.start()], int(found[1] or 1), sign)


def operand_name(argument: Argument) -> str | None:
    """The name an argument reads, None for a number."""
    return operand(argument)[0]
