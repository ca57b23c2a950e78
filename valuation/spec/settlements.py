"""What a settlement against a market price needs: one currency, and a volume that something produces."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.spec.contract import Contract
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.volume import Volume
from valuation.units import parse_unit

TERMS = ("strike", "floor", "cap", "no_payment_below", "fixed_revenue")
"""Terms of a clause that stand against its market price."""


def _one_currency(contract: Contract) -> Iterator[Finding]:
    """A difference of prices in two currencies would convert one of them by a rate that the clause does not name."""
    for name, clause in contract.clauses.items():
        if not isinstance(getattr(clause, "volume", None), Volume):
            continue
        factor = contract.factors.get(str(getattr(clause, "spot", "")))
        currencies = parse_unit(getattr(factor, "unit", "")).currencies
        for term in TERMS:
            own = getattr(clause, term, None)
            if isinstance(own, (Quantity, Schedule)) and len(currencies) == 1 and own.currency != currencies[0]:
                message = (
                    f"it is in {own.currency} and the market price '{getattr(clause, 'spot', '')}' in {currencies[0]}: "
                    "the difference of the two needs one currency"
                )
                yield Finding(("clauses", name, term), message)


SETTLEMENTS: dict[Check, frozenset[str]] = {_one_currency: frozenset({"clauses", "market"})}
"""Every check of this file, and the parts of the contract of which it needs everything."""
