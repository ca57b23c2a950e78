"""What moves a price around its forward: mean-reverting components, and a level of the year."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import model_validator

from valuation.errors import UnitError
from valuation.spec.faults import fault
from valuation.spec.kinds import Intensity, Movement, NumberOr
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Quantity
from valuation.spec.words import DayOfYear

SPREAD = NumberOr("a number", "0.45", low=0.0)


class Part(NamedTuple):
    """A component as a price computes with it; one without ``reversion`` is a random walk."""

    name: str
    reversion: Quantity | None
    volatility: Quantity

    @property
    def driver(self) -> tuple[float, float]:
        """(reversion κ [1/year], volatility σ)."""
        return 0.0 if self.reversion is None else self.reversion.canonical, self.volatility.canonical


class Component(SpecModel):
    """One mean-reverting component: dX = −reversion·X dt + volatility dW, X = 0 on the market's date."""

    reversion: Intensity
    """Speed of mean reversion [1/year]."""
    volatility: Movement
    """Volatility of the transformed price [1/sqrt(year); unit of the price/sqrt(year) for `arithmetic`]."""

    def part(self, name: str) -> Part:
        """This component under its name."""
        return Part(name, self.reversion, self.volatility)


class YearlyLevel(SpecModel):
    """A normal shift of the transformed price, drawn anew each year."""

    sd: Annotated[Quantity, SPREAD]
    """Standard deviation [1; unit of the price for `arithmetic`]."""
    resets: DayOfYear = default("01-01")
    """Day on which a new level is drawn, the first of a month."""

    @model_validator(mode="after")
    def _month_start(self) -> YearlyLevel:
        if self.resets.day != 1:
            raise fault(f"the level resets on the first of a month, not on {self.resets}", "resets")
        return self


def measured(quantity: Quantity, transform: str, unit: str, per: str, noun: str, *at: str) -> Quantity:
    """A quantity in the unit in which the transform of a price is measured: a pure number, or under ``arithmetic`` the
    price's own unit; ``per`` as `/sqrt(year)` follows it.

    Raises
    ------
    PydanticCustomError : the quantity is measured otherwise; ``at`` is where it stands below the value being read.
    """
    wanted = f"{unit}{per}" if transform == "arithmetic" else f"1{per}"
    try:
        return quantity.to(wanted) if wanted != "1" or quantity.unit else quantity
    except UnitError:
        shown = f"{0.5:g} {wanted.removeprefix('1')}".rstrip()
        raise fault(
            f"'{quantity}' has the wrong unit: under 'transform: {transform}' expected {noun} such as '{shown}'", *at
        ) from None
