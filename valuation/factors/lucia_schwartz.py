"""Lucia and Schwartz's price of 2002: a season of the week and of the year, and one or two components around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from valuation.registry import factor
from valuation.spec.components import measured
from valuation.spec.faults import fault
from valuation.spec.implied import by_month
from valuation.spec.kinds import ANY, NumberOr
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity
from valuation.spec.two_factor import TwoFactorPrice
from valuation.spec.words import DayOfYear

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

AMOUNT = NumberOr("a number", "-0.1")
SATURDAY, DAYS = 5, 365.0


class Season(SpecModel):
    """f(t) = base + weekend·D + cosine·cos(2π(t − peak)/365), D = 1 on Saturdays and Sundays."""

    base: Annotated[Quantity, ANY] | None = None
    """Price on a working day, without the cosine [unit]; for one component, two have the long-term level."""
    weekend: Annotated[Quantity, AMOUNT]
    """What a Saturday or Sunday adds [1; unit of the price for `arithmetic`]."""
    cosine: Annotated[Quantity, AMOUNT]
    """What the peak of the year adds [1; unit of the price for `arithmetic`]."""
    peak: DayOfYear
    """Day of the peak of the year."""

    def at(self, day: date) -> float:
        """f(t) without the base."""
        turn = (_day_of_year(day.month, day.day) - _day_of_year(self.peak.month, self.peak.day)) / DAYS
        weekend = self.weekend.canonical if day.weekday() >= SATURDAY else 0.0
        return weekend + self.cosine.canonical * math.cos(2.0 * math.pi * turn)


@factor("lucia_schwartz")
class LuciaSchwartz(TwoFactorPrice):
    """Price, or logarithm of one, that is a season plus one component that reverts, or plus two.

    Without a `forward` season and parameters imply the expected price; with one they say only how it moves around it.
    """

    process: Literal["lucia_schwartz"]
    transform: Literal["log", "arithmetic"] = "log"
    """`log` (models 2 and 4 of the paper) or `arithmetic` (1 and 3)."""
    scale: None = None
    """None: it is for asinh."""
    season: Season | None = None
    """The season of the price."""

    @field_validator("season")
    @classmethod
    def _season_in_unit(cls, season: Season | None, info: ValidationInfo) -> Season | None:
        if season is None or not {"transform", "unit"} <= set(info.data):
            return season
        transform, unit = info.data["transform"], info.data["unit"]
        moved = {
            key: measured(getattr(season, key), transform, unit, "", "an amount", key) for key in ("weekend", "cosine")
        }
        if season.base is not None:
            moved["base"] = measured(season.base, "arithmetic", unit, "", "a price", "base")
            if transform == "log" and season.base.canonical <= 0.0:
                raise fault(f"'{season.base}' must be above 0 under 'transform: log'", "base")
        return season.model_copy(update=moved)

    @model_validator(mode="after")
    def _one_base(self) -> LuciaSchwartz:
        if (self.season is None) == (self.forward is None):
            raise fault("expected either a 'forward' or a 'season'")
        if self.season is not None and (self.season.base is None) == (self.long_term is None):
            message = "the base of the season goes with one component; with two, 'long_term.level' is in its place"
            raise fault(message, "season")
        return self

    def stated_parameters(self) -> Sequence[tuple[Quantity, str]]:
        """Those of the components and of the season."""
        found = list(super().stated_parameters())
        if self.season is not None:
            own = ((self.season.base, "Base"), (self.season.weekend, "Weekend"), (self.season.cosine, "Cosine"))
            found += [(q, f"{label} of the season") for q, label in own if q is not None]
        return found

    def implied_by_month(self, measure: str, steps: Sequence[float], first_month: int) -> list[float]:
        """Mean of the expected prices of the month's days: f + e^(−κy)χ₀ + ξ₀ + μy − (1 − e^(−κy))λ/κ, or the
        exponential of that plus half its variance."""
        season, far = self.season, self.long_term
        start = None if season is None else season.base if far is None else far.level
        if season is None or start is None:
            raise ValueError("the season is missing")
        log = self.transform == "log"
        model = self.two_factors(measure, math.log(start.canonical) if log else start.canonical)

        def price(years: float, day: date) -> float:
            if log:
                return math.exp(season.at(day)) * model.log_price(years)
            return season.at(day) + model.mean(years)

        return by_month(price, steps, first_month, self.settlement == "month_end")

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """The deviations from the mean start at 0: P = E[P] + A, or exp(ln E[P] − Var A/2 + A)."""
        from valuation.lowering.price import lower_price

        return lower_price(self, name, ctx)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Price that the month's own exceeds with a probability: the transform's law is normal."""
        from valuation.lowering.price import exceeded_price

        return exceeded_price(self, name, ctx, probability, row)


def _day_of_year(month: int, day: int) -> int:
    """Day of a year of 365 days; 29 February counts as 1 March."""
    return date(2025, month, 1).timetuple().tm_yday + day - 1
