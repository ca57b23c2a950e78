"""Index: grows at a given effective yearly rate, such as inflation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.kinds import Rate
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("index")
class Index(Factor):
    """An index that grows steadily: I_t = (1 + rate)^t."""

    components: ClassVar[tuple[str, ...]] = ()
    follows_prices: ClassVar[bool] = True
    process: Literal["index"]
    rate: Rate
    """Effective yearly growth [1/year]."""

    @property
    def stays_positive(self) -> bool:
        """Always: it is a power of a growth above −100 %."""
        return True

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """It does not vary: (1 + rate)^t, 0."""
        from itertools import accumulate

        return [((1.0 + self.rate.canonical) ** t, 0.0) for t in accumulate(steps)]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """It does not vary: 0."""
        return 0.0

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """I_t = (1 + rate)^t, t in years of whole months since the market's date."""
        from valuation.lowering.context import FactorRows

        b = ctx.b
        with b.in_section(f"Market: {name}"):
            rate = ctx.quantity(self.rate, f"Growth of {name}")
            elapsed, years = 0.0, []
            for step in ctx.steps:
                elapsed += step
                years.append(elapsed)
            b.month(name, "escalate", rate, ctx.by_month(f"{name}.years", years, "year"), label=name, roll="end")
        return FactorRows(name, "", expected_growth=rate)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Itself, with whatever probability: it does not vary."""
        from valuation.lowering.exceedance import stated

        stated(ctx, name, probability)
        return ctx.b.month(row, "set", ctx.factors[name].value)
