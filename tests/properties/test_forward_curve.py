"""Forward curves through random quotes: every quote is met, contradictions are found, nothing is smoother."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuation.curves.forward import NO_SHIFT, Quotes, average, contradictions, level_held, levels_of
from valuation.curves.periods import Period, days_of

SHAPE = (1.253, 1.213, 1.103, 0.984, 0.901, 0.856, 0.835, 0.832, 0.859, 0.934, 1.057, 1.187)
FLAT = (1.0,) * 12
PRICES = st.floats(-20.0, 200.0, allow_nan=False)


@st.composite
def nested(draw: st.DrawFn) -> Quotes:
    """Years from 2027 on, some with quarters and months inside, never all of what makes up another."""
    found: dict[Period, float] = {}
    for year in range(2027, 2027 + draw(st.integers(1, 5))):
        if draw(st.booleans()) or year == 2027:
            found[Period.parse(str(year))] = draw(PRICES)
        for quarter in draw(st.lists(st.integers(1, 4), max_size=3, unique=True)):
            found[Period.parse(f"{year}-Q{quarter}")] = draw(PRICES)
        for month in draw(st.lists(st.integers(1, 12), max_size=2, unique=True)):
            found[Period.parse(f"{year}-{month:02d}")] = draw(PRICES)
    order = draw(st.permutations(sorted(found)))
    return tuple((period, found[period]) for period in order)


SHIFTS = (NO_SHIFT, tuple(12.0 - 2.0 * month for month in range(12)))


@settings(max_examples=60, deadline=None)
@given(quotes=nested(), shape=st.sampled_from([SHAPE, FLAT]), smooth=st.booleans(), shift=st.sampled_from(SHIFTS))
def test_each_quote_is_the_average_of_its_days(
    quotes: Quotes, shape: tuple[float, ...], smooth: bool, shift: tuple[float, ...]
) -> None:
    levels = levels_of(quotes, shape, smooth, shift)
    prices = levels.prices(shape, shift)
    size = max(1.0, *(abs(price) for price in prices))
    for period, price in quotes:
        assert abs(average(period, prices, levels.first) - price) <= 1e-12 * size
    assert contradictions(quotes, 1e-9) == ()


@settings(max_examples=30, deadline=None)
@given(quotes=nested(), shape=st.sampled_from([SHAPE, FLAT]))
def test_no_curve_with_these_averages_is_smoother(quotes: Quotes, shape: tuple[float, ...]) -> None:
    """An independent dense solution: the quotes' null space, and least squares of the differences in it."""
    levels = levels_of(quotes, shape)
    months = range(levels.first, levels.after)
    wants = np.array([[days_of(m) * shape[m % 12] * (p.first <= m < p.after) for m in months] for p, _ in quotes])
    totals = np.array([price * period.days for period, price in quotes])
    slopes = np.diff(np.eye(len(months)), axis=0)
    some = np.linalg.lstsq(wants, totals, rcond=None)[0]
    _, sizes, turned = np.linalg.svd(wants)
    free = turned[(sizes > 1e-9 * sizes[0]).sum() :].T
    best = some + free @ np.linalg.lstsq(slopes @ free, -slopes @ some, rcond=None)[0]
    assert np.allclose(levels.values, best, rtol=0.0, atol=1e-7 * np.abs(best).max())


@settings(max_examples=40, deadline=None)
@given(prices=st.lists(st.floats(5.0, 100.0), min_size=4, max_size=4), off=st.floats(0.02, 0.5))
def test_a_year_that_is_not_the_average_of_its_quarters_is_a_contradiction(prices: list[float], off: float) -> None:
    quarters = tuple((Period.parse(f"2028-Q{at}"), price) for at, price in enumerate(prices, 1))
    year = sum(period.days * price for period, price in quarters) / 366.0  # 2028 is a leap year
    whole = Period.parse("2028")
    assert contradictions((*quarters, (whole, year * 1.0009)), 0.001) == ()
    (found,) = contradictions((*quarters, (whole, year * (1.0 + off))), 0.001)
    assert (found.period, found.parts) == (whole, tuple(period for period, _ in quarters))
    assert found.average == pytest.approx(year, rel=1e-12)
    # within the tolerance the shorter ones hold
    levels = levels_of((*quarters, (whole, year * 1.0009)), SHAPE)
    assert average(quarters[0][0], levels.prices(SHAPE), levels.first) == pytest.approx(prices[0], rel=1e-12)


def test_a_straight_line_where_nothing_is_quoted_and_a_flat_level_in_one_quote() -> None:
    years = ((Period.parse("2027"), 30.0), (Period.parse("2030"), 42.0))
    levels = levels_of(years, FLAT).values
    assert len(levels) == 48
    assert np.allclose(np.diff(levels, 2)[12:34], 0.0, atol=1e-12)
    assert levels_of(years[:1], FLAT).values == pytest.approx((30.0,) * 12, rel=1e-15)
    stepped = levels_of(years, FLAT, False).values
    assert stepped == (30.0,) * 36 + (42.0,) * 12


def test_the_level_held_gives_the_year_after_the_average_of_the_last_twelve_months() -> None:
    quotes = ((Period.parse("2027"), 30.0), (Period.parse("2028-Q1"), 50.0))
    levels = levels_of(quotes, SHAPE)
    held = level_held(levels, SHAPE)
    last = range(levels.after - 12, levels.after)
    prices = levels.prices(SHAPE)[-12:]
    quoted = sum(days_of(m) * price for m, price in zip(last, prices, strict=True))
    assert sum(days_of(m) * held * SHAPE[m % 12] for m in last) == pytest.approx(quoted, rel=1e-13)


@pytest.mark.parametrize("text", ["2027-Q5", "2027-13", "27", "2027-1", "2027-Q1 ", "year"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        Period.parse(text)


def test_periods_are_written_as_they_are_read() -> None:
    for text in ("2027", "2027-Q1", "2028-Q4", "2028-02"):
        assert str(Period.parse(text)) == text
    assert Period.parse("2028-02").days == 29
