"""Security of a lease: a deposit, a guarantee or a letter of credit that pays what a default leaves unpaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import fault
from valuation.spec.kinds import Kind, Rate
from valuation.spec.quantity import Quantity
from valuation.spec.words import HazardName, LeaseName, OneOrMore, Party

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.leases import Lease

AMOUNT = Kind("an amount of money, or months of rent,", "6 months", ("¤", "month"), low=0.0)


@clause("security")
class Security(Clause):
    """Security that the payer gives the payee for a lease. After an event that it covers it pays, up to its amount,
    what is claimed of the rent lost (the hazard's `compensation` `of: remaining_rent`), or all where nothing is."""

    unused: ClassVar[dict[str, str]] = {
        "index": "its amount is fixed when the lease begins",
        "survives": "it is drawn, or given back, when the lease ends",
        "passes": "it is no cost that a lease passes through",
        "requires": "it is given when its lease begins, and never where that never begins",
        "vat": "a security is no payment for anything",
    }
    structure: Literal["security"]
    form: Literal["deposit", "guarantee", "letter_of_credit"]
    """Money paid in when the lease begins and given back when it ends; or the word of a guarantor, who pays when it is
    drawn: without a fee or for a yearly one."""
    of: LeaseName
    """The lease that it is for; the payee is its landlord."""
    amount: Annotated[Quantity, AMOUNT]
    """Amount [currency of the rent], or months of the rent at full use for the largest contracted power, at the price
    of the month in which the lease begins [month]."""
    covers: Annotated[tuple[HazardName, ...], OneOrMore()]
    """Events after which it is drawn; after any other end of the lease it is given back."""
    guarantor: Party | None = None
    """Who pays when a guarantee or a letter of credit is drawn."""
    fee: Rate | None = None
    """What the payer pays the guarantor, as a share of the amount a year, by days while the lease runs [1/year]."""
    interest: Rate | None = None
    """Simple interest on what is given back of a deposit, for the time since it was paid in [1/year]; none where left
    out."""

    @model_validator(mode="after")
    def _by_form(self) -> Security:
        if not self.covers:
            raise fault("name the event after which it is drawn, for example 'covers: tenant_default'", "covers")
        if self.form == "deposit":
            for term, own in (("guarantor", self.guarantor), ("fee", self.fee)):
                if own is not None:
                    raise fault(f"a deposit is money of the payer and has no {term}", term)
        elif self.interest is not None:
            raise fault("interest is on the money of a deposit", "interest")
        elif self.guarantor is None:
            raise fault(f"a {self.form} needs 'guarantor': who pays when it is drawn, for example 'outside'")
        elif self.guarantor in (self.payer, self.payee):
            raise fault(f"'{self.guarantor}' cannot stand for its own debt, nor the payee for it", "guarantor")
        if self.form == "letter_of_credit" and self.fee is None:
            raise fault("a letter of credit has a yearly 'fee', for example 'fee: 1.5 %/year' (or 0 %/year)")
        return self

    @model_validator(mode="after")
    def _paid_when_it_ends(self) -> Security:
        if self.payment.timing == "advance":
            raise fault(
                "it is paid in on the first day and drawn or given back after the end; a 'lag' puts that off", "payment"
            )
        return self

    def needs(self) -> dict[str, str]:
        """A lease has power."""
        return {"capacity": "a security is for a lease of contracted power"}

    def lower(self, name: str, ctx: Lowering) -> None:
        """Given on the first day of the month in which the lease begins; when it ends, drawn by min(amount, claim)
        after an event that it covers, and the rest of a deposit given back."""
        from valuation.lowering.leases import terms
        from valuation.lowering.rent import entered

        b, lease = ctx.b, entered(self.of, ctx)
        with b.in_section("Security"):
            held = self._held(name, ctx, lease)
            drawn, ended = self._drawn(name, ctx, lease, held)
            if self.form == "deposit":
                self._deposit(name, ctx, lease, held, drawn, ended)
                return
            from valuation.lowering.accounts import post

            guarantor = str(self.guarantor)
            if drawn:
                post(ctx, drawn, payer=guarantor, payee=self.payee, kind="termination", terms=terms(self.payment))
            if self.fee is None:
                return
            phase = lease.capacity.phases[0]
            share = b.month(f"{name}.share_of_month", "span", lease.events.stop, phase.begin, phase.until)
            rate = ctx.quantity(self.fee, "Fee of the security")
            show = {"unit": self._currency(ctx), "label": f"Fee of the {self.form.replace('_', ' ')}", "roll": "sum"}
            fee = b.month(f"{name}.fee", "prod", held, rate, ctx.month_in_years, share, **show)
            kind: Literal["revenue", "cost"] = "revenue" if ctx.view == guarantor else "cost"
            post(ctx, fee, payer=self.payer, payee=guarantor, kind=kind, terms=terms(self.payment))

    def _currency(self, ctx: Lowering) -> str:
        return (ctx.b.unit_of(f"{self.of}.per_mw") or "").split("/")[0]

    def _held(self, name: str, ctx: Lowering, lease: Lease) -> str:
        """Row of the amount from the month in which the lease begins on [currency of the rent]; 0 where an event has
        ended it before."""
        b, opens = ctx.b, lease.capacity.phases[0].opens
        begins = b.month(f"{name}.begins", "falls_in", opens, ctx.time.begin, ctx.time.end)
        in_time = b.month(f"{name}.not_ended", "below", opens, lease.events.stop)
        amount = [ctx.quantity(self.amount, "Security")]
        if self.amount.canonical_unit == "month":
            periods = b.scalar(f"{name}.periods", "divide", amount[0], ctx.billing_month)
            amount = [periods, f"{self.of}.per_mw", lease.capacity.peak_mw]
        show = {"unit": self._currency(ctx), "label": f"Security given, {self.form.replace('_', ' ')}", "roll": "sum"}
        given = b.month(f"{name}.given", "prod", *amount, begins, in_time, **show)
        return b.month(f"{name}.held", "sum", f"{name}.held.prev", given, unit=show["unit"])

    def _drawn(self, name: str, ctx: Lowering, lease: Lease, held: str) -> tuple[str, str]:
        """Rows of what is drawn in a month (empty where nothing ever is) and of the flag that an event ends the lease
        in it."""
        from valuation.lowering.events import hazard_names
        from valuation.lowering.lost_rent import rent_claimed
        from valuation.lowering.terms import hazards_of

        b, group, currency = ctx.b, lease.events, self._currency(ctx)
        now = b.month(f"{name}.event_now", "falls_in", group.stop, ctx.time.begin, ctx.time.end)
        early = b.month(f"{name}.is_early", "below", group.stop, lease.capacity.end_position)
        ended = b.month(f"{name}.ended_by_event", "mul", now, early)
        parts = []
        for hazard in self.covers:
            if hazard not in group.hazards:
                continue
            row, drawn = f"{name}.after_{hazard}", held
            terms = hazards_of(ctx.contract)[hazard].compensation
            if terms is not None and terms.of == "remaining_rent" and terms.payee == self.payee:
                claim = rent_claimed(ctx, hazard, lease, terms.at_most)
                before = ctx.secured.setdefault((lease.name, hazard), [])
                if before:
                    claim = b.month(f"{row}.claim", "sum", claim, *(f"-{paid}" for paid in before), unit=currency)
                drawn = b.month(f"{row}.up_to", "lower_of", held, claim, unit=currency)
                before.append(drawn)
            number = float(hazard_names(ctx).index(hazard) + 1)
            is_cause = b.month(f"{row}.is_cause", "equal", group.cause, number)
            parts.append(b.month(row, "prod", drawn, is_cause, ended, unit=currency))
        if not parts:
            return "", ended
        show = {"unit": currency, "label": f"Security drawn, {self.form.replace('_', ' ')}", "roll": "sum"}
        return b.month(f"{name}.drawn", "sum", *parts, **show), ended

    def _deposit(self, name: str, ctx: Lowering, lease: Lease, held: str, drawn: str, ended: str) -> None:
        """Paid in and given back: capital of both, neither revenue nor cost. What is drawn is kept: no cash, but
        taxable. Interest is taxable too."""
        from valuation.lowering.accounts import Terms, beside, post
        from valuation.lowering.leases import terms
        from valuation.lowering.lost_rent import home_money
        from valuation.lowering.site import falls_due

        b, currency, end = ctx.b, self._currency(ctx), lease.capacity.end_position
        paid_in, when = f"{name}.given", terms(self.payment)
        post(ctx, paid_in, payer=self.payer, payee=self.payee, kind="capital", terms=Terms(advance=True))
        not_early = b.month(f"{name}.not_early", "opposite", f"{name}.is_early")
        agreed = b.month(f"{name}.ended_as_agreed", "mul", falls_due(ctx, end, f"{name}.end_now"), not_early)
        over = b.month(f"{name}.over", "sum", ended, agreed)
        whole = b.month(f"{name}.ends_holding", "prod", held, over, unit=currency)
        show = {"unit": currency, "label": "Deposit given back", "roll": "sum"}
        back = b.month(f"{name}.given_back", "sum", whole, *([f"-{drawn}"] if drawn else []), **show)
        post(ctx, back, payer=self.payee, payee=self.payer, kind="capital", terms=when)
        sign = (ctx.view == self.payee) - (ctx.view == self.payer)
        if drawn and sign:
            beside(ctx, home_money(ctx, drawn), sign)
        if self.interest is None:
            return
        until = b.month(f"{name}.until", "lower_of", lease.events.stop, end, unit="position")
        length = b.month(f"{name}.months", "span", until, lease.capacity.phases[0].opens, end, unit="month")
        rate = ctx.quantity(self.interest, "Interest on the deposit")
        show["label"] = "Interest on the deposit"
        earned = b.month(f"{name}.interest", "prod", back, rate, length, ctx.years_per_month, **show)
        accrued = post(ctx, earned, payer=self.payee, payee=self.payer, kind="capital", terms=when)
        if sign:
            beside(ctx, accrued, -sign)
