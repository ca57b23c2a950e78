"""Writes contracts/examples/prices.csv, made-up daily prices for docs/calibration.md.

The logarithm is a yearly pattern, weekends, a slow and a fast Ornstein-Uhlenbeck process. Whoever fits the file can
hold the fit against the parameters below.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

PLACE = Path(__file__).resolve().parents[1] / "contracts" / "examples" / "prices.csv"
FIRST, DAYS = date(2022, 1, 1), 1461
SLOW, FAST = (2.5, 1.2), (120.0, 2.2)
"""(reversion [1/year], volatility [1/sqrt(year)])."""
MISSING = (date(2023, 7, 15), date(2023, 7, 16), date(2025, 2, 3))
HEAD = """\
# Made up: these prices were drawn by docs/make_example_prices.py and are no market's. Four years of daily means of
# an area XX; three days are missing. docs/calibration.md fits a model to them.
date,area,price,unit
"""


def prices(seed: int = 7) -> list[tuple[date, float]]:
    """One price a day [EUR/MWh]."""
    rng, h = np.random.default_rng(seed), 1.0 / 365.0
    moved = np.zeros(DAYS)
    for kappa, sigma in (SLOW, FAST):
        decay, x = np.exp(-kappa * h), sigma / np.sqrt(2.0 * kappa) * rng.standard_normal()
        for at in range(DAYS):
            moved[at] += x
            x = decay * x + sigma * np.sqrt((1.0 - decay * decay) / (2.0 * kappa)) * rng.standard_normal()
    found = []
    for at in range(DAYS):
        day = FIRST + timedelta(days=at)
        phase = 2.0 * np.pi * (day.timetuple().tm_yday - 1) / 365.25
        weekend = {5: -0.08, 6: -0.12}.get(day.weekday(), 0.0)
        found.append((day, float(np.exp(3.4 + 0.2 * np.cos(phase) + 0.05 * np.sin(phase) + weekend + moved[at]))))
    return found


if __name__ == "__main__":
    lines = [f"{day},XX,{price:.2f},EUR/MWh\n" for day, price in prices() if day not in MISSING]
    PLACE.write_text(HEAD + "".join(lines), encoding="utf-8")
