"""Hazard: an event that ends or changes a lease at a random time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.faults import fault
from valuation.spec.intensity import EventRate
from valuation.spec.kinds import Duration, Lag, Number, Share
from valuation.spec.model import Flag, SpecModel, default
from valuation.spec.quantity import Schedule
from valuation.spec.schedule import NumberSchedule
from valuation.spec.square_root import SquareRootTerms
from valuation.spec.words import DriverName, EndedName, OneOrMore, Party

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


class RisesWith(SpecModel):
    """λ(t) = λ̄(t)·exp(b·X_t − b²·Var X_t/2), X the driver."""

    factor: DriverName
    """The driver that the intensity moves with: a price's `slow` or `fast` (never its yearly level), a rate's log."""
    b: Number
    """Strength [1]; above 0 the event is likelier when the driver is high."""
    normalise: Flag = True
    """Keeps the expected intensity at `rate` (not the chance of the event); false leaves out the variance term."""


class Compensation(SpecModel):
    """Payment when the event ends a lease."""

    payer: Party
    """Who pays."""
    payee: Party
    """Who is paid."""
    share: Share
    """Share that is paid [1]."""
    of: Literal[
        "capex_straight_line", "tax_basis", "schedule", "multiple_of_annual_fee", "termination_fee", "remaining_rent"
    ]
    """What the share is of: capex less straight-line wear over the term; tax balance; shares by date; yearly rent; the
    months of rent that the lease's `termination_fee` states; the rent lost to the agreed end of the lease, of which
    `share` is then what is recovered."""
    multiple: Number | None = None
    """Years of rent; for multiple_of_annual_fee."""
    schedule: NumberSchedule | None = None
    """Share of the capex by date; for schedule."""
    at_most: Duration | None = None
    """Bound on the claim, as months of the rent when the lease ends [month]; for remaining_rent."""
    lag: Lag = default("0 days")
    """Time from the end of the lease to the payment [day or month]."""

    @model_validator(mode="after")
    def _complete(self) -> Compensation:
        if self.payer == self.payee:
            raise fault(f"payer and payee are both '{self.payer}'", "payee")
        if (self.of == "multiple_of_annual_fee") != (self.multiple is not None):
            raise fault("'of: multiple_of_annual_fee' and 'multiple' go together", "of")
        if (self.of == "schedule") != (self.schedule is not None):
            raise fault("'of: schedule' and 'schedule' go together", "of")
        if self.at_most is not None and self.of != "remaining_rent":
            raise fault("'at_most' bounds a claim 'of: remaining_rent'", "at_most")
        return self


@factor("hazard")
class Hazard(Factor):
    """An event at τ = inf{t: ∫λ ≥ E}, E exponential. Cash runs to τ + notice; of several events the first counts."""

    event: ClassVar[bool] = True
    process: Literal["hazard"]
    rate: EventRate
    """Expected intensity."""
    rises_with: RisesWith | None = None
    """What makes the event likelier."""
    varies: SquareRootTerms | None = None
    """How the intensity moves by itself around `rate`, which stays its mean: by the law of Cox, Ingersoll and Ross."""
    notice: Duration = default("0 months")
    """Time from the event to the end of the lease [month]."""
    cure: Share = default("0 %")
    """Probability that the event is cured within the notice [1]; a cured event can recur."""
    ends: Annotated[tuple[EndedName, ...], OneOrMore()] | None = None
    """Leases and offtakes that the event ends; all of them where it is left out."""
    compensation: Compensation | None = None
    """Payment when the event ends the lease."""

    @model_validator(mode="before")
    @classmethod
    def _recovery(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and "recovery" in raw:
            example = "{payer: tenant, payee: host, share: 40 %, of: remaining_rent, lag: 18 months}"
            raise fault(f"what is recovered of the rent lost is written 'compensation: {example}'", "recovery")
        return raw

    @model_validator(mode="after")
    def _moves_one_way(self) -> Hazard:
        if self.varies is not None and self.rises_with is not None:
            raise fault("'varies' and 'rises_with' exclude each other; leave one out", "varies")
        return self

    @property
    def schedule(self) -> Schedule:
        """Expected intensity by date [1/year]."""
        return self.rate.value

    def lower(self, name: str, ctx: Lowering) -> None:
        """The event's time as a month position, 1e9 while it has not happened.

        ∫λ runs from the valuation date; λ is held at the schedule's value of the month's start, and where it rises
        with a driver, or varies, the month's integral is the trapezoid of its two ends. A cure thins the hazard:
        λ·(1 − cure).
        """
        from valuation.kernel.opcodes import NEVER

        b = ctx.b
        with b.in_section(f"Risk: {name}"):
            rate = ctx.schedule(self.schedule, f"Expected rate of {name}")
            cure = ctx.quantity(self.cure, f"Chance that {name} is cured")
            notice = ctx.quantity(self.notice, f"Notice after {name}")
            b.scalar(f"{name}.notice_months", "convert", notice, 1.0, unit="position")
            uncured = b.scalar(f"{name}.uncured", "opposite", cure)
            begin = b.month(
                f"{name}.from", "clip", ctx.valuation_position, ctx.time.begin, ctx.time.end, unit="position"
            )
            length = b.month(f"{name}.exposure", "span", ctx.time.end, begin, ctx.time.end, unit="month")
            years = b.month(f"{name}.exposure_years", "prod", length, ctx.years_per_month, unit="year")
            expected = b.month(f"{name}.expected", "prod", rate, uncured, years)
            grows = expected
            if self.rises_with is not None or self.varies is not None:
                relative = self._lower_rise(name, ctx) if self.varies is None else self._lower_varying(name, ctx)
                half = b.month(f"{name}.half", "mul", expected, 0.5)
                both = b.month(f"{name}.relative_ends", "add", relative, f"{relative}.prev")
                grows = b.month(f"{name}.step", "mul", half, both)
            so_far = b.month(
                f"{name}.integrated", "sum", f"{name}.integrated.prev", grows, label=f"Integrated hazard, {name}"
            )
            threshold = ctx.event_times.threshold(ctx, name)
            b.month(
                f"{name}.time",
                "event_time",
                f"{name}.time.prev",
                f"{so_far}.prev",
                so_far,
                threshold,
                begin,
                ctx.time.end,
                unit="position",
                opening=NEVER,
                base=NEVER,
                label=f"Time of {name}",
            )

    def _lower_varying(self, name: str, ctx: Lowering) -> str:
        """Row of the intensity over its mean."""
        from valuation.lowering.square_root import lower_relative

        if self.varies is None:
            raise ValueError("the hazard does not vary")
        return lower_relative(ctx, name, self.varies)

    def _lower_rise(self, name: str, ctx: Lowering) -> str:
        """Row exp(b·X − b²·Var X/2), 1 where the driver starts."""
        from valuation.processes.average import driver_variances

        rises, b = self.rises_with, ctx.b
        if rises is None:
            raise ValueError("the hazard rises with nothing")
        strength = ctx.quantity(rises.b, f"Strength with which {name} rises with {rises.factor}")
        level, reversion, volatility = ctx.driver(rises.factor)
        square = rises.b.canonical * rises.b.canonical if rises.normalise else 0.0
        half = [-0.5 * square * end for _, end in driver_variances(reversion, volatility, ctx.steps)]
        location = ctx.by_month(f"{name}.rise_location", half)
        exponent = b.month(f"{name}.rise_exponent", "mul_add", strength, level, location)
        return b.month(f"{name}.rise", "exp", exponent, opening=1.0, base=1.0)
