"""What every clause of a contract has: who pays whom, when, what is indexed, and what survives an event."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import ANY, Duration, Lag, Rate, Share, price
from valuation.spec.model import ByWord, Named, SpecModel, Text, default
from valuation.spec.quantity import Quantity
from valuation.spec.words import Day, FactorName, FactorOrRate, HazardName, OneOrMore, Party, StartEventName

Passes = Literal["power", "operating", "property", "none"]
"""Group of costs that a lease may pass through to the tenant."""


class Payment(SpecModel):
    """When a clause is paid. In arrears without lag: on the last day of the month; in advance: on its first."""

    timing: Literal["arrears", "advance"] = Field("arrears", alias="in")
    """Paid after the month or before it."""
    lag: Lag = default("0 days")
    """Calendar days or months from then to the payment [day or month]."""


class Vat(SpecModel):
    """VAT on what a clause pays: `{rate: 25 %, settled_after: 2 months}`. It is paid with it and settled with the state
    later: the payer gets it back, the payee hands it over. No cost and no income, and not taxed."""

    rate: Share
    """VAT as a share of what is paid [1]."""
    settled_after: Lag
    """Calendar days or months from the payment to the settlement with the state [day or month]."""


class IndexPart(SpecModel):
    """One factor of a weighted index."""

    factor: FactorName
    """An index, or a price or rate of exchange whose level stays above 0."""
    weight: Share
    """Its weight in the index [1]; what the weights leave to 100 % grows at `fixed`."""
    base: Annotated[Quantity, ANY] | None = None
    """Level that P_0 stands for [unit of the factor]; that of the month of `from`, less the lag, where left out."""


def _by_tag(raw: object) -> str:
    """The branch of what an index goes by, so that a list is told what is wrong in it."""
    return "tuple[parts]" if isinstance(raw, (list, tuple)) else "literal[one]"


IndexedBy = Annotated[
    Annotated[tuple[IndexPart, ...], Tag("tuple[parts]")] | Annotated[FactorOrRate, Tag("literal[one]")],
    Discriminator(_by_tag),
]
"""A factor, an effective yearly rate, or several factors with their weights."""


class Index(SpecModel):
    """How a price moves with an index: P_t = P_0·Π(1 + clip(w·Δindex + (1 − w)·fixed, floor, cap))."""

    by: IndexedBy
    """Name of a factor, an effective yearly rate [1/year], or a list of factors with weights:
    `[{factor: power.NO4, weight: 60 %}, {factor: inflation.NO, weight: 20 %}]`."""
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

    @model_validator(mode="before")
    @classmethod
    def _a_list(cls, raw: Any) -> Any:
        by = raw.get("by") if isinstance(raw, dict) else None
        if isinstance(by, dict) and "factor" in by:
            raise fault("expected a list of factors with their weights: [{factor: …, weight: 60 %}]", "by")
        return raw

    @model_validator(mode="after")
    def _floor_below_cap(self) -> Index:
        if self.cap and self.floor and self.floor.canonical > self.cap.canonical:
            raise fault(f"the floor {self.floor} is above the cap {self.cap}", "floor")
        return self

    @model_validator(mode="after")
    def _weights(self) -> Index:
        if not isinstance(self.by, tuple):
            return self
        if not self.by:
            raise fault("an empty list; name a factor, or '{factor: inflation.NO, weight: 60 %}'", "by")
        if "share" in self.model_fields_set:
            raise fault("the weights of the list say how much is indexed; take 'share' away", "share")
        total = sum(part.weight.canonical for part in self.by)
        if total > 1.0 + 1e-12:
            raise fault(f"the weights add to {100.0 * total:g} %, expected at most 100 %", "by")
        names = [part.factor for part in self.by]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise fault(f"'{twice}' stands twice in the list; give it one weight", "by")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The factors that the index goes by; none for a rate."""
        if isinstance(self.by, tuple):
            return tuple(part.factor for part in self.by)
        return (self.by,) if isinstance(self.by, str) else ()


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

    may_jump: ClassVar[bool] = False
    """Whether a shock may move its `price`."""
    may_end: ClassVar[bool] = False
    """Whether the `ends` of an event may name it: leases, and offtakes of what a site produces."""
    sells_production: ClassVar[bool] = False
    """Whether it takes a `share` of what `generation` produces, which can be sold once only."""
    energy_row: ClassVar[str] = ""
    """Row of the energy that it bills [MWh], behind the clause's name; none where it does not bill energy."""
    dated: ClassVar[bool] = False
    """Whether it is paid on days of its own and not month by month from the start of the contract."""
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
    requires: Annotated[tuple[StartEventName, ...], OneOrMore()] = ()
    """Approval, conversion or delay with a long stop that it hangs on, or several: what falls due before the decision
    is paid, and after it only where all came true. `[]` says that it goes on all the same."""
    vat: Vat | None = None
    """VAT on what is paid; none where left out."""
    note: Text | None = None
    """Reasoning that belongs to the clause as a whole."""

    def needs(self) -> dict[str, str]:
        """Sections of the contract that this clause cannot do without, each with what it is needed for and how it
        could do without it."""
        return {}

    @property
    def first_day(self) -> date | None:
        """First day that it is paid for, where that is not the start of the contract."""
        return None

    @property
    def own_days(self) -> tuple[date, ...]:
        """Days in order on which it is paid whatever the term is; the months computed reach from the first to the
        last."""
        return ()

    @property
    def months_after_end(self) -> int:
        """Months after the end of the term in which it can still be paid [month]."""
        return 0

    @model_validator(mode="after")
    def _used(self) -> Any:
        found = [
            Fault(f"'{term}': {why}", (term,))
            for term, why in self.unused.items()
            if getattr(self, term) not in (None, {}, (), "none") and term in self.model_fields_set
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
