"""The base case of a financing by service periods: cash and rates between two service dates."""

from __future__ import annotations

import math
from dataclasses import dataclass

from valuation.plan.evaluate import Values
from valuation.plan.model import Plan
from valuation.sizing.refusals import OutOfGrid


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

    def hold(self, loan: str, periods: int) -> None:
        """Refuses a loan that is paid back in more service periods than the plan has after the completion."""
        left = self.months - self.completion - 1
        if periods * self.length > left:
            raise OutOfGrid(
                f"financing.debt.{loan}.tenor",
                f"{periods * self.length} months from the completion run on after the contract's last payment, {left} "
                "months after it; shorten the tenor",
            )

    def summed(self, values: tuple[float, ...], periods: int) -> tuple[float, ...]:
        """Sums of a month row over the first periods after the completion. [periods]"""
        first = self.completion + 1
        return tuple(math.fsum(values[first + k * self.length : first + (k + 1) * self.length]) for k in range(periods))


def periods_of(plan: Plan, values: Values, length: int) -> Periods:
    """The service periods of a plan."""
    numbers = values.series("financing.month", plan.months)
    if 0.0 not in numbers:
        if numbers[0] > 0.0:
            lies = f"{numbers[0]:g} months before the first month of the valuation"
            mend = "state one on or after the first payment of the investment"
        else:
            lies, mend = f"{-numbers[-1]:g} months after the contract's last payment", "state an earlier one"
        raise OutOfGrid("financing.completion", f"the completion lies {lies}; {mend}")
    return Periods(numbers.index(0.0), length, plan.months)
