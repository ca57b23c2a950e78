"""The nearest correlation matrix to one that no random variables can have.

N. J. Higham, Computing the nearest correlation matrix, IMA Journal of Numerical Analysis 22 (2002): alternating
projections, with Dykstra's correction, onto the matrices without negative eigenvalues and onto those with a unit
diagonal; the nearest in the Frobenius norm. Here no eigenvalue falls below a small floor, so that the result can be
factored.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FLOOR = 1e-3
"""Least eigenvalue of the result: two digits of a correlation are then enough to write it down."""
ROUNDS = 500
CLOSE = 1e-9


def nearest_correlation(matrix: Sequence[Sequence[float]], floor: float = FLOOR) -> list[list[float]]:
    """Nearest matrix with ones on the diagonal and no eigenvalue below the floor.

    Parameters
    ----------
    matrix : symmetric, ones on the diagonal, shape [D, D].
    floor : least eigenvalue of the result, 0 < floor < 1.

    Returns
    -------
    rows, shape [D, D]; the matrix itself where it is one already.
    """
    start = np.array(matrix, dtype=float)
    if np.linalg.eigvalsh(start)[0] >= floor:
        return [list(row) for row in matrix]
    found, correction = start.copy(), np.zeros_like(start)
    for _ in range(ROUNDS):
        lifted = _lifted(found - correction, floor)
        correction = lifted - (found - correction)
        before, found = found, lifted.copy()
        np.fill_diagonal(found, 1.0)
        if np.max(np.abs(found - before)) < CLOSE:
            break
    # the last projection is onto the diagonal: shrink towards the identity by what is left below the floor
    least = float(np.linalg.eigvalsh(found)[0])
    if least < floor:
        found = (found * (1.0 - floor) + np.eye(len(found)) * (floor - least)) / (1.0 - least)
    return [[float(value) for value in row] for row in found]


def _lifted(matrix: np.ndarray, floor: float) -> np.ndarray:
    """The nearest symmetric matrix whose eigenvalues are at least the floor."""
    values, vectors = np.linalg.eigh(matrix)
    lifted = (vectors * np.maximum(values, floor)) @ vectors.T
    return np.asarray((lifted + lifted.T) / 2.0)
