"""The root search of solve, on functions whose root is known."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.studies.root import root


def counted(function):
    calls = []

    def called(x):
        calls.append(x)
        return function(x)

    return called, calls


def test_a_straight_line_takes_one_step():
    line, calls = counted(lambda x: 3.0 * x - 7.0)
    found = root(line, 0.0, -7.0, 100.0, 293.0, small=1e-9, width=1e-12)
    assert found.x == pytest.approx(7.0 / 3.0, rel=1e-12)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("function", "low", "high", "at"),
    [
        (lambda x: x**3 - 2.0, 0.0, 100.0, 2.0 ** (1 / 3)),
        (lambda x: math.exp(x) - 1e6, 0.0, 40.0, math.log(1e6)),
        (lambda x: min(x - 3.0, 0.01 * (x - 3.0)), 0.0, 1000.0, 3.0),  # a kink, as of a tax loss
        (lambda x: (x - 1.0) ** 9, -1.0, 50.0, 1.0),
    ],
)
def test_curves_and_kinks(function, low, high, at):
    called, calls = counted(function)
    found = root(called, low, function(low), high, function(high), small=0.0, width=1e-11)
    assert found.x == pytest.approx(at, abs=1e-9)
    assert len(calls) < 130


def test_a_jump_is_found_where_it_is_and_shows_in_the_gap():
    found = root(lambda x: -1.0 if x < 0.3 else 2.0, 0.0, -1.0, 1.0, 2.0, small=1e-9, width=1e-12)
    assert found.x == pytest.approx(0.3, abs=1e-10)
    assert abs(found.f) >= 1.0


def test_an_end_that_is_a_root_and_two_ends_of_one_sign():
    assert root(abs, 0.0, 0.0, 1.0, 1.0, small=0.0, width=0.0).x == 0.0
    with pytest.raises(ValueError, match="no change of sign"):
        root(abs, -1.0, 1.0, 1.0, 1.0, small=0.0, width=0.0)


@given(
    st.lists(st.floats(0.01, 50.0), min_size=2, max_size=12),
    st.floats(-0.99, 0.99),
)
def test_a_broken_rising_line_is_met_to_the_last_bits(slopes, share):
    corners = [0.0]
    for slope in slopes:
        corners.append(corners[-1] + slope)
    target = 0.5 * (1.0 + share) * corners[-1]

    def line(x: float) -> float:
        k = min(int(x), len(slopes) - 1)
        return corners[k] + slopes[k] * (x - k) - target

    end = float(len(slopes))
    found = root(line, 0.0, line(0.0), end, line(end), small=1e-12 * corners[-1], width=1e-14)
    assert abs(found.f) <= 1e-9 * corners[-1]
