"""Schwartz's (1997) two-factor model of spot price and convenience yield, and the short-term/long-term one it equals.

dS/S = (μ − δ) dt + σ₁ dW₁, dδ = κ(α − δ) dt + σ₂ dW₂, correlation ρ. With χ = (δ − α)/κ and ξ = ln S − χ it is that of
Schwartz and Smith (2000), section 4; futures prices as in Schwartz (1997), equations 18 to 20.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

from valuation.processes import ou
from valuation.processes.spot_models import TwoFactors


@dataclass(frozen=True)
class ConvenienceYield:
    """Parameters: κ ``reversion`` [1/year], α ``level`` of δ [1/year], σ₁ ``spot_volatility`` [1/√year], σ₂
    ``yield_volatility`` [1/year^1.5], ρ ``correlation``, λ ``premium`` of δ [1/year²]."""

    reversion: float
    level: float
    spot_volatility: float
    yield_volatility: float
    correlation: float
    premium: float

    def futures(self, spot: float, yield_now: float, rate: float, years: float) -> float:
        """Futures price S·exp(−δB + A(T)), B = (1 − e^(−κT))/κ [price unit].

        A(T) = (r − α̂ + σ₂²/(2κ²) − σ₁σ₂ρ/κ)T + σ₂²(1 − e^(−2κT))/(4κ³) + (κα̂ + σ₁σ₂ρ − σ₂²/κ)(1 − e^(−κT))/κ², with
        α̂ = α − λ/κ.
        """
        k, s1, s2 = self.reversion, self.spot_volatility, self.yield_volatility
        shared, adjusted = self.correlation * s1 * s2, self.level - self.premium / k
        once, twice = ou.integrated_decay(k, years), ou.integrated_decay(2.0 * k, years)
        a = (rate - adjusted + s2 * s2 / (2.0 * k * k) - shared / k) * years
        a += s2 * s2 * twice / (2.0 * k * k) + (k * adjusted + shared - s2 * s2 / k) * once / k
        return spot * exp(-yield_now * once + a)

    def as_two_factors(self, log_spot: float, yield_now: float, rate: float) -> TwoFactors:
        """The same model in short-term and long-term factors, under the risk-neutral drifts.

        σ_χ = σ₂/κ, σ_ξ² = σ₁² + σ₂²/κ² − 2ρσ₁σ₂/κ, ρ_χξ = (ρσ₁ − σ₂/κ)/σ_ξ, λ_χ = λ/κ, μ* = r − α + λ/κ − σ₁²/2.
        """
        k, s1, s2 = self.reversion, self.spot_volatility, self.yield_volatility / self.reversion
        long_volatility = sqrt(s1 * s1 + s2 * s2 - 2.0 * self.correlation * s1 * s2)
        chi = (yield_now - self.level) / k
        return TwoFactors(
            reversion=k,
            short_volatility=s2,
            short=chi,
            long=log_spot - chi,
            long_volatility=long_volatility,
            correlation=(self.correlation * s1 - s2) / long_volatility,
            drift=rate - self.level + self.premium / k - 0.5 * s1 * s1,
            premium=self.premium / k,
        )
