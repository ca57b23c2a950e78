"""Laws of the size of a jump: moments and exponential moments, and how a jump is drawn."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from valuation.processes.precise import exp_minus, expm1, log1p, mean_decay
from valuation.processes.quadrature import graded_nodes

INFINITE = float("inf")
"""An exponential moment that does not exist."""

_TINY = 1.0e-290
"""A logarithm of 1 and less than this is that."""


class SizeLaw(Protocol):
    """What the moments of a jump process need of the size J of one jump."""

    @property
    def mean(self) -> float:
        """E[J] [-]."""

    @property
    def square(self) -> float:
        """E[J²] [-]."""

    def excess(self, x: float) -> float:
        """E[e^(xJ)] − 1 [-], ``INFINITE`` where the moment does not exist."""

    def decayed(self, x: float, reversion: float, begin: float, end: float) -> float:
        """∫(E[e^(x·e^(−βu)·J)] − 1)du over begin … end [year]."""


class Exponential(NamedTuple):
    """Sizes of one sign, |J| exponential of mean 1/η. ``mean``: 1/η, below 0 for jumps down [-]."""

    mean: float

    @property
    def square(self) -> float:
        """E[J²] = 2/η² [-]."""
        return 2.0 * self.mean * self.mean

    def excess(self, x: float) -> float:
        """E[e^(xJ)] − 1 = x/(η − x) [-], ``INFINITE`` from x = η on."""
        share = x * self.mean
        return share / (1.0 - share) if share < 1.0 else INFINITE

    def decayed(self, x: float, reversion: float, begin: float, end: float) -> float:
        """1/β·ln((η − x·e^(−β·end))/(η − x·e^(−β·begin))) [year]; (end − begin)·x/(η − x) without decay."""
        most, length = x * self.mean * exp_minus(reversion * begin), end - begin
        if most >= 1.0:
            return INFINITE if length > 0.0 else 0.0
        # the ratio less 1 is what has decayed, over 1 less what was there
        decayed = length * mean_decay(reversion * length)
        grown = most * decayed / (1.0 - most)
        share = reversion * grown
        return grown if -_TINY < share < _TINY else log1p(share) / reversion


class Normal(NamedTuple):
    """Normal sizes. ``mean`` μ [-], ``sd`` s ≥ 0 [-]."""

    mean: float
    sd: float

    @property
    def square(self) -> float:
        """E[J²] = μ² + s² [-]."""
        return self.mean * self.mean + self.sd * self.sd

    def excess(self, x: float) -> float:
        """E[e^(xJ)] − 1 = e^(xμ + x²s²/2) − 1 [-]."""
        return expm1(x * self.mean + 0.5 * x * x * self.sd * self.sd)

    def decayed(self, x: float, reversion: float, begin: float, end: float) -> float:
        """By quadrature [year]: the integrand has no pole."""
        total = 0.0
        for node, weight in graded_nodes(end - begin, reversion):
            total += weight * self.excess(x * exp_minus(reversion * (begin + node)))
        return total
