"""The common noise of a market: one Cholesky factor over every (level, integral) pair of the market file, in file
order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from valuation.processes.covariance import cholesky, step_covariance

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@dataclass
class MarketNoise:
    """Gaussian innovations of the market's drivers.

    The covariance of all (X_i(h), ∫X_i) pairs over a month of length h is exact, not a correlation of rounded parts;
    it is factored for the whole file, whatever a contract uses, so that contracts on one market see one path and a
    factor appended to the file changes no earlier draw.
    """

    drivers: Sequence[tuple[str, float, float]]
    """(name, reversion [1/year], volatility [1/√year]) in file order."""
    streams: Sequence[str]
    """Stream name of each driver, without the purpose."""
    correlation: Sequence[Sequence[float]]
    factors: dict[float, list[list[float]]] = field(default_factory=dict)

    def factor(self, step: float) -> list[list[float]]:
        """Lower Cholesky factor of the innovations over a step [years]; zeros for a step of no length."""
        if step not in self.factors:
            size = 2 * len(self.drivers)
            self.factors[step] = (
                cholesky(step_covariance(self.drivers, self.correlation, step))
                if step > 0.0
                else [[0.0] * size for _ in range(size)]
            )
        return self.factors[step]

    def correlation_of(self, drivers: Sequence[str]) -> list[list[float]]:
        """Correlation of some of the drivers, in the order asked for."""
        at = [[name for name, *_ in self.drivers].index(driver) for driver in drivers]
        return [[self.correlation[i][j] for j in at] for i in at]

    def is_joined(self, driver: str) -> bool:
        """Whether a driver is correlated with another."""
        names = [name for name, *_ in self.drivers]
        if driver not in names:
            return False
        at = names.index(driver)
        return any(value != 0.0 for j, value in enumerate(self.correlation[at]) if j != at)

    def standard(self, ctx: Lowering, driver: str) -> str:
        """Row of the growth of a Brownian motion over the month, in units of its standard deviation; in a month in
        which the market does not move it is the driver's own draw."""
        k = 2 * [name for name, *_ in self.drivers].index(driver)
        volatility = self.drivers[k // 2][2]

        def weight(j: int, step: float) -> float:
            if step <= 0.0:
                return float(j == k)
            return self.factor(step)[k][j] / (volatility * math.sqrt(step))

        return self._sum(ctx, f"{driver}.standard_noise", k, weight)

    def level(self, ctx: Lowering, driver: str) -> str:
        """Row of the innovation of X over the month."""
        return self._row(ctx, driver, 0)

    def average(self, ctx: Lowering, driver: str) -> str:
        """Row of the innovation of (1/h)∫X over the month."""
        return self._row(ctx, driver, 1)

    def _row(self, ctx: Lowering, driver: str, purpose: int) -> str:
        at = [name for name, *_ in self.drivers].index(driver)
        row = f"{driver}.{('level_noise', 'average_noise')[purpose]}"
        if row in ctx.b.rows:
            return row
        k = 2 * at + purpose
        return self._sum(ctx, row, k, lambda j, step: self._entry(k, j, step))

    def _sum(self, ctx: Lowering, row: str, k: int, weight: Callable[[int, float], float]) -> str:
        """Row of the weighted sum of the normal variables up to the k-th."""
        terms = []
        for j in range(k + 1):
            if all(self.factor(step)[k][j] == 0.0 for step in set(ctx.steps)):
                continue  # a correlation of zero costs nothing and changes no bit
            of_step = ctx.per_step(f"{row}.weight_{j}", lambda step, j=j: weight(j, step))  # type: ignore[misc]
            terms.append((self._normal(ctx, j), of_step))
        running = ""
        for place, (normal, of_step) in enumerate(terms):
            last = place == len(terms) - 1
            name = row if last else f"{row}.part_{place}"
            running = (
                ctx.b.month(name, "mul_add", normal, of_step, running)
                if running
                else ctx.b.month(name, "mul", normal, of_step)
            )
        return running or ctx.b.month(row, "set", 0.0)

    def _entry(self, k: int, j: int, step: float) -> float:
        entry = self.factor(step)[k][j]
        return entry / step if k % 2 and step > 0.0 else entry

    def _normal(self, ctx: Lowering, j: int) -> str:
        name, stream = self.drivers[j // 2][0], self.streams[j // 2]
        purpose = ("level", "integral")[j % 2]
        row = f"{name}.normal_{purpose}"
        if row not in ctx.b.rows:
            ctx.b.month(row, "draw_normal", 1.0, stream=f"{stream}/{purpose}")
        return row
