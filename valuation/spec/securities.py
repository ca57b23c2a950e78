"""A security against the lease that it is for: its landlord, its currency, and events that end it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.leasing import leases_of


def _securities(contract: Contract) -> dict[str, Any]:
    return {name: c for name, c in contract.clauses.items() if getattr(c, "structure", "") == "security"}


def _of_its_lease(contract: Contract) -> Iterator[Finding]:
    for name, security in _securities(contract).items():
        lease: Any = leases_of(contract)[security.of]
        at: Loc = ("clauses", name)
        if security.payee != lease.payee:
            message = f"the landlord of '{security.of}' is '{lease.payee}', who is the one that a security is given to"
            yield Finding((*at, "payee"), f"got '{security.payee}'; {message}")
        rent, own = lease.price.currency, security.amount.currency
        if own is not None and own != rent:
            message = (
                f"it is in {own} and the rent of '{security.of}', which it stands for, in {rent}; write it in {rent}"
            )
            yield Finding((*at, "amount"), message)


def _covers(contract: Contract) -> Iterator[Finding]:
    """An event that does not end the lease draws on nothing."""
    for name, security in _securities(contract).items():
        for place, hazard in enumerate(security.covers):
            ends = getattr(contract.hazards[hazard], "ends", None)
            if ends is not None and security.of not in ends:
                message = f"'{hazard}' does not end '{security.of}', so nothing is ever drawn after it"
                yield Finding(("clauses", name, "covers", place), message)


SECURITIES: dict[Check, frozenset[str]] = {
    _of_its_lease: frozenset({"clauses"}),
    _covers: frozenset({"clauses", "risks"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
