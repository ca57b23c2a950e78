"""How far the engine's monthly price is from an average of daily prices: one set of parameters simulated, four in
closed form.

The engine prices a month at exp (or c·sinh) of the month's average of the transformed price, located so that the mean
is the forward. A month of energy is in truth paid at the average of its daily prices, which is not the same law. This
script prints the two tables of docs/models.md: `python tests/bench/daily_average.py`.
"""

from __future__ import annotations

import argparse
import math
from typing import NamedTuple

import numpy as np

from valuation.processes import ou
from valuation.processes.average import asinh_location, average_variances

DRIVERS = (("slow", 3.2, 1.99), ("fast", 134.0, 2.47))
YEARLY_SD = 0.45
SHAPE = (1.253, 1.213, 1.103, 0.984, 0.901, 0.856, 0.835, 0.832, 0.859, 0.934, 1.057, 1.187)
FLAT = 28.5
"""contracts/markets/nordic.yaml: reversion [1/year], volatility [1/sqrt(year)], sd of the yearly level, EUR/MWh."""

DAYS = 30
MONTH = 1.0 / 12.0
SEED = 20261121
IDENTITY = ((1.0, 0.0), (0.0, 1.0))
"""The two motions are independent."""
LONG_AGO = 50.0
"""Years from X = 0 after which the law is stationary (e^-160 of the start is left)."""


class Law(NamedTuple):
    """A price: its drivers (name, reversion [1/year], volatility [1/sqrt(year)]), sd of the yearly level, and for asinh
    the scale as a multiple of the forward."""

    words: str
    drivers: tuple[tuple[str, float, float], ...]
    level: float = 0.0
    scale: float | None = None

    def covariance(self, first: float) -> np.ndarray:
        """Covariance of the transformed prices of a month's days, at the middle of each, ``first`` years after X = 0.
        [30, 30]"""
        at = first + (np.arange(DAYS) + 0.5) / DAYS * MONTH
        total = np.zeros((DAYS, DAYS))
        for _, kappa, sigma in self.drivers:
            apart, summed = np.abs(at[:, None] - at[None, :]), at[:, None] + at[None, :]
            total += sigma**2 / (2.0 * kappa) * (np.exp(-kappa * apart) - np.exp(-kappa * summed))
        return total + self.level**2

    def closed_sd(self, first: float) -> tuple[float, float]:
        """Standard deviation of price/forward of a month: average of daily prices, and the engine's law. [1]"""
        identity = [[float(i == j) for j in range(len(self.drivers))] for i in range(len(self.drivers))]
        steps = (first, MONTH) if first else (MONTH,)
        variance = average_variances(self.drivers, identity, steps)[-1] + self.level**2
        return self._sd(self.covariance(first)), self._sd(np.array([[variance]]))

    def _sd(self, covariance: np.ndarray) -> float:
        """Standard deviation of the mean of prices with mean 1 and this covariance of their transforms. [1]

        log: Cov(P, Q) = e^cov - 1. asinh, with locations m and n: E[PQ] = c^2/2 e^((v + w)/2) (e^cov cosh(m + n) -
        e^-cov cosh(m - n)).
        """
        if self.scale is None:
            return math.sqrt(float(np.mean(np.expm1(covariance))))
        variances = np.diag(covariance)
        m = np.array([asinh_location(1.0, float(v), self.scale) for v in variances])
        half = np.exp((variances[:, None] + variances[None, :]) / 2.0)
        near, far = np.cosh(m[:, None] + m[None, :]), np.cosh(m[:, None] - m[None, :])
        products = self.scale**2 / 2.0 * half * (np.exp(covariance) * near - np.exp(-covariance) * far)
        return math.sqrt(float(np.mean(products)) - 1.0)


SHIPPED = Law("log, as shipped: 3.2, 1.99; 134, 2.47; level 0.45", DRIVERS, YEARLY_SD)
LAWS = (
    SHIPPED,
    Law("log, one driver: 30.5, 4.79", (("x", 30.5, 4.79),)),
    Law("log, one driver: 73, 7.99", (("x", 73.0, 7.99),)),
    Law(
        "asinh, c = 10 at F = 28.5 EUR/MWh: 2.505, 1.313; 163.8, 2.072; level 0.45",
        (("slow", 2.505, 1.313), ("fast", 163.8, 2.072)),
        YEARLY_SD,
        10.0 / FLAT,
    ),
)
"""Laws compared in closed form: reversion [1/year] and volatility [1/sqrt(year)] of each driver."""


def closed_table() -> list[str]:
    """Rows of the table of closed forms: standard deviations of a month as multiples of the forward."""
    rows = []
    for law in LAWS:
        cells = []
        for first in (LONG_AGO, 0.0):
            days, engine = law.closed_sd(first)
            cells += [f"{days:.4f}", f"{engine:.4f}", f"{engine / days - 1.0:+.1%}".replace("%", " %")]
        rows.append(f"| {law.words} | {' | '.join(cells)} |")
    return rows


def stretch(kappa: float, sigma: float, years: float) -> tuple[float, float, float, float, float]:
    """An exact step of (X, integral of X): decay of X, B(h), and the lower Cholesky factor of the two innovations."""
    level = math.sqrt(ou.level_variance(kappa, sigma, years))
    shared = ou.level_integral_covariance(kappa, sigma, years) / level
    own = math.sqrt(ou.integral_variance(kappa, sigma, years) - shared**2)
    return ou.decay(kappa, years), ou.integrated_decay(kappa, years), level, shared, own


def year_of_prices(
    rng: np.random.Generator, paths: int, stationary: bool, months: int
) -> tuple[np.ndarray, np.ndarray]:
    """Price/forward by month on the same paths: average of thirty daily prices, and the engine's law. [path, month]"""
    level = YEARLY_SD * rng.standard_normal(paths)
    still = [ou.stationary_sd(kappa, sigma) if stationary else 0.0 for _, kappa, sigma in DRIVERS]
    x = [sd * rng.standard_normal(paths) for sd in still]
    variance = [sd**2 for sd in still]
    before = (LONG_AGO,) if stationary else ()
    averages = average_variances(DRIVERS, IDENTITY, (*before, *([MONTH] * months)))[len(before) :]
    half, day = MONTH / DAYS / 2.0, MONTH / DAYS
    steps = {h: [stretch(kappa, sigma, h) for _, kappa, sigma in DRIVERS] for h in (half, day)}
    daily, engine = np.empty((paths, months)), np.empty((paths, months))
    for month in range(months):
        prices, integral = np.zeros(paths), np.zeros(paths)
        for place in range(DAYS + 1):  # to the middle of the first day, from middle to middle, to the end of the last
            for i, (decay, carried, a, b, c) in enumerate(steps[half if place in (0, DAYS) else day]):
                z = rng.standard_normal(paths)
                integral += x[i] * carried + b * z + c * rng.standard_normal(paths)
                x[i] = x[i] * decay + a * z
                variance[i] = variance[i] * decay**2 + a**2
            if place < DAYS:
                prices += np.exp(x[0] + x[1] + level - 0.5 * (sum(variance) + YEARLY_SD**2))
        daily[:, month] = prices / DAYS
        engine[:, month] = np.exp(integral / MONTH + level - 0.5 * (averages[month] + YEARLY_SD**2))
    return daily, engine


def measure(paths: int, seed: int, chunk: int = 20_000) -> dict[str, list[np.ndarray]]:
    """Samples (daily, engine) of price/forward: a stationary month, the first month, a stationary year by its shape."""
    rng = np.random.default_rng(seed)
    weights = np.array(SHAPE) / sum(SHAPE)
    found: dict[str, list[list[np.ndarray]]] = {name: [[], []] for name in ("month", "first", "year")}
    for start in range(0, paths, chunk):
        n = min(chunk, paths - start)
        for side, still in enumerate(year_of_prices(rng, n, True, 12)):
            found["month"][side].append(still[:, 5].copy())
            found["year"][side].append(still @ weights)
        for side, first in enumerate(year_of_prices(rng, n, False, 1)):
            found["first"][side].append(first[:, 0])
    return {name: [np.concatenate(side) for side in sides] for name, sides in found.items()}


def main() -> None:
    """Print the tables, prices as multiples of the forward."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--paths", type=int, default=400_000)
    options.add_argument("--seed", type=int, default=SEED)
    chosen = options.parse_args()
    heads = ("daily", "engine", "apart", "daily, first month", "engine, first month", "apart, first month")
    print(f"| law | {' | '.join(heads)} |\n|{'---|' * 7}")
    print("\n".join(closed_table()) + "\n")
    print(f"{chosen.paths:,} paths, seed {chosen.seed}, {DAYS} days a month; price as a multiple of the forward\n")
    print("| | law | mean | sd | sd, closed form | P5 | P50 | P95 |\n|---|---|---|---|---|---|---|---|")
    words = {"month": "a month, years ahead", "first": "the first month", "year": "a year's average, years ahead"}
    exact = {"month": SHIPPED.closed_sd(LONG_AGO), "first": SHIPPED.closed_sd(0.0), "year": (None, None)}
    for name, samples in measure(chosen.paths, chosen.seed).items():
        for side, law in enumerate(("daily prices averaged", "engine")):
            values, sd = samples[side], exact[name][side]
            p5, p50, p95 = np.percentile(values, (5, 50, 95))
            closed = "" if sd is None else f"{sd:.4f}"
            print(
                f"| {words[name]} | {law} | {values.mean():.4f} | {values.std():.4f} | {closed} "
                f"| {p5:.4f} | {p50:.4f} | {p95:.4f} |"
            )


if __name__ == "__main__":
    main()
