"""Present values and rates of return against pyxirr and numpy-financial on random series."""

import warnings

import numpy as np
import numpy_financial
import pytest
import pyxirr

from valuation.finance import IrrStatus, irr, mirr, npv, xirr_status, xnpv

BASE = np.datetime64("2026-06-30")
SERIES = 1_000


def random_dates(rng: np.random.Generator, count: int) -> np.ndarray:
    return BASE + np.sort(rng.integers(0, 15 * 365, count)).astype("timedelta64[D]")


def years(dates: np.ndarray) -> np.ndarray:
    return (dates - dates[0]).astype(float) / 365.0


def gross(rate: float, dates: np.ndarray, flows: np.ndarray) -> float:
    return float(np.sum(np.abs(flows) * (1.0 + rate) ** -years(dates)))


def test_xnpv_is_pyxirrs() -> None:
    rng = np.random.default_rng(20260630)
    for _ in range(SERIES):
        count = int(rng.integers(2, 200))
        dates, flows = random_dates(rng, count), rng.normal(size=count) * 10.0 ** rng.uniform(0, 9)
        rate = float(rng.uniform(-0.5, 1.0))
        assert abs(xnpv(rate, dates, flows) - pyxirr.xnpv(rate, dates, flows)) < 1e-12 * gross(rate, dates, flows)


def test_xirr_is_pyxirrs_where_the_sign_changes_once() -> None:
    rng = np.random.default_rng(20260701)
    for _ in range(SERIES):
        count = int(rng.integers(2, 120))
        spent = int(rng.integers(1, count))
        flows = np.abs(rng.normal(size=count)) + 0.01
        flows[:spent] *= -1.0
        flows[spent:] *= rng.uniform(0.5, 4.0) * -flows[:spent].sum() / flows[spent:].sum()
        dates = np.unique(random_dates(rng, count))
        flows = flows[: dates.size]
        if not (flows > 0.0).any():
            continue
        ours = xirr_status(dates, flows)
        theirs = pyxirr.xirr(dates, flows)
        if ours.status is IrrStatus.NO_ROOT:  # beyond the range of the root rule
            assert xnpv(-0.9999, dates, flows) < 0.0 or xnpv(1000.0, dates, flows) > 0.0
            continue
        assert ours.status is IrrStatus.OK
        if theirs is None or abs(pyxirr.xnpv(theirs, dates, flows)) > 1e-6 * gross(ours.rate, dates, flows):
            raise AssertionError(f"pyxirr found no root, ours is {ours.rate}")
        assert abs(ours.rate - theirs) <= 1e-8 * max(1.0, abs(theirs))


def falling_on_grid(dates: np.ndarray, flows: np.ndarray, points: int = 4_001) -> np.ndarray:
    """ln(1 + r) between neighbouring grid points across which the net present value falls through zero. [k, 2]"""
    x = np.linspace(np.log1p(-0.9999), np.log1p(1000.0), points)
    power = -np.outer(x, years(dates))
    values = np.exp(power - power.max(axis=1, keepdims=True)) @ flows
    falls = (values[:-1] > 0.0) & (values[1:] < 0.0)
    return np.stack([x[:-1][falls], x[1:][falls]], axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("near", [0.10, -0.5, 5.0])
def test_any_signs_no_falling_root_is_nearer(near: float) -> None:
    rng = np.random.default_rng(20260702)
    several = 0
    for _ in range(SERIES if near == 0.10 else 200):
        count = int(rng.integers(2, 60))
        dates, flows = random_dates(rng, count), rng.normal(size=count)
        result = xirr_status(dates, flows, near)
        grid = falling_on_grid(dates, flows)
        assert len(result.roots) >= len(grid)
        for low, high in grid:
            assert any(np.expm1(low) <= root <= np.expm1(high) for root in result.roots)
        if not result.roots:
            assert result.status in {IrrStatus.NO_ROOT, IrrStatus.TOTAL_LOSS, IrrStatus.NO_INVESTMENT}
            assert np.isnan(result.rate)
            continue
        assert result.status is (IrrStatus.OK if len(result.roots) == 1 else IrrStatus.MULTIPLE)
        several += len(result.roots) > 1
        rate = result.rate
        size = gross(rate, dates, flows)
        assert abs(xnpv(rate, dates, flows)) < 1e-12 * size
        step = 1e-7 * (1.0 + rate)
        assert xnpv(rate - step, dates, flows) > 0.0 > xnpv(rate + step, dates, flows)
        for low, high in grid:
            nearest = min(max(near, float(np.expm1(low))), float(np.expm1(high)))
            assert np.expm1(low) <= rate <= np.expm1(high) or abs(nearest - near) >= abs(rate - near)
    assert several >= 5


def test_numpy_financial_agrees() -> None:
    rng = np.random.default_rng(20260703)
    for _ in range(300):
        flows = np.concatenate([[-100.0], rng.uniform(1.0, 40.0, int(rng.integers(3, 25)))])
        rate, reinvest = float(rng.uniform(0.0, 0.3)), float(rng.uniform(0.0, 0.3))
        assert npv(rate, flows) == pytest.approx(numpy_financial.npv(rate, flows), rel=1e-12, abs=1e-12)
        assert mirr(flows, rate, reinvest) == pytest.approx(numpy_financial.mirr(flows, rate, reinvest), abs=1e-12)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its companion matrix
            theirs = numpy_financial.irr(flows)
        assert irr(flows) == pytest.approx(theirs, abs=1e-9)
