"""The base case as a program, for a workbook in which it can be changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from valuation.lowering.grid import FirstPayment
from valuation.plan.evaluate import Values
from valuation.plan.model import Input, Plan
from valuation.tables.cash import Line

Use = Literal["live", "fixed", "solved", "simulation"]
"""What a number of the contract does in the workbook. ``live``: a change recalculates the base case as a run would.
``fixed``: a change needs a run. ``solved``: found on the base case by the run. ``simulation``: no number of the base
case depends on it."""


@dataclass(frozen=True)
class LiveInput:
    """What may be done with an input of the plan in the workbook.

    Parameters
    ----------
    name : of the plan's input.
    use : see ``Use``.
    reason : why it is fixed; empty for a live one.
    least, most : bounds that the contract language sets, in the unit of the input; None where it sets none.
    whole : whether it must be a whole number, in the unit that is computed with.
    per : units of that kind in one of the input's: 12 for a term in years, of which months must be whole.
    above : whether the least value is itself none that is allowed.
    later_than, earlier_than : inputs of the dates of the steps before and after it, whose order is that of the rows;
        empty where there are none.
    """

    name: str
    use: Use
    reason: str = ""
    least: float | None = None
    most: float | None = None
    whole: bool = False
    later_than: str = ""
    earlier_than: str = ""
    above: bool = False
    per: float = 1.0


@dataclass(frozen=True)
class InputRule:
    """What the contract language asks of several inputs together.

    Parameters
    ----------
    label : what must hold, for a person.
    excess : formulas that are above 0 where it does not; ``⟦name⟧`` stands for the cell of an input.
    """

    label: str
    excess: tuple[str, ...]


@dataclass(frozen=True)
class FirstPaid:
    """A first payment, and the input that holds the day that it follows from; empty where none does."""

    name: str
    payment: FirstPayment


TableCells = dict[tuple[str, str], tuple[tuple[str, float], ...]]
"""By table and column, the path of each number in the contract file, and the factor from the unit it is shown in."""

COVER = "financing.dscr"
"""Row of the debt service cover that is tested on service dates, where there are loans."""
CASH_OF_YEAR, SERVICE_OF_YEAR = "financing.cfads_of_year", "financing.service_of_year"
"""Rows of what cover of a year is made of: sums since its first month."""
OF_LIVES = ("financing.llcr", "financing.plcr")
"""Rows of the cover over the life of the loans and of the project, which their last month holds."""
OF_COVER = (COVER, CASH_OF_YEAR, SERVICE_OF_YEAR, *OF_LIVES)
DAYS_COUNTED = "time.days_counted"
"""Row of the days by which a year's mean weighs its months: 0 in the spare months before the run."""

_ALWAYS = (
    "time.t",
    "time.month_start",
    "time.month_end",
    "time.year",
    DAYS_COUNTED,
    "accounts.margin",
    "accounts.margin_undiscounted",
)


@dataclass(frozen=True)
class LiveModel:
    """The base case with spare months around it, so that dates can be moved.

    Parameters
    ----------
    plan : the program; amounts that a report shows deflated have a row of their own.
    values : the base case of it.
    before, after : spare months.
    lines : as ``Tables.lines``, over these months.
    shown : by line, the row that holds its values.
    paid : by date row, the rows of what is paid on it: cash before tax and tax, empty where there is none of it.
    owners : by date row, the row of what the owners pay in and get out on it.
    inputs : what may be done with every input of the plan, in its order, and with those of ``stated``.
    stated : the numbers of tables that the base case looks up and the file states one by one, as inputs.
    cells : by table and column, what each number is in the contract file: its path, and the factor from the unit that
        it is written in.
    follows : by input whose day is that of the first of some payments, as the valuation date of a deal that is valued
        from its inception, those payments.
    rules : what a change of one of the inputs may break with others.
    positive : rows of the expected value of what cannot fall to 0, as a price whose logarithm is simulated.
    """

    plan: Plan
    values: Values
    before: int
    after: int
    month_ends: tuple[date, ...]
    lines: tuple[Line, ...]
    shown: dict[str, str]
    paid: dict[str, tuple[str, str]]
    owners: dict[str, str]
    inputs: tuple[LiveInput, ...]
    stated: tuple[Input, ...] = ()
    cells: TableCells = field(default_factory=dict)
    follows: dict[str, tuple[FirstPaid, ...]] = field(default_factory=dict)
    rules: tuple[InputRule, ...] = ()
    positive: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """Rows that the sheets need: what is paid and when, the lines, margin, months and rates."""
        found = [*self.shown.values(), *_ALWAYS]
        for day, of_day in self.paid.items():
            found += [day, *(name for name in of_day if name)]
        for day, row in self.owners.items():
            found += [day, row]
        found += [name for name in OF_COVER if name in self.plan.row_of]
        found += [rate for measure in self.plan.measures for rate in measure.rates if rate in self.plan.row_of]
        return tuple(dict.fromkeys(found))

    @property
    def numbers(self) -> tuple[Input, ...]:
        """The inputs of the plan, and the numbers of its tables that are stated one by one."""
        return (*self.plan.inputs, *self.stated)

    @property
    def use_of(self) -> dict[str, LiveInput]:
        """Inputs by name."""
        return {one.name: one for one in self.inputs}
