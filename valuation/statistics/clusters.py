"""Distributions over paths that come in batches: what all paths of a batch share, they do not average out.

Standard errors are those of a sample of batches (cluster sampling; W. G. Cochran, Sampling Techniques, 1977, ch. 11).
The variance between the batches is that of a one-way analysis of variance with unequal groups (S. R. Searle, Linear
Models, 1971, ch. 10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from valuation.statistics.distribution import Distribution, distribution, percentile
from valuation.statistics.sums import BLOCK, Floats

Bounds = Sequence[tuple[int, int]]
"""First path of each batch and the one behind its last, in order and without a gap; each begins a block of 256."""


@dataclass(frozen=True)
class Variance:
    """The variance of one path, between and within the batches."""

    between: float
    within: float


def batch_sums(values: Floats, bounds: Bounds) -> Floats:
    """Sum of a column over the paths of each batch, in the fixed order: lane by lane, then block by block. [B]"""
    whole = len(values) - len(values) % BLOCK
    blocks = values[:whole].reshape(-1, BLOCK)
    by_block = np.zeros(whole // BLOCK)
    for lane in range(BLOCK):
        by_block += blocks[:, lane]
    if whole < len(values):
        by_block = np.append(by_block, _sum(values[whole:]))
    return np.array([_sum(by_block[first // BLOCK : -(-end // BLOCK)]) for first, end in bounds])


def batch_means(values: Floats, bounds: Bounds) -> Floats:
    """Mean of a column over the paths of each batch. [B]"""
    return batch_sums(values, bounds) / _sizes(bounds)


def clustered_mean(values: Floats, bounds: Bounds, exists: NDArray[np.bool_] | None = None) -> tuple[float, float]:
    """Mean over the paths on which a measure exists, and its standard error, the batches being the sample.

    error² = B/(B − 1)·Σ (s_b − mean·n_b)²/n², with s_b the sum and n_b the number of paths of batch b.
    """
    counts = _sizes(bounds) if exists is None else batch_sums(exists.astype(float), bounds)
    sums = batch_sums(values if exists is None else np.where(exists, values, 0.0), bounds)
    total = _sum(counts)
    mean = _sum(sums) / total
    return mean, _error(sums - mean * counts) / total


def clustered_share(condition: NDArray[np.bool_], bounds: Bounds) -> tuple[float, float]:
    """Share of the paths on which a condition holds, and its standard error, the batches being the sample."""
    return clustered_mean(condition.astype(float), bounds)


def clustered_distribution(values: Floats, bounds: Bounds, exists: NDArray[np.bool_] | None = None) -> Distribution:
    """The distribution of a measure with the standard errors of a sample of batches.

    That of a percentile is half the distance between the order statistics at n·(p ± the error of the share of paths
    below it).
    """
    plain = distribution(values, exists)
    if plain.mean is None or plain.count < 2:
        return plain
    mean, error = clustered_mean(values, bounds, exists)
    ordered = np.sort(values if exists is None else values[exists])
    p5, p50, p95 = (_percentile_error(values, bounds, exists, ordered, p) for p in (0.05, 0.5, 0.95))
    return replace(plain, mean=mean, se=error, se_p5=p5, se_p50=p50, se_p95=p95)


def _percentile_error(
    values: Floats, bounds: Bounds, exists: NDArray[np.bool_] | None, ordered: Floats, p: float
) -> float:
    level = percentile(ordered, p)
    _, error = clustered_mean((values <= level).astype(float), bounds, exists)
    count = ordered.size
    low = min(max(1, int(np.floor(count * (p - error)))), count - 1)
    high = min(max(low + 1, int(np.ceil(count * (p + error)))), count)
    return float(0.5 * (ordered[high - 1] - ordered[low - 1]))


def variance_between(values: Floats, bounds: Bounds) -> Variance:
    """Variance of what the batches have in common, and of a path within its batch; the first is 0 where an estimate
    of it comes out below.

    between = (MSB − MSW)/n₀ with MSB = Σ n_b (m_b − m)²/(B − 1), MSW = Σ Σ (x − m_b)²/(n − B) and
    n₀ = (n − Σ n_b²/n)/(B − 1).
    """
    sizes = _sizes(bounds)
    means = batch_means(values, bounds)
    count, groups = _sum(sizes), len(bounds)
    mean = _sum(means * sizes) / count
    apart = values - np.repeat(means, [end - first for first, end in bounds])
    within = _sum(batch_sums(apart * apart, bounds)) / (count - groups)
    across = _sum(sizes * (means - mean) * (means - mean)) / (groups - 1)
    typical = (count - _sum(sizes * sizes) / count) / (groups - 1)
    return Variance(max(0.0, (across - within) / typical), within)


def rank_correlation(one: Floats, other: Floats) -> float | None:
    """Correlation of the ranks of two columns (Spearman's), equal values at their middle rank; None where one of them
    does not vary."""
    ranks = [ranks_of(column) for column in (one, other)]
    middle = 0.5 * (len(one) - 1)
    first, second = (column - middle for column in ranks)
    scale = float(np.sqrt(_sum(first * first) * _sum(second * second)))
    return _sum(first * second) / scale if scale > 0.0 else None


def ranks_of(column: Floats) -> Floats:
    """Places of the values in ascending order, counted from 0; equal values have their middle one. [n]"""
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    first = np.searchsorted(ordered, ordered, side="left")
    last = np.searchsorted(ordered, ordered, side="right") - 1
    ranks = np.empty(len(column))
    ranks[order] = 0.5 * (first + last)
    return ranks


def _sizes(bounds: Bounds) -> Floats:
    return np.array([float(end - first) for first, end in bounds])


def _error(residuals: Floats) -> float:
    """Root of B/(B − 1)·Σ residual²: the standard error of the sum of the batches."""
    groups = len(residuals)
    return float(np.sqrt(groups / (groups - 1) * _sum(residuals * residuals)))


def _sum(values: Floats) -> float:
    """One after the other: the order is not left to NumPy."""
    total = 0.0
    for value in values:
        total += float(value)
    return total
