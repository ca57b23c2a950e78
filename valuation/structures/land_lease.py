"""Land lease: ground rent for a term of its own, as an amount, per hectare, or a share of revenue."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from valuation import timeline
from valuation.errors import ValuationError
from valuation.registry import clause
from valuation.spec.clause import Clause, Passes
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Duration, Kind, Share, Term, amount, price
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import ScheduleOf
from valuation.spec.words import Day

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

RENT = price("year", "ha/year", example="200 kEUR/year", low=0.0)
AREA: Kind = amount("ha", "an area", "30 ha")
LONGEST = 99 * 12
"""Longest ground lease that is computed [month]."""


class NoRevenue(ValuationError):
    """A share of revenue for a payer who lets nothing."""


@clause("land_lease")
class LandLease(Clause):
    """Ground rent: an amount or one per hectare, a share of the payer's rent, or the higher of the two, by days in a
    month. It runs for a term of its own, also after the site has ended, unless the payer may break it."""

    ends_with_lease: ClassVar[bool] = False
    unused: ClassVar[dict[str, str]] = {
        "survives": "it is owed to the end of its own term whatever happens; 'break' says when it can be ended",
    }
    structure: Literal["land_lease"]
    passes: Passes = "property"
    """The group of costs that the clause belongs to."""
    rent: Annotated[Schedule, ScheduleOf(RENT, one_unit=True)] | None = None
    """Rent [currency/year], or per hectare [currency/ha/year] of `area`; also by date."""
    area: Annotated[Quantity, AREA] | None = None
    """Area that a rent per hectare is for [ha]."""
    share_of_revenue: Share | None = None
    """Share of the rent that the payer is billed for capacity in the month [1]; beside a `rent`, the higher of both is
    due."""
    start: Day | None = Field(None, alias="from")
    """First day that is paid for; the start of the contract where it is left out."""
    term: Term | None = None
    """Time for which it is owed, from `from` [month]; to the end of the last capacity lease where it is left out."""
    break_notice: Duration | None = Field(None, alias="break")
    """Notice with which the payer ends it when the site has ended, by its term or by an event [month]; without it
    there is no way out before the end of its own term."""

    @model_validator(mode="after")
    def _complete(self) -> LandLease:
        found = []
        per_hectare = self.rent is not None and self.rent.canonical_unit.endswith("/ha/year")
        if self.rent is None and self.share_of_revenue is None:
            found.append(Fault("expected 'rent' (such as 'rent: 200 kEUR/year'), 'share_of_revenue', or both"))
        if per_hectare and self.area is None:
            found.append(Fault("missing key 'area', for example 'area: 30 ha': the rent is per hectare"))
        if self.area is not None and not per_hectare:
            found.append(Fault("'area' is for a rent per hectare, such as 'rent: 4 kEUR/ha/year'", ("area",)))
        if self.index is not None and self.rent is None:
            found.append(Fault("it moves 'rent', and this is a share of revenue alone", ("index",)))
        if self.term is not None and self.term.canonical > LONGEST:
            found.append(Fault(f"a term of {self.term} is longer than {LONGEST // 12} years", ("term",)))
        if found:
            raise faults(found)
        return self

    @model_validator(mode="after")
    def _own_dates(self) -> LandLease:
        if (self.start is None) != (self.term is None):
            at = "from" if self.term is None else "term"
            raise fault("'from' and 'term' go together; without both it runs with the contract", at)
        return self

    @property
    def first_day(self) -> date | None:
        """First day of its own term."""
        return self.start.date if self.start is not None else None

    @property
    def own_days(self) -> tuple[date, ...]:
        """Last day of its own term; what was paid before the months computed is past."""
        if self.start is None or self.term is None:
            return ()
        last = timeline.edate(timeline.serial(self.start.date), round(self.term.canonical)) - 1.0
        return (timeline.date_of(last),)

    @property
    def months_after_end(self) -> int:
        """The notice of a break that is given when the term ends."""
        return 0 if self.break_notice is None else math.ceil(self.break_notice.canonical)

    def lower(self, name: str, ctx: Lowering) -> None:
        """max(rent/12 × index × days, share × rent billed); what is owed beyond the leases' time nobody bears but the
        payer."""
        from valuation.lowering.costs import passed_through, post_cost, post_own
        from valuation.lowering.leases import all_leases_stop

        b = ctx.b
        with b.in_section("Land"):
            whole = self._runs(name, ctx)
            currency, rate = self._rate(name, ctx)
            show = {"unit": currency, "label": "Ground rent", "roll": "sum"}
            fixed = b.month(f"{name}.minimum", "mul", rate, whole, unit=currency) if rate else ""
            by_revenue = self._by_revenue(name, ctx, whole) if self.share_of_revenue is not None else ""
            if not by_revenue or not fixed:
                cost = b.month(f"{name}.cost", "set", fixed or by_revenue, **show)
            else:
                cost = b.month(f"{name}.cost", "higher_of", fixed, by_revenue, **show)
            if not (passed_through(ctx, self) and rate):
                post_cost(ctx, self, cost)
                return
            in_term = ctx.term_share(all_leases_stop(ctx), f"{name}.share_served")
            served = b.month(f"{name}.served", "lower_of", in_term, whole)
            more = b.month(f"{name}.unserved", "sub", whole, served)
            own = b.month(f"{name}.own_cost", "mul", rate, more, **{**show, "label": "Ground rent beyond the leases"})
            passed = b.month(f"{name}.served_cost", "sum", cost, f"-{own}", **show)
            post_cost(ctx, self, passed)
            post_own(ctx, self, own)

    def _runs(self, name: str, ctx: Lowering) -> str:
        """Row: share of the month for which rent is owed [1]."""
        from valuation.kernel.opcodes import NEVER
        from valuation.lowering.context import NOT_PAST
        from valuation.lowering.site import site_stop
        from valuation.lowering.starts import within_month

        b, time, first_month = ctx.b, ctx.time, float(ctx.b.first_month)
        day, end = ctx.term_begin, ctx.end.position
        if self.start is not None and self.term is not None:
            day = ctx.dated(self.start, "Land lease from")
            after = b.scalar(
                f"{name}.end", "edate", day, ctx.quantity(self.term, "Term of the land lease"), unit="date"
            )
            end = b.scalar(f"{name}.end_position", "position_at_start", after, first_month, unit="position")
        begin = b.scalar(f"{name}.begin_position", "position_at_start", day, first_month, unit="position")
        if self.start is not None and ctx.past_months:
            past = float(ctx.past_months)  # before it nothing is computed, and what was paid then is past
            begin = b.scalar(f"{name}{NOT_PAST}", "higher_of", begin, past, unit="position")
        stop: str | float = NEVER
        if self.break_notice is not None:
            notice = b.scalar(
                f"{name}.break", "convert", ctx.quantity(self.break_notice, "Notice of the break"), 1.0, unit="position"
            )
            stop = b.month(f"{name}.broken", "sum", site_stop(ctx), notice, unit="position")
            if self.term is None:
                make = b.start if b.rows[end].axis == "start" else b.scalar
                end = make(f"{name}.last_position", "sum", end, notice, unit="position")
        begins = b.month(f"{name}.begin", "clip", begin, time.begin, time.end, unit="position")
        until = within_month(ctx, f"{name}.until", end)
        return b.month(f"{name}.share_of_month", "span", stop, begins, until)

    def _rate(self, name: str, ctx: Lowering) -> tuple[str, str]:
        """Currency of the cost, and the row of a full month's rent in it; empty without one. Beside a share of revenue
        the rent counts in the contract's currency, at the rate of its month."""
        from valuation.lowering.exchange import exchange_rate
        from valuation.lowering.indexation import indexation

        b, home = ctx.b, ctx.b.currency
        if self.rent is None:
            return home, ""
        currency = self.rent.currency or home
        factors = [ctx.schedule(self.rent, "Ground rent"), ctx.month_in_years]
        if self.area is not None:
            factors.append(ctx.quantity(self.area, "Area"))
        if self.index is not None:
            factors.append(indexation(ctx, name, self.index))
        if self.share_of_revenue is not None and currency != home:
            factors.append(exchange_rate(ctx, currency, home))
            currency = home
        return currency, b.month(f"{name}.rate", "prod", *factors, unit=currency)

    def _by_revenue(self, name: str, ctx: Lowering, whole: str) -> str:
        """Row of the share of what the payer's leases bill in the month [contract currency]."""
        from valuation.lowering.exchange import exchange_rate

        b, home = ctx.b, ctx.b.currency
        billed = []
        for lease in ctx.leases:
            if lease.payee != self.payer:
                continue
            row = f"{lease.name}.billed"
            currency = b.unit_of(row) or home
            rate = [] if currency == home else [exchange_rate(ctx, currency, home)]
            billed.append(b.month(f"{name}.billed_by_{lease.name}", "prod", row, *rate, unit=home))
        if not billed or self.share_of_revenue is None:
            raise NoRevenue(f"clauses.{name}.share_of_revenue: '{self.payer}' is paid rent by no capacity lease")
        revenue = b.month(f"{name}.revenue", "sum", *billed, unit=home)
        runs = b.month(f"{name}.runs", "above", whole, 0.0)
        share = ctx.quantity(self.share_of_revenue, "Share of revenue")
        return b.month(f"{name}.by_revenue", "prod", share, revenue, runs, unit=home)
