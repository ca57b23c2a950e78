"""Claims held against each other, in words that the summary and the workbook share."""

from __future__ import annotations

from valuation.report.numbers import percent
from valuation.tables import ClaimConflict, ClaimedAmount, ClaimsAudit, ImpliedAmount

SIGNS = {"=": "", ">": "more than ", "<": "less than "}
BOUNDS = {"=": "", ">": "more than ", "<": "less than ", "~": "about "}

MEASURE = (
    "A value of the contract is spread over the whole term and the largest capacity, a kWh is reckoned at full use "
    "(8,760 hours a year); margin = 1 - cost / rent."
)


def numbered(claims: tuple[int, ...]) -> str:
    """Claims by their number in the file, from 1: `1, 2 and 3`."""
    words = [str(place + 1) for place in claims]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def claimed_words(amount: ClaimedAmount, currency: str) -> str:
    """What is claimed: `rent 131.31 USD/kW/month`, `margin more than 45.0 %`."""
    number = percent(amount.amount) if amount.reading == "margin" else f"{amount.amount:,.2f} {currency}/kW/month"
    return f"{amount.reading} {SIGNS[amount.operator]}{number}"


def conflict_words(conflict: ClaimConflict, audit: ClaimsAudit) -> str:
    """Why some claims cannot all hold."""
    of = {amount.claim: amount for amount in audit.amounts}
    parts = "; ".join(claimed_words(of[claim], audit.currency) for claim in sorted(conflict.claims))
    why = (
        ""
        if conflict.implied_margin is None
        else f": such a rent and cost leave a margin of {percent(conflict.implied_margin)}"
    )
    return f"Claims {numbered(tuple(sorted(conflict.claims)))} cannot all hold ({parts}){why}."


def implied_words(implied: ImpliedAmount, audit: ClaimsAudit) -> str:
    """What two claims say of a third amount."""
    if implied.reading == "margin":
        number = percent(implied.amount)
    else:
        number = f"{implied.amount:,.1f} {audit.currency}/kW/month"
    together = numbered(tuple(sorted(implied.claims)))
    return f"Claims {together} together: {implied.reading} {BOUNDS[implied.operator]}{number}."
