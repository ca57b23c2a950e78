"""What is known of a plan's rows before any path is drawn: values in some months, months in which a row is what it was
the month before, and which operands a row reads in which months.

A driver-free operand that is 0 settles what it multiplies, a flag of the calendar says which of two values is taken.
What is said here holds on every path, to the bit but for the sign of a 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.opcodes import DRAWS, NEVER, VARIADIC
from valuation.kernel.twin import TWINS
from valuation.plan.model import Argument, Plan, Row, operand

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MASKS: dict[str, tuple[int, ...]] = {
    "mul": (0, 1),
    "pay_down": (0,),
    "loss_used": (0,),
    "tax": (0, 1),
    "behind": (0,),
    "shortfall": (0,),
    "release": (0,),
    "take_or_pay": (2,),
    "cover": (0,),
}
"""Operands, by place, of which one that is 0 makes the result 0, or that of a cover ``NEVER``."""

MAY_BE_NO_NUMBER = ("ratio", "log")
"""Ops whose result may be no number, so that 0 times it is none either."""


class Foreseen:
    """What is known of some rows, in their order.

    Parameters
    ----------
    rows : the month rows that run.
    cold : values of a driver-free operand over the months.
    """

    def __init__(self, plan: Plan, rows: Sequence[Row], cold: Callable[[Argument], tuple[float, ...]]) -> None:
        self.plan, self.cold = plan, cold
        self.rows = {row.name: row for row in rows}
        self.doubtful = self._doubtful()
        self.value: dict[str, Floats] = {}
        self.same: dict[str, Flags] = {}
        """Months in which a row has the value of the month before."""
        self.unchanged: dict[str, int] = {}
        """The same as bits."""
        self.asked: dict[str, list[tuple[str, int, int]]] = {}
        """By row: each operand that is a row, the months in which it is asked for, how many months before."""
        for row in rows:
            self._add(row)

    def asks(self, name: str, months: int) -> tuple[int, list[tuple[str, int]]]:
        """Months of a row with those that it needs of itself, and the months that it then needs of others."""
        unchanged, asked = self.unchanged[name], self.asked[name]
        own = [(when, before) for other, when, before in asked if other == name]
        while True:
            more = months | (months & unchanged) >> 1
            for when, before in own:
                more |= (more & when & ~unchanged) >> before
            if more == months:
                break
            months = more
        computed = months & ~unchanged
        return months, [(other, (computed & when) >> before) for other, when, before in asked if other != name]

    def _add(self, row: Row) -> None:
        if row.op in DRAWS:
            self.value[row.name], self.same[row.name] = self._nothing(), np.zeros(self.plan.months, bool)
            self.unchanged[row.name], self.asked[row.name] = 0, []
            return
        values = [self._read(argument) for argument in row.args]
        settled = self._settled(row, values)
        same = self._kept(row, values)
        same[1:] |= settled[1:] & settled[:-1]
        same |= _all(self._same(argument, value) for argument, value in zip(row.args, values, strict=True))
        same[0] = False
        self.same[row.name], self.unchanged[row.name] = same, bits(same)
        self.value[row.name] = self._result(row, values, settled, same)
        self.asked[row.name] = [
            (name, bits(when), before)
            for argument, when in zip(row.args, self._asked(row, values, settled), strict=True)
            for name, before, _ in (operand(argument),)
            if name in self.rows
        ]

    def _read(self, argument: Argument) -> Floats:
        """Values of an operand over the months, NaN where a path decides."""
        name, before, sign = operand(argument)
        if name in self.plan.columns:
            return np.zeros(self.plan.months)  # a table does not change; its numbers are asked for in _result
        if name is None or (name not in self.rows and name not in self.plan.hot):
            return np.array(self.cold(argument))
        if name not in self.value:
            return self._nothing()
        opening = self.plan.row_of[name].opening
        first = np.nan if operand(opening)[0] in self.plan.hot else self.cold(opening)[0]
        return sign * np.concatenate([np.full(before, first), self.value[name]])[: self.plan.months]

    def _same(self, argument: Argument, values: Floats) -> Flags:
        """Months in which an operand is what it was the month before; the first is none."""
        name, before, _ = operand(argument)
        if name in self.same:
            of_row = np.concatenate([np.ones(before, bool), self.same[name]])[: self.plan.months]
            if before < self.plan.months:
                of_row[before] = False
            return of_row
        if name in self.plan.hot:
            return np.full(self.plan.months, self.plan.row_of[str(name)].axis != "month")
        return np.concatenate([[False], values[1:] == values[:-1]])

    def _kept(self, row: Row, values: list[Floats]) -> Flags:
        """Months in which a row has its own last value, whatever that is."""
        own, nowhere = f"{row.name}.prev", np.zeros(self.plan.months, bool)
        if own not in row.args:
            return nowhere
        if row.op == "select":
            return np.asarray(values[0] > 0.0 if row.args[1] == own else values[0] <= 0.0)
        if row.op == "in_a_row" and row.args[3] == own:
            return np.asarray(values[0] <= 0.0)
        if row.op == "mul_add" and row.args[2] == own and row.name not in self.doubtful:
            return np.asarray((values[0] == 0.0) | (values[1] == 0.0))
        if row.op == "year_to_date" and row.args[1] == own:
            return np.asarray((values[0] == 0.0) & (values[2] <= 0.0))
        if row.op == "loss_pool" and row.args[0] == own and row.name not in self.doubtful:
            return np.asarray((values[1] == 0.0) & (values[2] == 0.0))
        other = [(argument, value) for argument, value in zip(row.args, values, strict=True) if argument != own]
        if row.op in ("add", "sum") and len(other) == len(row.args) - 1:
            return _all(value == 0.0 for _, value in other)
        if row.op in ("lower_of", "higher_of") and len(other) == 1:
            return self._same(*other[0])
        return nowhere

    def _nothing(self) -> Floats:
        return np.full(self.plan.months, np.nan)

    def _doubtful(self) -> set[str]:
        """Rows that may hold something that is no number."""
        found = {name for name, row in self.rows.items() if row.op in MAY_BE_NO_NUMBER}
        while True:
            more = {
                name
                for name, row in self.rows.items()
                if name not in found and any(operand(argument)[0] in found for argument in row.args)
            }
            if not more:
                return found
            found |= more

    def _settled(self, row: Row, values: list[Floats]) -> Flags:
        """Months in which one operand settles the result, or all are 0 in a sum."""
        nowhere = np.zeros(self.plan.months, bool)
        if row.name in self.doubtful:
            return nowhere
        if row.op == "sum":
            return _all(value == 0.0 for value in values)
        if row.op == "span":
            return values[2] <= values[1]
        for place in _masks(row):
            nowhere |= values[place] == 0.0
        return nowhere

    def _result(self, row: Row, values: list[Floats], settled: Flags, same: Flags) -> Floats:
        """Values of a row over the months as far as they are known, with the bits that the kernel gives them."""
        result = np.where(settled, NEVER if row.op == "cover" else 0.0, np.nan)
        if row.op in VARIADIC:
            return result
        if row.op == "select":
            return np.where(np.isnan(values[0]), np.nan, np.where(values[0] > 0.0, values[1], values[2]))
        known = ~settled & _all(~np.isnan(value) for value in values)
        for t in np.flatnonzero(known):
            result[t] = result[t - 1] if same[t] else TWINS[row.op](*self._numbers(row, values, int(t)))
        return result

    def _numbers(self, row: Row, values: list[Floats], t: int) -> list[float | tuple[float, ...]]:
        """Operands of a row in a month, tables whole."""
        columns = self.plan.columns
        return [columns.get(str(arg), float(value[t])) for arg, value in zip(row.args, values, strict=True)]

    def _asked(self, row: Row, values: list[Floats], settled: Flags) -> list[Flags]:
        """Months in which each operand is read; of those that settle the result only the first."""
        places = range(len(values))
        if row.op == "sum":
            return [np.ones(self.plan.months, bool) for _ in places]
        if row.op == "span":
            return [~settled, np.ones(self.plan.months, bool), np.ones(self.plan.months, bool)]
        asked, left = [~settled for _ in places], settled.copy()
        for place in _masks(row):
            asked[place] = asked[place] | (left & (values[place] == 0.0))
            left &= values[place] != 0.0
        if row.op == "select":
            asked[1], asked[2] = ~(values[0] <= 0.0), ~(values[0] > 0.0)
        elif row.op == "year_to_date":
            asked[1] = ~(values[2] > 0.0)
        elif row.op == "in_a_row":
            asked[1] = asked[2] = ~(values[0] <= 0.0)
        elif row.op == "mul_add" and row.name not in self.doubtful:
            asked[0], asked[1] = values[1] != 0.0, ~((values[0] == 0.0) & (values[1] != 0.0))
        elif row.op == "loss_pool" and row.name not in self.doubtful:
            asked[3] = values[2] != 0.0
        return asked


def _masks(row: Row) -> Sequence[int]:
    return range(len(row.args)) if row.op == "prod" else MASKS.get(row.op, ())


def _all(flags: Iterable[Flags]) -> Flags:
    return np.asarray(np.logical_and.reduce([*flags]), bool)


def bits(flags: Iterable[bool]) -> int:
    """Flags by month as the bits of an integer."""
    packed = np.packbits(np.fromiter(flags, bool), bitorder="little")
    return int.from_bytes(packed.tobytes(), "little")


def flags_of(months: int, count: int) -> NDArray[np.uint8]:
    """The bits of an integer as 0/1 by month."""
    packed = np.frombuffer(months.to_bytes(-(-count // 8), "little"), np.uint8)
    return np.unpackbits(packed, count=count, bitorder="little")
