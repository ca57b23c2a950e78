"""The months of a plan: from the market's date, or an earlier flow, to the December after the last payment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from valuation import timeline
from valuation.lowering.accounts import Terms
from valuation.lowering.leases import terms
from valuation.lowering.terms import clauses_of, hazards_of
from valuation.spec.leasing import leases_of, renewal_months

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


@dataclass(frozen=True)
class Grid:
    """Calendar of a plan: its first month, how many, and where the market's date lies in it."""

    first_month: int
    months: int
    as_of: float
    valuation: float
    spare: int = 0
    """Spare months before those that the contract needs."""

    @property
    def steps(self) -> tuple[float, ...]:
        """Years of each month after ``as_of``: 1/12, a part of it by days in the first month, 0 before."""
        months = [self.first_month + t for t in range(self.months)]
        shares = [
            (timeline.month_end(m) - max(self.as_of, timeline.month_start(m) - 1.0)) / timeline.days_in_month(m)
            for m in months
        ]
        return tuple(max(0.0, share) / 12.0 for share in shares)

    @property
    def first_period(self) -> int:
        """Draw period of month 0: months since the first month that lies after ``as_of`` at least in part."""
        return self.first_month - timeline.month_number(self.as_of + 1.0)


@dataclass(frozen=True)
class Spare:
    """Months before and after those that a contract needs, into which its dates may be moved."""

    before: int = 0
    after: int = 0


NO_SPARE = Spare()
"""The months that the contract needs, and no others."""


def lay_grid(contract: Contract, spare: Spare = NO_SPARE) -> Grid:
    """The months that a plan runs over: from the month that holds the day after ``as_of`` (or that of an earlier flow)
    to the December after the last payment that is made inside the grid, with spare months around them.
    """
    dates = contract.dates
    as_of = timeline.serial(contract.market.as_of.date)
    start = timeline.serial(dates.start.date)
    end = max(timeline.edate(start, round(dates.term.canonical)), *_phase_ends(contract, start)) - 1.0
    invested = [timeline.serial(day) for day in _dated_flows(contract)]
    first_flow = min([start, *invested, *_closes(contract)])
    valuation = timeline.serial(dates.valuation.date)
    if contract.from_inception:
        valuation = min((one.date for one in first_payments(contract)), default=valuation)
        valuation = timeline.falls_on(dates.year_count, valuation)
    first = min(
        timeline.month_number(as_of + 1.0), timeline.month_number(first_flow), timeline.month_number(valuation + 1.0)
    )
    last_flow = max([end, *(timeline.serial(day) for day in _dated_flows(contract, last=True))])
    last = max([timeline.month_number(last_flow) + _longest_move(contract), *_late_investments(contract)])
    if _settles_by_year(contract):
        last += 11 - last % 12  # the last shortfall is billed in December, and its own lag follows
    last += _longest_lag(contract)
    last += 11 - last % 12
    if any(tax.year_start.month != 1 for tax in contract.tax.values()):
        last += 12
    if contract.financing is not None and _taxed_later(contract, contract.financing.borrower):
        last += 12  # the borrower's cash has to pay the tax of its last year too
    months = spare.before + last - first + 1 + spare.after
    return Grid(first - spare.before, months, as_of, valuation, spare.before)


def months_after(contract: Contract) -> tuple[int, int]:
    """Months by which a plan runs on after the end of the term, before its last December and after it; those of clauses
    that settle by year, which come between two Decembers, left out."""
    years = any(tax.year_start.month != 1 for tax in contract.tax.values())
    later = contract.financing is not None and _taxed_later(contract, contract.financing.borrower)
    return _longest_move(contract) + _longest_lag(contract), 12 * years + 12 * later


def _closes(contract: Contract) -> list[float]:
    """The day on which loans are agreed and their fees are due, where one is stated."""
    terms = contract.financing
    return [timeline.serial(terms.close.date)] if terms is not None and terms.close is not None else []


def _taxed_later(contract: Contract, party: str) -> bool:
    """Whether a party pays the tax of a year in the next one."""
    tax = contract.tax.get(party)
    return tax is not None and tax.paid != "in_year"


def _settles_by_year(contract: Contract) -> bool:
    """Whether a clause bills in December what was not taken in the year, or settles at the end of a period."""
    own = [clause for clause in clauses_of(contract).values() if clause.structure == "take_or_pay"]
    terms_of = [getattr(clause, "take_or_pay", None) for clause in clauses_of(contract).values()]
    settles = any(getattr(clause, "settles_by_year", False) for clause in clauses_of(contract).values())
    return settles or any(getattr(terms, "per", "") == "year" for terms in (*own, *terms_of))


def _phase_ends(contract: Contract, start: float) -> list[float]:
    """Days after the last phase of each lease whose phases have a term of their own or that may be renewed, with every
    renewal; the start where there is none."""
    ends = [start]
    for lease in leases_of(contract).values():
        term, more = getattr(lease, "phase_term", None), renewal_months(lease)
        begin = start
        if term is not None:
            contracted = getattr(lease, "contracted", None) or contract.power
            day = contracted.steps[-1][0] if contracted is not None else None
            begin = max(start, timeline.serial(day) if day else start)
        if term is not None or more:
            months = (term or contract.dates.term).canonical + more
            ends.append(timeline.edate(begin, round(months)))
    return ends


def _longest_move(contract: Contract) -> int:
    """Months by which the end of a term may move with its start."""
    moves = [getattr(start, "longest_move", None) or 0.0 for start in contract.starts.values()]
    return math.ceil(max(moves, default=0.0))


def _late_investments(contract: Contract) -> list[int]:
    """Month number of the last payment of each investment that a delay moves, at its longest."""
    found = []
    for clause in contract.clauses.values():
        by = contract.starts.get(getattr(clause, "delayed_by", None) or "")
        longest = getattr(by, "longest", None)
        if longest is not None:
            (last,) = _dated_flows_of(clause, last=True)
            found.append(timeline.month_number(timeline.serial(last)) + math.ceil(longest))
    return found


@dataclass(frozen=True)
class FirstPayment:
    """When a clause is first paid, and the day of the contract that it follows from.

    Parameters
    ----------
    clause : name of the clause whose own day it is; empty for the start of the contract.
    day : Excel serial of that day [day].
    not_before : the first day that can be paid for, where that is later [day].
    months, days : by which it is paid later.
    at : whether it is paid on the day itself, or at the start or the end of its month.
    """

    clause: str
    day: float
    not_before: float = 0.0
    months: int = 0
    days: int = 0
    at: Literal["day", "month_start", "month_end"] = "day"

    @property
    def date(self) -> float:
        """Excel serial of the payment [day]."""
        day = max(self.day, self.not_before)
        if self.at == "day":
            return timeline.edate(day, self.months) + self.days
        due = timeline.month_number(day) + self.months
        return (timeline.month_start(due) if self.at == "month_start" else timeline.month_end(due)) + self.days


def first_payments(contract: Contract) -> list[FirstPayment]:
    """The first payment of each clause: of those that run from the start, and of each investment."""
    found = []
    start, today = timeline.serial(contract.dates.start.date), timeline.serial(contract.market.as_of.date)
    for name, clause in clauses_of(contract).items():
        when, own = terms(clause.payment), getattr(clause, "first_day", None)
        lag = (when.lag_months, when.lag_days)
        at: Literal["month_start", "month_end"] = "month_start" if when.advance else "month_end"
        if not clause.dated and own:
            found.append(FirstPayment(name, timeline.serial(own), today + 1.0, *lag, at))
        elif not clause.dated:
            found.append(FirstPayment("", start, 0.0, *lag, at))
        if getattr(clause, "buys_first", True):  # the first generation of its equipment is paid for elsewhere
            found += [FirstPayment(name, timeline.serial(day), 0.0, *lag) for day in _dated_flows_of(clause)]
    return found


def first_flows(contract: Contract) -> list[tuple[str, float]]:
    """Days before whose months nothing is computed: by clause the day of its first investment, and without a name the
    start of the contract [day]."""
    own = [(name, timeline.serial(day)) for name, one in contract.clauses.items() for day in _dated_flows_of(one)]
    return [("", timeline.serial(contract.dates.start.date)), *own]


def _dated_flows(contract: Contract, last: bool = False) -> list[date]:
    """Dates of the investments: the first of each clause, or the last."""
    return [day for clause in contract.clauses.values() for day in _dated_flows_of(clause, last)]


def _dated_flows_of(clause: object, last: bool = False) -> list[date]:
    """Date of a clause's first investment, or of its last; none where it is no investment."""
    schedule = getattr(clause, "schedule", None)
    if schedule is None:
        own: tuple[date, ...] = getattr(clause, "own_days", ())
        if last and getattr(clause, "break_notice", None) is not None:
            return []  # ended with the site at the latest, and its notice is a lag behind that: not 50 years of months
        return [own[-1] if last else own[0]] if own else []
    if schedule.equal is not None:
        months = schedule.equal.months - 1 if last else 0
        return [timeline.date_of(timeline.edate(timeline.serial(schedule.equal.start.date), months))]
    days = [day for day, _ in schedule.dated.steps if day is not None]
    return [days[-1] if last else days[0]]


def _longest_lag(contract: Contract) -> int:
    """Months that the grid runs on after the term for payments that fall due inside it."""
    months = [0]
    for clause in contract.clauses.values():
        when: Terms = terms(clause.payment)
        months.append(clause.months_after_end + when.lag_months + -(-when.lag_days // 28))
    for hazard in hazards_of(contract).values():
        if hazard.compensation is not None:
            lag = hazard.compensation.lag
            months.append(1 + (round(lag.canonical) if lag.canonical_unit != "day" else -(-round(lag.canonical) // 28)))
    return max(months)
