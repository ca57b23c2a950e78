"""A discount curve from zero or par rates by maturity: ln D is straight between the maturities (log-linear).

So the continuous forward rate is constant from one maturity to the next; it is above 0 where D falls from each maturity
to the next. Before the first maturity the rate of the first holds, after the last the last
forward rate. References: P. S. Hagan, G. West: Interpolation methods for curve construction. Applied Mathematical
Finance 13 (2006), 89–129.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from valuation.errors import ValuationError
from valuation.kernel.elementary import exp
from valuation.processes.precise import expm1, log1p


class NoDiscountCurve(ValuationError):
    """Rates that no discount factors above 0 reprice."""


@dataclass(frozen=True)
class DiscountCurve:
    """Discount factors D(t) by log-linear interpolation.

    Parameters
    ----------
    years : maturities, ascending, above 0 [year]; shape [N].
    logs : ln D at each [1]; shape [N].
    """

    years: tuple[float, ...]
    logs: tuple[float, ...]

    def log_factor(self, years: float) -> float:
        """ln D(t) [1]; t < 0 compounds at the first rate."""
        at = min(bisect_left(self.years, years), len(self.years) - 1)
        left, log_left = (self.years[at - 1], self.logs[at - 1]) if at else (0.0, 0.0)
        return log_left + (self.logs[at] - log_left) * ((years - left) / (self.years[at] - left))

    def factor(self, years: float) -> float:
        """D(t) [1]."""
        return exp(self.log_factor(years))

    def zero_rate(self, years: float) -> float:
        """Effective yearly zero rate D(t)^(−1/t) − 1 [1/year], t > 0 [year]."""
        return expm1(-self.log_factor(years) / years)

    def forward_rates(self) -> tuple[float, ...]:
        """Effective yearly forward rate up to each maturity from the one before [1/year]; shape [N]."""
        pairs = zip((0.0, *self.years), (0.0, *self.logs), self.years, self.logs, strict=False)
        return tuple(expm1((log_left - log_right) / (right - left)) for left, log_left, right, log_right in pairs)


def from_zero_rates(years: Sequence[float], rates: Sequence[float]) -> DiscountCurve:
    """The curve of effective yearly zero rates: D(T) = (1 + z)^(−T).

    Parameters
    ----------
    years : maturities, ascending, above 0 [year]; shape [N], N ≥ 1.
    rates : z > −1 of each [1/year]; shape [N].
    """
    return DiscountCurve(tuple(years), tuple(-t * log1p(z) for t, z in zip(years, rates, strict=True)))


def from_par_rates(years: Sequence[float], rates: Sequence[float], per_year: int = 1) -> DiscountCurve:
    """The curve that prices a bond of each par rate c at 1: c/n·Σ D(t_i) + D(T) = 1, coupons at t_i = 1/n … T.

    Up to one coupon period the rate is simple: D(T)·(1 + c·T) = 1. A coupon between two maturities takes the factor of
    the curve itself, so each maturity has one unknown, the forward rate since the one before, found by Newton's method
    inside a bracket.

    Parameters
    ----------
    years : maturities, ascending, above 0 [year]; beyond 1/n whole numbers of coupon periods; shape [N], N ≥ 1.
    rates : par rates c of each [1/year]; shape [N].
    per_year : coupons a year n.

    Raises
    ------
    NoDiscountCurve : no factor above 0 gives a par rate.
    ValueError : a maturity that is no whole number of coupon periods.
    """
    known_years: list[float] = []
    known_logs: list[float] = []
    for maturity, rate in zip(years, rates, strict=True):
        if maturity * per_year <= 1.0:
            if not 1.0 + rate * maturity > 0.0:
                raise NoDiscountCurve(
                    f"a rate of {100.0 * rate:g} %/year for {maturity:g} years leaves no factor above 0"
                )
            found = -log1p(rate * maturity)
        else:
            found = _par_log(known_years, known_logs, maturity, rate, per_year)
        known_years.append(maturity)
        known_logs.append(found)
    return DiscountCurve(tuple(known_years), tuple(known_logs))


def par_rate(curve: DiscountCurve, maturity: float, per_year: int = 1) -> float:
    """Coupon a year at which a bond of a maturity is worth 1 on a curve [1/year]: (1 − D(T))·n / Σ D(t_i)."""
    if maturity * per_year <= 1.0:
        return -expm1(curve.log_factor(maturity)) / (maturity * curve.factor(maturity))
    count = _coupons(maturity, per_year)
    return -expm1(curve.log_factor(maturity)) * per_year / sum(curve.factor((i + 1) / per_year) for i in range(count))


def _coupons(maturity: float, per_year: int) -> int:
    count = round(maturity * per_year)
    if abs(count - maturity * per_year) > 1e-9:
        raise ValueError(f"a par rate for {maturity:g} years is no whole number of coupon periods of 1/{per_year} year")
    return count


def _par_log(years: Sequence[float], logs: Sequence[float], maturity: float, rate: float, per_year: int) -> float:
    """ln D(T) of the next maturity."""
    count = _coupons(maturity, per_year)
    start, log_start = (years[-1], logs[-1]) if years else (0.0, 0.0)
    before = DiscountCurve(tuple(years), tuple(logs)) if years else None
    dates = [(i + 1) / per_year for i in range(count)]
    paid = sum(before.factor(t) for t in dates if t <= start) if before is not None else 0.0
    coupon = rate / per_year
    open_dates = [t - start for t in dates if t > start]
    whole = exp(log_start)

    def excess(forward: float) -> tuple[float, float]:
        """Value of the bond − 1 at a continuous forward rate, and its slope."""
        factors = [whole * exp(-forward * t) for t in open_dates]
        amounts = [coupon + (t == open_dates[-1]) for t in open_dates]
        value = sum(a * f for a, f in zip(amounts, factors, strict=True)) + coupon * paid - 1.0
        return value, -sum(a * f * t for a, f, t in zip(amounts, factors, open_dates, strict=True))

    low, high = -2.0, 10.0
    if not excess(low)[0] > 0.0 > excess(high)[0]:
        text = f"no discount factor above 0 gives the par rate {100.0 * rate:g} %/year for {maturity:g} years"
        raise NoDiscountCurve(f"{text} beside those of the shorter maturities")
    forward = 0.05
    for _ in range(200):
        value, slope = excess(forward)
        if value > 0.0:
            low = forward
        else:
            high = forward
        step = forward - value / slope if slope < 0.0 else low
        new = step if low < step < high else 0.5 * (low + high)
        if abs(new - forward) <= 1e-16 * max(1.0, abs(forward)):
            break
        forward = new
    return log_start - forward * (maturity - start)
