"""Sums over paths in one fixed order: lane by lane inside a block of 256 paths, then block by block.

The kernel sums its blocks the same way, so a total has the same bits for any number of threads, chunks or machines.
NumPy's own sum leaves its order open, and Python's built-in sum changed its rounding in 3.12.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

BLOCK = 256
"""Paths of a block, as the kernel runs them."""


def block_sum(*columns: Floats, term: Callable[..., Floats] | None = None) -> float:
    """Sum over paths of the column, or of a term made of several columns, in the fixed order; copies no column.

    Parameters
    ----------
    columns : values by path [n], all of one length.
    term : makes the summand of one lane of every block out of the columns' values there; left out: the one column.

    Raises
    ------
    ValueError : columns of different lengths.
    """
    count = len(columns[0])
    if any(column.shape != (count,) for column in columns):
        raise ValueError(f"columns of shapes {[column.shape for column in columns]}: all must be one row of one length")
    whole = count - count % BLOCK
    blocks = [column[:whole].reshape(-1, BLOCK) for column in columns]
    sums = np.zeros(whole // BLOCK)
    for lane in range(BLOCK):
        values = [block[:, lane] for block in blocks]
        sums += values[0] if term is None else term(*values)
    total = 0.0
    for block_total in sums:
        total += float(block_total)
    if count == whole:
        return total
    rest = [column[whole:] for column in columns]
    last = 0.0
    for value in rest[0] if term is None else term(*rest):
        last += float(value)
    return total + last


def mean_and_error(*columns: Floats, term: Callable[..., Floats] | None = None) -> tuple[float, float, float]:
    """Mean of the column (or term) over paths, its standard error and the standard deviation of one path.

    sd² = Σ (x − mean)² / (n − 1); error = sd / √n.

    Raises
    ------
    ValueError : fewer than two paths.
    """
    count = len(columns[0])
    if count < 2:
        raise ValueError(f"a standard error needs at least two paths, got {count}")
    mean = block_sum(*columns, term=term) / count

    def squared(*values: Floats) -> Floats:
        deviation: Floats = (values[0] if term is None else term(*values)) - mean
        return deviation * deviation

    sd = float(np.sqrt(block_sum(*columns, term=squared) / (count - 1)))
    return mean, sd / float(np.sqrt(count)), sd


def paired_difference(new: Floats, old: Floats) -> tuple[float, float]:
    """Mean of new − old over the same paths, and its standard error: common draws cancel in it."""
    mean, error, _ = mean_and_error(new, old, term=lambda a, b: a - b)
    return mean, error


def ratio_of_means(above: Floats, below: Floats) -> tuple[float, float] | None:
    """Mean of ``above`` over mean of ``below`` by path, ρ, and its standard error sd(above − ρ·below)/(√n·mean below)
    (delta method, as of survey sampling); None where the mean below is not above 0.

    A mean of ratios would not do: a path whose denominator is next to nothing decides it, and it may not exist at all.
    """
    mean = block_sum(below) / len(below)
    if not mean > 0.0:
        return None
    ratio = block_sum(above) / len(above) / mean
    _, error, _ = mean_and_error(above, below, term=lambda a, b: a - ratio * b)
    return ratio, error / mean


def share(condition: NDArray[np.bool_]) -> tuple[float, float]:
    """Share p of the paths on which the condition holds, and its standard error √(p (1 − p)/n).

    Raises
    ------
    ValueError : no paths.
    """
    if not condition.size:
        raise ValueError("a share of no paths")
    p = int(np.count_nonzero(condition)) / condition.size
    return p, float(np.sqrt(p * (1.0 - p) / condition.size))


def convergence(values: Floats, least: int = 1_024) -> tuple[tuple[int, float, float], ...]:
    """Mean and its standard error over the first 1,024, 2,048, … paths, and over all: (paths, mean, error) each."""
    steps = []
    paths = least
    while paths < len(values):
        steps.append(paths)
        paths *= 2
    return tuple((paths, *mean_and_error(values[:paths])[:2]) for paths in [*steps, len(values)])
