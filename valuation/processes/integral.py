"""Running integral ∫X of an Ornstein–Uhlenbeck process from X = 0: an index of prices is its exponential."""

from __future__ import annotations

from valuation.processes import ou


def covariance(reversion: float, volatility: float, years: float, apart: float) -> float:
    """Covariance of ∫X up to a time and up to ``apart`` years later [year²·(unit of X)²].

    Var ∫X + B(apart)·Cov(X, ∫X): what comes later leans on the first integral through the level alone.

    Parameters
    ----------
    reversion : κ ≥ 0 [1/year].
    volatility : σ ≥ 0 [unit of X/√year].
    years, apart : the earlier time from X = 0, and the time between the two [year].
    """
    shared = ou.level_integral_covariance(reversion, volatility, years)
    return ou.integral_variance(reversion, volatility, years) + ou.integrated_decay(reversion, apart) * shared
