"""When an amount is paid that is not paid month by month: in monthly parts, or in parts by date."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from valuation.spec.faults import fault
from valuation.spec.kinds import Kind
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Schedule
from valuation.spec.schedule import ScheduleOf
from valuation.spec.words import Day

Shape = Literal["equal", "s_curve"]
"""How an amount is spread over its monthly parts."""
PART = Kind("a share or an amount of money", "50 %", ("1", "¤"), low=0.0)


class MonthlyParts(SpecModel):
    """Parts, one a month: equal ones, or such that what has been paid follows an S-curve."""

    start: Day = Field(alias="from")
    """Date of the first part; the others follow on the same day of the month, or on its last where
    it is shorter."""
    months: int = Field(strict=True, ge=1, le=600)
    """Number of parts."""
    shape: Shape = "equal"
    """How it is spread over them: `equal` parts; `s_curve`: slowly at first, fastest in the middle, slowly at the
    end. Of n parts the first k are then 3x² − 2x³ of it, x = k/n."""


class PaymentSchedule(SpecModel):
    """When it is paid: `{from: 2026-07-31, months: 6}`, with `shape: s_curve` slowly at first, or parts by date
    `{2026-07-31: 40 %, 2026-12-31: 60 %}`."""

    short_for: ClassVar[tuple[str, ...]] = ("equal", "dated")
    only_short: ClassVar[bool] = True

    equal: MonthlyParts | None = None
    """Monthly parts."""
    dated: Annotated[Schedule, ScheduleOf(PART)] | None = None
    """Parts by date: shares that add to 100 % [1], or amounts [currency]."""

    @model_validator(mode="before")
    @classmethod
    def _form(cls, raw: Any) -> Any:
        equal = isinstance(raw, dict) and any(key in raw for key in ("from", "months", "shape"))
        return {"equal": raw} if equal else {"dated": raw}

    @model_validator(mode="after")
    def _adds_up(self) -> PaymentSchedule:
        if self.equal is not None:
            return self
        if self.dated is None or self.dated.constant is not None:
            raise fault("expected equal months '{from: 2026-07-31, months: 6}' or parts by date")
        units = {quantity.canonical_unit for quantity in self.dated.quantities}
        if len(units) > 1:
            raise fault(f"the parts mix {' and '.join(sorted(units))}: write all as shares or all in one currency")
        total = sum(quantity.canonical for quantity in self.dated.quantities)
        if units == {"1"} and abs(total - 1.0) > 1e-9:
            raise fault(f"the parts add to {100 * total:g} %, expected 100 %")
        return self

    @property
    def amounts(self) -> bool:
        """Whether the parts are amounts of money and not shares of the cost."""
        return self.dated is not None and self.dated.quantities[0].canonical_unit != "1"
