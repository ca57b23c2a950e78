"""The monthly grid: Excel serials, calendar months, month positions and masks, in plain Python.

A *serial* counts days since 1899-12-30, as a float, so that a plan and a sheet hold the same number. A *month number*
counts
calendar months from year 0 (year·12 + month − 1). A *month position* is a month index of the grid plus the share of
that
month's days that has passed.
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import Literal

EPOCH = date(1899, 12, 30)

YearCount = Literal["days", "whole_years"]
"""How discounting counts years: days/365 between two dates, or the difference of their calendar years (flows at year
ends)."""


def serial(day: date) -> float:
    """Excel serial of a date."""
    return float((day - EPOCH).days)


def date_of(day: float) -> date:
    """Date of an Excel serial."""
    return date.fromordinal(EPOCH.toordinal() + int(day))


def month_number(day: float) -> int:
    """Calendar month of a serial: year·12 + month − 1."""
    when = date_of(day)
    return when.year * 12 + when.month - 1


def days_in_month(month: int) -> int:
    """Days of a calendar month number."""
    return calendar.monthrange(month // 12, month % 12 + 1)[1]


def month_start(month: int) -> float:
    """Serial of the first day of a calendar month number."""
    return serial(date(month // 12, month % 12 + 1, 1))


def month_end(month: int) -> float:
    """Serial of the last day of a calendar month number."""
    return month_start(month) + days_in_month(month) - 1.0


def year_end(day: float) -> float:
    """Serial of 31 December of a day's calendar year."""
    return serial(date(date_of(day).year, 12, 31))


def falls_on(count: YearCount, day: float) -> float:
    """The day on which a payment counts: its own, or 31 December of its year; 0 (no payment) stays 0."""
    return day if count == "days" or day <= 0.0 else year_end(day)


def years_between(count: YearCount, start: float, end: float) -> float:
    """Years from one serial to another as discounting counts them [years]: (end − start)/365, or the difference of
    their calendar years."""
    if count == "days":
        return (end - start) / 365.0
    return float(date_of(end).year - date_of(start).year)


def edate(day: float, months: int) -> float:
    """The same day ``months`` later; the last day of a month that is too short (Excel's EDATE)."""
    month = month_number(day) + months
    return month_start(month) + min(date_of(day).day, days_in_month(month)) - 1.0


def position_at_start(day: float, first_month: int) -> float:
    """Month position of the start of a day [months]: contract start, phase dates, the day after the term."""
    month = month_number(day)
    return month - first_month + (date_of(day).day - 1) / days_in_month(month)


def position_at_end(day: float, first_month: int) -> float:
    """Month position of the end of a day [months]: valuation date, ``as_of``."""
    month = month_number(day)
    return month - first_month + date_of(day).day / days_in_month(month)


def whole_years(start: float, at: float) -> int:
    """Completed years from ``start`` to ``at`` (serials), 0 before ``start``; a leap day's anniversary is 28
    February."""
    return whole_months(start, at) // 12


def whole_months(start: float, at: float) -> int:
    """Completed months from ``start`` to ``at`` (serials), 0 before ``start``."""
    months = month_number(at) - month_number(start)
    if edate(start, months) > at:
        months -= 1
    return max(0, months)
