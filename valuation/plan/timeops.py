"""Ops of the time axis: dates, masks, escalation, schedules. They are evaluated once, never per path.

Each takes plain numbers (dates as Excel serials) and gives one; powers and exponentials come from the kernel's plain
twins, so that a plan's constants have the same bits on every CPU. ``row:column`` arguments hand over a whole table
column.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

from valuation import timeline
from valuation.kernel.elementary import exp, log
from valuation.kernel.normal import inverse_normal


def _power(base: float, exponent: float) -> float:
    """base^exponent: by repeated multiplication for whole exponents, exp(exponent·log(base)) otherwise."""
    whole = int(exponent)
    if whole == exponent and abs(whole) <= 400:
        product, factor, left = 1.0, base, abs(whole)
        while left:
            if left & 1:
                product *= factor
            factor *= factor
            left >>= 1
        return product if whole >= 0 else 1.0 / product
    return exp(exponent * log(base))


def _asinh(x: float) -> float:
    """log(|x| + √(x² + 1)) with the sign of x."""
    size = log(abs(x) + math.sqrt(x * x + 1.0))
    return size if x >= 0.0 else -size


def _curve(dates: Sequence[float], values: Sequence[float], day: float) -> float:
    return values[max(0, bisect_right(dates, day) - 1)]


def _steps_before(dates: Sequence[float], values: Sequence[float], day: float) -> float:
    """Step curve that is 0 before its first date."""
    at = bisect_right(dates, day)
    return values[at - 1] if at else 0.0


def _month_payment_day(year: float, month: float, day: float) -> float:
    number = int(year) * 12 + int(month) - 1
    return timeline.month_start(number) + min(int(day), timeline.days_in_month(number)) - 1.0


TIME_OPS: dict[str, tuple[tuple[str, ...], Callable[..., float], str]] = {
    # name: (operands, plain function, unit of the result: "" pure, "=" the declared one)
    "month_start": (("first_month", "t"), lambda base, t: timeline.month_start(int(base + t)), "date"),
    "month_end": (("first_month", "t"), lambda base, t: timeline.month_end(int(base + t)), "date"),
    "calendar_year": (("date",), lambda d: float(timeline.date_of(d).year), "="),
    "calendar_month": (("date",), lambda d: float(timeline.date_of(d).month), "="),
    "hours": (("start", "end"), lambda a, z: 24.0 * (z - a + 1.0), "="),
    "year_end_of": (("date",), lambda d: timeline.falls_on("whole_years", d), "date"),
    "edate": (("date", "months"), lambda d, n: timeline.edate(d, int(n)), "date"),
    "add_days": (("date", "days"), lambda d, n: d + n, "date"),
    "eomonth": (("date", "months"), lambda d, n: timeline.month_end(timeline.month_number(d) + int(n)), "date"),
    "position_at_start": (("date", "first_month"), lambda d, m: timeline.position_at_start(d, int(m)), "="),
    "position_at_end": (("date", "first_month"), lambda d, m: timeline.position_at_end(d, int(m)), "="),
    "clip": (("x", "low", "high"), lambda x, a, z: min(max(x, a), z), "="),
    "whole_years": (("start", "at"), lambda s, at: float(timeline.whole_years(s, at)), "="),
    "steps_completed": (("start", "at", "months"), lambda s, at, n: timeline.whole_months(s, at) // n * n / 12.0, "="),
    "months_between": (("start", "at"), lambda s, at: float(timeline.month_number(at) - timeline.month_number(s)), "="),
    "asinh": (("x",), _asinh, ""),
    "square_root": (("x",), math.sqrt, "="),
    "normal_quantile": (("probability",), inverse_normal, ""),
    "escalate": (("rate", "years"), lambda r, n: _power(1.0 + r, n), ""),
    "discount": (("rate", "date", "base"), lambda r, d, b: _power(1.0 + r, -(d - b) / 365.0), ""),
    "discount_years": (
        ("rate", "date", "base"),
        lambda r, d, b: _power(1.0 + r, -timeline.years_between("whole_years", b, d)),
        "",
    ),
    "curve": (("dates", "values", "date"), _curve, "="),
    "steps": (("dates", "values", "date"), _steps_before, "="),
    "month_value": (("values", "month"), lambda values, m: values[int(m) - 1], "="),
    "is_month": (("date", "month"), lambda d, m: 1.0 if timeline.date_of(d).month == int(m) else 0.0, ""),
    "from_date": (("date", "limit"), lambda d, z: 1.0 if d >= z else 0.0, ""),
    "between": (("date", "first", "last"), lambda d, a, z: 1.0 if a <= d <= z else 0.0, ""),
    "put_off": (
        ("date", "months", "days"),
        lambda d, m, n: timeline.edate(d, int(m)) + n if d > 0.0 else 0.0,
        "date",
    ),
    "date_if": (("flag", "date"), lambda f, d: d if f > 0.0 else 0.0, "date"),
    "day_of_year": (("year", "month", "day"), _month_payment_day, "date"),
    "every": (("n", "step"), lambda n, step: 1.0 if n > 0.0 and n % step == 0.0 else 0.0, ""),
    "convert": (("x", "factor"), lambda x, f: x * f, "="),
}
"""Every op of the time axis."""

DISCOUNT_OPS: dict[timeline.YearCount, str] = {"days": "discount", "whole_years": "discount_years"}
"""The op that discounts by each count of years."""
