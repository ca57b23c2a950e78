"""Price with a slow and a fast mean-reverting component and a level of its own each year."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import field_validator

from valuation.registry import factor
from valuation.spec.components import Component, Part, YearlyLevel
from valuation.spec.factor import Forward
from valuation.spec.price import PriceFactor, in_transform
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("two_ou")
class TwoOU(PriceFactor):
    """Price P with transform(P) = location + slow + fast + yearly level, and E[P] = forward + risk premium."""

    components: ClassVar[tuple[str, ...]] = ("slow", "fast")
    yearly: ClassVar[tuple[str, ...]] = ("yearly_level",)
    process: Literal["two_ou"]
    forward: Forward
    """Forward curve [unit]."""
    slow: Component
    """The slow component."""
    fast: Component | None = None
    """The fast component."""
    yearly_level: YearlyLevel | None = None
    """The level of the year."""

    _in_transform = field_validator("slow", "fast", "yearly_level")(in_transform)

    def parts(self) -> tuple[Part, ...]:
        """Slow, and fast where there is one."""
        both = (("slow", self.slow), ("fast", self.fast))
        return tuple(own.part(name) for name, own in both if own is not None)

    def drawn_each_year(self) -> YearlyLevel | None:
        """The level of the year."""
        return self.yearly_level

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """With A the month average of slow + fast (or their level at the month's end) and L the year's level: log: P =
        exp(ln F − v/2 + A + L), v = Var(A + L), and so on, see lowering/price.py."""
        from valuation.lowering.price import lower_price

        return lower_price(self, name, ctx)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Price that the month's own exceeds with a probability: the transform's law is normal."""
        from valuation.lowering.price import exceeded_price

        return exceeded_price(self, name, ctx, probability, row)
