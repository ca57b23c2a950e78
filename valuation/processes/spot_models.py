"""Forward curves and option variances of the classical spot price models, from their physical and risk-adjusted drifts.

The transformed price is f + χ + ξ: χ reverts to 0 at κ with volatility σ_χ, ξ is a Brownian motion with volatility σ_ξ
and a drift, the two correlated by ρ. One factor is the case without ξ. Seen from a level χ₀, ξ₀ after T years

    E[χ + ξ] = e^(−κT) χ₀ + ξ₀ + drift·T − (1 − e^(−κT)) λ/κ
    Var      = (1 − e^(−2κT)) σ_χ²/(2κ) + σ_ξ² T + 2 (1 − e^(−κT)) ρ σ_χ σ_ξ/κ

under the physical measure with λ = 0 and the drift μ, under the risk-neutral one with the premium λ of χ and the drift
μ*. Schwartz (1997), The Stochastic Behavior of Commodity Prices, Journal of Finance 52(3); Schwartz and Smith (2000),
Short-Term Variations and Long-Term Dynamics in Commodity Prices, Management Science 46(7); Lucia and Schwartz (2002),
Electricity Prices and Power Derivatives: Evidence from the Nordic Power Exchange, Review of Derivatives Research 5(1).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from valuation.processes import ou


@dataclass(frozen=True)
class TwoFactors:
    """χ and ξ as seen from the market's date.

    ``reversion`` κ [1/year], ``short_volatility`` σ_χ, ``long_volatility`` σ_ξ and ``correlation`` ρ; ``short`` χ₀ and
    ``long`` ξ₀; ``drift`` of ξ [1/year], ``premium`` λ of χ [1/year], both of the measure that is computed with. Under
    an arithmetic price the price's unit stands in the place of 1.
    """

    reversion: float
    short_volatility: float
    short: float = 0.0
    long: float = 0.0
    long_volatility: float = 0.0
    correlation: float = 0.0
    drift: float = 0.0
    premium: float = 0.0

    def mean(self, years: float) -> float:
        """E[χ + ξ] after a time [1]."""
        reverted = ou.integrated_decay(self.reversion, years)
        return ou.decay(self.reversion, years) * self.short + self.long + self.drift * years - reverted * self.premium

    def variance(self, years: float) -> float:
        """Var(χ + ξ) after a time [1]."""
        return self.option_variance(years, years)

    def option_variance(self, expiry: float, delivery: float) -> float:
        """Variance until ``expiry`` of the logarithm of the futures price for ``delivery`` ≥ expiry [1]: what Black's
        formula takes as σ²·expiry for a European option on it.

        e^(−2κ(T−t)) (1 − e^(−2κt)) σ_χ²/(2κ) + σ_ξ² t + 2 e^(−κ(T−t)) (1 − e^(−κt)) ρ σ_χ σ_ξ/κ, with t the expiry and
        T the delivery [years].
        """
        kept = ou.decay(self.reversion, delivery - expiry)
        short = kept * kept * ou.level_variance(self.reversion, self.short_volatility, expiry)
        both = self.correlation * self.short_volatility * self.long_volatility
        shared = 2.0 * kept * both * ou.integrated_decay(self.reversion, expiry)
        return short + self.long_volatility * self.long_volatility * expiry + shared

    def log_price(self, years: float) -> float:
        """E[e^(χ + ξ)] after a time [price unit]: the forward price under the risk-neutral drifts."""
        return exp(self.mean(years) + 0.5 * self.variance(years))


def one_factor(spot: float, reversion: float, volatility: float, long_run: float) -> TwoFactors:
    """Schwartz's one-factor model: d ln S = κ(α − ln S) dt + σ dW, as χ = ln S − α around the constant ξ = α.

    Parameters
    ----------
    spot : ln S on the market's date [1].
    reversion : κ [1/year].
    volatility : σ [1/√year].
    long_run : α, or α* = α − λ under the risk-neutral measure [1].
    """
    return TwoFactors(reversion, volatility, spot - long_run, long_run)
