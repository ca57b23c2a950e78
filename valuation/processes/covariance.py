"""Exact covariance of a step of all drivers (X_i, ∫X_i), and its Cholesky factor.

The drivers are Ornstein–Uhlenbeck processes dX_i = −κ_i X_i dt + σ_i dW_i whose Brownian motions are correlated. Over a
step the covariance is not ρ times the product of the standard deviations; it is the integral of the two responses to a
shock: e^−κu for X and B(u) = (1 − e^−κu)/κ for ∫X.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from valuation.errors import ValuationError
from valuation.processes import ou
from valuation.processes.quadrature import graded_nodes

_ROUNDING = 1.0e-12
"""A pivot below this share of its diagonal entry is rounding of 0: the matrix is not positive definite."""


class Driver(NamedTuple):
    """One Ornstein–Uhlenbeck component. ``reversion`` κ ≥ 0 [1/year], ``volatility`` σ ≥ 0 [1/√year]."""

    name: str
    reversion: float
    volatility: float


class NotPositiveDefinite(ValuationError, ValueError):
    """A covariance or correlation matrix that no random variables can have. ``index``: the row at which it shows."""

    def __init__(self, index: int, pivot: float) -> None:
        self.index = index
        self.pivot = pivot
        super().__init__(f"not positive definite: row {index} leaves a variance of {pivot:g} after the rows before it")


def correlation_matrix(names: Sequence[str], pairs: Mapping[tuple[str, str], float]) -> tuple[tuple[float, ...], ...]:
    """Full correlation matrix from the pairs that are stated; all others are 0.

    Parameters
    ----------
    names : drivers in order, shape [D].
    pairs : correlation of the Brownian motions by pair of names, in either order.

    Returns
    -------
    rows, shape [D, D]. A name that is not among ``names`` is a KeyError: the caller has checked them.
    """
    place = {name: i for i, name in enumerate(names)}
    rows = [[1.0 if i == j else 0.0 for j in range(len(names))] for i in range(len(names))]
    for (first, second), value in pairs.items():
        i, j = place[first], place[second]
        rows[i][j] = rows[j][i] = value
    return tuple(tuple(row) for row in rows)


def step_covariance(
    drivers: Sequence[tuple[str, float, float]], correlation: Sequence[Sequence[float]], years: float
) -> list[list[float]]:
    """Covariance of the innovations of X_1, ∫X_1, X_2, ∫X_2, … over a step.

    Parameters
    ----------
    drivers : (name, reversion κ [1/year], volatility σ [1/√year]), shape [D]; :class:`Driver` or plain tuples.
    correlation : of the Brownian motions, symmetric with ones on the diagonal, shape [D, D].
    years : length of the step h ≥ 0 [year].

    Returns
    -------
    rows, shape [2D, 2D]: Cov(X_i, X_j) = ρσ_iσ_j∫e^−κ_i u e^−κ_j u du, Cov(X_i, I_j) = ρσ_iσ_j∫e^−κ_i u B_j(u) du,
    Cov(I_i, I_j) = ρσ_iσ_j∫B_i(u) B_j(u) du, u from 0 to h.
    """
    size = 2 * len(drivers)
    rows = [[0.0] * size for _ in range(size)]
    for i, (_, reversion, volatility) in enumerate(drivers):
        x, integral = 2 * i, 2 * i + 1
        rows[x][x] = ou.level_variance(reversion, volatility, years)
        rows[integral][integral] = ou.integral_variance(reversion, volatility, years)
        rows[x][integral] = rows[integral][x] = ou.level_integral_covariance(reversion, volatility, years)
        for j in range(i):
            scale = correlation[i][j] * volatility * drivers[j][2]
            if scale == 0.0:
                continue
            block = _unit_block(drivers[j][1], reversion, years)
            for a in (0, 1):
                for b in (0, 1):
                    value = scale * block[a][b]
                    rows[2 * j + a][2 * i + b] = rows[2 * i + b][2 * j + a] = value
    return rows


def _unit_block(first: float, second: float, years: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The 2 × 2 block of two drivers with σ = ρ = 1: rows X, ∫X of the first, columns X, ∫X of the second."""
    xx = ou.integrated_decay(first + second, years)
    xi = ix = ii = 0.0
    for u, weight in graded_nodes(years, max(first, second)):
        decay_1, decay_2 = ou.decay(first, u), ou.decay(second, u)
        sum_1, sum_2 = ou.integrated_decay(first, u), ou.integrated_decay(second, u)
        xi += weight * decay_1 * sum_2
        ix += weight * sum_1 * decay_2
        ii += weight * sum_1 * sum_2
    return (xx, xi), (ix, ii)


def cholesky(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Lower factor L with L·Lᵀ = matrix. A row of zeros (a driver without volatility) gives a row of zeros.

    Parameters
    ----------
    matrix : symmetric, shape [N, N]; the lower triangle is read.

    Raises
    ------
    NotPositiveDefinite : a row is explained whole, or more than whole, by the rows before it.
    """
    size = len(matrix)
    factor = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            if factor[j][j] == 0.0:
                if matrix[i][j] != 0.0:
                    raise NotPositiveDefinite(j, 0.0)
                continue
            entry = matrix[i][j]
            for k in range(j):
                entry -= factor[i][k] * factor[j][k]
            factor[i][j] = entry / factor[j][j]
        pivot = matrix[i][i]
        for k in range(i):
            pivot -= factor[i][k] * factor[i][k]
        if matrix[i][i] == 0.0 and not any(matrix[i][j] != 0.0 for j in range(i)):
            continue
        if not pivot > _ROUNDING * matrix[i][i]:
            raise NotPositiveDefinite(i, pivot)
        factor[i][i] = sqrt(pivot)
    return factor
