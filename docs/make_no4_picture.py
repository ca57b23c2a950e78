"""Simulates the shipped NO4 price and draws its yearly means beside the observed ones: docs/no4-yearly-means.png.

Run it after a change of the law or of its parameters: `python docs/make_no4_picture.py` (needs Matplotlib). The numbers
are held by tests/oracles/test_no4_spread.py, which runs `simulated` of this file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from valuation.plan.assemble import assemble
from valuation.plan.model import Record, Row
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec import load

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "no4-yearly-means.png"
YEARS = 11
OBSERVED = (20.17, 26.15, 28.57, 43.57, 38.99, 9.27, 62.55, 139.24, 58.95, 38.63, 44.84)
"""Yearly means of the national Norwegian day-ahead price, 2015 to 2025 [EUR/MWh] (Ember, daily averages)."""
OBSERVED_SD, LOW, HIGH = 0.692, 0.51, 1.10
"""sd of their logarithms, and its 90 % interval by the chi-square law of ten degrees of freedom."""


@dataclass(frozen=True)
class Simulated:
    """Calendar years 2027 to 2037 of the price.

    Parameters
    ----------
    means : mean of the twelve months of each year [EUR/MWh], shape [years, paths].
    negative_months : share of all months whose average is below 0.
    """

    means: NDArray[np.float64]
    negative_months: float

    @property
    def spreads(self) -> NDArray[np.float64]:
        """sd over the years of the logarithms of the yearly means, shape [paths]."""
        return np.std(np.log(self.means), axis=0, ddof=1)


def simulated(paths: int = 20_000, seed: int = 1, overrides: tuple[str, ...] = ()) -> Simulated:
    """power.NO4 of contracts/markets/nordic.yaml on the paths of the engine."""
    plan = resolve(load(ROOT / "contracts" / "bitzero.yaml", overrides=overrides))
    year = "time.year_begins"
    rows = (
        Row("no4.total", "month", "year_to_date", ("power.NO4", "no4.total.prev", year)),
        Row("no4.below", "month", "below", ("power.NO4", 0.0)),
        Row("no4.below_total", "month", "year_to_date", ("no4.below", "no4.below_total.prev", year)),
    )
    records = (Record("total", "no4.total", "yearly"), Record("below", "no4.below_total", "yearly"))
    watched = replace(plan, rows=(*plan.rows, *rows), payments=(), measures=(), records=records)
    run = simulate(assemble(watched), paths=paths, seed=seed)
    whole = slice(1, 1 + YEARS)  # the first calendar year of the plan is a part of one
    return Simulated(run.yearly["total"][whole] / 12.0, float(run.yearly["below"][whole].mean()) / 12.0)


def draw() -> None:
    """Left: yearly means of some paths and the observed ones; right: the sd of their logarithms over all paths."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    found = simulated()
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.4), dpi=110, layout="constrained")
    base = float(np.exp(np.log(found.means).mean()))
    years = np.arange(1, YEARS + 1)
    band = np.percentile(found.means, (5, 25, 50, 75, 95), axis=1)
    left.fill_between(years, band[0], band[4], color="#cfe0ee", label="5 % to 95 % of the paths")
    left.fill_between(years, band[1], band[3], color="#9cc0dd", label="25 % to 75 %")
    for path in range(4):
        left.plot(
            years, found.means[:, path], color="#1f5f8b", linewidth=0.9, label="four paths" if path == 0 else None
        )
    observed = np.array(OBSERVED)
    level = base / float(np.exp(np.log(observed).mean()))
    left.plot(
        years, observed * level, color="#c0392b", marker="o", markersize=3.5, linewidth=1.2, label="observed, scaled"
    )
    left.set(yscale="log", xlabel="year", ylabel="EUR/MWh", title="Yearly means, NO4")
    left.set_yticks([5, 10, 20, 50, 100], ["5", "10", "20", "50", "100"])
    left.legend(fontsize=7, loc="upper left", ncols=2)
    left.set_ylim(2.5, 300)
    spreads = found.spreads
    right.axvspan(LOW, HIGH, color="#f6dcd8", label="90 % interval of the observed")
    right.hist(spreads, bins=60, range=(0.2, 1.4), color="#9cc0dd", density=True)
    right.axvline(OBSERVED_SD, color="#c0392b", label=f"observed {OBSERVED_SD:.3f}")
    right.axvline(float(np.median(spreads)), color="#1f5f8b", label=f"median of the paths {np.median(spreads):.3f}")
    right.set(xlabel="sd of 11 log yearly means", title="Spread of years", yticks=[])
    right.legend(fontsize=7)
    figure.savefig(PICTURE, metadata={"Software": None})


if __name__ == "__main__":
    draw()
