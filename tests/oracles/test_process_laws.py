"""Laws that are tabulated: their quantiles against other libraries, their tables against the moments of the process."""

import mpmath
import numpy as np
import pytest
from scipy import special, stats

from valuation.plan.laws import LAWS, Law, parse_law
from valuation.plan.reference_ops import NUMPY
from valuation.processes import beta, cir, gaussian, jacobi, lanes, noncentral, tables
from valuation.processes.jacobi import Jacobi
from valuation.processes.square_root import SquareRoot

Z = np.linspace(-6.4, 6.4, 33)
NODES = np.linspace(-6.4, 6.4, 257) + 0.0137
"""Normals at which moments are summed by the trapezoidal rule, none of them a node of a table."""
WEIGHTS = np.exp(-0.5 * NODES**2) / np.exp(-0.5 * NODES**2).sum()
USED = np.abs(NODES) < 4.9
H = 1.0 / 12.0


def test_tail_of_the_normal_law():
    z = np.linspace(0.0, 12.0, 400)
    assert np.allclose(gaussian.log_tail(z), stats.norm.logsf(z), rtol=2e-14, atol=2e-15)


def test_log_gamma():
    x = np.exp(np.linspace(-6.0, 15.0, 300))
    assert np.allclose(lanes.log_gamma(x), special.gammaln(x), rtol=2e-14, atol=2e-14)


@pytest.mark.parametrize(
    ("a", "b"),
    [(23.0, 2.0), (0.1, 0.3), (3.9, 2000.0), (4.1, 4.1), (2000.0, 180.0), (5.0, 0.05), (1e6, 70.0), (0.44, 5.0)],
)
def test_beta_quantiles(a, b):
    """Both tails, to the precision that the logarithm of the density leaves."""
    w = beta.log_odds_quantiles(np.array([a]), np.array([b]), Z)[0]
    below, above = special.betainc(a, b, special.expit(w)), special.betainc(b, a, special.expit(-w))
    loose = 1e-10 + 1e-14 * (a + b)  # in the tail that is not at hand scipy's u rounds to 1
    assert np.allclose(below[Z <= 0], stats.norm.cdf(Z[Z <= 0]), rtol=loose, atol=0)
    assert np.allclose(above[Z > 0], stats.norm.sf(Z[Z > 0]), rtol=loose, atol=0)
    one, other = beta.tails(np.array(a), np.array(b), w)
    assert np.allclose(np.minimum(one, other), stats.norm.sf(np.abs(Z)), rtol=loose, atol=1e-15)


def test_beta_quantiles_to_30_digits():
    w = beta.log_odds_quantiles(np.array([23.0, 0.3]), np.array([2.0, 7.0]), np.array([-3.0, 0.5, 3.0]))
    with mpmath.workdps(30):
        for (a, b), row in zip(((23, 2), (mpmath.mpf("0.3"), 7)), w.tolist(), strict=True):
            for z, found in zip((-3.0, 0.5, 3.0), row, strict=True):
                u = 1 / (1 + mpmath.exp(-mpmath.mpf(found)))
                assert mpmath.betainc(a, b, 0, u, regularized=True) == pytest.approx(float(mpmath.ncdf(z)), rel=1e-13)


@pytest.mark.parametrize(
    ("d", "noncentrality"),
    [(3.75, 1e-4), (3.75, 150.0), (3.75, 1500.0), (0.2, 0.01), (0.2, 3.0), (0.2, 50.0), (40.0, 6000.0), (1.0, 1.0)],
)
def test_noncentral_quantiles(d, noncentrality):
    w = noncentral.log_quantiles(d, np.array([noncentrality]), Z)[0]
    below, above = stats.ncx2.cdf(np.exp(w), d, noncentrality), stats.ncx2.sf(np.exp(w), d, noncentrality)
    assert np.allclose(below[Z <= 0], stats.norm.cdf(Z[Z <= 0]), rtol=1e-10, atol=0)
    assert np.allclose(above[Z > 0], stats.norm.sf(Z[Z > 0]), rtol=1e-10, atol=0)


def test_moments_of_jacobi():
    """κ = 2, θ = .92, s = .4, computed by the equations of the moments and checked on paths: stationary Beta(23, 2);
    from u0 = .5 mean, variance and second moment after ¼, 1 and 5 years."""
    law = Jacobi(2.0, 0.92, 0.4)
    a, b = jacobi.stationary(law)
    assert (a, b) == pytest.approx((23.0, 2.0), rel=1e-14)
    assert beta.variance(a, b) == pytest.approx(0.00283076923, abs=5e-12)
    assert jacobi.moments(law, 0.5, 0.25) == pytest.approx((0.665257122921, 0.00589941195), abs=5e-12)
    mean, variance = jacobi.moments(law, 0.5, 1.0)
    assert (mean, variance + mean**2) == pytest.approx((0.863159181041, 0.750481538723), abs=1e-12)
    assert jacobi.moments(law, 0.5, 5.0)[1] == pytest.approx(0.00283195546, abs=5e-12)
    quantiles = beta.log_odds_quantiles(np.array([a]), np.array([b]), stats.norm.ppf([0.05, 0.5, 0.95]))[0]
    assert special.expit(quantiles) == pytest.approx([0.81710753, 0.93104819, 0.98498822], abs=5e-9)


def _values(table, states, normals=NODES):
    """What the table gives by state and normal [N, M]."""
    x, z = (grid.ravel() for grid in np.meshgrid(states, normals, indexing="ij"))
    return NUMPY["lookup_2d"](x, z, np.array(table)).reshape(len(states), len(normals))


JACOBI = [
    (Jacobi(2.0, 0.92, 0.4), H),
    (Jacobi(2.0, 0.92, 0.4), 1.0 / 365.0),
    (Jacobi(1.0, 0.92, 0.6), H),
    (Jacobi(0.5, 0.5, 2.0), H),
]


@pytest.mark.parametrize(("law", "h"), JACOBI)
def test_table_of_a_jacobi_step(law, h):
    """Mean, variance and third moment of a step from every state that is met, against the equations of the moments,
    which the table knows nothing of beyond the second; and in the mean over the long run, where errors would add up."""
    a, b = jacobi.stationary(law)
    states = beta.log_odds_quantiles(np.array([a]), np.array([b]), NODES)[0]
    u = special.expit(_values(jacobi.step_table(law, h), states))
    exact = np.array([_three_moments(law, start, h) for start in special.expit(states)])
    sd = np.sqrt(exact[:, 1] - exact[:, 0] ** 2)
    off = (u @ WEIGHTS - exact[:, 0]) / sd
    found = np.sqrt((u - (u @ WEIGHTS)[:, None]) ** 2 @ WEIGHTS) / sd - 1.0
    third = ((u**3) @ WEIGHTS - exact[:, 2]) / sd
    assert np.abs(off[USED]).max() < 3e-5
    assert np.abs(found[USED]).max() < 5e-5
    assert np.abs(third[USED]).max() < 1e-4
    assert abs(off @ WEIGHTS) < 2e-6
    assert abs(found @ WEIGHTS) < 5e-6


def _three_moments(law, start, years):
    """E[U], E[U²], E[U³]: m_n′ = −n(κ + (n − 1)s²/2)m_n + n(κθ + (n − 1)s²/2)m_{n−1}, by the matrix exponential."""
    rates = [n * (law.reversion + (n - 1) * law.volatility**2 / 2) for n in range(4)]
    ups = [n * (law.reversion * law.mean + (n - 1) * law.volatility**2 / 2) for n in range(4)]
    matrix = mpmath.matrix(4, 4)
    for n in range(1, 4):
        matrix[n, n], matrix[n, n - 1] = -rates[n], ups[n]
    found = mpmath.expm(matrix * years) * mpmath.matrix([start**n for n in range(4)])
    return [float(found[n]) for n in range(1, 4)]


@pytest.mark.parametrize("start", [0.5, 0.8, 0.92, 0.99])
def test_two_steps_are_one_of_twice_the_length(start):
    """Chapman and Kolmogorov: P(U_2h ≤ u | x) = ∫P(U_h ≤ u | y)·P(U_h ∈ dy | x). A Beta law with the exact mean and
    variance in each step, without the eigenfunctions, is off by 3e-3."""
    law, x = Jacobi(2.0, 0.92, 0.4), np.array([special.logit(start)])
    monthly = jacobi.step_table(law, H)
    once = _values(monthly, _values(monthly, x)[0])
    for z in (-2.0, -1.0, 0.0, 1.0, 2.0):
        direct = special.logit(jacobi.quantiles_over_time(law, [2.0 * H], start, z)[0])
        reached = [stats.norm.cdf(np.interp(direct, row, NODES)) for row in once]
        assert np.dot(reached, WEIGHTS) == pytest.approx(stats.norm.cdf(z), abs=3e-5)


CIR = [
    (SquareRoot(0.3, 0.08 / 0.02**0.5), H),
    (SquareRoot(0.3, 0.1), H),
    (SquareRoot(0.3, 1.5), H),
]


@pytest.mark.parametrize(("law", "h"), CIR)
def test_table_of_a_cir_step(law, h):
    """Mean and variance of a step from every state that is met, and in the mean over the long run (a Gamma law)."""
    states = np.log(stats.gamma.ppf(stats.norm.cdf(NODES[USED]), law.freedom / 2) / (law.freedom / 2))
    y = np.exp(_values(cir.step_table(law, h), states))
    exact = np.array([cir.moments(law, start, h) for start in np.exp(states)])
    off = (y @ WEIGHTS - exact[:, 0]) / np.sqrt(exact[:, 1])
    found = np.sqrt((y - (y @ WEIGHTS)[:, None]) ** 2 @ WEIGHTS / exact[:, 1]) - 1.0
    assert np.abs(off).max() < 1e-5
    assert np.abs(found).max() < 1e-5
    assert abs(off @ WEIGHTS[USED]) < 2e-6
    assert abs(found @ WEIGHTS[USED]) < 2e-6


def test_survival_under_cir():
    """(λ0, κ, θ, s) = (.02, .3, .02, .08): closed form, equal to the Riccati equation to 12 digits; and what the
    trapezoid of monthly ends makes of it, exactly."""
    law = SquareRoot(0.3, 0.08 / 0.02**0.5)
    exact = {1: 0.980215454806, 5: 0.905727549235, 10: 0.821735399234, 15: 0.745909936271}
    for years, survival in exact.items():
        assert cir.survival(law, 0.02, years) == pytest.approx(survival, abs=1e-12)
        assert cir.survival_in_steps(law, 0.02, [H] * (12 * years)) == pytest.approx(survival, abs=2e-7)
        fine = cir.survival_in_steps(law, 0.02, [H / 20] * (240 * years))
        assert fine == pytest.approx(survival, abs=2e-9)
    assert cir.survival(SquareRoot(0.3, 1e-6), 0.02, 15.0, start=1.0) == pytest.approx(np.exp(-0.3), rel=1e-10)


def test_a_quantile_of_cir_from_its_start():
    law = SquareRoot(0.3, 0.5)
    scale = 4 * 0.3 / (0.25 * (1 - np.exp(-0.6)))
    exact = stats.ncx2.ppf(0.1, law.freedom, scale * np.exp(-0.6)) / scale
    assert cir.quantile(law, 2.0, stats.norm.ppf(0.1)) == pytest.approx(exact, rel=1e-10)


def test_laws_of_a_plan():
    law = Law("cir_step_from_mean", (0.3, 0.5, H))
    assert parse_law(law.text) == law
    assert parse_law("1.0 2.0") is None
    with pytest.raises(ValueError, match="unknown law 'gamma'"):
        parse_law("gamma(1.0)")
    assert set(LAWS) == {"beta_log_odds", "jacobi_step", "jacobi_step_from", "cir_step", "cir_step_from_mean"}
    assert tables.states(0.5, 0.5).size == 4
