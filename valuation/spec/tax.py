"""Corporate tax of a party."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Tag, model_validator

from valuation.spec.faults import fault
from valuation.spec.kinds import Money
from valuation.spec.model import SpecModel, Text, default
from valuation.spec.quantity import MonthDay
from valuation.spec.schedule import ShareSchedule
from valuation.spec.tax_limits import InterestLimit, LossLimit
from valuation.spec.words import DayOfYear


def _paid_tag(raw: object) -> str:
    """The branch of a day of payment, so that a slip is told once: a word, or days."""
    word = isinstance(raw, str) and not raw[:1].isdigit()
    return "literal[in_year]" if word else "tuple[days]"


Paid = Annotated[
    Annotated[Literal["in_year"], Tag("literal[in_year]")] | Annotated[tuple[DayOfYear, ...], Tag("tuple[days]")],
    Discriminator(_paid_tag),
]
"""In the tax year itself, or on days after it."""


class Tax(SpecModel):
    """Tax on accrual EBITDA − depreciation − interest, by tax year."""

    rate: ShareSchedule
    """Tax rate [1]; by date, that of the last day of a tax year holds for the whole of it, and the first also before
    its date."""
    losses: Literal["carry_forward", "none", "refunded"] = "carry_forward"
    """A loss reduces later profits; is lost; or is paid out at the tax rate."""
    loss_limit: LossLimit | None = None
    """How much of a profit losses brought forward may set off, and for how long."""
    interest_limit: InterestLimit | None = None
    """How much of the interest on debt is deducted, in the tax after interest; all of it where left out."""
    paid: Paid = default(("02-15", "04-15"))
    """Days of the next year, in equal parts on each; `in_year`: on the last day of the tax year."""
    residual: Literal["written_off", "continues", "sold_at"] = "written_off"
    """What becomes of the tax balance when the contract ends."""
    sold_at: Money | None = None
    """Price at which the assets are sold at the end [currency]; with `residual: sold_at`."""
    year_start: DayOfYear = default("01-01")
    """First day of the tax year."""
    note: Text | None = None
    """Reasoning that belongs to the tax as a whole."""

    @model_validator(mode="after")
    def _complete(self) -> Tax:
        if (self.residual == "sold_at") != (self.sold_at is not None):
            raise fault("'residual: sold_at' and the price 'sold_at' go together", "residual")
        if self.loss_limit is not None and self.losses != "carry_forward":
            raise fault(f"it limits losses that are carried forward, and here they are '{self.losses}'", "loss_limit")
        if isinstance(self.paid, tuple):
            days: tuple[MonthDay, ...] = self.paid
            if not days or list(days) != sorted(set(days)):
                raise fault("expected days of the year in order, for example [02-15, 04-15]", "paid")
        if self.year_start.day != 1:
            raise fault("a tax year starts on the first day of a month", "year_start")
        return self
