"""What the lender's page says of itself: who borrows and when, how the sizes were found."""

from __future__ import annotations

from valuation.report.financing_words import CFADS, NOMINAL, SERVICES
from valuation.tables import FinancingTable

DATES_PER_YEAR = {"month": 12, "quarter": 4, "half_year": 2, "year": 1}
"""Service dates of a year."""
_SIZED_BY = {"amount": "amount", "gearing": "gearing", "base": "base case"}


def sized_by_words(binding: str) -> str:
    """What set a size: ``amount``, ``gearing``, or the case whose cover did."""
    return _SIZED_BY.get(binding, binding.replace("_", " "))


def about_financing(table: FinancingTable, view: str, real: bool) -> str:
    """Who borrows, when, how often the debt is served and what its cover counts.

    Parameters
    ----------
    real : whether the contract reports in real money.
    """
    money = f" {NOMINAL}" if real else ""
    covenants = [
        f"{word} {cover:.2f}"
        for word, cover in (("nothing is distributed below", table.lock_up), ("default below", table.default))
        if cover is not None
    ]
    promised = f" Covenants on the cover of twelve months: {', '.join(covenants)}." if covenants else ""
    return (
        f"Borrower: the {table.borrower}{' (this run)' if table.borrower == view else ''}. Financial close "
        f"{table.close.isoformat()}, completion {table.completion.isoformat()}, debt served "
        f"{SERVICES[table.service]}. CFADS = cash available for debt service, {CFADS[table.cfads]}; "
        "DSCR = CFADS / debt service; LLCR and PLCR = present value of CFADS over the loans' life and the project's "
        f"life / debt at the completion.{promised}{money}"
    )


def about_sizes(table: FinancingTable) -> str:
    """How sizes, fees, interest and tax were brought to agree."""
    return (
        f"Sizes, fees, interest, reserves and tax were solved together on the base case in {table.iterations} rounds; "
        f"in the last no amount moved by more than {table.residual:.1e} of the uses less grants."
    )
