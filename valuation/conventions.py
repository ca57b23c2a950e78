"""The conventions of the whole project: the numbers behind calendar and discounting, and the sentences that say so."""

from __future__ import annotations

MONTHS_PER_YEAR = 12
HOURS_PER_DAY = 24
DISCOUNT_DAYS_PER_YEAR = 365
"""Day count of discounting: ACT/365F, effective annual."""

SENTENCES: tuple[str, ...] = (
    "Monthly periods on calendar months; partial first and last months by days; hours of a month = 24 × its days.",
    "DF(d) = (1 + r)^(-(d - valuation date)/365): ACT/365F, effective annual. With 'flows: year_end' "
    "payments count on 31 December and DF = (1 + r)^-(whole years).",
    "Processes, hazards and waiting times run on months of exactly 1/12 year; only discounting counts days.",
    "Rates, churn and reversion are intensities per year; escalators, indices and discount rates are effective yearly.",
    "Payments are in arrears on the last day of the month unless the clause says otherwise; no business-day roll.",
    "+ is cash to the party whose view is valued; each transfer appears once with payer and payee.",
    "Flows dated before the valuation date are sunk: outside NPV, IRR, payback and margin.",
    "The base case holds every factor at its expected value and has no event.",
    "Real-world measure: expected spot = forward curve + risk premium.",
)
"""Printed by `valuate explain` and on the workbook's Notes sheet."""
