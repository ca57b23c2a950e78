"""Investment credits in the plan: what each earns, by how much it lowers the tax basis, and what a year's tax uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from valuation.lowering.accounts import own_part
from valuation.lowering.yearly_shares import tax_year_of, tax_year_on

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.quantity import Quantity


class CreditTerms(Protocol):
    """An investment credit as the contract states it."""

    @property
    def share(self) -> Quantity:
        """Share of what is paid [1]."""

    @property
    def basis_reduction(self) -> Quantity:
        """Share of the credit by which the tax basis falls [1]."""

    @property
    def refundable(self) -> bool:
        """Whether what a year's tax does not use up is paid out."""


def earn_credit(ctx: Lowering, name: str, party: str, spend: Sequence[str], terms: CreditTerms) -> list[str]:
    """Rows of what is left of an investment's payments to be written down: spend·(1 − share·basis_reduction).

    The viewed party earns share·spend in the last month of the tax year in which the payment is in service: that of the
    payment, or of the start of the contract where that is later.

    Parameters
    ----------
    party : who pays for what is built.
    spend : month rows of what is paid [contract currency].
    """
    if party not in ctx.contract.tax:
        return list(spend)
    b, home = ctx.b, ctx.b.currency
    share = ctx.quantity(terms.share, "Investment credit, share of what is paid")
    if party == ctx.view:
        _, ends = ctx.tax_year(party)
        year, started = tax_year_of(ctx, party), tax_year_on(ctx, party, ctx.term_begin)
        running = b.month(f"{name}.credit_runs", "from_date", year, started)
        due = b.month(f"{name}.credit_due", "mul", running, ends)
        paid = spend[0] if len(spend) == 1 else b.month(f"{name}.credit_basis", "sum", *spend, unit=home)
        waiting = f"{name}.credit_waits"
        b.month(waiting, "year_to_date", paid, f"{waiting}.prev", f"{due}.prev", unit=home)
        show: dict[str, Any] = {"unit": home, "label": f"Investment credit, {name}", "roll": "sum"}
        credit = b.month(f"{name}.credit", "prod", share, waiting, due, **show)
        ctx.accounts.credits.append((own_part(ctx, credit), terms.refundable))
    if terms.basis_reduction.canonical == 0.0:
        return list(spend)
    reduction = ctx.quantity(terms.basis_reduction, "Share of the credit that lowers the tax basis")
    lost = b.scalar(f"{name}.credit_off_basis", "mul", share, reduction)
    kept = b.scalar(f"{name}.share_after_credit", "sum", 1.0, f"-{lost}")
    return [b.month(f"{row}.after_credit", "prod", row, kept, unit=home) for row in spend]


def set_off_credits(ctx: Lowering, prefix: str, before: str, ends: str, words: str, show: dict[str, Any]) -> str:
    """Row ``<prefix>.assessed``: a year's tax less the credits that it uses, and those that are paid out.

    used = min(carried + earned, max(tax, 0)); what is not used is carried forward without limit of time.

    Parameters
    ----------
    before : row of the tax before credits.
    words : what tells the labels of this assessment from those of another.
    show : how the row of the tax is shown.
    """
    b, home, pool = ctx.b, ctx.b.currency, f"{prefix}.credits"
    carried = [row for row, refundable in ctx.accounts.credits if not refundable]
    less = [f"-{row}" for row, refundable in ctx.accounts.credits if refundable]
    if carried:
        there = b.month(f"{pool}_there", "sum", f"{pool}.prev", *carried, unit=home)
        label = f"Investment credits used{words}"
        used = b.month(f"{pool}_used", "loss_used", ends, before, there, unit=home, label=label, roll="sum")
        label = f"Investment credits carried forward{words}"
        b.month(pool, "sub", there, used, unit=home, label=label, roll="end")
        less.append(f"-{used}")
    return b.month(f"{prefix}.assessed", "sum", before, *less, **show)
