"""What the tests of a fitted model say, in words: one verdict each, for the terminal, the JSON and the picture."""

from __future__ import annotations

from math import log

from valuation.calibration.diagnostics import Check, Coverage, YearlyMeans
from valuation.calibration.fit import Estimate
from valuation.calibration.study import Study

MISFIT = 0.01
"""Probability below which a test counts as failed."""


def verdict(check: Check) -> str:
    """A test in a sentence: what it looks at, and whether the model passes."""
    looked_at = {
        "ljung": "what one step leaves still tells something of the next",
        "squares": "calm and stormy spells come in clusters, which the model does not have",
        "jarque": "single moves are larger, or more lopsided, than a normal law has them",
        "kolmogorov": "the model's probabilities are off: some outcomes come more often than it says",
    }
    name = check.name.lower()
    key = "squares" if "square" in name else next((key for key in looked_at if key in name), "")
    if check.p >= MISFIT:
        return f"passes (p = {check.p:.2g})"
    why = f": {looked_at[key]}" if key else ""
    p = "p < 1e-6" if check.p < 1e-6 else f"p = {check.p:.1g}"
    return f"rejects ({p}){why}"


def coverage_verdict(one: Coverage) -> str:
    """A forecast band against what came."""
    share = f"{one.inside:.0%} inside, {one.below:.0%} below, {one.above:.0%} above"
    if one.inside < 0.8:
        return f"{share}: too narrow, the future moved more than the past"
    if one.inside > 0.97:
        return f"{share}: wide, the future moved less than the past"
    return f"{share}: holds"


def spread_verdict(found: Study) -> str:
    """Simulated against observed spread of years, and what to do."""
    yearly, level = found.yearly, found.level
    if yearly is None:
        return "fewer than three whole years: the spread of years cannot be told from this history"
    seen = f"observed {yearly.observed:.2f} (90 % interval {yearly.low:.2f} to {yearly.high:.2f})"
    band = f"{yearly.simulated_low:.2f} to {_spread(yearly.simulated_high)}"
    simulated = f"simulated {_spread(yearly.simulated)} (90 % of histories {band})"
    both = f"{seen}, {simulated}"
    if level is None:
        if yearly.simulated > yearly.high:
            return f"{both}: the model has more spread between years than the history; a long contract looks riskier"
        return f"{both}: nothing to add"
    what = (
        f"yearly_level sd {level.sd:.2f} brings it to {level.with_it.simulated:.2f} "
        f"(simulated with it, {level.with_it.simulated_low:.2f} to {level.with_it.simulated_high:.2f})"
    )
    if level.needed:
        return f"{both}: too little; {what}"
    return f"{both}: within what chance explains; {what}, or leave it out"


def _spread(sd: float) -> str:
    """An sd of logarithms, which years at 0 or below do not have."""
    return f"{sd:.2f}" if sd < float("inf") else "none (years at 0 or below)"


def parameter(estimate: Estimate, unit: str) -> str:
    """Name and unit of an estimate; ``unit`` of the series, which a volatility of a price itself has too."""
    own = f"{unit}{estimate.unit}" if unit and estimate.unit == "/sqrt(year)" else estimate.unit
    return f"{estimate.name} {own}".rstrip()


def half_life(estimate: Estimate) -> str:
    """Half-life in days of a speed of mean reversion, empty for other estimates."""
    if estimate.unit != "/year" or not estimate.corrected > 0.0:
        return ""
    name = estimate.name
    if any(word in name for word in ("intensity", "rate", "arrivals", "churn", "drift")):
        return ""
    return f"{365.0 * log(2.0) / estimate.corrected:.3g}"


def extremes(yearly: YearlyMeans, unit: str) -> str:
    """Highest and lowest value, and the share below 0, observed and simulated."""
    return (
        f"highest {yearly.highest[0]:.4g} (simulated {yearly.highest[1]:.4g}), lowest {yearly.lowest[0]:.4g} "
        f"(simulated {yearly.lowest[1]:.4g}) {unit}; below 0: {yearly.negative[0]:.2%} "
        f"(simulated {yearly.negative[1]:.2%})"
    )
