"""Fitted regimes as the keys of a market file."""

from __future__ import annotations

from math import expm1

from valuation.calibration.refusals import CannotCalibrate
from valuation.calibration.study import Study

REVERSION = 120.0
"""Speed of what moves inside a regime [1/year]: two days, so that one month says little of the next, as in the fit."""
MONTH = 1.0 / 12.0
NAMES: dict[int, tuple[str, ...]] = {2: ("low", "high"), 3: ("low", "middle", "high")}
"""By level; two regimes that differ in how much they move, and not in level, are calm and stormy."""


def regime_lines(found: Study) -> list[str]:
    """Regimes by their level, lowest first.

    The model fitted is a normal law in each regime whose months are independent given the regimes. In the file that is
    a diffusion whose monthly average has the sd of the lowest regime, times a multiple in the others; its reversion is
    so fast that months hardly hang together.
    """
    fit = found.fit
    count = sum(one.name.startswith("level.") for one in fit.estimates)
    level = [fit[f"level.{at + 1}"].corrected for at in range(count)]
    sd = [fit[f"sd.{at + 1}"].corrected for at in range(count)]
    known = {one.name: one.corrected for one in fit.estimates}
    rates = [[known.get(f"rate.{i + 1}.{j + 1}", 0.0) if i != j else 0.0 for j in range(count)] for i in range(count)]
    same_level = count == 2 and abs(level[1] - level[0]) < min(sd)
    by_spread = ("calm", "stormy") if sd[0] < sd[-1] else ("stormy", "calm")
    names = by_spread if same_level else NAMES.get(count, tuple(f"regime_{at + 1}" for at in range(count)))
    unit = f" {found.series.unit}" if found.series.unit else ""
    lines = ["    starts_in: stationary", "    regimes:"]
    for at, name in enumerate(names):
        leaving = sum(rates[at])
        if not leaving > 0.0:
            raise CannotCalibrate(
                f"the history ends in a regime that it never leaves ('{name}'), so nothing is known of how long it "
                "lasts; take two_ou, or a longer history"
            )
        shares = {names[j]: rates[at][j] / leaving for j in range(count) if j != at}
        to = ""
        if count > 2:
            *firsts, last = shares
            percent = {one: round(100.0 * shares[one], 1) for one in firsts}
            percent[last] = round(100.0 - sum(percent.values()), 1)
            to = ", to: {" + ", ".join(f"{one}: {share:g} %" for one, share in percent.items()) + "}"
        lines.append(
            f"      {name}: {{shift: {level[at]:.4g}{unit}, volatility_multiple: {sd[at] / sd[0]:.4g}, "
            f"lasts: {12.0 / leaving:.4g} months{to}}}"
        )
    volatility = f"{volatility_of_average(sd[0], REVERSION):.4g}{unit}"
    per = "/sqrt(year)" if unit else " /sqrt(year)"
    return [
        *lines,
        "    diffusion:",
        f"      reversion: {{value: {REVERSION:g} /year, status: assumption, note: months hardly hang together}}",
        f"      volatility: {{value: {volatility}{per}, status: derived, note: monthly average of sd {sd[0]:.4g}}}",
    ]


def volatility_of_average(sd: float, reversion: float, over: float = MONTH) -> float:
    """Volatility at which the average of a stationary OU over some time has a standard deviation.

    Var = σ²/(κ²h²)·(h − (1 − e^(−κh))/κ), h = ``over`` [year].
    """
    inside = over + expm1(-reversion * over) / reversion
    return float(sd * reversion * over / inside**0.5)
