"""What the viewed party paid for its side of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.tables import TransactionPrice

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


def transaction_price(contract: Contract, view: str) -> TransactionPrice | None:
    """The transaction price as the file states it; None where it does not."""
    stated = contract.fair_value.get(view)
    if stated is None:
        return None
    price = stated.transaction_price
    said = price.provenance
    return TransactionPrice(
        amount=price.canonical,
        day=None if stated.date is None else stated.date.date,
        status=said.status or "",
        source=said.source or "",
        note=said.note or "",
    )
