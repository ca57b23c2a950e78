"""Location and covariances of prices, also with a part of the deviation that is not normal, against sums over laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuation.processes.average import ForwardNotPositive
from valuation.processes.price_law import Between, Deviation, covariance, location, mean

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
JUMPS, CHANCES = np.array([-0.8, 0.1, 1.3]), np.array([0.2, 0.7, 0.1])  # the other part: one of three numbers


def cumulant(a: float) -> float:
    return math.log(float((CHANCES * np.exp(a * JUMPS)).sum()))


def price(transform, at, x, scale):
    moved = at + x
    return {"log": np.exp(moved), "asinh": scale * np.sinh(moved), "arithmetic": moved}[transform]


def law_of(variance: float) -> Deviation:
    other = float((CHANCES * JUMPS).sum())
    return Deviation((variance,), (cumulant(1.0),), (cumulant(-1.0),), (other,))


def summed(transform, at, variance, scale):
    """E[P] and Var P over the nodes of the normal and the three jumps."""
    x = math.sqrt(variance) * NODES[:, None] + JUMPS[None, :]
    weights = WEIGHTS[:, None] * CHANCES[None, :]
    values = price(transform, at, x, scale)
    first = float((weights * values).sum())
    return first, float((weights * (values - first) ** 2).sum())


TRANSFORMS = st.sampled_from(["log", "asinh", "arithmetic"])


@settings(max_examples=80, deadline=None)
@given(TRANSFORMS, st.floats(-60.0, 90.0), st.floats(0.0, 1.2), st.floats(0.5, 30.0))
def test_the_location_gives_the_mean_back_and_the_variance_is_that_of_the_law(transform, forward, variance, scale):
    if transform == "log":
        forward = abs(forward) + 0.5
    law = law_of(variance).at(0)
    at = location(transform, forward, law, scale)
    first, second = summed(transform, at, variance, scale)
    assert first == pytest.approx(forward, rel=1e-9, abs=1e-9 * scale)
    assert mean(transform, at, law, scale) == pytest.approx(forward, rel=1e-9, abs=1e-9 * scale)
    other = float((CHANCES * JUMPS**2).sum() - (CHANCES * JUMPS).sum() ** 2)
    own = Between(variance, lambda a, b: cumulant(a + b), other)
    found = covariance(transform, (forward, forward), (at, at), (law, law), own, scale)
    assert found == pytest.approx(second, rel=1e-8, abs=1e-8 * scale**2)


@pytest.mark.parametrize("transform", ["log", "asinh", "arithmetic"])
def test_covariance_of_two_months(transform):
    """Two normals of correlation 0.6, and a jump that the second month keeps by half."""
    sds, rho, scale, forwards = (0.5, 0.8), 0.6, 9.0, (20.0, 35.0)
    halved = [Deviation((sd**2,), (u,), (d,), (e,)).at(0) for sd, u, d, e in [
        (sds[0], cumulant(1.0), cumulant(-1.0), float((CHANCES * JUMPS).sum())),
        (sds[1], cumulant(0.5), cumulant(-0.5), 0.5 * float((CHANCES * JUMPS).sum())),
    ]]  # fmt: skip
    m, n = (location(transform, f, law, scale) for f, law in zip(forwards, halved, strict=True))
    other = 0.5 * float((CHANCES * JUMPS**2).sum() - (CHANCES * JUMPS).sum() ** 2)
    between = Between(rho * sds[0] * sds[1], lambda a, b: cumulant(a + 0.5 * b), other)
    one, two, jump = np.meshgrid(NODES, NODES, JUMPS, indexing="ij")
    weights = WEIGHTS[:, None, None] * WEIGHTS[None, :, None] * CHANCES[None, None, :]
    p = price(transform, m, sds[0] * one + jump, scale)
    q = price(transform, n, sds[1] * (rho * one + math.sqrt(1 - rho**2) * two) + 0.5 * jump, scale)
    want = float((weights * p * q).sum() - (weights * p).sum() * (weights * q).sum())
    assert covariance(transform, forwards, (m, n), tuple(halved), between, scale) == pytest.approx(want, rel=1e-9)


def test_a_logarithm_needs_an_expected_price_above_nothing():
    with pytest.raises(ForwardNotPositive):
        location("log", 0.0, Deviation((0.1,)).at(0))
