"""What is watched and what is said of a deal: indicators, claims, scenarios."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from valuation.spec.expression import Condition
from valuation.spec.faults import fault
from valuation.spec.model import SpecModel, Text
from valuation.spec.words import Reference


class Indicator(SpecModel):
    """A condition that is watched year by year: `{name: …, when: utilisation > 92 %, over: year_average}`."""

    name: Text
    """What the condition means."""
    when: Condition
    """The condition."""
    over: Literal["year_average", "year_end", "any_month", "all_months"]
    """What of the year the condition is held against."""
    among: Literal["survivors", "all"] = "survivors"
    """Paths that it is counted on."""
    note: Text | None = None
    """Whose indicator it is, and why."""


class Claim(SpecModel):
    """A sentence that somebody wrote about the deal, held against the model."""

    quote: Text
    """The words, as written."""
    source: Text
    """Id of docs/sources.md."""
    check: Condition | None = None
    """What must hold for the claim to hold; without it the claim cannot be tested."""
    note: Text | None = None
    """How the words are read."""


class Scenario(SpecModel):
    """Values by path that replace those of the file: `{set: {clauses.rent.lease: net_of_power}}`."""

    start: Annotated[str, Reference("scenario")] | None = Field(None, alias="from")
    """Scenario that this one starts from."""
    set: dict[str, Any] = Field(default_factory=dict)
    """New values by path; null takes an optional value or an entry away."""
    note: Text | None = None
    """What the scenario is for."""

    @model_validator(mode="after")
    def _changes_something(self) -> Scenario:
        if self.start is None and "set" not in self.model_fields_set:
            raise fault("missing key 'set', for example 'set: {dates.term: 20 years}', or 'from' another scenario")
        return self
