"""Rates of return that lie near each other, against the roots of the same polynomial at 80 digits."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from valuation.finance import IrrStatus, irr_status

APART = 0.02
"""Rates lie at least so far from each other [fraction]."""


def series(rng: np.random.Generator) -> np.ndarray:
    """Yearly flows whose net present value is 0 at 3 to 6 rates within 24 points, half of them falling. [n]"""
    count = int(rng.integers(3, 7))
    rates = rng.uniform(-0.5, 1.0) + APART * rng.choice(np.arange(-6, 7), count, replace=False)
    flows = np.poly(1.0 / (1.0 + rates))[::-1] * rng.choice([-1.0, 1.0])
    return np.asarray(flows)


def falling(flows: np.ndarray) -> list[float]:
    """Rates at which the present value falls through 0, which is where it rises in v = 1/(1 + r). [fraction]"""
    found = []
    with mp.workdps(80):
        c = [mp.mpf(float(flow)) for flow in flows]
        for v in mp.polyroots(c, maxsteps=500, extraprec=400, asc=True):
            if abs(mp.im(v)) < mp.mpf(10) ** -40 and mp.re(v) > 0:
                v = mp.re(v)
                rate, slope = 1 / v - 1, sum(k * c[k] * v ** (k - 1) for k in range(1, len(c)))
                if slope > 0 and mp.mpf("-0.9999") < rate < 1000:
                    found.append(float(rate))
    return sorted(found)


def share_left(flows: np.ndarray, rate: float) -> float:
    """Net present value at a rate as a share of the gross, at 80 digits. [1]"""
    with mp.workdps(80):
        terms = [mp.mpf(float(flow)) / (1 + mp.mpf(rate)) ** k for k, flow in enumerate(flows)]
        return float(abs(sum(terms)) / sum(abs(term) for term in terms))


def test_every_falling_root_of_a_random_polynomial_is_found() -> None:
    rng, several = np.random.default_rng(20261125), 0
    for _ in range(150):
        flows = series(rng)
        exact, result = falling(flows), irr_status(flows)
        assert result.status is (IrrStatus.OK if len(exact) == 1 else IrrStatus.MULTIPLE)
        assert len(result.roots) == len(exact)
        assert result.rate == min(result.roots, key=lambda rate: abs(rate - 0.10))
        for rate, want in zip(result.roots, exact, strict=True):
            assert share_left(flows, rate) < 1e-15
            assert abs(rate - want) < APART / 2.0
        several += len(exact) > 1
    assert several > 100


def test_well_parted_roots_are_numpys() -> None:
    rng = np.random.default_rng(20261126)
    for _ in range(100):
        rates = rng.uniform(-0.5, 1.0) + 0.2 * rng.choice(np.arange(10), 3, replace=False)
        flows = np.poly(1.0 / (1.0 + rates))[::-1]
        v = np.polynomial.polynomial.polyroots(flows)
        assert np.abs(v.imag).max() == 0.0
        slope = np.polynomial.polynomial.polyval(v.real, np.polynomial.polynomial.polyder(flows))
        want = np.sort(1.0 / v.real[slope > 0.0] - 1.0)
        assert irr_status(flows).roots == pytest.approx(tuple(want), rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("order", [3, 5, 7])
def test_roots_nearer_than_rounding_count_as_the_one_that_their_surroundings_show(order: int) -> None:
    """−(1 − v)^n falls once through 0, at 0 %, and is nothing but rounding around it."""
    flows = -np.poly(np.ones(order))  # ascending in v: −1, n, …
    result = irr_status(flows)
    assert result.status is IrrStatus.OK and len(result.roots) == 1
    assert share_left(flows, result.rate) < 1e-15
