"""Grant: money towards an investment that is not paid back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Share, money
from valuation.spec.payment_schedule import PaymentSchedule
from valuation.spec.quantity import Quantity
from valuation.spec.words import ClauseName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.investment import Part


@clause("grant")
class Grant(Clause):
    """Grant: `payer`, a state for example, pays an amount or a share of an investment's cost to `payee`, who does not
    pay it back."""

    ends_with_lease: ClassVar[bool] = False
    dated: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "index": "a grant is not indexed: write the amounts by date",
        "survives": "a grant is paid whatever happens; 'requires' names an approval that it hangs on",
        "passes": "a grant is no cost, so no lease passes it through",
        "vat": "a grant is no payment for anything",
    }
    structure: Literal["grant"]
    amount: Annotated[Quantity, money("3 MEUR", low=0.0)] | None = None
    """Amount in all [currency]; or `share`, or amounts in the `schedule`."""
    share: Share | None = None
    """Share of what the investment `of` costs, its contingency included [1]."""
    of: ClauseName | None = None
    """Capex clause that it is for; its payer gets the grant."""
    schedule: PaymentSchedule | None = None
    """When it is paid: monthly parts, or shares or amounts by date. Without it, on the dates of the investment and in
    proportion to its payments."""
    for_tax: Literal["reduces_basis", "income", "exempt"] | None = None
    """`reduces_basis`: what is written down of each payment of the investment falls by the part that grants pay,
    whenever the grant is paid; `income`: taxable when it is due; `exempt`: neither. By default it reduces the basis of
    an investment that is written down, and is income else."""

    @model_validator(mode="after")
    def _one_amount(self) -> Grant:
        found = []
        by_date = self.schedule is not None and self.schedule.amounts
        given = [self.amount is not None, self.share is not None, by_date]
        if sum(given) != 1:
            found.append(Fault("expected one of 'amount', 'share' and a 'schedule' with amounts"))
        if self.share is not None and self.of is None:
            found.append(Fault("a share is of an investment: name its capex clause with 'of'", ("share",)))
        if self.schedule is None and self.of is None:
            found.append(Fault("missing key 'schedule', for example 'schedule: {2027-03-31: 100 %}', or 'of'"))
        if self.for_tax == "reduces_basis" and self.of is None:
            found.append(Fault("the basis of which investment? name its capex clause with 'of'", ("for_tax",)))
        if found:
            raise faults(found)
        return self

    @model_validator(mode="after")
    def _dated(self) -> Grant:
        if self.payment.timing == "advance":
            raise fault("a grant is due on the dates of its schedule; a 'lag' puts them off", "payment")
        return self

    def lower(self, name: str, ctx: Lowering) -> None:
        """Capital of both sides, on its own dates or with the investment's payments; taxable where it is income."""
        from valuation.lowering.accounts import beside, post
        from valuation.lowering.leases import terms
        from valuation.spec.grants import lowers

        taxable = self.for_tax == "income" or (self.for_tax is None and not lowers(ctx.contract, self))
        with ctx.b.in_section("Grants"):
            for part in self._parts(name, ctx):
                accrued = post(
                    ctx,
                    part.amount,
                    payer=self.payer,
                    payee=self.payee,
                    kind="capital",
                    terms=terms(self.payment),
                    date_row=part.dates,
                )
                if taxable and ctx.view == self.payee:
                    beside(ctx, accrued, 1)

    def _parts(self, name: str, ctx: Lowering) -> list[Part]:
        """What is paid when."""
        from valuation.lowering.grants import granted, with_investment
        from valuation.lowering.investment import spend_by_date, spend_equally

        if self.schedule is None:
            return with_investment(ctx, name, self)
        total, currency = granted(ctx, name, self)
        if self.schedule.equal is not None:
            return spend_equally(ctx, name, total, currency, self.schedule.equal, "Grant")
        if self.schedule.dated is None:
            raise ValueError("a schedule has equal months or dates")
        amounts = self.schedule.amounts
        return spend_by_date(ctx, name, "" if amounts else total, currency, self.schedule.dated, "Grant")
