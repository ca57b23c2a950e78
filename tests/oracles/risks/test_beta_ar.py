"""A share with a Beta law in every month, in a contract `process: beta_ar`: single paths by SciPy's quantile, the
memory by quadrature of SciPy, what is refused."""

import numpy as np
import pytest
from scipy import integrate, stats

from valuation.errors import SpecError

SHAPE = "alpha: 23, beta: 2, reversion: 2 /year"


def use(law):
    return f"risks: {{use: {{process: beta_ar, {law}}}}}\ncapacity: {{utilisation: use}}"


@pytest.mark.parametrize("law", [SHAPE, "mean: 92 %, sd: 5.32049737408941 %, reversion: 2 /year"])
def test_paths_by_the_quantile(deal, law):
    run = deal(use(law)).paths(60)
    z, normals = run.values["use.start_normal"], run.values["use.normal"]
    for month, normal in enumerate(normals):
        z = np.exp(-2 / 12) * z + np.sqrt(1 - np.exp(-4 / 12)) * normal
        exact = stats.beta.ppf(stats.norm.cdf(z), 23.0, 2.0)
        assert np.allclose(run.values["use"][month], exact, rtol=0, atol=2e-8)


def test_how_months_move_together(deal):
    """Cov(U, U′) = ∫∫(u − m)(u′ − m)φ₂; the correlation is a little below that of Z."""
    factor = deal(use(SHAPE)).contract.risks["use"]
    steps = [1 / 12] * 24
    share = lambda z: stats.beta.ppf(stats.norm.cdf(z), 23.0, 2.0) - 0.92  # noqa: E731
    rho = np.exp(-0.5)

    def inner(z):
        nodes, weights = np.polynomial.hermite_e.hermegauss(60)
        return np.dot(weights, share(rho * z + np.sqrt(1 - rho**2) * nodes)) / weights.sum()

    exact, _ = integrate.quad(lambda z: share(z) * inner(z) * stats.norm.pdf(z), -8, 8, limit=200)
    found = factor.autocovariance([0.92] * 24, steps, 5, 8)
    assert found == pytest.approx(exact, rel=1e-6)
    variance = factor.moments([0.92] * 24, steps)[0][1]
    assert variance == pytest.approx(stats.beta.var(23.0, 2.0), rel=1e-14)
    assert factor.autocovariance([0.92] * 24, steps, 5, 5) == variance
    assert 0.95 * rho < found / variance < rho


@pytest.mark.parametrize(
    ("law", "says"),
    [
        ("mean: 92 %, sd: 27 %, reversion: 2 /year", "a sd of at most 21.28 %"),
        ("mean: 100 %, sd: 2 %, reversion: 2 /year", "must be below 100 %"),
        ("mean: 92 %, reversion: 2 /year", "either 'mean' and 'sd'"),
        ("mean: 92 %, sd: 5 %, beta: 2, reversion: 2 /year", "either 'mean' and 'sd'"),
        ("alpha: 0.01, beta: 2, reversion: 2 /year", "below 0.05"),
    ],
)
def test_what_is_wrong_is_said(deal, law, says):
    with pytest.raises(SpecError, match=says):
        deal(use(law))
