"""The base case of a financing by service periods: cash and rates between two service dates."""

from __future__ import annotations

import math
from dataclasses import dataclass

from valuation.errors import ValuationError
from valuation.plan.evaluate import Values
from valuation.plan.model import Plan


class OutOfGrid(ValuationError):
    """A completion or a tenor that the months of the plan do not hold."""


@dataclass(frozen=True)
class Periods:
    """Service periods of a plan: months ``begin + k·length`` to ``begin + (k + 1)·length − 1`` of its grid.

    Parameters
    ----------
    completion : month of the grid in which the construction is completed.
    length : months between two service dates.
    """

    completion: int
    length: int
    months: int

    def summed(self, values: tuple[float, ...], periods: int) -> tuple[float, ...]:
        """Sums of a month row over the first periods after the completion. [periods]"""
        first = self.completion + 1
        if first + periods * self.length > self.months:
            raise OutOfGrid(
                f"a loan of {periods * self.length} months after the completion runs on after the contract's last "
                f"payment, {self.months - first} months after it; shorten the tenor"
            )
        return tuple(math.fsum(values[first + k * self.length : first + (k + 1) * self.length]) for k in range(periods))


def periods_of(plan: Plan, values: Values, length: int) -> Periods:
    """The service periods of a plan."""
    numbers = values.series("financing.month", plan.months)
    if 0.0 not in numbers:
        raise OutOfGrid(
            f"the completion lies {numbers[0]:g} months before the first month of the valuation; state a 'completion' "
            "on or after the first payment of the investment"
        )
    return Periods(numbers.index(0.0), length, plan.months)
