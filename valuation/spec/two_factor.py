"""Prices of a short-term and a long-term component, whose parameters may imply the forward curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import ValidationInfo, field_validator, model_validator

from valuation.processes.spot_models import TwoFactors
from valuation.spec.components import Component, Part, measured
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import ANY, Kind, Movement, NumberOr
from valuation.spec.model import SpecModel
from valuation.spec.price import PriceFactor, in_transform
from valuation.spec.quantity import Quantity

COEFFICIENT = Kind("a correlation", "0.3", ("",), low=-1.0, high=1.0)
DRIFT = Kind("a drift", "-1.25 %/year")
DEVIATION = NumberOr("a number", "0.1")


class ShortTerm(Component):
    """The short-term component: it reverts to 0."""

    level: Annotated[Quantity, DEVIATION] | None = None
    """Where it stands on the market's date [1; unit of the price for `arithmetic`]."""
    risk_premium: Annotated[Quantity, DRIFT] | None = None
    """What its drift is lowered by under the risk-neutral measure, λ [1/year; unit/year for `arithmetic`]."""


class LongTerm(SpecModel):
    """The long-term component: a Brownian motion with drift."""

    level: Annotated[Quantity, ANY] | None = None
    """Price to which the short-term component reverts, on the market's date [unit of the price]."""
    volatility: Movement
    """Volatility [1/sqrt(year); unit/sqrt(year) for `arithmetic`]."""
    drift: Annotated[Quantity, DRIFT] | None = None
    """Drift under the real-world measure [1/year; unit/year for `arithmetic`]."""
    risk_neutral_drift: Annotated[Quantity, DRIFT] | None = None
    """Drift under the risk-neutral measure [1/year; unit/year for `arithmetic`]."""


class TwoFactorPrice(PriceFactor):
    """A price of a short-term and a long-term component. Without a `forward` its parameters imply the expected price;
    with one they say only how it moves around it."""

    components: ClassVar[tuple[str, ...]] = ("long_term", "short_term")
    short_term: ShortTerm
    """The component that reverts."""
    long_term: LongTerm | None = None
    """The component that does not."""
    correlation: Annotated[Quantity, COEFFICIENT] | None = None
    """Correlation of the two Brownian motions [1]."""

    _in_transform = field_validator("short_term")(in_transform)

    @field_validator("short_term")
    @classmethod
    def _short_in_unit(cls, own: ShortTerm, info: ValidationInfo) -> ShortTerm:
        if not {"transform", "unit"} <= set(info.data):
            return own
        unit: tuple[str, str] = (info.data["transform"], info.data["unit"])
        level, premium = own.level, own.risk_premium
        moved: dict[str, Any] = {}
        if level is not None:
            moved["level"] = measured(level, *unit, "", "a deviation", "level")
        if premium is not None:
            moved["risk_premium"] = measured(premium, *unit, "/year", "a drift", "risk_premium")
        return own.model_copy(update=moved)

    @field_validator("long_term")
    @classmethod
    def _long_in_unit(cls, own: LongTerm | None, info: ValidationInfo) -> LongTerm | None:
        if own is None or not {"transform", "unit"} <= set(info.data):
            return own
        unit: tuple[str, str] = (info.data["transform"], info.data["unit"])
        moved: dict[str, Any] = {
            "volatility": measured(own.volatility, *unit, "/sqrt(year)", "a volatility", "volatility")
        }
        for key in ("drift", "risk_neutral_drift"):
            drift = getattr(own, key)
            if drift is not None:
                moved[key] = measured(drift, *unit, "/year", "a drift", key)
        if own.level is not None:
            moved["level"] = measured(own.level, "arithmetic", unit[1], "", "a price", "level")
            if unit[0] == "log" and moved["level"].canonical <= 0.0:
                raise fault(f"'{own.level}' must be above 0 under 'transform: log'", "level")
        return own.model_copy(update=moved)

    @model_validator(mode="after")
    def _agree(self) -> TwoFactorPrice:
        if self.correlation is not None and self.long_term is None:
            raise fault("a correlation needs two components: add 'long_term'", "correlation")
        if self.correlation is not None and abs(self.correlation.canonical) == 1.0:
            raise fault(f"a correlation of {self.correlation} would make one of the two components", "correlation")
        asked: dict[tuple[str, ...], object] = {
            ("short_term", "level"): self.short_term.level,
            ("short_term", "risk_premium"): self.short_term.risk_premium,
        }
        if self.long_term is not None:
            asked |= {
                ("long_term", key): getattr(self.long_term, key) for key in ("level", "drift", "risk_neutral_drift")
            }
        all_or_none(self, asked)
        return self

    def parts(self) -> tuple[Part, ...]:
        """The long-term component where there is one, and the short-term one."""
        short = self.short_term.part("short_term")
        return (short,) if self.long_term is None else (Part("long_term", None, self.long_term.volatility), short)

    def own_correlations(self) -> tuple[tuple[str, str, Quantity], ...]:
        """That of the two components, where the file states one."""
        return () if self.correlation is None else (("long_term", "short_term", self.correlation),)

    def two_factors(self, measure: str, long: float) -> TwoFactors:
        """The model under the drifts of a measure, the long-term component at ``long`` on the market's date."""
        real, short, far = measure == "real_world", self.short_term, self.long_term
        drift = None if far is None else (far.drift if real else far.risk_neutral_drift)
        return TwoFactors(
            reversion=short.reversion.canonical,
            short_volatility=short.volatility.canonical,
            short=_of(short.level),
            long=long,
            long_volatility=0.0 if far is None else far.volatility.canonical,
            correlation=_of(self.correlation),
            drift=_of(drift),
            premium=0.0 if real else _of(short.risk_premium),
        )

    def stated_parameters(self) -> Sequence[tuple[Quantity, str]]:
        """What the expected price is computed from beside the volatilities, with its label."""
        short, far = self.short_term, self.long_term
        found = [(short.level, "Short-term level"), (short.risk_premium, "Risk premium of the short term")]
        if far is not None:
            found += [(far.level, "Long-term level"), (far.drift, "Drift of the long term")]
            found.append((far.risk_neutral_drift, "Risk-neutral drift of the long term"))
        found.append((self.correlation, "Correlation of the two components"))
        return [(quantity, label) for quantity, label in found if quantity is not None]


def all_or_none(price: PriceFactor, asked: dict[tuple[str, ...], object]) -> None:
    """Refuses parameters of the expected price beside a forward, and missing ones where there is none."""
    needed = price.forward is None
    wrong = [place for place, given in asked.items() if (given is None) == needed]
    if needed and wrong:
        missing = ", ".join(".".join(place) for place in wrong)
        raise fault(f"without a 'forward' the parameters say the expected price, and of them is missing: {missing}")
    if wrong:
        message = "beside a 'forward' it says nothing: the forward is the expected price; leave one of the two out"
        raise faults([Fault(message, place) for place in wrong])
    if needed and price.risk_premium.canonical:
        raise fault("a risk premium is one over a 'forward', and there is none", "risk_premium")


def _of(quantity: Quantity | None) -> float:
    """0 for what a file may leave out: no second component, no correlation."""
    return 0.0 if quantity is None else quantity.canonical
