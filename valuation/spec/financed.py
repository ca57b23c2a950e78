"""A financing against the rest of the contract: who borrows, in which money, until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from valuation.spec.contract import OUTSIDE, Contract
from valuation.spec.document import Loc
from valuation.spec.expression import LENDERS, OWNERS
from valuation.spec.financing import Financing
from valuation.spec.finding import Check, Finding
from valuation.spec.paths import quantities
from valuation.spec.ventures import part_of
from valuation.timeline import date_of, edate, month_number, serial

OWNERS_LOAN = "owners_loan"
"""Name of the shareholder loan's rows in a plan."""

EXAMPLE = "equity_discount_rate: {value: 12 %/year, basis: nominal post-tax levered}"


def _owners_rate(contract: Contract) -> Iterator[Finding]:
    if contract.financing is None:
        return
    if contract.equity_discount_rate is None:
        message = f"the owners' cash is discounted at a rate of its own; add for example '{EXAMPLE}'"
        yield Finding(("financing",), message)
    elif not contract.equity_discount_rate.basis.endswith(" levered"):
        money = "nominal" if contract.price_basis == "nominal" else "real"
        message = (
            f"the owners' cash is after debt, and the rate is '{contract.equity_discount_rate.basis}'; "
            f"write 'basis: {money} post-tax levered'"
        )
        yield Finding(("equity_discount_rate", "basis"), message)
    if contract.measure == "risk_neutral":
        yield Finding(("financing",), "loans and owners are not valued under 'measure: risk_neutral'; leave one out")


def _borrower(contract: Contract) -> Iterator[Finding]:
    terms = contract.financing
    if terms is None:
        return
    at: Loc = ("financing", "borrower")
    if terms.borrower == OUTSIDE:
        yield Finding(at, f"'{OUTSIDE}' is everybody who is no party; name the party that builds")
    elif part_of(contract, terms.borrower) is not None:
        message = (
            f"'{terms.borrower}' is in a joint venture, and the debt of a venture is not shared yet; leave one out"
        )
        yield Finding(at, message)
    elif not any(_invests(clause, terms.borrower) for clause in contract.clauses.values()):
        message = (
            f"'{terms.borrower}' pays for no investment: no clause with a 'schedule' has it as its payer; name the "
            "party that pays one"
        )
        yield Finding(at, message)


def _after_completion(contract: Contract) -> Iterator[Finding]:
    """The construction holds the investment: it is not over before that begins, nor, silently, before it ends."""
    terms = contract.financing
    if terms is None:
        return
    start = contract.dates.start.date
    completed = terms.completion.date if terms.completion is not None else date_of(serial(start) - 1.0)
    for name, clause in contract.clauses.items():
        schedule = getattr(clause, "schedule", None)
        if (
            getattr(clause, "structure", "") != "capex"
            or getattr(clause, "payer", "") != terms.borrower
            or not schedule
        ):
            continue
        first, last = _days(schedule)
        if terms.completion is not None and month_number(serial(completed)) < month_number(serial(first)):
            message = (
                f"the completion on {completed} is before the first payment of '{name}' on {first}; state one on "
                "or after the last payment"
            )
            yield Finding(("financing", "completion"), message)
        elif month_number(serial(last)) > month_number(serial(completed)):
            message = (
                f"it is paid until {last}, and loans are drawn until the completion on {completed}: what is due later "
                f"the running cash pays; write 'financing: {{completion: {last}}}' for loans that do"
            )
            yield Finding(("clauses", name, "schedule"), message, warning=True)


def _days(schedule: Any) -> tuple[date, date]:
    """Days of the first and the last payment of a schedule."""
    if schedule.equal is not None:
        first = schedule.equal.start.date
        return first, date_of(edate(serial(first), schedule.equal.months - 1))
    days: list[date] = [day for day, _ in schedule.dated.steps if day is not None]
    return min(days), max(days)


def _invests(clause: object, party: str) -> bool:
    return getattr(clause, "payer", "") == party and (
        getattr(clause, "schedule", None) is not None or bool(getattr(clause, "own_days", ()))
    )


def _money(contract: Contract) -> Iterator[Finding]:
    for quantity in quantities(contract.financing) if contract.financing is not None else ():
        if quantity.currency and quantity.currency != contract.currency:
            message = (
                f"{quantity} is in {quantity.currency}, and loans are in the money of the contract, {contract.currency}"
            )
            yield Finding(quantity.path, message)


def _tenors(contract: Contract) -> Iterator[Finding]:
    """A loan is paid back before the contract ends."""
    terms = contract.financing
    if terms is None:
        return
    completed = _completed(contract, terms)
    end = edate(serial(contract.dates.start.date), round(contract.dates.term.canonical)) - 1.0
    for name, loan in terms.debt.items():
        left = month_number(end) - month_number(completed)
        if loan.tenor.canonical > left:
            message = (
                f"a tenor of {loan.tenor} from the completion on {date_of(completed)} is longer than the contract, "
                f"which ends {left} months after it, on {date_of(end)}"
            )
            yield Finding(("financing", "debt", name, "tenor"), message)


def _completed(contract: Contract, terms: Financing) -> float:
    """Last day of the construction."""
    return serial(contract.dates.start.date) - 1.0 if terms.completion is None else serial(terms.completion.date)


def _close(contract: Contract) -> Iterator[Finding]:
    """Fees of loans are paid by the construction, so they are due before it is completed."""
    terms = contract.financing
    if terms is None or terms.close is None or terms.completion is not None:
        return
    completed = _completed(contract, terms)
    if serial(terms.close.date) > completed:
        message = (
            f"the close {terms.close} is after the completion on {date_of(completed)}, the day before the start; "
            "write an earlier close or a later 'completion'"
        )
        yield Finding(("financing", "close"), message)


def _loan_names(contract: Contract) -> Iterator[Finding]:
    terms = contract.financing
    if terms is not None and OWNERS_LOAN in terms.debt and terms.shareholder_loan is not None:
        message = f"'{OWNERS_LOAN}' is what the program calls the shareholder loan; choose another name"
        yield Finding(("financing", "debt", OWNERS_LOAN), message)


def _rates(contract: Contract) -> Iterator[Finding]:
    """A floating rate is that of a factor that is a rate."""
    terms = contract.financing
    for name, loan in terms.debt.items() if terms is not None else ():
        floating = loan.floating
        if floating is None or floating.factor not in contract.factors:
            continue
        factor = contract.factors[floating.factor]
        unit = getattr(factor, "unit", "")
        if factor.measured_as != "share" and unit not in ("1/year", "%/year"):
            message = (
                f"'{floating.factor}' is measured in '{unit or factor.measured_as}', expected a yearly rate or a "
                "share, such as a logit_ou with 'mean: 3 %'"
            )
            yield Finding(("financing", "debt", name, "floating", "factor"), message)


def _lender_cases(contract: Contract) -> Iterator[Finding]:
    terms = contract.financing
    for place, name in enumerate(terms.lender_cases if terms is not None else ()):
        if name not in contract.scenarios:
            known = ", ".join(contract.scenarios) or "none"
            yield Finding(
                ("financing", "lender_cases", place), f"'{name}' is no scenario of this file; there are: {known}"
            )


def lacks(contract: Contract, name: str) -> str:
    """What of a financing a contract lacks for a result that an expression names; empty where it lacks nothing."""
    terms = contract.financing
    if name not in OWNERS and name not in LENDERS:
        return ""
    if terms is None:
        return f"'{name}' is a result of a financing, and the contract has no 'financing'"
    if name in LENDERS and not terms.debt:
        return f"'{name}' is a result of loans, and 'financing' has no 'debt'"
    if name == "probability.locked_up" and terms.covenants.lock_up is None:
        return f"'{name}' is a result of a covenant, and 'financing.covenants' has no 'lock_up'"
    return ""


def _claims(contract: Contract) -> Iterator[Finding]:
    """A claim about a financing needs one. Where a scenario of the file takes it away or brings it, the claim cannot be
    tested in the others, which is no error."""
    by_scenario = any(path.split(".")[0] == "financing" for one in contract.scenarios.values() for path in one.set)
    for place, claim in enumerate(contract.claims):
        if claim.check is not None and (missing := lacks(contract, claim.check.name)):
            yield Finding(("claims", place, "check"), missing, warning=by_scenario)


FINANCED: dict[Check, frozenset[str]] = {
    _owners_rate: frozenset({"financing", "equity_discount_rate"}),
    _borrower: frozenset({"financing", "clauses"}),
    _after_completion: frozenset({"financing", "clauses", "dates"}),
    _money: frozenset({"financing", "currency"}),
    _tenors: frozenset({"financing", "dates"}),
    _close: frozenset({"financing", "dates"}),
    _loan_names: frozenset({"financing"}),
    _rates: frozenset({"financing", "risks", "market"}),
    _lender_cases: frozenset({"financing", "scenarios"}),
    _claims: frozenset({"financing", "claims", "scenarios"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
