"""The market file: factors that many contracts share, and how they move together."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, model_validator

from valuation.spec.factor import Factor, MarketFactor
from valuation.spec.faults import Fault, faults
from valuation.spec.kinds import ANY, Kind
from valuation.spec.model import Measured, SpecModel, Text
from valuation.spec.quantity import Quantity
from valuation.spec.risk_free import RiskFree
from valuation.spec.words import Day, MoverName
from valuation.units import CURRENCIES

_EARLIER = re.compile(r"\.prev[0-9]*\Z")
_FACTOR_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_\-/]*(\.[A-Za-z0-9_\-/]+)*")
_NUMBERS = frozenset({"inf", "infinity", "nan"})

COEFFICIENT = Kind("a correlation", "0.3", ("",), low=-1.0, high=1.0)


class Correlation(Measured):
    """How two move together: `{of: [power.NO4.slow, fx.EURUSD], value: 0, status: assumption}`."""

    of: tuple[MoverName, MoverName]
    """The two drivers, yearly levels, or events."""
    value: Annotated[Quantity, COEFFICIENT]
    """Correlation of their increments, or of the normal variables behind two levels or two times, −1 to 1 [1]."""


class EstimateCorrelation(Measured):
    """Correlation of two estimates: `{of: [factors.power.NO4.slow.reversion, factors.power.NO4.slow.volatility], value:
    0.7}`.
    """

    of: tuple[Text, Text]
    """Where the two values stand, by path from the root of the file; both have a standard error `se`."""
    value: Annotated[Quantity, COEFFICIENT]
    """Correlation of the two, as normals: in a Gaussian copula of their laws, −1 to 1 [1]."""


class Market(SpecModel):
    """Market data as of one date. What stands here is drawn the same for every contract that uses the file."""

    as_of: Day
    """Date of the forward curves, at the end of its day; factors start here."""
    risk_free: RiskFree
    """Effective yearly risk-free rate in the currency of the contracts, for all time or by maturity [1/year]."""
    factors: dict[str, MarketFactor]
    """Factors by name, in the order in which they are drawn."""
    stated_rates: dict[str, Annotated[Quantity, ANY]] = Field(default_factory=dict)
    """Exchange rates that do not move, by unit: `USD/NOK: 0.10436 USD/NOK`."""
    correlation: tuple[Correlation, ...] = ()
    """Correlations that are not 0."""
    correlation_of_estimates: tuple[EstimateCorrelation, ...] = ()
    """Correlations of estimated values that are not 0; for runs with parameter uncertainty."""
    note: Text | None = None
    """What the file is for."""

    @model_validator(mode="after")
    def _rates_are_exchange_rates(self) -> Market:
        found = []
        for name, rate in self.stated_rates.items():
            if rate.canonical <= 0.0:
                found.append(Fault(f"an exchange rate must be above 0, got '{rate}'", ("stated_rates", name)))
            elif rate.unit != name or exchange_pair(rate.unit) is None:
                found.append(
                    Fault(
                        f"'{rate}' is not an exchange rate in {name}, expected for example 'USD/NOK: 0.1 USD/NOK'",
                        ("stated_rates", name),
                    )
                )
        for name, factor in self.factors.items():
            if factor.event:
                found.append(Fault("an event belongs to a contract, under 'risks'", ("factors", name)))
            if not _FACTOR_NAME.fullmatch(name) or _EARLIER.search(name):
                message = f"'{name}' is no name of a factor: letters, digits and _ joined by dots, such as 'power.NO4'"
                found.append(Fault(message, ("factors", name)))
            elif name.lower() in _NUMBERS:
                found.append(Fault(f"'{name}' is a number; name the factor '{name}.index'", ("factors", name)))
        if found:
            raise faults(found)
        return self

    def driver(self, text: str) -> tuple[str, str]:
        """Factor and component that a driver names: `power.NO4` is (`power.NO4`, `slow`).

        Raises
        ------
        KeyError : when there is none.
        """
        return driver_of(text, self.factors)


def driver_of(text: str, factors: dict[str, Factor]) -> tuple[str, str]:
    """Factor and component that a driver names, among some factors; KeyError when there is none."""
    if text in factors and factors[text].moving:
        return text, factors[text].moving[0]
    name, _, component = text.rpartition(".")
    if name in factors and component in factors[name].moving:
        return name, component
    raise KeyError(text)


def exchange_pair(unit: str) -> tuple[str, str] | None:
    """(`USD`, `EUR`) of `USD/EUR`: what one gets, and per what; None when the unit is no exchange rate."""
    got, _, per = unit.partition("/")
    return (
        (got.strip(), per.strip()) if got.strip() in CURRENCIES and per.strip() in CURRENCIES and got != per else None
    )
