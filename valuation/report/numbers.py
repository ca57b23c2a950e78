"""Numbers as a report shows them: the scale of money, percentages, and the refusal of what is not a number."""

from __future__ import annotations

import math
from dataclasses import dataclass

from valuation.errors import ValuationError
from valuation.statistics.distribution import Distribution
from valuation.tables import Claim, Tables


class NotFiniteError(ValuationError, ValueError):
    """A number that a report was asked to show is infinite or not a number."""

    def __init__(self, where: str, value: float) -> None:
        super().__init__(
            f"{where}: {value} is not a finite number; is a price, a rate or a volatility of the contract too large?"
        )


def finite(value: float, where: str) -> float:
    """The number itself, -0 as 0; `where` names it in the error.

    Raises
    ------
    NotFiniteError : when it is infinite or NaN.
    """
    if not math.isfinite(value):
        raise NotFiniteError(where, value)
    return value + 0.0


@dataclass(frozen=True)
class MoneyScale:
    """The power of a thousand in which a report prints money: ``divisor`` and its word before the currency."""

    divisor: float
    prefix: str

    def unit(self, currency: str) -> str:
        """``M USD``, ``k USD`` or ``USD``."""
        return f"{self.prefix} {currency}".strip()

    @property
    def finer(self) -> MoneyScale:
        """The next smaller scale, for monthly amounts."""
        return SCALES[max(0, SCALES.index(self) - 1)]


SCALES = (MoneyScale(1.0, ""), MoneyScale(1e3, "k"), MoneyScale(1e6, "M"))


def money_scale(tables: Tables) -> MoneyScale:
    """The scale that leaves the largest yearly cash flow between about 10 and 10,000 units: that of the base case, or
    the largest mean or percentile where it is so much larger (in the base case what was refused has no cash at all)."""
    largest = max((abs(year.cash_base) for year in tables.years), default=0.0)
    widest = max((max(abs(y.cash_mean), abs(y.cash_p5), abs(y.cash_p95)) for y in tables.years), default=0.0)
    largest = max(largest, widest / 100.0) if largest else widest
    return next((scale for scale in reversed(SCALES) if largest >= 10 * scale.divisor), SCALES[0])


def costs_only(tables: Tables) -> bool:
    """Whether the view only pays, on every path: then no rate of return, and no chance of one, says anything. A
    settlement that the base case loses in every month is no such view where some paths gain."""
    loses = tables.base.irr_status == "total_loss" and tables.irr.distribution.mean is None
    return loses and not tables.irr.some_path_gains


def margin_is_pulled(spread: Distribution) -> bool:
    """Whether a few paths with almost no revenue pull the mean margin: sd > 3 (P75 − P25)."""
    if spread.sd is None or spread.p25 is None or spread.p75 is None:
        return False
    return spread.sd > 3.0 * (spread.p75 - spread.p25) + 1e-9


PULLED = "the mean margin is pulled by paths with little revenue: read the median"


def claim_value(claim: Claim) -> str:
    """The number that a claim meets: amounts in millions from 100,000 on, rates and shares in per cent."""
    if claim.value is None:
        return "n/a"
    unit, currency = claim.unit, claim.unit.partition("/")[0]
    money = len(currency) == 3 and currency.isalpha() and currency.isupper()
    if money and abs(claim.value) >= 1e5:
        return f"{finite(claim.value, unit) / 1e6:,.1f} M {unit}"
    return percent(claim.value) if unit in {"%", "%/year"} else quantity(claim.value, unit)


def claim_scenarios(claim: Claim) -> str:
    """In which scenarios of the file a claim holds."""
    if not claim.with_:
        return "does not hold as valued here" if claim.verdict == "contradicts" else ""
    names = ", ".join(claim.with_)
    return f"holds in: {names}" if claim.verdict == "holds" else f"does not hold as valued here; holds in: {names}"


def bridge_decimals(tables: Tables, scale: MoneyScale) -> int:
    """Decimals of the bridge: one more where a change that is not 0 would read as 0."""
    changes = [abs(step.change) / scale.divisor for step in tables.bridge if step.change]
    return 2 if any(1e-9 < change < 0.05 for change in changes) else 1


def rounded(value: float, digits: int) -> float:
    """A number to so many significant digits: more than an input is known to."""
    return float(f"{value:.{digits}g}")


def amount(value: float | None, scale: MoneyScale, decimals: int = 1) -> str:
    """Money in its scale: ``-54.1``; ``n/a`` when it does not exist."""
    return "n/a" if value is None else _signed(finite(value, "amount") / scale.divisor, decimals)


def percent(value: float | None, decimals: int = 1) -> str:
    """A fraction as a percentage with its sign: ``7.8 %``; ``n/a`` when it does not exist."""
    return "n/a" if value is None else _signed(100 * finite(value, "percentage"), decimals) + " %"


def quantity(value: float | None, unit: str) -> str:
    """A number in its unit, six significant digits; a fraction where the unit begins with %."""
    if value is None:
        return "n/a"
    if unit.startswith("%"):
        return f"{100 * finite(value, unit):.4g} {unit}"
    digits = f"{finite(value, unit):,.0f}" if abs(value) >= 1e5 else f"{value:,.6g}"
    return f"{digits} {unit}".strip()


def _signed(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text
