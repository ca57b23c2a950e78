"""Acquisition: the price of a site or a company, at closing and deferred, with what depends on an event."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.depreciation import WrittenDown
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Kind, Megawatts, Rate, Share, money, price
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Quantity
from valuation.spec.schedule import ShareSchedule
from valuation.spec.words import Day, HazardName, OneOrMore

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

MULTIPLE = Kind("a multiple", "8", ("",), low=0.0)
PRICE = price("MW", "", example="12 MUSD", low=0.0)
EARNINGS = price("year", example="3 MUSD/year", low=0.0)


class Deferred(SpecModel):
    """A part of the price that the seller lends to the buyer."""

    share: Share
    """Share of the price that is not paid at closing [1]."""
    rate: Rate = default("0 %/year")
    """Interest, effective yearly on days/365, paid with each repayment on what was owed until then [1/year]."""
    repaid: ShareSchedule
    """Repayments by date, as shares of what is deferred that add to 100 % [1]; a single date repays it at once."""

    @model_validator(mode="after")
    def _adds_up(self) -> Deferred:
        if self.repaid.constant is not None:
            raise fault("expected repayments by date, for example '{2027-06-30: 50 %, 2028-06-30: 50 %}'", "repaid")
        total = sum(part.canonical for part in self.repaid.quantities)
        if abs(total - 1.0) > 1e-9:
            raise fault(f"the repayments add to {100 * total:g} %, expected 100 % of what is deferred", "repaid")
        return self


class EarnOut(SpecModel):
    """A part of the price that is only due where something has not happened by its date."""

    amount: Annotated[Quantity, money("2 MUSD", low=0.0)]
    """Amount [currency]."""
    due: Day
    """Date on which it is due."""
    unless: Annotated[tuple[HazardName, ...], OneOrMore()] = Field(min_length=1)
    """Events that let it fall away where one of them has struck by then."""


@clause("acquisition")
class Acquisition(Clause):
    """Purchase of a site or a company by `payer` from `payee`: paid at closing, the rest by date with interest."""

    ends_with_lease: ClassVar[bool] = False
    dated: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "index": "a price is not indexed: what is owed after closing bears interest, 'deferred.rate'",
        "survives": "a price is owed whatever happens; 'earn_out.unless' names what lets a part fall away",
        "passes": "a price is no running cost, so no lease passes it through",
        "payment": "it is paid on the dates that it names: 'closing', 'deferred.repaid', 'earn_out.due'",
        "vat": "a company, or a business as a whole, is sold without VAT",
    }
    structure: Literal["acquisition"]
    price: Annotated[Quantity, PRICE] | None = None
    """Price in all [currency], or per MW [currency/MW] of `power`."""
    power: Megawatts | None = None
    """Power that a price per MW is for [MW]; the largest contracted where it is left out."""
    multiple: Annotated[Quantity, MULTIPLE] | None = None
    """Price as a multiple of `ebitda` [1]."""
    ebitda: Annotated[Quantity, EARNINGS] | None = None
    """Yearly EBITDA that the multiple is of, as the parties have agreed it [currency/year]."""
    closing: Day
    """Date on which the price less what is deferred is paid."""
    deferred: Deferred | None = None
    """What the seller lends to the buyer."""
    earn_out: EarnOut | None = None
    """What is paid later and depends on an event."""
    transaction_costs: Share = default("0 %")
    """Costs of the purchase as a share of the price, paid by the buyer to `outside` at closing [1]."""
    buys: Literal["shares", "assets"]
    """A company, whose assets keep their own tax balances, or assets that are written down from what was paid."""
    depreciation: WrittenDown | None = None
    """How price, costs and earn-out are written down for tax; for assets only, without it never."""

    @model_validator(mode="after")
    def _one_price(self) -> Acquisition:
        found = []
        if (self.price is None) == (self.multiple is None):
            found.append(Fault("expected either 'price' or 'multiple' with 'ebitda'"))
        if (self.multiple is None) != (self.ebitda is None):
            found.append(Fault("'multiple' and 'ebitda' go together: '{multiple: 8, ebitda: 3 MUSD/year}'"))
        if self.power is not None and (self.price is None or not self.price.canonical_unit.endswith("/MW")):
            found.append(Fault("'power' is for a price per MW", ("power",)))
        if self.buys == "shares" and self.depreciation is not None:
            why = "shares are not written down for tax; write 'buys: assets' where the assets themselves are bought"
            found.append(Fault(why, ("depreciation",)))
        first = self.deferred.repaid.steps[0][0] if self.deferred is not None else None
        if first is not None and first <= self.closing.date:
            found.append(Fault(f"{first} is not after the closing on {self.closing}", ("deferred", "repaid")))
        if self.earn_out is not None and self.earn_out.due.date <= self.closing.date:
            why = f"{self.earn_out.due} is not after the closing on {self.closing}"
            found.append(Fault(why, ("earn_out", "due")))
        if found:
            raise faults(found)
        return self

    @property
    def own_days(self) -> tuple[date, ...]:
        """Closing, repayments, earn-out."""
        days = [self.closing.date]
        if self.deferred is not None:
            days += [day for day, _ in self.deferred.repaid.steps if day is not None]
        if self.earn_out is not None:
            days.append(self.earn_out.due.date)
        return tuple(sorted(days))

    def lower(self, name: str, ctx: Lowering) -> None:
        """Price·(1 − deferred) at closing; repayments with interest B·((1 + r)^(days/365) − 1). Capital of both
        sides."""
        b = ctx.b
        with b.in_section("Acquisition"):
            total, currency = self._total(name, ctx)
            part = total
            if self.deferred is not None:
                share_deferred = ctx.quantity(self.deferred.share, "Share of the price deferred")
                at_once = b.scalar(f"{name}.share_at_closing", "sum", 1.0, f"-{share_deferred}")
                part = b.scalar(f"{name}.at_closing", "prod", total, at_once, unit=currency)
                self._deferred(name, ctx, total, share_deferred, currency)
            closing = ctx.dated(self.closing, "Closing")
            self._paid(name, ctx, "purchase", part, closing, "Price paid at closing", currency)
            costs = b.scalar(
                f"{name}.costs", "prod", total, ctx.quantity(self.transaction_costs, "Transaction costs"), unit=currency
            )
            if self.transaction_costs.canonical:
                self._paid(name, ctx, "costs_paid", costs, closing, "Transaction costs", currency, "outside")
            bought = b.scalar(f"{name}.basis", "sum", total, costs, unit=currency)
            later = self._earn_out(name, ctx)
            self._tax(name, ctx, bought, closing, later)

    def _total(self, name: str, ctx: Lowering) -> tuple[str, str]:
        """Row of the whole price, and its currency."""
        from valuation.lowering.investment import total_cost

        if self.price is not None:
            return total_cost(ctx, name, self.price, self.power, "Price")
        if self.multiple is None or self.ebitda is None:
            raise ValueError("a price or a multiple")
        currency = self.ebitda.currency or ctx.b.currency
        year = ctx.constant("year", 1.0, "year", "A year, of which a multiple counts the earnings")
        factors = [ctx.quantity(self.multiple, "Multiple"), ctx.quantity(self.ebitda, "Agreed EBITDA"), year]
        return ctx.b.scalar(f"{name}.total", "prod", *factors, unit=currency, label="Price in all"), currency

    def _paid(
        self, name: str, ctx: Lowering, what: str, amount: str, day: str, label: str, currency: str, payee: str = ""
    ) -> str:
        """Posts an amount on its day; returns its accrual row."""
        from valuation.lowering.accounts import post

        b, row = ctx.b, f"{name}.{what}"
        due = b.month(f"{row}.due", "between", day, ctx.time.month_start, ctx.time.month_end)
        dates = b.month(f"{row}.date", "date_if", due, day, unit="date")
        spent = b.month(row, "prod", amount, due, unit=currency, label=label, roll="sum")
        payee = payee or self.payee
        if self.payer == payee:
            return spent
        return post(ctx, spent, payer=self.payer, payee=payee, kind="capital", date_row=dates)

    def _deferred(self, name: str, ctx: Lowering, total: str, share_deferred: str, currency: str) -> None:
        """Repayments, and interest on what was owed until each; interest lowers the buyer's taxable profit and raises
        the seller's on the day on which it is paid."""
        from valuation import timeline
        from valuation.lowering.accounts import beside
        from valuation.plan.model import Origin

        b, deferred = ctx.b, self.deferred
        if deferred is None:
            raise ValueError("nothing is deferred")
        owed = b.scalar(f"{name}.deferred", "prod", total, share_deferred, unit=currency, label="Price deferred")
        lent = owed
        rate = ctx.quantity(deferred.rate, "Interest of the seller's loan")
        before = ctx.dated(self.closing, "Closing")
        for place, (day, quantity) in enumerate(deferred.repaid.steps, 1):
            if day is None:
                raise ValueError("repayments have dates")
            row, path = f"{name}.repayment_{place}", f"{quantity.path or deferred.repaid.path}.date"
            when = b.input(path, timeline.serial(day), "date", f"Repayment {place} on", Origin(path))
            repaid = b.scalar(
                f"{row}.amount", "prod", lent, ctx.quantity(quantity, f"Repayment {place}"), unit=currency
            )
            worth = b.scalar(f"{row}.worth_before", "discount", rate, before, when)  # (1 + r)^(days/365)
            growth = b.scalar(f"{row}.growth", "sum", worth, -1.0)
            interest = b.scalar(f"{row}.interest_owed", "prod", owed, growth, unit=currency)
            self._paid(name, ctx, f"repayment_{place}", repaid, when, "Deferred price repaid", currency)
            label = "Interest of the deferred price"
            accrued = self._paid(name, ctx, f"interest_{place}", interest, when, label, currency)
            if ctx.view in (self.payer, self.payee):
                beside(ctx, accrued, 1 if ctx.view == self.payee else -1)
            owed = b.scalar(f"{row}.owed_after", "sum", owed, f"-{repaid}", unit=currency)
            before = when

    def _earn_out(self, name: str, ctx: Lowering) -> tuple[str, str] | None:
        """Accrual row and due date of the earn-out: paid where none of its events has struck before its day is over."""
        from valuation.lowering.accounts import post

        if self.earn_out is None:
            return None
        b, earn_out = ctx.b, self.earn_out
        day = ctx.dated(earn_out.due, "Earn-out due")
        currency = earn_out.amount.currency or b.currency
        amount = ctx.quantity(earn_out.amount, "Earn-out")
        row = f"{name}.earn_out"
        due = b.month(f"{row}.due", "between", day, ctx.time.month_start, ctx.time.month_end)
        dates = b.month(f"{row}.date", "date_if", due, day, unit="date")
        position = b.scalar(f"{row}.position", "position_at_end", day, float(b.first_month), unit="position")
        spared = []
        for hazard in earn_out.unless if ctx.events_on else ():
            struck = b.month(f"{row}.after_{hazard}", "below", f"{hazard}.time", position)
            spared.append(b.month(f"{row}.without_{hazard}", "opposite", struck))
        paid = b.month(row, "prod", amount, due, *spared, unit=currency, label="Earn-out", roll="sum")
        return post(ctx, paid, payer=self.payer, payee=self.payee, kind="capital", date_row=dates), day

    def _tax(self, name: str, ctx: Lowering, bought: str, closing: str, later: tuple[str, str] | None) -> None:
        """Assets are written down from price and costs at closing, whatever is still owed, and an earn-out when it is
        paid; what was never bought for want of what it requires is not."""
        from valuation.lowering.accounts import deduct
        from valuation.lowering.depreciation import write_down
        from valuation.lowering.exchange import exchange_rate
        from valuation.lowering.gates import gated
        from valuation.lowering.investment import Part

        if self.depreciation is None or ctx.view != self.payer:
            return
        b, home = ctx.b, ctx.b.currency
        currency = b.unit_of(bought) or home
        rate = [] if currency == home else [exchange_rate(ctx, currency, home)]
        due = b.month(f"{name}.basis_due", "prod", bought, f"{name}.purchase.due", unit=currency)
        paid, put_off = gated(ctx, due, f"{name}.purchase.date")
        if put_off:
            paid = b.month(f"{name}.basis_in_all", "sum", paid, put_off, unit=currency)
        spent = b.month(f"{name}.basis_bought", "prod", paid, *rate, unit=home)
        parts = [Part(spent, "", closing)]
        if later is not None:
            parts.append(Part(later[0], "", later[1]))
        down = write_down(ctx, name, self.payer, parts, [part.amount for part in parts], self.depreciation)
        if down:
            deduct(ctx, down)
