"""Words for a financing, the same in the terminal and in the workbook: loans, what set their sizes, chances."""

from __future__ import annotations

from valuation.report.numbers import MoneyScale, amount, percent
from valuation.report.text import one_line
from valuation.tables import FinancingTable, LoanTable

REPAYMENTS = {
    "level": "level payments",
    "equal_principal": "equal principal",
    "sculpted": "sculpted to the cash",
    "bullet": "repaid at the end",
}
SERVICES = {"month": "every month", "quarter": "every quarter", "half_year": "every half year", "year": "every year"}
CFADS = {"after_tax": "after tax", "pre_tax": "before tax"}
"""What the cash available for debt service counts."""
NOMINAL = "Loans, sources, uses and cover are in nominal money; the owners' NPV and rates are real."
"""What is said where a contract reports in real money."""
_STATUSES = {
    "nothing_to_carry": "no period has cash that could serve a loan",
    "negative_amortisation": "in some periods the service is below the interest, and the rest is added to the loan",
    "grace_below_dscr": "in its grace the interest is more than the cash over the cover asked for",
    "capped_by_uses": "cut to what is left to pay for",
}
"""What is to be said beside the size itself."""
_MONTHS_A_YEAR = 12
_LARGE = 1e5
"""From here on a ratio is written as 1.2e+05: of hardly any debt or owners' money it has no use for decimals."""


def loan_title(loan: LoanTable) -> str:
    """A loan and who lends it: ``senior (Bank)``."""
    name = one_line(loan.name.replace("_", " "))
    return f"{name} ({one_line(loan.lender)})" if loan.lender else name


def sized(loan: LoanTable, scale: MoneyScale, currency: str) -> str:
    """What set the size of a loan, in words: ``capped at 75 % of the uses; the cash would carry 113.3 M EUR at a cover
    of 1.35``."""
    part = f"{_share(loan.part_of_need)} of the uses"
    told = _STATUSES.get(loan.status)
    if loan.carried is None:
        size = "the amount stated" if loan.sized_by == "amount" else part
    elif loan.status == "capped_by_gearing":
        least = " and ".join(f"{cover:g}{_of_case(case)}" for case, cover in loan.covers.items())
        carried = f"{amount(loan.carried, scale)} {scale.unit(currency)}"
        size = f"capped at {part}; the cash would carry {carried} at a cover of {least}"
    else:
        cover = loan.covers.get(loan.sized_by)
        at = "" if cover is None else f" at a cover of {cover:g}"
        size = f"what the cash{_of_case(loan.sized_by)} carries{at}"
        size += f" (asked for are {len(loan.covers)} cases)" if len(loan.covers) > 1 else ""
    return size if told is None else f"{size}; {told}"


def _of_case(case: str) -> str:
    return "" if case == "base" else f" in the case {one_line(case)}"


def _share(part: float) -> str:
    """A share without a decimal that says nothing."""
    return percent(part, 0 if abs(100.0 * part - round(100.0 * part)) < 0.05 else 1)


def repaid(loan: LoanTable) -> str:
    """How a loan is repaid: ``level payments after 12 months of interest only``."""
    grace = f" after {duration(loan.grace_months)} of interest only" if loan.grace_months else ""
    return f"{REPAYMENTS.get(loan.repayment, loan.repayment)}{grace}"


def duration(months: int) -> str:
    """``12 years``, or months where these are no whole years."""
    years, rest = divmod(months, _MONTHS_A_YEAR)
    if rest or not years:
        return f"{months} months" if months != 1 else "1 month"
    return f"{years} years" if years != 1 else "1 year"


def chances(table: FinancingTable) -> list[tuple[str, float]]:
    """Shares of the paths, the lender's first, then the owners'; those of loans only where there are some."""
    found: list[tuple[str, float | None]] = []
    if table.loans:
        of = table.chances
        least = "" if table.default is None else f", or a cover below {table.default:g}"
        found += [
            (f"Default: debt service left unpaid{least}", of.default),
            ("Default, of the paths without an event in the term", of.default_given_no_event),
        ]
        if table.lock_up is not None:
            found.append((f"Lock-up: a cover below {table.lock_up:g} on some service date", of.locked_up))
        worst = max(table.years, key=lambda year: year.below_one, default=None)
        if worst is not None and worst.below_one > 0.0:
            found.append((f"Cover of a year below 1, most often that of {worst.year}", worst.below_one))
        found.append(("Something is owed at the end", of.debt_left))
    found += [
        ("Owners pay in after the completion", table.chances.support),
        (f"Owners' NPV below 0 at {percent(table.owners.rate)}", table.owners.npv_negative),
    ]
    return [(label, share) for label, share in found if share is not None]


def cover(value: float | None) -> str:
    """A cover ratio, or cash out over cash in, with two decimals."""
    if value is None:
        return "n/a"
    text = f"{value:.2f}" if abs(value) < _LARGE else f"{value:.1e}"
    return "0.00" if text == "-0.00" else text
