"""The payment dates of a plan: one calendar of the project, one of the equity book.

Two, so that what the owners pay in and get out moves no bit of the project's measures, and no measure runs over dates
on which nothing of its book can fall.
"""

from __future__ import annotations

from dataclasses import dataclass

from valuation import timeline
from valuation.plan.evaluate import Values
from valuation.plan.model import Payment, Plan
from valuation.timeline import YearCount


@dataclass(frozen=True)
class Calendar:
    """Payment dates on or after the valuation date, ascending, as Excel serials [day], and the gaps before each of
    them."""

    dates: tuple[float, ...]
    valuation: float
    year_count: YearCount = "days"

    @property
    def gaps(self) -> tuple[float, ...]:
        """Years from the date before to each date, the first from the valuation date: days/365, or whole years."""
        before = (self.valuation, *self.dates)
        return tuple(
            timeline.years_between(self.year_count, last, day) for last, day in zip(before, self.dates, strict=False)
        )

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar year of each date."""
        return tuple(timeline.date_of(day).year for day in self.dates)


def calendars(plan: Plan, values: Values) -> tuple[Calendar, Calendar, list[list[int]]]:
    """The project's calendar, the equity book's, and each payment's date in that of its book by month (−1 = none).

    Sunk payments have no date, nor have those of a driver-free row in the months in which it is 0.
    """
    when = [_days(plan, values, payment) for payment in plan.payments]
    of_equity = [payment.book == "equity" for payment in plan.payments]

    def calendar(equity: bool) -> Calendar:
        days = {d for own, dates in zip(of_equity, when, strict=True) if own is equity for d in dates if d > 0.0}
        return Calendar(tuple(sorted(days)), plan.valuation, plan.year_count)

    project, equity = calendar(equity=False), calendar(equity=True)
    place = [{day: at for at, day in enumerate(each.dates)} for each in (project, equity)]
    pay = [[place[own].get(day, -1) for day in days] for own, days in zip(of_equity, when, strict=True)]
    return project, equity, pay


def _days(plan: Plan, values: Values, payment: Payment) -> tuple[float, ...]:
    """Date of a payment by month, 0 where nothing is paid."""
    dates = values.series(payment.date, plan.months)
    if payment.row not in plan.hot:
        amounts = values.series(payment.row, plan.months)
        dates = tuple(d if a != 0.0 else 0.0 for d, a in zip(dates, amounts, strict=True))
    return tuple(d if d >= plan.valuation and d > 0.0 else 0.0 for d in dates)
