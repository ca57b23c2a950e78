"""The monthly grid against datetime and counting day by day."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation import timeline

DAYS = st.dates(date(1950, 1, 1), date(2190, 12, 31))


def serial(year, month, day):
    return timeline.serial(date(year, month, day))


def test_serials_are_excels():
    assert serial(1900, 3, 1) == 61.0  # from here on Excel's serials are right
    assert serial(2026, 6, 30) == 46203.0
    assert isinstance(serial(2026, 6, 30), float)


@given(DAYS)
def test_there_and_back(day):
    assert timeline.date_of(timeline.serial(day)) == day


@given(DAYS)
def test_months(day):
    month = timeline.month_number(timeline.serial(day))
    first, last = timeline.date_of(timeline.month_start(month)), timeline.date_of(timeline.month_end(month))
    assert (first.year, first.month, first.day) == (day.year, day.month, 1)
    assert (last + timedelta(1)).day == 1 and (last.year, last.month) == (day.year, day.month)
    assert timeline.days_in_month(month) == monthrange(day.year, day.month)[1]


@pytest.mark.parametrize(
    ("day", "months", "want"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2028, 1, 31), 1, (2028, 2, 29)),
        ((2026, 8, 31), 6, (2027, 2, 28)),
        ((2026, 8, 31), 18, (2028, 2, 29)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
        ((2028, 2, 29), 48, (2032, 2, 29)),
        ((2096, 2, 29), 48, (2100, 2, 28)),  # 2100 is no leap year
        ((2026, 12, 15), 1, (2027, 1, 15)),
        ((2026, 3, 31), -1, (2026, 2, 28)),
        ((2026, 1, 15), -13, (2024, 12, 15)),
        ((2026, 6, 30), 0, (2026, 6, 30)),
    ],
)
def test_edate(day, months, want):
    """Excel's EDATE."""
    assert timeline.edate(serial(*day), months) == serial(*want)


@given(DAYS, st.integers(-200, 200))
def test_edate_keeps_the_day_or_takes_the_months_last(day, months):
    got = timeline.date_of(timeline.edate(timeline.serial(day), months))
    assert (got.year - day.year) * 12 + got.month - day.month == months
    assert got.day == day.day or (got.day < day.day and (got + timedelta(1)).day == 1)


@given(DAYS)
def test_positions(day):
    """The end of a day is the start of the next; a month is 1 long; month 0 is June 2026."""
    base = 2026 * 12 + 5
    at = timeline.serial(day)
    end, start = timeline.position_at_end(at, base), timeline.position_at_start(at + 1.0, base)
    assert end == pytest.approx(start, abs=1e-12)
    length = end - timeline.position_at_start(at, base)
    assert length == pytest.approx(1 / monthrange(day.year, day.month)[1], abs=1e-9)


def test_positions_by_hand():
    base = 2026 * 12 + 5
    assert timeline.position_at_end(serial(2026, 6, 30), base) == 1.0
    assert timeline.position_at_start(serial(2026, 10, 1), base) == 4.0
    assert timeline.position_at_start(serial(2026, 10, 12), base) == 4 + 11 / 31
    assert timeline.position_at_end(serial(2028, 2, 14), base) == 20 + 14 / 29
    assert timeline.position_at_end(serial(2026, 5, 31), base) == 0.0


def completed(start, at):
    """Months completed from one day to another, counted one by one."""
    months = 0
    while timeline.date_of(timeline.edate(timeline.serial(start), months + 1)) <= at:
        months += 1
    return months


@given(DAYS, st.integers(-400, 4000))
def test_completed_months_and_years(start, days):
    at = start + timedelta(days)
    months = completed(start, at) if days >= 0 else 0
    assert timeline.whole_months(timeline.serial(start), timeline.serial(at)) == months
    assert timeline.whole_years(timeline.serial(start), timeline.serial(at)) == months // 12


@pytest.mark.parametrize(
    ("start", "at", "years"),
    [
        ((2026, 10, 12), (2027, 10, 11), 0),
        ((2026, 10, 12), (2027, 10, 12), 1),
        ((2028, 2, 29), (2029, 2, 27), 0),
        ((2028, 2, 29), (2029, 2, 28), 1),
        ((2028, 2, 29), (2032, 2, 28), 3),
        ((2028, 2, 29), (2032, 2, 29), 4),
        ((2026, 10, 1), (2026, 9, 1), 0),
        ((2026, 10, 1), (2016, 9, 1), 0),
    ],
)
def test_anniversaries(start, at, years):
    assert timeline.whole_years(serial(*start), serial(*at)) == years
