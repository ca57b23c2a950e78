"""Delay of construction: a phase of a lease begins later than agreed, with damages and a long stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from valuation.registry import factor
from valuation.spec.clause import Payment
from valuation.spec.factor import Factor
from valuation.spec.faults import fault
from valuation.spec.kinds import Duration, Kind
from valuation.spec.kinds import price as price_per
from valuation.spec.model import SpecModel
from valuation.spec.phases import Phase
from valuation.spec.quantity import Quantity
from valuation.spec.waiting import Waiting
from valuation.spec.words import LeaseName, Party

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.starts import StartRows

CAP = Kind("a share of the yearly rent, or a duration", "10 %", ("1", "month"), above=0.0)
OF_RENT = Kind("a share of the rent", "100 %", ("1",), low=0.0)


class Damages(SpecModel):
    """Liquidated damages while a phase is late: accrued by days and paid monthly until the cap."""

    payer: Party
    """Who pays: the landlord."""
    payee: Party
    """Who is paid: the tenant."""
    price: Annotated[Quantity, price_per("kW/month", example="50 USD/kW/month", low=0.0)] | None = None
    """Damages [currency/kW/month] of the power that is late."""
    share_of_rent: Annotated[Quantity, OF_RENT] | None = None
    """Or damages as a share of the rent that the power would earn [1]: two days' rent a day are 200 %."""
    cap: Annotated[Quantity, CAP] | None = None
    """Most that is paid: a share of the phase's yearly rent at the date on which it is due [1], or so many months of
    damages [month]; without it there is no cap."""
    payment: Payment = Field(default_factory=lambda: Payment.model_validate({}))
    """When it is paid."""

    @model_validator(mode="after")
    def _complete(self) -> Damages:
        if self.payer == self.payee:
            raise fault(f"payer and payee are both '{self.payer}'", "payee")
        if (self.price is None) == (self.share_of_rent is None):
            raise fault("expected either 'price', for example 50 USD/kW/month, or 'share_of_rent', for example 100 %")
        if self.payment.timing == "advance":
            raise fault("damages are paid after the month in which they accrue; a 'lag' puts them off", "payment")
        return self


@factor("delay")
class Delay(Factor):
    """A phase begins D months late, D drawn once a path; rent, load and what follows the served power shift with it."""

    event: ClassVar[bool] = True
    of_start: ClassVar[bool] = True
    process: Literal["delay"]
    of: LeaseName
    """Lease whose start is late."""
    phase: Phase
    """The phase, a step of the lease's contracted power counted from 1, or `all`: one delay for every phase."""
    delay: Waiting
    """By how much; the base case has none."""
    end: Literal["fixed", "moves"] = "fixed"
    """Where the term of the phase ends: `fixed`, on its date, so that what is late is lost; `moves`, as much later as
    it begins, and the site's costs and its terminal value with it."""
    long_stop: Duration | None = None
    """Months after the agreed start at which the tenant leaves [month]: a phase that is later never begins."""
    damages: Damages | None = None
    """Liquidated damages while it is late."""

    @model_validator(mode="after")
    def _long_stop_after_the_start(self) -> Delay:
        if self.long_stop is not None and self.long_stop.canonical <= 0.0:
            raise fault(f"'{self.long_stop}' must be above 0 months, for example '12 months'", "long_stop")
        return self

    @model_validator(mode="after")
    def _end_in_sight(self) -> Delay:
        if self.end == "moves" and self.longest_move is None:
            message = (
                f"a term that moves with a delay of any length has no last month: give the {self.delay.distribution} "
                "delay a 'max', or the phase a 'long_stop'"
            )
            raise fault(message, "end")
        return self

    @property
    def longest_move(self) -> float | None:
        """By how much the end of the term may move at the most [month]; 0 where it is fixed, None without a bound."""
        return 0.0 if self.end == "fixed" else self.longest

    @property
    def longest(self) -> float | None:
        """The longest delay after which the phase still comes [month]; None without a bound."""
        bounds = [bound.canonical for bound in (self.delay.longest, self.long_stop) if bound is not None]
        return min(bounds, default=None)

    def moments(self) -> tuple[float, float]:
        """Exact mean [month] and variance [month²] of the delay, before the long stop."""
        return self.delay.moments()

    def lower(self, name: str, ctx: Lowering) -> StartRows:
        """The wait, and with a long stop whether the phase comes: D ≤ long stop."""
        from valuation.lowering.starts import StartRows, planned_position
        from valuation.lowering.waiting import lower_wait

        b = ctx.b
        phase = None if self.phase == "all" else self.phase
        with b.in_section(f"Risk: {name}"):
            if not ctx.events_on:
                return StartRows((self.of,), phase, is_construction=True)
            what = "the start" if phase is None else f"phase {phase}"
            late = lower_wait(ctx, name, "delay", self.delay, f"{what} of {self.of}")
            outcomes = {"delayed": b.start(f"{name}.delayed", "above", late, 0.0)}
            came, decided = "", ""
            if self.long_stop is not None:
                limit = ctx.quantity(self.long_stop, f"Long stop of {what} of {self.of}")
                after = b.scalar(f"{name}.long_stop", "convert", limit, 1.0, unit="position")
                beyond = b.start(f"{name}.beyond_long_stop", "above", late, after, base=0.0)
                outcomes["beyond_long_stop"] = beyond
                came = b.start(f"{name}.in_time", "opposite", beyond, label=f"In time for the long stop, {name}")
                planned = planned_position(ctx, self.of, phase or 1)
                decided = b.scalar(f"{name}.decided", "sum", planned, after, unit="position")
        moves = self.end == "moves"
        return StartRows(
            (self.of,), phase, came, late, decided, is_construction=True, moves_end=moves, outcomes=outcomes
        )
