"""Intensities that step with time: from tables of cumulative default rates, and from credit spreads by maturity.

Survival S(t) = e^−∫h. A table gives S at its years, so h = −ln(S2/S1)/(t2 − t1) between two. A spread s for maturity T
pays for the losses of default: with loss given default ℓ = 1 − R, discount factor D and continuous premium

    s·∫_0^T D·S dt = ℓ·∫_0^T D·S·h dt ,

solved for h of each maturity in turn; one spread for all maturities gives h = s/ℓ, the credit triangle.

References: J. Hull: Options, Futures, and Other Derivatives (credit risk); D. Lando: Credit Risk Modeling (2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, expm1, log

from valuation.errors import ValuationError
from valuation.processes.hazard import integrated


class NoIntensity(ValuationError):
    """Spreads or default rates that no intensity of 0 or above explains."""


@dataclass(frozen=True)
class Piecewise:
    """An intensity that steps; the last holds on.

    Parameters
    ----------
    ends : years at which each piece ends, ascending, above 0 [year]; shape [N].
    rates : h ≥ 0 of each piece [1/year]; shape [N].
    """

    ends: tuple[float, ...]
    rates: tuple[float, ...]

    @property
    def starts(self) -> tuple[float, ...]:
        """Years at which each piece begins [year]."""
        return (0.0, *self.ends[:-1])

    def survival(self, years: float) -> float:
        """Probability of no event by t [-]."""
        return exp(-integrated(self.starts, self.rates, years))

    def average(self, years: float) -> float:
        """Constant intensity of the same survival to t > 0 [1/year]."""
        return integrated(self.starts, self.rates, years) / years


def from_defaults(years: Sequence[float], defaults: Sequence[float]) -> Piecewise:
    """Intensities of a table of cumulative defaults.

    Parameters
    ----------
    years : ascending, above 0 [year]; shape [N].
    defaults : share that has defaulted by then, 0 to below 1, not falling [1]; shape [N].
    """
    rates, start, survived = [], 0.0, 1.0
    for end, defaulted in zip(years, defaults, strict=True):
        left = 1.0 - defaulted
        if not 0.0 < left <= survived:
            raise NoIntensity(
                f"by year {end:g} {100.0 * defaulted:g} % have defaulted, expected at least the "
                f"{100.0 * (1.0 - survived):g} % of the year before and less than 100 %"
            )
        rates.append(log(survived / left) / (end - start))
        start, survived = end, left
    return Piecewise(tuple(years), tuple(rates))


def from_spreads(years: Sequence[float], spreads: Sequence[float], recovery: float, discount: float) -> Piecewise:
    """Intensities that make each spread pay for its losses.

    Parameters
    ----------
    years : maturities, ascending, above 0 [year]; shape [N].
    spreads : s ≥ 0 of each [1/year]; shape [N].
    recovery : R, share recovered, 0 to below 1 [1].
    discount : continuous rate of discounting r [1/year].

    Raises
    ------
    NoIntensity : a spread that falls too fast from one maturity to the next.
    """
    loss = 1.0 - recovery
    rates: list[float] = []
    start, value, premium, paid = 0.0, 1.0, 0.0, 0.0  # value: D·S at the start; premium, paid: the integrals so far
    for end, spread in zip(years, spreads, strict=True):
        length = end - start

        rate = _intensity(spread, loss, discount, value, length, loss * paid - spread * premium)
        if rate is None:
            raise NoIntensity(
                f"a spread of {1e4 * spread:g} bp for {end:g} years is out of proportion to those of the shorter "
                "maturities: no intensity from 0 on pays for it"
            )
        part = value * _mean(discount + rate, length)
        premium, paid = premium + part, paid + rate * part
        value *= exp(-(discount + rate) * length)
        rates.append(rate)
        start = end
    return Piecewise(tuple(years), tuple(rates))


def _intensity(spread: float, loss: float, discount: float, value: float, length: float, so_far: float) -> float | None:
    """The h ≥ 0 of (ℓ·h − s)·∫ D·S dt + so_far = 0 over a piece, by halving: the left side rises with h. None if none.

    ``value``: D·S at the start of the piece; ``so_far``: losses less premiums of the pieces before.
    """

    def excess(h: float) -> float:
        return (loss * h - spread) * value * _mean(discount + h, length) + so_far

    low, high = 0.0, 1.0
    if abs(excess(low)) <= 1e-15:
        return low
    while excess(high) < 0.0 and high < 1e6:
        high *= 2.0
    if not excess(low) < 0.0 <= excess(high):
        return None
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) < 0.0 else (low, middle)
    return 0.5 * (low + high)


def _mean(rate: float, length: float) -> float:
    """∫_0^length e^−rate·u du [year]."""
    return -expm1(-rate * length) / rate if rate * length else length


def credit_adjustment(rates: Piecewise, loss: float, discount: float, years: float) -> float:
    """CVA of an expected exposure of 1 from today to T [1]: ℓ·∫_0^T e^−rt·S·h dt, r continuous [1/year]."""
    total, value = 0.0, 1.0
    last = (*rates.ends[:-1], max(years, rates.ends[-1]))
    for start, end, h in zip(rates.starts, last, rates.rates, strict=True):
        length = max(0.0, min(end, years) - start)
        total += h * value * _mean(discount + h, length)
        value *= exp(-(discount + h) * length)
    return loss * total
