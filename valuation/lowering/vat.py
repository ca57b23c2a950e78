"""Value added tax as working capital: charged with a payment, settled with the state some time later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from valuation.plan.model import VAT

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.quantity import Quantity


class VatTerms(Protocol):
    """VAT of a clause as the contract states it."""

    @property
    def rate(self) -> Quantity:
        """Share of the payment [1]."""

    @property
    def settled_after(self) -> Quantity:
        """Time from the payment to the settlement with the state [day or month]."""


def vat_on(ctx: Lowering, terms: VatTerms, row: str, dates: str) -> tuple[str, str]:
    """Row of the VAT on a payment, which goes the same way as the payment, and row of the dates on which it goes back:
    the payer has paid it and gets it back from the state, the payee has had it and hands it over.

    Parameters
    ----------
    row : month row of what is paid [contract currency].
    dates : month row of its dates (0 = none).
    """
    b, vat = ctx.b, f"{row}.{VAT}"
    rate, after = ctx.quantity(terms.rate, "VAT rate"), terms.settled_after
    if vat not in b.rows:
        b.month(vat, "mul", row, rate, unit=b.unit_of(row) or b.currency)
    months, days = (after.canonical, 0.0) if after.canonical_unit == "month" else (0.0, after.canonical)
    later = f"{dates}.settled_after_{round(months)}_months_{round(days)}_days"
    if later not in b.rows:
        b.month(later, "put_off", dates, months, days, unit="date")
    return vat, later
