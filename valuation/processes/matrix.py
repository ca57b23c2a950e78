"""Exponential of a small matrix by scaling and squaring, in plain arithmetic: the same bits on every CPU."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

Matrix = list[list[float]]

_TERMS = 18
"""Terms of the Taylor series: with a norm of at most ½ the rest is below 1e-22."""


def identity(size: int) -> Matrix:
    """The unit matrix, shape [size, size]."""
    return [[1.0 if i == j else 0.0 for j in range(size)] for i in range(size)]


def product(left: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> Matrix:
    """Matrix product, shape [N, N]; each entry is rounded once."""
    columns = list(zip(*right, strict=True))
    return [[fsum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in left]


def exponential(matrix: Sequence[Sequence[float]]) -> Matrix:
    """e^A of a square matrix, shape [N, N].

    A/2^k with a norm of at most ½ goes into the Taylor series, which is then squared k times (Moler and Van Loan 2003,
    method 3). The squarings work on e^A − 1, (1 + D)² − 1 = 2D + D², so that small rates lose no digit to the unit
    matrix.
    """
    size = len(matrix)
    norm = max((fsum(abs(x) for x in row) for row in matrix), default=0.0)
    scale, squarings = 1.0, 0
    while norm * scale > 0.5:
        scale, squarings = 0.5 * scale, squarings + 1
    small = [[x * scale for x in row] for row in matrix]
    above = [[0.0] * size for _ in range(size)]
    for n in range(_TERMS, 0, -1):  # Horner's rule for e^A − 1 = A/1·(1 + A/2·(1 + …))
        above = [[x / n for x in row] for row in _plus(small, product(small, above))]
    for _ in range(squarings):
        above = _plus([[2.0 * x for x in row] for row in above], product(above, above))
    return [[(1.0 if i == j else 0.0) + above[i][j] for j in range(size)] for i in range(size)]


def _plus(left: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> Matrix:
    return [[a + b for a, b in zip(one, other, strict=True)] for one, other in zip(left, right, strict=True)]
