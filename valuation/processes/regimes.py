"""Regimes that follow a Markov chain in continuous time, wet and dry years: probabilities by the matrix exponential.

With the generator Q, q_ij the intensity of a change from i to j and q_ii = −Σq_ij, the chain has P(t) = e^(Qt), row i
the probabilities from regime i. A month keeps the regime in which the chain stands at its start.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from valuation.errors import ValuationError
from valuation.processes.matrix import Matrix, exponential, product


class NoStationaryRegime(ValuationError, ValueError):
    """A chain that falls into parts that are never left: what it settles at depends on where it starts."""


def generator(durations: Sequence[float], shares: Sequence[Sequence[float]]) -> Matrix:
    """Generator Q [1/year], shape [R, R]: q_ij = s_ij/D_i.

    Parameters
    ----------
    durations : D_i, mean time in regime i [year], above 0; shape [R].
    shares : s_ij, share of the changes from i that lead to j [-]; rows add to 1, the diagonal is not read; [R, R].
    """
    size = len(durations)
    rows = [[0.0 if i == j else shares[i][j] / durations[i] for j in range(size)] for i in range(size)]
    for i, row in enumerate(rows):
        row[i] = -fsum(row)
    return rows


def transition(rates: Sequence[Sequence[float]], years: float) -> Matrix:
    """P = e^(Qt), shape [R, R]; rows are bounded at 0 and add to 1 but for rounding.

    Parameters
    ----------
    rates : generator Q [1/year].
    years : t ≥ 0 [year].
    """
    found = exponential([[rate * years for rate in row] for row in rates])
    return [[max(0.0, entry) for entry in row] for row in found]


def stationary(rates: Sequence[Sequence[float]]) -> list[float]:
    """Probabilities π with πQ = 0 that add to 1 [-], shape [R].

    By elimination of one regime after the other without subtractions (Grassmann, Taksar and Heyman 1985).

    Raises
    ------
    NoStationaryRegime : some regime is never left, or never reached from those before it.
    """
    rows = [list(row) for row in rates]
    size = len(rows)
    for k in range(size - 1, 0, -1):
        leaving = fsum(rows[k][:k])
        if not leaving > 0.0:
            raise NoStationaryRegime(f"regime {k + 1} does not lead back to those before it")
        for i in range(k):
            rows[i][k] /= leaving
            for j in range(k):
                if i != j:
                    rows[i][j] += rows[i][k] * rows[k][j]
    weights = [1.0]
    for k in range(1, size):
        weights.append(fsum(weights[i] * rows[i][k] for i in range(k)))
    total = fsum(weights)
    return [weight / total for weight in weights]


def by_month(rates: Sequence[Sequence[float]], start: Sequence[float], steps: Sequence[float]) -> list[list[float]]:
    """Probabilities of the regimes at each month's start [-], shape [T, R].

    Parameters
    ----------
    start : probabilities on the market's date, shape [R].
    steps : length of each month after it [year], shape [T]; 0 before.
    """
    moved = {step: transition(rates, step) for step in sorted(set(steps))}
    current, result = list(start), []
    for step in steps:
        result.append(current)
        if step > 0.0:
            current = product([current], moved[step])[0]
    return result
