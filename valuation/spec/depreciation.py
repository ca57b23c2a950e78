"""How what is invested is written down for tax."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import model_validator

from valuation.spec.faults import fault
from valuation.spec.kinds import Kind, Term
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity


class Depreciation(SpecModel):
    """How the capex is written down for tax."""

    method: Literal["declining_balance", "straight_line"]
    """A share of the balance at each year's end, or equal months."""
    rate: Annotated[Quantity, Kind("a yearly rate", "10 %/year", ("1/year",), above=0.0, high=1.0)] | None = None
    """Share of the balance written down a year [1/year]; for declining_balance."""
    life: Term | None = None
    """Time over which it is written down [month]; for straight_line."""

    @model_validator(mode="after")
    def _one_pace(self) -> Depreciation:
        needed, other = ("rate", "life") if self.method == "declining_balance" else ("life", "rate")
        if getattr(self, needed) is None:
            example = "10 %/year" if needed == "rate" else "15 years"
            raise fault(f"missing key '{needed}': {self.method} needs it, for example '{needed}: {example}'")
        if getattr(self, other) is not None:
            raise fault(f"{self.method} takes '{needed}' and not '{other}'", other)
        return self
