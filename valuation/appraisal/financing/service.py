"""The base case by service date: cash, what is served, what is left, what the owners pay in and get out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from valuation import timeline
from valuation.appraisal.base import Base
from valuation.appraisal.financing.loans import rows_of_loans
from valuation.appraisal.flows import added
from valuation.kernel.opcodes import NEVER
from valuation.lowering.financing.reserves import RESERVES
from valuation.tables import ServiceDate

_REPAID = ("principal_paid", "repaid_by_termination", "swept")
"""Rows of a loan by which its balance falls."""


def service_dates(base: Base) -> tuple[ServiceDate, ...]:
    """One entry a service date after the completion, the last month of the grid among them."""
    principal = [row for what in _REPAID for row in rows_of_loans(base, what)]
    flows = {
        "cfads": [base.row("financing.cfads")],
        "interest": rows_of_loans(base, "interest_paid"),
        "principal": principal,
        "distribution": [base.row("financing.distribution")],
        "paid_in": [base.row("financing.paid_in")],
    }
    debt = rows_of_loans(base, "balance")
    held = [base.row(row) for row in (f"financing.{name}" for name in RESERVES) if row in base.plan.row_of]
    covers = base.row("financing.dscr") if "financing.dscr" in base.plan.row_of else (NEVER,) * base.plan.months
    return tuple(
        ServiceDate(
            day=timeline.date_of(base.row("time.month_end")[last]),
            **{name: _summed(rows, first, last) for name, rows in flows.items()},
            debt=added(row[last] for row in debt),
            dscr=covers[last] if covers[last] < NEVER else None,
            reserves=added(row[last] for row in held),
        )
        for first, last in _periods(base)
    )


def _periods(base: Base) -> Iterator[tuple[int, int]]:
    """First and last month of each service period after the completion."""
    running, service = base.row("financing.running"), base.row("financing.service")
    first = None
    for t in range(base.plan.months):
        if running[t] > 0.0:
            first = t if first is None else first
            if service[t] > 0.0:
                yield first, t
                first = None


def _summed(rows: Sequence[Sequence[float]], first: int, last: int) -> float:
    return added(value for row in rows for value in row[first : last + 1])
