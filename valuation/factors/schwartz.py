"""Schwartz's one-factor price of 1997: a logarithm that reverts to a long-run level, and the forward it implies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from valuation.registry import factor
from valuation.spec.components import Part, measured
from valuation.spec.factor import Forward
from valuation.spec.faults import fault
from valuation.spec.implied import by_month
from valuation.spec.kinds import ANY, NUMBER, Intensity, Volatility
from valuation.spec.price import PriceFactor
from valuation.spec.quantity import Quantity
from valuation.spec.two_factor import all_or_none

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


@factor("schwartz")
class Schwartz(PriceFactor):
    """Price whose logarithm reverts to a long-run level: d ln S = reversion·(ln long_run − ln S) dt + volatility dW.

    Without a `forward` its parameters imply the expected price; under the risk-neutral measure the long-run logarithm
    is lower by `price_of_risk`. With one they say only how it moves around it.
    """

    components: ClassVar[tuple[str, ...]] = ("deviation",)
    process: Literal["schwartz"]
    transform: Literal["log"] = "log"
    """`log`: the model is one of the logarithm."""
    scale: None = None
    """None: it is for asinh."""
    forward: Forward | None = None
    """Forward curve [unit]; in place of `spot`, `long_run` and `price_of_risk`."""
    reversion: Intensity
    """Speed of mean reversion, κ [1/year]."""
    volatility: Volatility
    """Volatility of the logarithm, σ [1/sqrt(year)]."""
    spot: Annotated[Quantity, ANY] | None = None
    """Price on the market's date [unit]."""
    long_run: Annotated[Quantity, ANY] | None = None
    """Price to which it reverts, e^α: the median of the long run under the real-world measure [unit]."""
    price_of_risk: Annotated[Quantity, NUMBER] | None = None
    """By how much the risk-neutral long-run logarithm is lower, λ = α − α* [1]."""

    @field_validator("spot", "long_run")
    @classmethod
    def _price(cls, price: Quantity | None, info: ValidationInfo) -> Quantity | None:
        if price is None or "unit" not in info.data:
            return price
        if price.canonical <= 0.0:
            raise fault(f"'{price}' must be above 0: the model is one of the logarithm")
        return measured(price, "arithmetic", info.data["unit"], "", "a price")

    @model_validator(mode="after")
    def _parameters(self) -> Schwartz:
        asked: dict[tuple[str, ...], object] = {
            (key,): getattr(self, key) for key in ("spot", "long_run", "price_of_risk")
        }
        all_or_none(self, asked)
        return self

    def parts(self) -> tuple[Part, ...]:
        """The one component."""
        return (Part("deviation", self.reversion, self.volatility),)

    def stated_parameters(self) -> Sequence[tuple[Quantity, str]]:
        """Spot, long-run level and price of risk."""
        labels = (("spot", "Spot price"), ("long_run", "Long-run price"), ("price_of_risk", "Price of risk"))
        return [(getattr(self, key), label) for key, label in labels if getattr(self, key) is not None]

    def implied_by_month(self, measure: str, steps: Sequence[float], first_month: int) -> list[float]:
        """ln E[S] = e^(−κy)·ln spot + (1 − e^(−κy))·α + σ²(1 − e^(−2κy))/(4κ), α − λ in the place of α under the
        risk-neutral measure."""
        from valuation.processes.spot_models import one_factor

        if self.spot is None or self.long_run is None or self.price_of_risk is None:
            raise ValueError("the parameters of the expected price are missing")
        premium = self.price_of_risk.canonical if measure == "risk_neutral" else 0.0
        alpha = math.log(self.long_run.canonical) - premium
        model = one_factor(math.log(self.spot.canonical), self.reversion.canonical, self.volatility.canonical, alpha)
        return by_month(lambda y, _: model.log_price(y), steps, first_month, self.settlement == "month_end")

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """The logarithm's deviation from its mean is an OU process from 0: P = exp(ln E[P] − Var A/2 + A)."""
        from valuation.lowering.price import lower_price

        return lower_price(self, name, ctx)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Price that the month's own exceeds with a probability: the logarithm is normal."""
        from valuation.lowering.price import exceeded_price

        return exceeded_price(self, name, ctx, probability, row)
