"""The kernel's rates of return: the root rule, statuses, proof of uniqueness, complete search; lanes do not know each
other."""

import math

import numpy as np
import pytest

from valuation.finance import xirr_status
from valuation.kernel.arrays import (
    BLOCK,
    IRR_MULTIPLE,
    IRR_NO_INVESTMENT,
    IRR_NO_ROOT,
    IRR_NOT_CONVERGED,
    IRR_OK,
    IRR_TOTAL_LOSS,
)
from valuation.kernel.cashtable import workspace
from valuation.kernel.irr import block_irr

LOW, HIGH = math.log(1e-4), math.log(1001.0)


def rates(flows: np.ndarray, days: np.ndarray, near: float = 0.10) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rate, status, number of roots of flows [n, D] on whole days [D]."""
    flows = np.atleast_2d(np.asarray(flows, float))
    gaps, which = np.unique(np.diff(days, prepend=days[0]) / 365.0, return_inverse=True)
    rate, status, roots = (np.empty(len(flows)) for _ in range(3))
    for first in range(0, len(flows), BLOCK):
        lanes = min(BLOCK, len(flows) - first)
        block = np.zeros((len(days), BLOCK))
        block[:, :lanes] = flows[first : first + lanes].T
        value, state, count, guess, space = workspace(len(days), gaps.size)
        guess[:] = math.nan
        block_irr(block, which, gaps, near, lanes, guess, value, state, count, space)
        rate[first : first + lanes] = value[:lanes]
        status[first : first + lanes] = state[:lanes]
        roots[first : first + lanes] = count[:lanes]
    return rate, status.astype(int), roots.astype(int)


def yearly(flows: list[float]) -> tuple[float, int, int]:
    """The same of one series of flows 365 days apart."""
    rate, status, roots = rates(np.array([flows]), 365 * np.arange(len(flows)))
    return float(rate[0]), int(status[0]), int(roots[0])


@pytest.mark.parametrize(
    ("flows", "expected", "tolerance"),
    [
        ([-50, -100, 600, 300, -100], 1.854418, 1e-6),
        ([-100, 100, 0, -7], -0.083300, 1e-6),
        ([-100] + [30] * 10 + [-180], 0.2075858, 1e-7),
        ([-70000, 12000, 15000, 18000, 21000], -0.0212448, 1e-7),
        ([-70000, 12000, 15000, 18000, 21000, 26000], 0.0866309, 1e-7),
        ([-100, 0, 0, 133.1], 0.1, 1e-14),
        ([100, -250, 100], -0.5, 1e-14),
        ([-1, 1001], 1000.0, 1e-9),
        ([-1, 0.0001], -0.9999, 1e-14),
        ([-100, 0, 0, 1e-6], 1e-8 ** (1 / 3) - 1, 1e-14),
    ],
)
def test_root_rule(flows: list[float], expected: float, tolerance: float) -> None:
    rate, status, roots = yearly(flows)
    assert (status, roots) == (IRR_OK, 1)
    assert abs(rate - expected) <= tolerance


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([1, 2, 3], IRR_NO_INVESTMENT),
        ([0, 0, 0], IRR_NO_INVESTMENT),
        ([-100, 0, 0], IRR_TOTAL_LOSS),
        ([-100, 1e-14, -50], IRR_TOTAL_LOSS),
        ([100, -1e-14, 50], IRR_NO_INVESTMENT),
        ([100, -150, 100], IRR_NO_ROOT),
        ([100, -50, -60], IRR_NO_ROOT),
        ([-1, 1100], IRR_NO_ROOT),
        ([-1, 0.00009], IRR_NO_ROOT),
        ([-100, math.nan, 200], IRR_NOT_CONVERGED),
        ([-100, math.inf, 200], IRR_NOT_CONVERGED),
    ],
)
def test_statuses_without_a_rate(flows: list[float], expected: int) -> None:
    rate, status, roots = yearly(flows)
    assert (status, roots) == (expected, 0)
    assert rate == -1.0 if expected == IRR_TOTAL_LOSS else math.isnan(rate)


@pytest.mark.parametrize(("near", "expected"), [(0.10, 0.1), (0.2, 0.1), (0.29, 0.3), (0.9, 0.3)])
def test_of_several_roots_the_one_nearest_the_discount_rate(near: float, expected: float) -> None:
    # roots at 10 %, 20 %, 30 %; the value falls through 0 at the first and the last
    flows = -np.poly([1.1, 1.2, 1.3])
    rate, status, roots = rates(flows, 365 * np.arange(4), near)
    assert (status[0], roots[0]) == (IRR_MULTIPLE, 2)
    assert rate[0] == pytest.approx(expected, abs=1e-11)


def test_a_touching_root_is_none() -> None:
    assert yearly([-1.0, 2.5, -1.5625])[1] == IRR_NO_ROOT


def _series(numbers: np.random.Generator, dates: int) -> np.ndarray:
    return np.sort(numbers.choice(np.arange(1, 6000), dates, replace=False))


def _net(x: np.ndarray, years: np.ndarray, flows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    weights = np.exp(-np.outer(x, years)) * flows
    return weights.sum(axis=1), np.abs(weights).sum(axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("dates", [5, 12, 60])
def test_flows_of_any_sign(dates: int) -> None:
    """At the root the value is 0 and falls; no falling root of a fine grid is nearer; finance.xirr agrees."""
    numbers = np.random.default_rng(dates)
    days = _series(numbers, dates)
    years = (days - days[0]) / 365.0
    flows = numbers.normal(size=(350, dates)) * numbers.choice([1.0, 1.0, 10.0], (350, dates))
    flows[numbers.random((350, dates)) < 0.2] = 0.0
    near = 0.10
    rate, status, roots = rates(flows, days, near)
    grid = np.linspace(LOW, HIGH, 20001)
    for i in range(len(flows)):
        expected = xirr_status(days + 40000.0, flows[i], near)
        assert status[i] == expected.status
        if status[i] not in (IRR_OK, IRR_MULTIPLE):
            continue
        assert roots[i] == len(expected.roots)
        x = math.log1p(rate[i])
        around, gross = _net(np.array([x - 1e-7, x, x + 1e-7]), years, flows[i])
        assert abs(around[1]) < 1e-12 * gross[1]
        assert around[0] > 0 > around[2]
        values, _ = _net(grid, years, flows[i])
        falling = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
        assert roots[i] >= len(falling)
        assert all(abs(rate[i] - near) <= max(abs(math.expm1(grid[k + j]) - near) for j in (0, 1)) for k in falling)


def test_an_investment_with_income_is_solved_without_a_search() -> None:
    numbers = np.random.default_rng(1)
    days = np.cumsum(numbers.choice([28, 30, 31], 190))
    flows = numbers.normal(1.0, 0.4, (500, 190)) * numbers.lognormal(0.0, 0.5, (500, 1))
    flows[:, :10] = -9.0
    flows[:, -1] = -3.0  # an outflow at the end: a rising root near −100 % that does not count
    rate, status, roots = rates(flows, days, 0.08)
    years = (days - days[0]) / 365.0
    assert (status == IRR_OK).all() and (roots == 1).all()
    for i in range(len(flows)):
        value, gross = _net(np.array([math.log1p(rate[i])]), years, flows[i])
        assert abs(value[0]) < 1e-13 * gross[0]


def test_a_lane_does_not_know_its_neighbours() -> None:
    numbers = np.random.default_rng(2)
    days = _series(numbers, 20)
    flows = numbers.normal(size=(BLOCK, 20))
    together = rates(flows, days)
    for i in range(0, BLOCK, 37):
        alone = rates(flows[i : i + 1], days)
        assert all(np.array_equal(a[i : i + 1], b, equal_nan=True) for a, b in zip(together, alone, strict=True))


def test_forty_years_of_months_do_not_overflow() -> None:
    days = 30 * np.arange(490)
    flows = np.full((3, 490), 1.0)
    flows[:, 0] = -100.0
    flows[1, 1:] = 1e-9
    flows[2, 1:] = 0.0
    flows[2, -1] = 1e-3
    rate, status, _ = rates(flows, days)
    assert status.tolist() == [IRR_OK, IRR_OK, IRR_OK]
    assert rate[2] == pytest.approx(1e-5 ** (365.0 / (30.0 * 489.0)) - 1.0, rel=1e-12)


def test_without_dates_there_is_nothing_to_invest() -> None:
    value, state, count, guess, space = workspace(0, 0)
    block_irr(np.zeros((0, BLOCK)), np.zeros(0, np.int64), np.zeros(0), 0.1, 3, guess, value, state, count, space)
    assert (state == IRR_NO_INVESTMENT).all() and np.isnan(value).all()


def test_a_guess_changes_neither_status_nor_root() -> None:
    """The second measure of a path begins at the root of the first."""
    numbers = np.random.default_rng(3)
    days = _series(numbers, 30)
    gaps, which = np.unique(np.diff(days, prepend=days[0]) / 365.0, return_inverse=True)
    flows = numbers.normal(0.3, 1.0, (30, BLOCK))
    flows[0] = -8.0
    found = []
    for start in (math.nan, -0.3, 0.02, 1.0):
        value, state, count, guess, space = workspace(30, gaps.size)
        guess[:] = start
        block_irr(flows, which, gaps, 0.1, BLOCK, guess, value, state, count, space)
        found.append((value, state, count))
    assert (found[0][1] == IRR_OK).sum() > BLOCK // 4
    for value, state, count in found[1:]:
        assert np.array_equal(state, found[0][1]) and np.array_equal(count, found[0][2])
        np.testing.assert_allclose(value, found[0][0], rtol=0, atol=1e-11, equal_nan=True)


def test_small_flows_that_change_sign_after_the_last_income() -> None:
    """Costs and refunds after the income has stopped: the running sums change sign often, the root is still one."""
    numbers = np.random.default_rng(4)
    days = 30 * np.arange(120)
    flows = np.zeros((300, 120))
    flows[:, :6] = -100.0
    flows[:, 6:60] = numbers.uniform(5.0, 30.0, (300, 1))
    flows[:, 60:75] = numbers.normal(0.0, 3.0, (300, 15))
    rate, status, roots = rates(flows, days)
    for i in range(len(flows)):
        expected = xirr_status(days + 40000.0, flows[i], 0.10)
        assert (status[i], roots[i]) == (expected.status, len(expected.roots))
        assert rate[i] == pytest.approx(expected.rate, abs=1e-10, nan_ok=True)
