"""What leases of every kind may have: renewals, credits for downtime, a fee for leaving early."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Protocol

from pydantic import Field, model_validator

from valuation.spec.clause import Clause
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import DURATION, Share, Term, price
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import BY_DEFAULT, Quantity, Schedule, Switch
from valuation.spec.schedule import ScheduleOf
from valuation.spec.words import FactorOr, FactorOrShare, such_as, switch

RentOrFactor = Annotated[str | Quantity, FactorOr(price("kW/month", example="150 USD/kW/month", low=0.0))]
"""A rent, or the name of a factor that is one."""


class Renewal(SpecModel):
    """One or several renewals of a lease, each at the end of the one before: `{count: 3, term: 5 years}`."""

    term: Term
    """Length of each [month]."""
    count: int = Field(1, strict=True, ge=1, le=20)
    """How many there are of this kind."""
    probability: Share = default("100 %")
    """Chance that each is exercised where the one before was [1]; 100 % makes it an extension that is certain."""
    base_case: Annotated[Switch, switch("exercised", "lapsed")] | None = None
    """Whether the base case has it; left out, it is `lapsed` where it is uncertain."""
    price: RentOrFactor | None = None
    """Rent at the start of each [currency/kW/month], or the factor of a market rent; it escalates from there. Left
    out, the rent goes on at its escalated level."""

    @property
    def certain(self) -> bool:
        """Whether it is no option but an extension."""
        return self.probability.canonical == 1.0

    @model_validator(mode="after")
    def _in_the_base_case(self) -> Renewal:
        if self.base_case is not None:
            if self.certain and self.base_case.value == "lapsed":
                raise fault("a renewal with a probability of 100 % is certain and cannot lapse", "base_case")
            return self
        word = "exercised" if self.certain else "lapsed"
        return self.model_copy(update={"base_case": Switch(word, BY_DEFAULT)})


class CreditStep(SpecModel):
    """A band of uptime and what is credited in it."""

    at_least: Share
    """Lowest uptime of the band, which reaches up to the band before [1]."""
    credit: Share
    """Share of the month's rent that is credited [1]."""


class ServiceCredits(SpecModel):
    """Credits for downtime: rent × step(uptime), capped each month."""

    uptime: FactorOrShare
    """Uptime of a month: a share, or the name of a factor that is one [1]."""
    steps: Annotated[tuple[CreditStep, ...], such_as("[{at_least: 99.9 %, credit: 0 %}, {at_least: 0 %, credit: 5 %}]")]
    """Bands from the highest uptime down; the last begins at 0 %."""
    cap: Share = default("100 %")
    """Largest credit of a month, as a share of its rent [1]."""

    @model_validator(mode="after")
    def _in_order(self) -> ServiceCredits:
        found: list[Fault] = []
        for place, (step, next_one) in enumerate(zip(self.steps, self.steps[1:], strict=False), 1):
            if next_one.at_least.canonical >= step.at_least.canonical:
                message = f"{next_one.at_least} does not lie below the {step.at_least} of the band before"
                found.append(Fault(message, ("steps", place, "at_least")))
            if next_one.credit.canonical < step.credit.canonical:
                message = f"a credit of {next_one.credit} for less uptime is below the {step.credit} of the band before"
                found.append(Fault(message, ("steps", place, "credit")))
        if self.steps[-1].at_least.canonical != 0.0:
            lowest = self.steps[-1].at_least
            message = f"nothing is said of an uptime below {lowest}: the last band begins at 0 %"
            found.append(Fault(message, ("steps", len(self.steps) - 1, "at_least")))
        if found:
            raise faults(found)
        return self


class Letting(Clause):
    """A lease of power, of whatever kind: it makes the load, events may end it, costs may pass through it."""

    lets_power: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "survives": "rent ends with the notice and nothing of it survives",
        "passes": "rent is what the tenant pays and not a cost; 'lease' says which costs pass through to him",
        "requires": "the event itself names the lease, as 'of' or 'ends', and decides on its power, load and rent",
    }
    may_end: ClassVar[bool] = True
    renewals: Annotated[tuple[Renewal, ...], such_as("[{count: 3, term: 5 years}]", empty=True)] = ()
    """Renewals after the term, exercised one after the other."""
    service_credits: ServiceCredits | None = None
    """What the landlord credits for downtime."""
    termination_fee: Annotated[Schedule, ScheduleOf(DURATION)] | None = None
    """Months of rent that are due when the lease ends early, by the date at which it ends [month]; a hazard whose
    `compensation` is `of: termination_fee` makes it due."""

    def needs(self) -> dict[str, str]:
        """Power that can be let."""
        return {"capacity": f"a {getattr(self, 'structure', 'lease')} lets contracted power"}


class _Contract(Protocol):
    @property
    def clauses(self) -> Mapping[str, Clause]: ...


def leases_of(contract: _Contract) -> dict[str, Letting]:
    """The leases of a contract by name, in file order."""
    return {name: clause for name, clause in contract.clauses.items() if isinstance(clause, Letting)}


def renewal_months(lease: Letting) -> int:
    """Months by which all renewals together prolong a lease."""
    return sum(renewal.count * round(renewal.term.canonical) for renewal in lease.renewals)


def may_lapse(contract: _Contract) -> bool:
    """Whether a renewal is uncertain, so that the end of a lease is another on each path."""
    return any(not renewal.certain for lease in leases_of(contract).values() for renewal in lease.renewals)
