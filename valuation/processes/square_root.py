"""The numbers of a square-root process; its mathematics stands in ``cir.py``, which loads NumPy."""

from __future__ import annotations

from typing import NamedTuple

LEAST_FREEDOM = 0.5
"""Fewest degrees of freedom d = 4κ/v² for which the table keeps to its accuracy: with fewer the law piles up at 0."""


class SquareRoot(NamedTuple):
    """``reversion`` κ > 0 [1/year], ``volatility`` v > 0 of Y relative to its mean of 1 [1/√year]."""

    reversion: float
    volatility: float

    @property
    def freedom(self) -> float:
        """Degrees of freedom d = 4κ/v² [-]; below 2 the process touches 0."""
        return 4.0 * self.reversion / (self.volatility * self.volatility)
