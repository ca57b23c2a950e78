"""How construction spending spreads over time."""

from __future__ import annotations


def s_curve(n: int) -> tuple[float, ...]:
    """Shares of n equal periods in a spending that starts slowly, is fastest in the middle and ends slowly.

    The share spent by time x of the construction period is F(x) = 3x² − 2x³, the cubic with F(0) = 0, F(1) = 1 and
    slope 0 at both ends, so period k of 1 … n spends F(k/n) − F((k − 1)/n) = (3n(2k − 1) − 2(3k² − 3k + 1)) / n³. Each
    share is that fraction rounded once.

    Parameters
    ----------
    n : number of periods.

    Returns
    -------
    tuple [n] : share of the whole in each period [fraction], positive, symmetric.

    Raises
    ------
    ValueError : fewer than one period.
    """
    if n < 1:
        raise ValueError(f"spending needs at least one period, got {n}")
    return tuple((3 * n * (2 * k - 1) - 2 * (3 * k * k - 3 * k + 1)) / n**3 for k in range(1, n + 1))
