"""What limits the deduction of earlier losses and of interest from the taxable profit of a year."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Kind, Money, Share
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Quantity

LONGEST = 20
"""Most tax years after which what is carried forward can expire: a path remembers all their months [year]."""

YEARS = Kind("a number of tax years", "10 years", ("month",), low=0.0, high=12.0 * LONGEST, whole=True)

TaxYears = Annotated[Quantity, YEARS]
"""Whole tax years [month]."""


def _whole_years(years: Quantity | None, at: str) -> None:
    if years is not None and years.canonical % 12.0:
        raise fault(f"'{years}' is not a whole number of tax years, expected for example '10 years'", at)


class LossLimit(SpecModel):
    """How much of a year's profit earlier losses may set off, and for how long they may: `{share: 80 %}`,
    `{share: 70 %, free: 1 MEUR}`, `{carry_forward: 10 years}`."""

    share: Share = default("100 %")
    """Part of a year's profit above `free` that losses may set off [1]."""
    free: Money | None = None
    """Part of a year's profit that losses set off without limit [currency]; none where left out."""
    carry_forward: TaxYears | None = None
    """Tax years after its own in which a loss may be used, the oldest first [month]; without limit where left out."""

    @model_validator(mode="after")
    def _says_something(self) -> LossLimit:
        found = []
        if self.share.canonical == 1.0 and self.carry_forward is None:
            found.append(Fault("limits nothing: give a 'share' below 100 %, a 'carry_forward', or take it away"))
        if self.free is not None and self.share.canonical == 1.0:
            found.append(Fault("'free' is what a 'share' does not limit; give a share below 100 %", ("free",)))
        if self.free is not None and self.free.canonical < 0.0:
            found.append(Fault(f"'{self.free}' is below 0", ("free",)))
        if self.carry_forward is not None and self.carry_forward.canonical == 0.0:
            found.append(
                Fault("no year to carry a loss to; write 'losses: none' instead of a limit", ("carry_forward",))
            )
        if found:
            raise faults(found)
        _whole_years(self.carry_forward, "carry_forward")
        return self


class InterestLimit(SpecModel):
    """Net interest is deducted up to a share of the tax EBITDA, once it exceeds a threshold:
    `{share: 25 %, threshold: 25 MNOK, carry_forward: 10 years}`."""

    share: Share
    """Share of the tax EBITDA up to which interest is deducted [1]."""
    threshold: Money | None = None
    """Net interest of a year up to which all of it is deducted [currency]; above, the limit counts for the whole. None
    where left out."""
    carry_forward: TaxYears | None = None
    """Tax years in which what was not deducted may be, where there is room, the oldest first [month]; without limit
    where left out, `0 years` for never."""

    @model_validator(mode="after")
    def _bounds(self) -> InterestLimit:
        if self.threshold is not None and self.threshold.canonical < 0.0:
            raise fault(f"'{self.threshold}' is below 0", "threshold")
        _whole_years(self.carry_forward, "carry_forward")
        return self
