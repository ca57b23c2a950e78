"""The terms of a contract that are no clause: dates, rates, capacity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, ValidationInfo, model_validator

from valuation.spec.context import reading
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Kind, Megawatts, Rate, Term, share
from valuation.spec.model import Measured, SpecModel, Text, default
from valuation.spec.quantity import Quantity
from valuation.spec.schedule import PowerSchedule
from valuation.spec.words import Day, FactorOrRate, FactorOrShare
from valuation.timeline import YearCount

LONGEST_TERM = 720
"""Longest term that is computed [month]."""

PUE = Kind("a number", "1.15", ("",), low=1.0, high=5.0)


class Dates(SpecModel):
    """Valuation date, start and term."""

    valuation: Day
    """Date that flows are discounted to, at the end of its day."""
    start: Day
    """First day of the term."""
    term: Term
    """Length of the term in whole months [month]; it ends at the start of the day so much later."""
    end: Day | None = None
    """Last day, where a paper states it; it must agree with start and term."""
    flows: Literal["by_date", "year_end"] = "by_date"
    """When payments count: each on its date, discounted by days/365; or on 31 December of its calendar year, discounted
    by whole years, as tools of yearly periods have it. Then the valuation date is a 31 December."""

    @property
    def year_count(self) -> YearCount:
        """How discounting counts years."""
        return "whole_years" if self.flows == "year_end" else "days"

    @model_validator(mode="after")
    def _from_a_year_end(self) -> Dates:
        today = self.valuation.date
        if self.flows == "year_end" and (today.month, today.day) != (12, 31):
            raise fault(
                f"flows at year ends are discounted by whole years to a 31 December, got {self.valuation}, expected "
                f"for example '{today.year - 1}-12-31'; or leave 'flows: year_end' out",
                "valuation",
            )
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Dates:
        if self.term.canonical > LONGEST_TERM:
            raise fault(f"a term of {self.term} is longer than {LONGEST_TERM // 12} years", "term")
        if self.end is None:
            return self
        if self.end.date <= self.start.date:
            raise fault(f"the end {self.end} is not after the start {self.start}", "end")
        months = (self.end.date.year - self.start.date.year) * 12 + self.end.date.month - self.start.date.month
        if abs(months - self.term.canonical) > 1:
            raise fault(
                f"the end {self.end} does not agree with a start on {self.start} and a term of {self.term}", "end"
            )
        return self


class RealPrices(SpecModel):
    """Results in the money of one year: flows are computed in nominal money and deflated to the price level of its
    30 June."""

    real: int = Field(strict=True, ge=1990, le=2200)
    """The year."""
    deflator: FactorOrRate
    """Growth of prices that is taken out: the name of an index or inflation_ou factor, or an effective yearly rate
    [1/year]."""


def _basis_tag(raw: object) -> str:
    """The branch of a price basis, so that a mapping is not told that it is no word, nor a word that it is no
    mapping."""
    return "RealPrices" if isinstance(raw, (Mapping, RealPrices)) else "literal[nominal]"


PriceBasis = Annotated[
    Annotated[Literal["nominal"], Tag("literal[nominal]")] | Annotated[RealPrices, Tag("RealPrices")],
    Discriminator(_basis_tag),
]
"""Nominal money, or the money of one year."""


class DiscountRate(Measured):
    """The rate that flows are discounted at: `{value: 9 %/year, basis: nominal post-tax unlevered, includes: []}`."""

    value: Rate
    """Effective yearly rate [1/year]."""
    basis: Literal[
        "nominal post-tax unlevered",
        "nominal pre-tax unlevered",
        "nominal post-tax levered",
        "real post-tax unlevered",
        "real pre-tax unlevered",
        "real post-tax levered",
    ] = "nominal post-tax unlevered"
    """What the rate is for."""
    includes: tuple[Text, ...] = ()
    """Risks that the rate already pays for; one that is simulated as an event must not be among them."""

    @model_validator(mode="before")
    @classmethod
    def _one_rate(cls, raw: Any, info: ValidationInfo) -> Any:
        context = reading(info)
        parties = context.names.declared.get("party", ()) if context else ()
        rates = raw["value"] if isinstance(raw, dict) and isinstance(raw.get("value"), dict) else raw
        if isinstance(rates, dict) and rates and all(key in parties for key in rates):
            one = next((party for party, rate in rates.items() if isinstance(rate, str)), next(iter(rates)))
            written = rates[one] if isinstance(rates[one], str) else "9 %/year"
            raise fault(
                f"got rates by party, expected one, for example '{written}'; a party with a rate of its own stands in "
                f"'discount_rate_by_party: {{{one}: {written}}}'"
            )
        return raw


class Capacity(SpecModel):
    """Contracted power and how it is used."""

    basis: Literal["grid", "it"]
    """Whether MW are at the grid connection or at the servers."""
    connection: Megawatts
    """Power of the grid connection [MW]."""
    contracted: PowerSchedule
    """Contracted power by date, each value until the next [MW]."""
    pue: Annotated[Quantity, PUE]
    """Power usage effectiveness: total power over IT power [1]."""
    loss_share: Annotated[Quantity, share()] = default("0 %")
    """Losses between meter and load, as a share of the load [1]."""
    utilisation: FactorOrShare
    """Name of a factor, or a share of the contracted power [1]."""

    @model_validator(mode="after")
    def _fits_connection(self) -> Capacity:
        draw = self.pue.canonical if self.basis == "it" else 1.0
        found = []
        for day, power in self.contracted.steps:
            if power.canonical * draw > self.connection.canonical * (1.0 + 1e-12):
                what = f"{power}" if draw == 1.0 else f"{power} of IT power × PUE {self.pue}"
                at: tuple[str, ...] = ("contracted",) if day is None else ("contracted", day.isoformat())
                found.append(Fault(f"{what} is above the grid connection of {self.connection}", at))
        if found:
            raise faults(found)
        return self
