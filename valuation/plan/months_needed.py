"""In which months each row of a plan has to be computed.

A row is computed in the months in which something reads it: a payment that has a date, a record, a row that is computed
itself. It is not computed where a driver-free operand makes it 0 whatever else it reads, as what belongs to the
construction is after the completion and what belongs to a service date is between two of them, once that 0 is written;
nor where all that it reads is as in the month before, or where it keeps its own last value. What is left out is read by
nothing and what is read is as it was, so no result changes.

Months of a row are held as the bits of an integer, bit t for month t.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from valuation.plan.foreseen import Foreseen, bits
from valuation.plan.model import Argument, Plan, Row


@dataclass(frozen=True)
class Needed:
    """Months as bits: in which a row is computed or drawn, and in which its value of some months before is read."""

    rows: dict[str, int] = field(default_factory=dict)
    before: dict[tuple[str, int], int] = field(default_factory=dict)
    """By row and how many months before, 2 or more."""


def months_needed(
    plan: Plan,
    rows: Sequence[Row],
    cold: Callable[[Argument], tuple[float, ...]],
    pay: Iterable[Sequence[int]],
) -> Needed:
    """Months in which each of some rows is computed or drawn, and in which its earlier values are read.

    Parameters
    ----------
    rows : the month rows that run, in their order.
    cold : values of a driver-free operand over the months.
    pay : date of each of the plan's payments by month, −1 where there is none.
    """
    known = Foreseen(plan, rows, cold)
    wanted = dict.fromkeys((row.name for row in rows), 0)
    ends = [(plan.first_month + t) % 12 == 11 or t == plan.months - 1 for t in range(plan.months)]
    for payment, dates in zip(plan.payments, pay, strict=True):
        if payment.row in wanted:
            wanted[payment.row] |= bits([date >= 0 for date in dates])
    for record in plan.records:
        if record.row in wanted:
            wanted[record.row] |= 1 << (plan.months - 1) if record.kind == "final" else bits(ends)
    todo = [name for name, months in wanted.items() if months]
    while todo:
        name = todo.pop()
        wanted[name], reads = known.asks(name, wanted[name])
        for other, months in reads:
            if months & ~wanted[other]:
                wanted[other] |= months
                todo.append(other)
    computed = {name: months & ~known.unchanged[name] for name, months in wanted.items()}
    earlier: dict[tuple[str, int], int] = {}
    for name, months in computed.items():
        for other, when, before in known.asked[name]:
            if before > 1:
                earlier[other, before] = earlier.get((other, before), 0) | months & when
    return Needed(computed, earlier)
