"""Expected price of each month from an expected price at each moment: the mean of its days, or the price at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from valuation.timeline import date_of, days_in_month, month_start


def by_month(
    price: Callable[[float, date], float], steps: Sequence[float], first_month: int, at_end: bool
) -> list[float]:
    """Expected price of each month, shape [T].

    A month's average is that of its days after the market's date, each at its middle; a day is the same part of the
    month's step as of its days. Months before the market's date have the price of that date.

    Parameters
    ----------
    price : expected price by years after the market's date and by day.
    steps : length of each month after the market's date [year], shape [T].
    first_month : calendar month number of the first.
    at_end : whether a month settles at the price of its end.
    """
    found, elapsed = [], 0.0
    for place, step in enumerate(steps):
        month = first_month + place
        every = days_in_month(month)
        left = round(step * 12.0 * every) or every
        last = date_of(month_start(month)) + timedelta(days=every - 1)
        if at_end:
            found.append(price(elapsed + step, last))
        else:
            days = [last - timedelta(days=left - 1 - day) for day in range(left)]
            found.append(sum(price(elapsed + step * (n + 0.5) / left, day) for n, day in enumerate(days)) / left)
        elapsed += step
    return found
