"""Sources and uses of the base case until the completion."""

from __future__ import annotations

from collections.abc import Iterable

from valuation.appraisal.base import Base
from valuation.appraisal.financing.loans import solved_of
from valuation.appraisal.flows import added
from valuation.tables import SourceOrUse

_USES = {
    "financing.investment": "Investment",
    "financing.interest_in_construction": "Interest during construction",
    "financing.fees": "Fees of the loans",
    "financing.reserve_filled": "Filling of the reserve",
}


def uses(base: Base) -> tuple[SourceOrUse, ...]:
    """What the money is spent on; lines of nothing are left out."""
    return _shares((label, added(base.row(row))) for row, label in _USES.items())


def sources(base: Base) -> tuple[SourceOrUse, ...]:
    """Where the money comes from: each loan, grants, the owners, whose loan stands apart from their equity."""
    lines = [(f"Loan, {loan.name.replace('_', ' ')}", f"financing.{loan.name}.drawn") for loan in solved_of(base).loans]
    found = [(label, added(base.row(row))) for label, row in lines]
    found.append(("Grants", added(base.row("financing.grants"))))
    owners, lent = added(base.row("financing.owners_build")), "financing.owners_loan.drawn"
    if lent not in base.plan.row_of:
        return _shares([*found, ("Owners", owners)])
    loan = added(base.row(lent))
    return _shares([*found, ("Owners, loan", loan), ("Owners, equity", owners - loan)])


def _shares(lines: Iterable[tuple[str, float]]) -> tuple[SourceOrUse, ...]:
    there = [(label, amount) for label, amount in lines if amount != 0.0]
    whole = added(amount for _, amount in there) or 1.0
    return tuple(SourceOrUse(label, amount, amount / whole) for label, amount in there)
