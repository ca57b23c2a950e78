"""Price with one mean-reverting component."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import field_validator

from valuation.registry import factor
from valuation.spec.components import Part, YearlyLevel
from valuation.spec.factor import Forward
from valuation.spec.kinds import Intensity, Movement
from valuation.spec.price import PriceFactor, in_transform
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("ou")
class OU(PriceFactor):
    """Price that returns to its forward at one speed: dX = −reversion·X dt + volatility dW, E[P] = forward + risk
    premium."""

    components: ClassVar[tuple[str, ...]] = ("deviation",)
    process: Literal["ou"]
    forward: Forward
    """Forward curve [unit]."""
    reversion: Intensity
    """Speed of mean reversion [1/year]."""
    volatility: Movement
    """Volatility of the transformed price [1/sqrt(year); unit of the price/sqrt(year) for `arithmetic`]."""
    yearly_level: YearlyLevel | None = None
    """The level of the year."""

    _in_transform = field_validator("volatility", "yearly_level")(in_transform)

    def parts(self) -> tuple[Part, ...]:
        """The one component."""
        return (Part("deviation", self.reversion, self.volatility),)

    def drawn_each_year(self) -> YearlyLevel | None:
        """The level of the year."""
        return self.yearly_level

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """With A the month average of X (or its level at the month's end): log: P = exp(ln F − Var A/2 + A), and so on,
        see lowering/price.py."""
        from valuation.lowering.price import lower_price

        return lower_price(self, name, ctx)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Price that the month's own exceeds with a probability: the transform's law is normal."""
        from valuation.lowering.price import exceeded_price

        return exceeded_price(self, name, ctx, probability, row)
