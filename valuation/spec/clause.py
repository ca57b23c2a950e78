"""What every clause of a contract has: who pays whom, when, what is indexed, and what survives an event."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Duration, Lag, Rate, Share, price
from valuation.spec.model import ByWord, Named, SpecModel, Text, default
from valuation.spec.quantity import Quantity
from valuation.spec.words import Day, FactorOrRate, HazardName, Party

Passes = Literal["power", "operating", "property", "none"]
"""Group of costs that a lease may pass through to the tenant."""


class Payment(SpecModel):
    """When a clause is paid. In arrears without lag: on the last day of the month; in advance: on its first."""

    timing: Literal["arrears", "advance"] = Field("arrears", alias="in")
    """Paid after the month or before it."""
    lag: Lag = default("0 days")
    """Calendar days or months from then to the payment [day or month]."""


class Index(SpecModel):
    """How a price moves with an index: P_t = P_0·Π(1 + clip(w·Δindex + (1 − w)·fixed, floor, cap))."""

    by: FactorOrRate
    """Name of an index factor, or an effective yearly rate [1/year]."""
    start: Day | None = Field(None, alias="from")
    """Date of the price level P_0; the start of the contract where it is left out."""
    frequency: Literal["yearly", "quarterly", "monthly"] = "yearly"
    """How often the price steps, counted from `from`."""
    lag: Lag = default("0 months")
    """How old the index is when it is applied [day or month]."""
    cap: Rate | None = None
    """Highest step, as a yearly rate [1/year]."""
    floor: Rate | None = None
    """Lowest step, as a yearly rate [1/year]."""
    share: Share = default("100 %")
    """Weight w of the index [1]."""
    fixed: Rate = default("0 %/year")
    """Rate of the part that the index does not move [1/year]."""

    @model_validator(mode="after")
    def _floor_below_cap(self) -> Index:
        if self.cap and self.floor and self.floor.canonical > self.cap.canonical:
            raise fault(f"the floor {self.floor} is above the cap {self.cap}", "floor")
        return self


class Survival(SpecModel):
    """What is left of a clause after an event has ended the lease."""

    wind_up: Duration | None = None
    """How long the clause goes on after the end of the notice [month]; the structure's own default where left out."""


class SupplySurvival(Survival):
    """What is left of a supply obligation: the volume is resold at spot less a discount during the wind-up."""

    resale_discount: Annotated[Quantity, price("MWh", low=0.0)] | None = None
    """Discount to spot at which the volume is resold [currency/MWh]."""


class Clause(Named):
    """A clause: one stream of payments from `payer` to `payee`."""

    word: ClassVar[str] = "structure"
    ends_with_lease: ClassVar[bool] = True
    """Whether an event that ends the lease ends this clause too, but for what `survives`."""

    lets_power: ClassVar[bool] = False
    """Whether this is a lease: it makes the load, and an event may end it."""

    unused: ClassVar[dict[str, str]] = {}
    """Terms below that this structure has no use for, and why: they are refused, not passed over."""

    payer: Party
    """Who pays."""
    payee: Party
    """Who is paid."""
    payment: Payment = Field(default_factory=lambda: Payment.model_validate({}))
    """When it is paid."""
    passes: Passes = "none"
    """The group of costs that the clause belongs to, for leases that pass costs through."""
    index: Index | None = None
    """How the price is indexed."""
    survives: dict[HazardName, Survival] = Field(default_factory=dict)
    """What is left after an event, by the name of the hazard."""
    note: Text | None = None
    """Reasoning that belongs to the clause as a whole."""

    @model_validator(mode="after")
    def _used(self) -> Any:
        found = [
            Fault(f"'{term}': {why}", (term,))
            for term, why in self.unused.items()
            if getattr(self, term) not in (None, {}, "none") and term in self.model_fields_set
        ]
        if found:
            raise faults(found)
        return self

    @model_validator(mode="after")
    def _two_parties(self) -> Any:
        if self.payer == self.payee:
            raise fault(f"payer and payee are both '{self.payer}'", "payee")
        return self


AnyClause = Annotated[Clause, ByWord("structure")]
"""A clause of the class that its `structure` names."""
