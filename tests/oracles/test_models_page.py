"""The numbers of docs/models.md that no other test holds, computed again and looked up on the page."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from valuation.processes.average import asinh_location, average_variances
from valuation.shipped import shipped
from valuation.spec import load

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())
MARKET = load(shipped("contracts") / "bitzero.yaml").market.factors["power.NO4"]
MONTH = 1.0 / 12.0
LONG_AGO = 50.0
IDENTITY = ((1.0, 0.0), (0.0, 1.0))


def shipped_drivers() -> tuple[tuple[str, float, float], ...]:
    return tuple((name, kappa, sigma) for name, _, kappa, sigma in MARKET.drivers("NO4"))  # type: ignore[attr-defined]


def yearly_sd(kappa: float, sigma: float) -> float:
    """Sd of a year's mean of a stationary driver. [1]"""
    return sigma / math.sqrt(2.0 * kappa) * math.sqrt(2.0 * (kappa - 1.0 + math.exp(-kappa))) / kappa


def test_sd_of_yearly_means() -> None:
    (_, kappa, sigma), _ = shipped_drivers()
    bias = (5.0 + 2.0 * math.exp(kappa / 365.0) + math.exp(2.0 * kappa / 365.0)) / (2.0 * 3.8)  # 3.8 years of prices
    assert bias == pytest.approx(4.0 / 3.8, rel=0.01) and f"{kappa - bias:.3g}" in ("2.14", "2.15")
    level = MARKET.yearly_level.sd.canonical  # type: ignore[attr-defined]
    fitted, corrected = yearly_sd(kappa, sigma), yearly_sd(2.15, sigma)
    assert (kappa, sigma, level) == (3.2, 1.99, 0.45)
    assert f"| slow factor, κ 3.2 as fitted | {fitted:.3f} |" in PAGE
    # to two digits: 0.710 with 2.15 as rounded, 0.711 with 3.2 less the bias
    assert f"| slow factor, κ 2.15 as corrected | {corrected:.2f} |" in PAGE
    assert f"| slow factor as fitted and a level of 0.45 | {math.hypot(fitted, level):.3f} |" in PAGE


def test_interval_of_the_observed_sd() -> None:
    """Eleven normal yearly means: 10 s²/σ² is chi-squared with 10 degrees of freedom, 95 % in 3.247 to 20.483."""
    low, high = (0.69 * math.sqrt(10.0 / quantile) for quantile in (20.483, 3.247))
    assert f"a 95 % interval of {low:.2f} to {high:.2f}" in PROSE


def test_sd_of_the_first_month() -> None:
    alone = average_variances(shipped_drivers(), IDENTITY, (MONTH,))[0]
    with_level = math.sqrt(math.expm1(alone + 0.45**2))
    without = math.sqrt(math.expm1(alone))
    assert f"is {with_level:.4f} of the forward, where it would be {without:.3f} without the level" in PROSE


def test_mean_of_the_month_shape() -> None:
    shape = [quantity.canonical for quantity in MARKET.forward.month_shape]  # type: ignore[attr-defined]
    assert f"have a mean of {sum(shape) / 12.0:.3f} (" in PROSE


def test_share_of_negative_monthly_averages_of_the_asinh_fit() -> None:
    shape = [quantity.canonical for quantity in MARKET.forward.month_shape]  # type: ignore[attr-defined]
    drivers = (("slow", 2.505, 1.313), ("fast", 163.8, 2.072))

    def negative(forward: float, level: float) -> float:
        v = average_variances(drivers, IDENTITY, (LONG_AGO, MONTH))[-1] + level**2
        return NormalDist().cdf(-asinh_location(forward, v, 10.0) / math.sqrt(v))

    found = []
    for level in (0.45, 0.0):
        found += [negative(28.5, level), sum(negative(28.5 * by_month, level) for by_month in shape) / 12.0]
    flat, shaped, flat_alone, shaped_alone = (f"{100.0 * share:.1f} %" for share in found)
    assert f"gives {flat} negative monthly averages years ahead, {shaped} where F takes the month shape" in PROSE
    assert f"without the level {flat_alone} and {shaped_alone} (" in PROSE


def survival(rate: float, b: float, kappa: float, sigma: float, steps: int, normalise: bool = True) -> float:
    """Chance of no event in 15 years, λ = rate·exp(bX − b²Var X/2), by a trapezoid: the density of X on a grid."""
    h = 15.0 / steps
    still = sigma / math.sqrt(2.0 * kappa)
    spread, decay = still * math.sqrt(-math.expm1(-2.0 * kappa * h)), math.exp(-kappa * h)
    x = np.linspace(-8.0 * still, 8.0 * still + b * still**2, 601)
    width = x[1] - x[0]

    def kept(at: float) -> np.ndarray:
        half_variance = 0.5 * (b * still) ** 2 * -math.expm1(-2.0 * kappa * at) if normalise else 0.0
        return np.asarray(np.exp(-0.5 * h * rate * np.exp(b * x - half_variance)))

    move = np.exp(-0.5 * ((x[:, None] - decay * x[None, :]) / spread) ** 2) / (spread * math.sqrt(2.0 * math.pi))
    density = np.exp(-0.5 * (x / spread) ** 2) / (spread * math.sqrt(2.0 * math.pi))
    density = density * math.exp(-0.5 * h * rate) * kept(h)
    for step in range(1, steps):
        density = (move @ (density * kept(step * h))) * width * kept((step + 1) * h)
    return float(density.sum() * width)


@pytest.mark.parametrize(
    ("rate", "b", "row"),
    [
        (0.01, 0.5, "| 1 %/year, 0.5 (the Bitzero contract's) |"),
        (0.10, 1.0, "| 10 %/year, 1 |"),
        (0.05, 2.0, "| 5 %/year, 2 |"),
    ],
)
def test_survival_under_a_hazard_that_rises_with_the_slow_factor(rate: float, b: float, row: str) -> None:
    monthly, fine, finer = (survival(rate, b, 3.2, 1.99, steps) for steps in (180, 720, 1440))
    exact = finer + (finer - fine) / 3.0  # the trapezoid's error falls with the square of the step
    digits = 5 if rate == 0.01 else 4
    line = next(line for line in PAGE.splitlines() if line.startswith(row))
    error = f"{monthly - exact:.1e}" if b == 2.0 else f"{monthly - exact:.0e}"
    error = error.replace("e-0", "e-")
    assert line == f"{row} {exact:.{digits}f} | {math.exp(-15.0 * rate):.{digits}f} | {error} |"


def test_the_check_value_of_a_hazard_is_not_normalised() -> None:
    assert survival(0.02, 1.0, 1.0, 0.5, 1440, normalise=False) == pytest.approx(0.7276693, abs=1e-6)
    assert f"With the variance term it is {survival(0.02, 1.0, 1.0, 0.5, 1440):.5f}." in PROSE


def test_growth_of_a_rate_turned_round() -> None:
    assert f"{math.expm1(0.07**2 * 15.0):.1%}".replace("%", " %") + " above 1/F after 15 years at σ = 7 %" in PROSE
