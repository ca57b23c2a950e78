"""Price that is its forward times, or plus, a level drawn anew each year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ValidationInfo, field_validator

from valuation.registry import factor
from valuation.spec.components import SPREAD, YearlyLevel, measured
from valuation.spec.factor import Forward, JointKind
from valuation.spec.faults import fault
from valuation.spec.model import default
from valuation.spec.price import PriceFactor
from valuation.spec.quantity import Quantity
from valuation.spec.words import DayOfYear

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("yearly_level")
class YearlyLevelPrice(PriceFactor):
    """Price that moves with the level of the year alone: dry and wet years, independent of each other."""

    process: Literal["yearly_level"]
    forward: Forward
    """Forward curve [unit]."""
    sd: Annotated[Quantity, SPREAD]
    """Standard deviation of the transformed price [1; unit of the price for `arithmetic`]."""
    resets: DayOfYear = default("01-01")
    """Day on which a new level is drawn, the first of a month."""

    @field_validator("sd")
    @classmethod
    def _sd_in_unit(cls, sd: Quantity, info: ValidationInfo) -> Quantity:
        if not {"transform", "unit"} <= set(info.data):
            return sd
        return measured(sd, info.data["transform"], info.data["unit"], "", "a standard deviation")

    @field_validator("resets")
    @classmethod
    def _month_start(cls, resets: DayOfYear) -> DayOfYear:
        if resets.day != 1:
            raise fault(f"the level resets on the first of a month, not on {resets}")
        return resets

    @classmethod
    def joined_of(cls, raw: Mapping[str, Any]) -> dict[str, JointKind]:
        """The level of the year."""
        return {"yearly_level": "year"}

    def drawn_each_year(self) -> YearlyLevel:
        """The level of the year."""
        return YearlyLevel.model_construct(sd=self.sd, resets=self.resets)

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """With L the level of the year, normal of variance sd²: log: P = F·exp(L − sd²/2), arithmetic: P = F + L."""
        from valuation.lowering.price import lower_price

        return lower_price(self, name, ctx)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Price that the month's own exceeds with a probability: the transform's law is normal."""
        from valuation.lowering.price import exceeded_price

        return exceeded_price(self, name, ctx, probability, row)
