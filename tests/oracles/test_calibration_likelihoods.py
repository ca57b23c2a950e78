"""Each likelihood against another way to compute it: dense Gaussian laws, sums over all paths, scipy's densities."""

import itertools

import calibration_paths as paths
import numpy as np
import pytest
from scipy import integrate, stats
from scipy.linalg import expm

from valuation.calibration import DAY, MONTH, Series, calibrate
from valuation.calibration.beta_ar import BetaAR
from valuation.calibration.customers import Customers
from valuation.calibration.futures_panel import SchwartzSmith, fit_futures_panel
from valuation.calibration.jacobi import Jacobi
from valuation.calibration.jump_diffusion import JumpDiffusion
from valuation.calibration.kluge import Kluge
from valuation.calibration.laws import Component, GaussianPair
from valuation.calibration.rates import CIR
from valuation.calibration.regimes import Regimes

PROBABILITIES = np.array([0.05, 0.5, 0.95])


def stationary(n, h, *pairs):
    lag = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) * h
    return sum(s * s / (2 * k) * np.exp(-k * lag) for k, s in pairs)


@pytest.mark.parametrize("gaps", [False, True])
def test_two_factors_are_a_dense_gaussian_law(gaps):
    y = paths.two_ou(np.random.default_rng(1), 60, DAY, 2.0, 1.3, 140.0, 3.5, 0.0)
    if gaps:
        y[[0, 7, 8, 30]] = np.nan
    seen = ~np.isnan(y)
    law = GaussianPair(DAY, Component(2.0, 1.3), Component(140.0, 3.5))
    dense = stats.multivariate_normal(
        np.zeros(seen.sum()), stationary(60, DAY, (2.0, 1.3), (140.0, 3.5))[np.ix_(seen, seen)]
    )
    assert law.seen(y).log_likelihood == pytest.approx(dense.logpdf(y[seen]), rel=1e-9)


def test_the_mean_is_that_of_generalised_least_squares():
    y = paths.two_ou(np.random.default_rng(2), 50, DAY, 2.0, 1.3, 140.0, 3.5, 0.7)
    law = GaussianPair(DAY, Component(2.0, 1.3), Component(140.0, 3.5))
    inverse, ones = np.linalg.inv(stationary(50, DAY, (2.0, 1.3), (140.0, 3.5))), np.ones(50)
    seen = law.seen(y, ones)
    assert seen.weight == pytest.approx(ones @ inverse @ y / (ones @ inverse @ ones), rel=1e-9)
    assert seen.weight_variance == pytest.approx(1 / (ones @ inverse @ ones), rel=1e-9)


def test_a_walk_is_the_law_of_its_differences():
    """A diffuse start has the likelihood of the differences, which no level reaches."""
    n = 40
    y = paths.short_and_walk(np.random.default_rng(3), n, DAY, 130.0, 3.5, 1.25, 0.0)
    law = GaussianPair(DAY, Component(130.0, 3.5), Component(0.0, 1.25))
    difference = np.diff(np.eye(n), axis=0)
    covariance = difference @ stationary(n, DAY, (130.0, 3.5)) @ difference.T + 1.25**2 * DAY * np.eye(n - 1)
    dense = stats.multivariate_normal(np.zeros(n - 1), covariance).logpdf(np.diff(y))
    assert law.seen(y).log_likelihood == pytest.approx(dense, rel=1e-8)


def test_regimes_are_a_sum_over_all_paths():
    rng = np.random.default_rng(4)
    y = rng.standard_normal(7)
    transition = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.05, 0.25, 0.7]])
    law = Regimes(MONTH, np.array([-1.0, 0.0, 1.5]), np.array([0.5, 0.8, 0.6]), transition)
    vector = np.linalg.matrix_power(transition, 400)[0]
    total = 0.0
    for path in itertools.product(range(3), repeat=7):
        chance = vector[path[0]] * np.prod([transition[i, j] for i, j in itertools.pairwise(path)])
        total += chance * np.prod(stats.norm.pdf(y, law.level[list(path)], law.sd[list(path)]))
    assert law.density(y)[0] == pytest.approx(np.log(total), rel=1e-9)
    rates, off = law.generator()
    assert off < 1e-9
    assert expm(rates * MONTH) == pytest.approx(transition, abs=1e-9)


def test_jumps_are_a_poisson_mixture():
    law = JumpDiffusion(MONTH, Component(1.5, 0.4), 0.2, 6.0, -0.1, 0.5)
    before, after = np.array([0.1, 0.5]), np.array([-0.4, 0.6])
    # No shared formula: mean and variance of what is left of a jump by quadrature over its time.
    mean = integrate.quad(lambda u: -0.1 * np.exp(-1.5 * u), 0, MONTH)[0] / MONTH
    square = integrate.quad(lambda u: (0.1**2 + 0.5**2) * np.exp(-3.0 * u), 0, MONTH)[0] / MONTH
    keep = np.exp(-1.5 * MONTH)
    spread = integrate.quad(lambda u: 0.16 * np.exp(-3.0 * u), 0, MONTH)[0]
    counts = np.arange(25)[:, None]
    density = stats.norm.pdf(
        after, 0.2 + keep * (before - 0.2) + counts * mean, np.sqrt(spread + counts * (square - mean**2))
    )
    exact = np.log((stats.poisson.pmf(counts, 6.0 * MONTH) * density).sum(axis=0))
    assert law.density(before, after)[1] == pytest.approx(exact, rel=1e-8)


def test_spikes_against_a_grid():
    """The hidden spike on a grid of 1,500 points, spikes at 24 times of a day; the filter's three times and two
    normal laws are within 0.03 of a log likelihood of about 25."""
    y = paths.kluge(np.random.default_rng(5), 40, DAY, 7.0, 1.4, 0.0, 200.0, 20.0, 0.4)
    law = Kluge(DAY, Component(7.0, 1.4), 0.0, 200.0, 20.0, 0.4)
    grid = np.linspace(0, 2.2, 1501)
    width = grid[1]
    phi, fade, s = np.exp(-7 * DAY), np.exp(-200 * DAY), np.sqrt(1.4**2 * (1 - np.exp(-14 * DAY)) / 14)
    times = (np.arange(24) + 0.5) / 24
    jump = sum(stats.expon.pdf(grid, scale=0.4 * np.exp(-200 * DAY * u)) for u in times) / 24
    none = np.exp(-20 * DAY)
    # Ten days make the start forgotten: the grid begins without a spike, the filter in the stationary law.
    weights = np.zeros(len(grid))
    weights[0] = 1.0
    y[:6] = 0.0
    total = 0.0
    for t in range(1, len(y)):
        mean = phi * (y[t - 1] - grid)
        stay = weights * none * stats.norm.pdf(y[t] - fade * grid, mean, s)
        new = np.zeros_like(grid)
        place = fade * grid / width
        low = np.floor(place).astype(int)
        np.add.at(new, low, stay * (1 - place + low))
        np.add.at(new, np.minimum(low + 1, len(grid) - 1), stay * (place - low))
        for i in np.flatnonzero(weights > 1e-12 * weights.sum()):
            size = grid - fade * grid[i]
            chance = np.interp(size, grid, jump, left=0.0) * width
            new += weights[i] * (1 - none) * chance * stats.norm.pdf(y[t] - grid, mean[i], s)
        total += np.log(new.sum()) if t >= 10 else 0.0
        weights = new / new.sum()
    assert law.density(y)[1][10:].sum() == pytest.approx(total, abs=0.03)


def test_counts_are_a_convolution():
    law = Customers(MONTH, 6.0, 0.9)
    stays = np.exp(-0.9 * MONTH)
    come = 6.0 * (1 - stays) / 0.9
    both = np.convolve(stats.binom.pmf(np.arange(9), 8, stays), stats.poisson.pmf(np.arange(40), come))
    _, terms, pit = law.density(np.full(12, 8.0), np.arange(12.0))
    assert np.exp(terms) == pytest.approx(both[:12], rel=1e-9)
    assert pit == pytest.approx(np.cumsum(both)[:12] - 0.5 * both[:12], rel=1e-9)


def test_counts_of_zero_and_the_published_probability():
    """Six arrivals a year, churn 0.25, ten at first: P(N < 15) after a year is 0.7131304309."""
    law = Customers(1.0, 6.0, 0.25)
    _, terms, _ = law.density(np.full(15, 10.0), np.arange(15.0))
    assert np.exp(terms).sum() == pytest.approx(0.7131304309, abs=1e-9)


def test_cir_is_a_noncentral_chi_square():
    law = CIR(MONTH, 1.0, 0.03, 0.1)
    before, after = np.array([0.01, 0.03, 0.05]), np.array([0.012, 0.02, 0.07])
    c = 0.01 * (1 - np.exp(-MONTH)) / 4
    exact = stats.ncx2.logpdf(after / c, 12.0, before * np.exp(-MONTH) / c) - np.log(c)
    assert law.terms(before, after) == pytest.approx(exact, rel=1e-7)


def test_beta_shares():
    """Densities by the moments of a fine Euler scheme's limit (Jacobi) and by change of variable (copula)."""
    law = Jacobi(0.25, 2.0, 0.92, 0.4)
    mean, variance = law.moments(np.array([0.5]), 0.25)
    assert (mean[0], variance[0]) == pytest.approx((0.665257122921, 0.00589941195), rel=1e-9)
    copula = BetaAR(MONTH, 2.0, 0.85, 12.0)
    phi = np.exp(-2.0 * MONTH)
    before, after = np.array([0.8, 0.99]), np.array([0.9, 0.95])
    own = stats.beta(10.2, 1.8)
    x, y = stats.norm.ppf(own.cdf(before)), stats.norm.ppf(own.cdf(after))
    exact = stats.norm.logpdf(y, phi * x, np.sqrt(1 - phi**2)) - stats.norm.logpdf(y) + own.logpdf(after)
    assert copula.terms(before, after) == pytest.approx(exact, rel=1e-8)


def test_futures_are_a_dense_gaussian_law():
    law = SchwartzSmith(1.49, 0.286, 0.145, 0.3, 0.157, -0.0125, 0.0115)
    # Published with the parameters of oil: A(1/12), A(1), A(5).
    found = [law.level(years) for years in (1 / 12, 1.0, 5.0)]
    assert found == pytest.approx([-0.0064763884, -0.0401143570, 0.0268236045], abs=1e-9)
    h, n, T = 1 / 52, 12, np.array([1, 9, 17]) / 12
    noise = np.array([0.042, 0.003, 0.004]) ** 2
    logs = np.log(
        paths.futures(np.random.default_rng(6), n, h, T, 1.49, 0.286, 0.145, 0.3, 0.157, -0.0125, 0.0115, 0, 0, 0)
    )
    keep, q = law.step(h)
    step, transition = np.array([[q[0], q[1]], [q[1], q[2]]]), np.diag([keep, 1.0])
    loads = np.column_stack([np.exp(-1.49 * T), np.ones(3)])
    states = [np.diag([0.286**2 / (2 * 1.49), 100.0])]
    centres = [np.array([0.0, logs[0].mean()])]
    for _ in range(n - 1):
        states.append(transition @ states[-1] @ transition.T + step)
        centres.append(transition @ centres[-1] + [0.0, -0.0125 * h])
    covariance = np.zeros((3 * n, 3 * n))
    for i in range(n):
        for j in range(i, n):
            block = loads @ states[i] @ np.linalg.matrix_power(transition, j - i).T @ loads.T
            covariance[3 * i : 3 * i + 3, 3 * j : 3 * j + 3] = block
            covariance[3 * j : 3 * j + 3, 3 * i : 3 * i + 3] = block.T
    covariance += np.diag(np.tile(noise, n))
    level = np.array([law.level(years) for years in T])
    mean = np.concatenate([loads @ c + level for c in centres])
    dense = stats.multivariate_normal(mean, covariance).logpdf(logs.ravel())
    assert law.seen(logs, T, noise, h)[0] == pytest.approx(dense, rel=1e-7)


def test_a_contract_that_is_met_exactly_has_no_noise():
    """Schwartz and Smith's own fit has one: its standard deviation is 0, and the filter goes on."""
    T = np.array([1, 5, 9, 13, 17]) / 12
    true = (1.49, 0.286, 0.145, 0.3, 0.157, -0.0125, 0.0115, 0.042, 0.006, 0.003, 0.0, 0.004)
    prices = paths.futures(np.random.default_rng(7), 268, 1 / 52, T, *true)
    fit = fit_futures_panel(prices, T, 1 / 52)
    assert all(np.isfinite([e.value, e.low, e.high]).all() for e in fit.estimates)
    assert fit["reversion"].holds(1.49)
    assert fit["noise.4"].value < 1e-3


@pytest.mark.parametrize(
    ("law", "steps"),
    [
        (GaussianPair(MONTH, Component(2.0, 0.5), mean=1.0), 6),
        (JumpDiffusion(MONTH, Component(2.0, 0.5), 1.0, 5.0, 0.3, 0.4), 6),
        (Kluge(MONTH, Component(2.0, 0.5), 1.0, 20.0, 5.0, 0.3), 6),
        (Regimes(MONTH, np.array([0.0, 2.0]), np.array([0.3, 0.5]), np.array([[0.9, 0.1], [0.2, 0.8]])), 4),
        (Jacobi(MONTH, 2.0, 0.8, 0.5), 6),
        (BetaAR(MONTH, 2.0, 0.85, 12.0), 6),
        (Customers(MONTH, 60.0, 1.0), 6),
        (CIR(MONTH, 1.0, 0.03, 0.1), 6),
    ],
    ids=lambda law: type(law).__name__ if not isinstance(law, int) else "",
)
def test_forecasts_hold_in_a_simulated_history(law, steps):
    """Quantiles against the law's own history: of 1,000 values a year apart, 5, 50 and 95 % lie below."""
    values = law.paths(12_000, 1, np.random.default_rng(8))[0]
    origins = np.arange(100, 12_000 - steps, 12)
    bands, seen = law.forecast(values, steps, PROBABILITIES)[origins], values[origins + steps, None]
    error = 4.0 * np.sqrt(PROBABILITIES * (1 - PROBABILITIES) / len(origins))
    assert ((seen < bands).mean(axis=0) <= PROBABILITIES + error).all()
    assert ((seen <= bands).mean(axis=0) >= PROBABILITIES - error).all()


def test_gaps_move_no_estimate_far():
    y = paths.two_ou(np.random.default_rng(9), 3000, DAY, 2.0, 1.3, 140.0, 3.5, 0.0)
    full = calibrate("two_ou", Series("full", y, DAY))
    y[np.random.default_rng(1).random(3000) < 0.05] = np.nan
    holes = calibrate("two_ou", Series("holes", y, DAY))
    for name in ("slow.volatility", "fast.reversion", "fast.volatility"):
        assert abs(holes[name].value - full[name].value) < full[name].se
