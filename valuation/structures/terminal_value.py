"""Terminal value: what the assets are worth at the end of the term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.registry import clause
from valuation.spec.clause import Clause
from valuation.spec.faults import fault
from valuation.spec.kinds import Share, money
from valuation.spec.quantity import Quantity
from valuation.spec.words import ClauseName

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


@clause("terminal_value")
class TerminalValue(Clause):
    """One payment at the end of the term: a share of a capex clause, or an amount."""

    ends_with_lease: ClassVar[bool] = False
    dated: ClassVar[bool] = True
    unused: ClassVar[dict[str, str]] = {
        "index": "a terminal value is not indexed: write the amount at the end of the term",
        "survives": "write 'after_event: due' for what is paid also after an event",
        "passes": "a terminal value is no running cost, so no lease passes it through",
    }
    structure: Literal["terminal_value"]
    share: Share | None = None
    """Share of the capex named by `of` [1]."""
    of: ClauseName | None = None
    """Capex clause that the share is of."""
    amount: Annotated[Quantity, money("50 MUSD")] | None = None
    """Amount [currency] that the payer pays; a cost of restoring the site is paid by who restores it. It is no running
    cost and moves no taxable profit."""
    after_event: Literal["lost", "due"] | None = None
    """Whether it is due at the end of the term also where an event has ended every lease. Left out: what the landlord
    pays, a cost of restoring the site, is due; what he receives is lost."""

    @model_validator(mode="after")
    def _one_value(self) -> TerminalValue:
        if (self.share is None) == (self.amount is None):
            raise fault("expected either 'share' (of a capex clause) or 'amount'")
        if (self.share is None) != (self.of is None):
            raise fault("'share' and 'of' go together: the share is of a capex clause")
        return self

    @model_validator(mode="after")
    def _positive(self) -> TerminalValue:
        if self.amount is not None and self.amount.canonical < 0.0:
            raise fault(
                f"'{self.amount}' is below 0: write it without the minus, 'payer' is who pays it; the cost of "
                f"restoring a site is 'payer: host, payee: outside, amount: {str(self.amount).removeprefix('-')}'",
                "amount",
            )
        return self

    @model_validator(mode="after")
    def _dated(self) -> TerminalValue:
        if self.payment.timing == "advance":
            raise fault("a terminal value is due on the last day of the term; a 'lag' puts it off", "payment")
        return self

    def lower(self, name: str, ctx: Lowering) -> None:
        """Due on the last day of the term; where it is lost by an event, only on the paths on which a lease has run to
        the end of the term."""
        from valuation.lowering.depreciation import term_over
        from valuation.lowering.leases import all_leases_stop

        b = ctx.b
        with b.in_section("Terminal value"):
            if self.amount is not None:
                currency = self.amount.currency or b.currency
                value = ctx.quantity(self.amount, "Terminal value")
            else:
                total = f"{self.of}.total"
                currency = b.unit_of(total) or b.currency
                share = ctx.quantity(self.share, "Share of the capex")  # type: ignore[arg-type]
                value = b.scalar(f"{name}.value", "prod", share, total, unit=currency)
            ends = []
            for suffix, day, reached in self._ends(name, ctx):
                last = b.scalar(f"{name}.date{suffix}", "add_days", day, -1.0, unit="date")
                now = b.month(f"{name}.now{suffix}", "between", last, ctx.time.month_start, ctx.time.month_end)
                ends.append((suffix, last, now, reached))
            kept: list[str] = []
            if not self._due_anyway(ctx):
                cut = b.month(f"{name}.cut_short", "below", all_leases_stop(ctx), ctx.end.position)
                kept = [b.month(f"{name}.kept", "opposite", cut)]
            show = {"unit": currency, "label": "Terminal value", "roll": "sum"}
            on_time = [b.start(f"{name}.on_time", "opposite", ctx.end.moved)] if ctx.end.moved else []
            for suffix, last, now, reached in ends:
                paid = b.month(f"{name}.paid{suffix}", "prod", value, now, *kept, *reached, *on_time, **show)
                dates = b.month(f"{name}.payment_date{suffix}", "date_if", now, last, unit="date")
                self._post(ctx, paid, dates)
            if ctx.end.moved:  # a date that depends on the path is the last day of its month
                over = term_over(ctx)
                before = b.month(f"{name}.over_before", "set", f"{over}.prev")
                then = b.month(f"{name}.now_moved", "sub", over, before)
                later = b.month(f"{name}.paid_later", "prod", value, then, *kept, ctx.end.moved, **show)
                self._post(ctx, later, ctx.time.month_end)

    def _post(self, ctx: Lowering, row: str, dates: str) -> None:
        from valuation.lowering.accounts import post
        from valuation.lowering.leases import terms

        how = terms(self.payment)
        post(ctx, row, payer=self.payer, payee=self.payee, kind="capital", terms=how, date_row=dates)

    def _ends(self, name: str, ctx: Lowering) -> list[tuple[str, str, list[str]]]:
        """A suffix for row names, the first day after, and the flag row of each end that the term may have; no flag
        where it has one only. Of ends on the same day the first counts."""
        b, made = ctx.b, list[tuple[str, str, list[str]]]()
        if not ctx.end.possible:
            return [("", ctx.end.day, [])]
        before = ""
        for place, (position, day) in enumerate(ctx.end.possible):
            suffix = f"_{place}" if place else ""
            reached = flag = b.start(f"{name}.ends_here{suffix}", "equal", ctx.end.position, position)
            if before:
                new = b.start(f"{name}.not_before{suffix}", "opposite", before)
                flag = b.start(f"{name}.ends_first_here{suffix}", "mul", reached, new)
                before = b.start(f"{name}.ended_by{suffix}", "higher_of", before, reached)
            made.append((suffix, day, [flag]))
            before = before or reached
        return made

    def _due_anyway(self, ctx: Lowering) -> bool:
        """Whether an event leaves it as it is."""
        if self.after_event is not None:
            return self.after_event == "due"
        landlords = {lease.payee for lease in ctx.leases}
        return self.payer in landlords and self.payee not in landlords
