"""Whole numbers by inversion follow their exact laws, and the form without a loop agrees with the one with."""

import math

import numpy as np
import pytest
from scipy import stats

from valuation.kernel import discrete, jit


@jit.compiled
def _poisson(u, mean, quantile, few):
    for i in range(u.size):
        quantile[i] = discrete.poisson_quantile(u[i], mean)
        few[i] = discrete.poisson_few(u[i], mean)


@jit.compiled
def _binomial(u, n, p, quantile, few):
    for i in range(u.size):
        quantile[i] = discrete.binomial_quantile(u[i], n, p)
        few[i] = discrete.binomial_few(u[i], n, p)


def _levels() -> np.ndarray:
    words = np.random.default_rng(7).integers(0, 2**32, 4000)
    return (np.concatenate([words, [0, 1, 2**32 - 1, 2**32 - 2]]) + 0.5) * 2.0**-32


def _settled_or_same(few: np.ndarray, quantile: np.ndarray) -> bool:
    settled = few != discrete.UNSETTLED
    return np.array_equal(few[settled], quantile[settled]) and bool((quantile[~settled] > 3).all())


@pytest.mark.parametrize("mean", [1e-6, 0.05, 0.4, 3.0, 47.5, 300.0, 699.0])
def test_poisson_law(mean: float) -> None:
    u = _levels()
    quantile, few = np.empty_like(u), np.empty_like(u)
    _poisson(u, mean, quantile, few)
    assert np.array_equal(quantile, stats.poisson.ppf(u, mean))
    assert _settled_or_same(few, quantile)
    assert quantile[:50].tolist() == [discrete.poisson_quantile(x, mean) for x in u[:50].tolist()]


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (2, 0.5), (3, 0.999), (20, 0.02), (40, 0.5), (1000, 0.01), (900, 0.5)])
def test_binomial_law(n: int, p: float) -> None:
    u = _levels()
    quantile, few = np.empty_like(u), np.empty_like(u)
    _binomial(u, float(n), p, quantile, few)
    assert np.array_equal(quantile, stats.binom.ppf(u, n, p))
    assert _settled_or_same(few, np.where(quantile > 3, 4.0, quantile) if n > 3 else np.where(few < 0, 4.0, quantile))
    assert quantile[:50].tolist() == [discrete.binomial_quantile(x, float(n), p) for x in u[:50].tolist()]


def test_laws_without_chance() -> None:
    assert discrete.poisson_quantile(0.9, 0.0) == 0.0
    assert discrete.binomial_quantile(0.9, 0.0, 0.5) == 0.0
    assert discrete.binomial_quantile(0.9, 7.0, 0.0) == 0.0
    assert discrete.binomial_quantile(0.1, 7.0, 1.0) == 7.0


def test_beyond_the_stated_domain_there_is_no_number() -> None:
    assert math.isnan(discrete.poisson_quantile(0.5, 701.0))
    assert math.isnan(discrete.poisson_quantile(0.5, math.nan))
    assert math.isnan(discrete.binomial_quantile(0.5, 2000.0, 0.5))
    assert math.isnan(discrete.binomial_quantile(0.5, math.nan, 0.5))
