"""Ops of the time axis against independent formulas: datetime, mpmath, lists walked one by one."""

from datetime import date, timedelta

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation import timeline
from valuation.plan.timeops import TIME_OPS

RATES = st.floats(-0.5, 2.0)


def op(name, *operands):
    names, function, _ = TIME_OPS[name]
    assert len(names) == len(operands)
    return function(*operands)


def day(year, month, of_month):
    return timeline.serial(date(year, month, of_month))


def near(got, want, tolerance=4e-16):
    assert abs(got - want) <= tolerance * max(1.0, abs(want)) * 4, f"{got!r} is not {want}"


@given(RATES, st.integers(0, 400))
def test_escalate_by_whole_years(rate, years):
    want = mpmath.mpf(1 + rate) ** years
    assert abs(op("escalate", rate, float(years)) - want) <= 1e-15 * (years + 2) * want


@given(RATES, st.floats(0.0, 40.0))
def test_escalate_by_parts_of_years(rate, years):
    want = mpmath.mpf(1 + rate) ** mpmath.mpf(years)
    assert abs(op("escalate", rate, years) - want) <= 4e-14 * want


@given(RATES, st.integers(-3000, 9000))
def test_discount(rate, days):
    """(1 + r)^(−days/365), leap days counted."""
    base = day(2026, 6, 30)
    want = mpmath.mpf(1 + rate) ** (-mpmath.mpf(days) / 365)
    assert abs(op("discount", rate, base + days, base) - want) <= 4e-14 * want


def test_discount_by_hand():
    assert op("discount", 0.09, day(2027, 6, 30), day(2026, 6, 30)) == pytest.approx(1 / 1.09, rel=1e-15)
    assert op("discount", 0.09, day(2028, 6, 30), day(2026, 6, 30)) == pytest.approx(1.09 ** (-731 / 365), rel=1e-14)
    assert op("discount", 0.0, day(2040, 1, 1), day(2026, 6, 30)) == 1.0


def test_year_ends_by_hand():
    assert op("year_end_of", day(2027, 1, 1)) == op("year_end_of", day(2027, 12, 31)) == day(2027, 12, 31)
    assert op("year_end_of", 0.0) == 0.0  # no payment
    today = day(2025, 12, 31)
    for paid, years in (((2025, 12, 31), 0), ((2026, 1, 1), 1), ((2040, 12, 31), 15), ((2024, 12, 31), -1)):
        assert op("discount_years", 0.08, day(*paid), today) == pytest.approx(1.08**-years, rel=1e-14)


@given(st.floats(-1e6, 1e6))
def test_asinh(x):
    want = mpmath.asinh(mpmath.mpf(x))
    assert abs(op("asinh", x) - want) <= 3e-16 + 4e-16 * abs(want)


@given(st.floats(1e-6, 1.0 - 1e-6))
def test_normal_quantile(probability):
    with mpmath.workdps(40):
        want = mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(probability) - 1)
    assert abs(op("normal_quantile", probability) - want) <= 2e-15 * max(1.0, abs(want))


def test_normal_quantile_and_square_root_by_hand():
    assert op("normal_quantile", 0.9) == pytest.approx(1.2815515655446004, rel=1e-15)
    assert op("normal_quantile", 0.5) == 0.0
    assert op("square_root", 0.0) == 0.0 and op("square_root", 2.25) == 1.5


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(0, 60))
def test_dates(when, months):
    at = timeline.serial(when)
    month = date(when.year + (when.month + months) // 12, (when.month + months) % 12 + 1, 1) - timedelta(1)
    assert op("eomonth", at, float(months)) == timeline.serial(month)
    assert op("add_days", at, 30.0) == timeline.serial(when + timedelta(30))
    assert op("calendar_year", at) == when.year and op("calendar_month", at) == when.month
    assert [op("is_month", at, float(m)) for m in range(1, 13)].index(1.0) == when.month - 1


def test_hours_of_a_leap_february():
    assert op("hours", day(2028, 2, 1), day(2028, 2, 29)) == 696.0
    assert op("hours", day(2026, 3, 1), day(2026, 3, 31)) == 744.0  # daylight saving is ignored


def test_month_start_and_end_count_from_the_first_month():
    base = float(2026 * 12 + 10)  # November 2026
    assert [op("month_start", base, t) for t in (0.0, 2.0)] == [day(2026, 11, 1), day(2027, 1, 1)]
    assert [op("month_end", base, t) for t in (0.0, 3.0)] == [day(2026, 11, 30), day(2027, 2, 28)]


@pytest.mark.parametrize(
    ("at", "curve", "steps"),
    [((2026, 6, 30), 5.0, 0.0), ((2026, 7, 1), 5.0, 5.0), ((2026, 12, 31), 5.0, 5.0), ((2027, 1, 1), 7.0, 7.0),
     ((2040, 1, 1), 7.0, 7.0)],
)  # fmt: skip
def test_curves_hold_from_their_date(at, curve, steps):
    """A curve holds its first value before its first date, steps are 0 there."""
    dates, values = (day(2026, 7, 1), day(2027, 1, 1)), (5.0, 7.0)
    assert op("curve", dates, values, day(*at)) == curve
    assert op("steps", dates, values, day(*at)) == steps


@pytest.mark.parametrize(
    ("months", "want"), [(1.0, [0, 1, 2, 11, 12, 25]), (3.0, [0, 0, 0, 9, 12, 24]), (12.0, [0, 0, 0, 0, 12, 24])]
)
def test_steps_completed(months, want):
    """In years: whole months, quarters or years since the start."""
    start = day(2026, 10, 12)
    ats = [(2026, 11, 11), (2026, 11, 12), (2026, 12, 12), (2027, 9, 30), (2027, 10, 12), (2028, 11, 12)]
    assert [op("steps_completed", start, day(*at), months) * 12 for at in ats] == pytest.approx(want, abs=1e-12)


def test_days_of_a_year():
    assert op("day_of_year", 2027.0, 2.0, 15.0) == day(2027, 2, 15)
    assert op("day_of_year", 2027.0, 2.0, 31.0) == day(2027, 2, 28)
    assert op("date_if", 0.0, day(2027, 2, 15)) == 0.0 and op("date_if", 1.0, 5.0) == 5.0


def test_masks():
    assert [op("between", x, 2.0, 3.0) for x in (1.9, 2.0, 3.0, 3.1)] == [0, 1, 1, 0]
    assert [op("from_date", x, 2.0) for x in (1.0, 2.0, 3.0)] == [0, 1, 1]
    assert [op("clip", x, 2.0, 3.0) for x in (1.0, 2.5, 9.0)] == [2.0, 2.5, 3.0]
    assert op("months_between", day(2026, 7, 31), day(2027, 2, 28)) == 7.0
    assert op("months_between", day(2026, 7, 31), day(2026, 5, 1)) == -2.0
