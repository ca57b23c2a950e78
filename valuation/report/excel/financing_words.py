"""The words of the lender's page: who borrows and when, how a loan is sized and repaid, what may happen."""

from __future__ import annotations

from valuation.report.financing_words import SERVICES
from valuation.report.text import one_line
from valuation.tables import FinancingTable, LoanTable

DATES_PER_YEAR = {"month": 12, "quarter": 4, "half_year": 2, "year": 1}
"""Service dates of a year."""
_SIZED_BY = {"amount": "amount", "gearing": "gearing", "base": "base case"}


def loan_title(loan: LoanTable) -> str:
    """A loan and who lends it: ``senior (Bank)``."""
    name = loan.name.replace("_", " ")
    return f"{name} ({one_line(loan.lender)})" if loan.lender else name


def sized_by_words(binding: str) -> str:
    """What set a size: ``amount``, ``gearing``, or the case whose cover did."""
    return _SIZED_BY.get(binding, binding.replace("_", " "))


def repayment_words(repayment: str) -> str:
    """``level``, ``equal principal``, ``sculpted`` or ``bullet``."""
    return repayment.replace("_", " ")


def about_financing(table: FinancingTable, view: str) -> str:
    """Who borrows, when, how often the debt is served and what its cover counts."""
    tax = "after tax" if table.cfads == "after_tax" else "before tax"
    covenants = [
        f"{word} {cover:.2f}"
        for word, cover in (("nothing is distributed below", table.lock_up), ("default below", table.default))
        if cover is not None
    ]
    promised = f" Covenants on the cover of twelve months: {', '.join(covenants)}." if covenants else ""
    return (
        f"Borrower: the {table.borrower}{' (this run)' if table.borrower == view else ''}. Financial close "
        f"{table.close.isoformat()}, completion {table.completion.isoformat()}, debt served "
        f"{SERVICES.get(table.service, table.service)}. CFADS = cash available for debt service, {tax}; DSCR = CFADS / "
        f"debt service; LLCR and PLCR = present value of CFADS over the loans' life and the project's life / debt at "
        f"the completion.{promised}"
    )


def about_sizes(table: FinancingTable) -> str:
    """How sizes, fees, interest and tax were brought to agree."""
    return (
        f"Sizes, fees, interest, reserves and tax were solved together on the base case in {table.iterations} rounds; "
        f"in the last no amount moved by more than {table.residual:.1e} of the uses less grants."
    )


def financing_chances(table: FinancingTable) -> list[tuple[str, float]]:
    """Chances of lenders and owners in words; those that exist, of the loans only where there are some."""
    chances = table.chances
    lock_up = "" if table.lock_up is None else f" of {table.lock_up:.2f}"
    of_loans = [
        ("Loans in default", chances.default),
        ("Loans in default, among the paths without an event", chances.default_given_no_event),
        ("Something is owed at the end", chances.debt_left),
        (f"Cover below the lock-up{lock_up} on some date", chances.locked_up),
    ]
    of_owners = [
        ("Owners' NPV below 0", table.owners.npv_negative),
        ("Owners pay in for running costs after the completion", chances.support),
    ]
    told = (of_loans if table.loans else []) + of_owners
    return [(label, share) for label, share in told if share is not None]
