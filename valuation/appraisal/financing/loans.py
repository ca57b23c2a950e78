"""Each loan as it was sized on the base case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.flows import added
from valuation.errors import ValuationError
from valuation.plan.solved import Solved
from valuation.tables import LoanTable

if TYPE_CHECKING:
    from valuation.spec.financing import Financing

MONTHS_A_YEAR = 12.0


class NotSized(ValuationError):
    """A plan with a financing whose loans nobody has sized."""


def solved_of(base: Base) -> Solved:
    """What was solved on the base case."""
    if base.plan.solved is None:
        raise NotSized("the loans of this plan are not sized; resolve the contract from the borrower's side")
    return base.plan.solved


def loan_tables(terms: Financing, base: Base) -> tuple[LoanTable, ...]:
    """One entry a loan, in the order in which they are paid."""
    solved = solved_of(base)
    completion = base.row("financing.month").index(0.0)
    first = min(completion + 1, base.plan.months - 1)
    found = []
    for loan in solved.loans:
        stated, row = terms.debt[loan.name], f"financing.{loan.name}"
        found.append(
            LoanTable(
                name=loan.name,
                lender=stated.lender or "",
                amount=loan.amount,
                part_of_need=loan.amount / solved.need,
                repayment=stated.repayment,
                tenor_months=round(stated.tenor.canonical),
                grace_months=round(stated.grace.canonical),
                first_rate=base.row(f"{row}.monthly_rate")[first] * MONTHS_A_YEAR,
                sized_by=loan.binding,
                carried=loan.carried,
                covers={case: cover.canonical for case, cover in stated.size.covers.items()},
                status=loan.status,
                interest=added(base.row(f"{row}.interest")),
            )
        )
    return tuple(found)


def rows_of_loans(base: Base, what: str) -> list[tuple[float, ...]]:
    """A row of each loan in the base case, in the order of the loans; without those that do not have it."""
    names = [f"financing.{loan.name}.{what}" for loan in solved_of(base).loans]
    return [base.row(name) for name in names if name in base.plan.row_of]
