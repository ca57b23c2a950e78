"""Statistics of paths that come in batches, against plain formulas and a library."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats as st

from valuation.statistics.clusters import (
    batch_means,
    clustered_distribution,
    clustered_mean,
    clustered_share,
    rank_correlation,
    variance_between,
)
from valuation.statistics.distribution import distribution

BOUNDS = ((0, 256), (256, 768), (768, 1024), (1024, 1536), (1536, 1792), (1792, 2000))


def _column(spread: float, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    shared = np.repeat(spread * rng.standard_normal(len(BOUNDS)), [end - first for first, end in BOUNDS])
    return shared + rng.standard_normal(2000)


def test_mean_and_error_are_those_of_a_sample_of_batches() -> None:
    values = _column(2.0)
    means = np.array([values[first:end].mean() for first, end in BOUNDS])
    assert batch_means(values, BOUNDS) == pytest.approx(means, rel=1e-13)
    sizes = np.array([end - first for first, end in BOUNDS])
    mean, error = clustered_mean(values, BOUNDS)
    assert mean == pytest.approx(values.mean(), rel=1e-12)
    assert error == pytest.approx(np.sqrt(6 / 5 * np.sum((sizes * (means - values.mean())) ** 2)) / 2000, rel=1e-12)
    exists = values > -1.0
    assert clustered_mean(np.where(exists, values, np.nan), BOUNDS, exists)[0] == pytest.approx(values[exists].mean())


def test_the_error_holds_where_batches_share_something_and_where_they_do_not() -> None:
    """Over 200 runs the errors match the spread of the means, which those of single paths would miss by far."""
    bounds = tuple((k * 256, (k + 1) * 256) for k in range(40))
    rng = np.random.default_rng(7)
    for spread in (0.0, 0.5):
        means, errors, shares, of_shares, halves, of_halves = [], [], [], [], [], []
        for _ in range(200):
            values = np.repeat(spread * rng.standard_normal(40), 256) + rng.standard_normal(40 * 256)
            found = clustered_distribution(values, bounds)
            below = clustered_share(values < -0.5, bounds)
            means.append(found.mean), errors.append(found.se)
            halves.append(found.p50), of_halves.append(found.se_p50)
            shares.append(below[0]), of_shares.append(below[1])
        for sample, stated in ((means, errors), (halves, of_halves), (shares, of_shares)):
            assert np.sqrt(np.mean(np.square(stated))) == pytest.approx(np.std(sample), rel=0.2)


def test_variance_between_and_within_batches_of_unequal_size() -> None:
    values = _column(2.0)
    groups = [values[first:end] for first, end in BOUNDS]
    sizes = np.array([len(group) for group in groups])
    found = variance_between(values, BOUNDS)
    inside = sum(((group - group.mean()) ** 2).sum() for group in groups) / (2000 - 6)
    across = sum(len(g) * (g.mean() - values.mean()) ** 2 for g in groups) / 5
    assert found.within == pytest.approx(inside, rel=1e-12)
    assert found.between == pytest.approx((across - inside) / ((2000 - (sizes**2).sum() / 2000) / 5), rel=1e-12)
    assert across / inside == pytest.approx(st.f_oneway(*groups).statistic, rel=1e-10)
    assert variance_between(np.tile([-1.0, 1.0], 1000), BOUNDS).between == 0.0


def test_moments_and_percentiles_are_those_of_all_paths() -> None:
    values = _column(1.0)
    plain, found = distribution(values), clustered_distribution(values, BOUNDS)
    assert (found.sd, found.p5, found.p50, found.p99) == (plain.sd, plain.p5, plain.p50, plain.p99)
    assert found.mean == pytest.approx(plain.mean)
    assert clustered_distribution(np.empty(0), ()).count == 0


def test_rank_correlation_is_spearmans_with_ties() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.integers(0, 6, 50).astype(float), rng.standard_normal(50)
    assert rank_correlation(one, other + one) == pytest.approx(st.spearmanr(one, other + one).statistic, rel=1e-12)
    assert rank_correlation(one, np.ones(50)) is None
