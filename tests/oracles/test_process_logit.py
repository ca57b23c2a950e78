"""The location of a logit-Gaussian share, against published values and 40-digit quadrature."""

import math

import mpmath as mp
import pytest

from valuation.processes import logit


def exact_moments(location: float, sd: float) -> tuple[float, float]:
    with mp.workdps(30):

        def share(z):
            return 1 / (1 + mp.e ** (-(mp.mpf(location) + mp.mpf(sd) * z)))

        ends = [-14, -6, -2, 0, 2, 6, 14]
        mean = mp.quad(lambda z: share(z) * mp.npdf(z), ends)
        second = mp.quad(lambda z: (share(z) - mean) ** 2 * mp.npdf(z), ends)
        return float(mean), float(mp.sqrt(second))


def test_published_location():
    """finance.md, last oracles (c): mean 0.90, logit sd 0.6."""
    location = logit.location(0.90, 0.6)
    assert location == pytest.approx(2.336654520, abs=5e-10)
    mean, sd = logit.moments(location, 0.6)
    assert mean == pytest.approx(0.90, abs=1e-15)
    assert sd == pytest.approx(0.054848251, abs=5e-10)
    above = 0.5 * math.erfc((math.log(0.92 / 0.08) - location) / 0.6 / math.sqrt(2.0))
    assert above == pytest.approx(0.430086404, abs=5e-10)


def test_published_moments():
    """models.md 2: X ~ N(2, 0.5²)."""
    mean, sd = logit.moments(2.0, 0.5)
    assert mean == pytest.approx(0.8709934636, abs=5e-11)
    assert sd == pytest.approx(0.0562775, abs=5e-8)


@pytest.mark.parametrize(("location", "sd"), [(2.3, 0.6), (-1.0, 1.9), (0.4, 2.1), (-6.0, 3.0)])
def test_moments_against_mpmath(location, sd):
    assert logit.moments(location, sd) == pytest.approx(exact_moments(location, sd), rel=1e-13)


@pytest.mark.parametrize("mean", [1e-6, 0.02, 0.3, 0.5, 0.7, 0.9, 0.999999])
@pytest.mark.parametrize("sd", [0.0, 1e-8, 0.1, 0.6, 1.99, 2.0, 5.0, 20.0])
def test_mean_is_met(mean, sd):
    location = logit.location(mean, sd)
    assert logit.moments(location, sd)[0] == pytest.approx(mean, rel=2e-14)
    assert logit.location(1.0 - mean, sd) == pytest.approx(-location, abs=1e-9)


def test_no_volatility_is_the_logit():
    assert logit.location(0.9, 0.0) == pytest.approx(math.log(9.0), rel=1e-15)
    assert logit.location(0.5, 0.7) == pytest.approx(0.0, abs=1e-15)
    assert logit.moments(0.3, 0.0) == (pytest.approx(1 / (1 + math.exp(-0.3))), 0.0)


@pytest.mark.parametrize("mean", [0.0, 1.0, -0.1, 1.2, float("nan")])
def test_mean_outside_is_refused(mean):
    with pytest.raises(logit.MeanOutsideUnit, match="not between 0 and 1"):
        logit.location(mean, 0.6)
