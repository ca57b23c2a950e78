"""How much of a result's variance one driver explains by itself: the correlation ratio without bias, and its error."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from valuation.statistics.clusters import ranks_of
from valuation.statistics.sums import Floats

BANDS, PER_BAND = 20, 25
"""Bands that a driver's values are cut into, at most, and the paths that a band has at least."""
GROUPS = 20
"""Groups of paths of which the standard error leaves out one after the other."""


def explained_share(driver: Floats, result: Floats) -> tuple[float, float] | None:
    """Var(E[result | driver]) / Var(result) and its standard error; None where one of the two does not vary.

    The paths are cut into bands of equal size by the driver's rank, equal values in one band; the mean of the result in
    a band stands for its expected value given the driver. What the driver does inside a band is lost: of a normal
    driver in 20 bands 1.7 % of a linear effect, 16 % of a square, which is steep in the outermost ones.
    ε² = 1 − (n − 1)/(n − k)·SS_within/SS_total takes out what k means of n numbers explain by chance (T. L. Kelley, An
    unbiased correlation ratio measure, Proceedings of the National Academy of Sciences 21, 1935); it may be a little
    below 0 where the truth is 0. The error is that of the delete-a-group jackknife over 20 groups, path i in group
    i mod 20 (J. Shao and D. Tu, The Jackknife and Bootstrap, 1995, ch. 2).

    Parameters
    ----------
    driver, result : values by path [n].
    """
    bands = _bands(driver)
    whole = _share(bands, result)
    if whole is None:
        return None
    groups = np.arange(result.size) % GROUPS
    parts = [_share(bands[groups != g], result[groups != g]) for g in range(min(GROUPS, result.size))]
    known = np.array([part for part in parts if part is not None])
    apart = known - known.mean()
    spread = float((apart * apart).sum())
    return whole, math.sqrt(spread * (known.size - 1) / known.size) if known.size else 0.0


def _bands(driver: Floats) -> NDArray[np.int64]:
    """The band of each path. [n]"""
    count = max(2, min(BANDS, driver.size // PER_BAND))
    band: NDArray[np.int64] = (ranks_of(driver) * count / driver.size).astype(np.int64)
    return band


def _share(bands: NDArray[np.int64], result: Floats) -> float | None:
    sizes = np.bincount(bands)
    used = int(np.count_nonzero(sizes))
    apart = result - result.mean()
    total = float((apart * apart).sum())
    if used < 2 or result.size <= used or not math.sqrt(total) > 1e-9 * float(np.abs(result).sum()):
        return None
    means = np.bincount(bands, weights=apart) / np.maximum(sizes, 1)
    rest = apart - means[bands]
    within = float((rest * rest).sum())
    return 1.0 - (result.size - 1) / (result.size - used) * within / total
