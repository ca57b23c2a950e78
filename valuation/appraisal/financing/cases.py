"""The lender's cases: the base case, factors at what they exceed with a probability, scenarios of the file, all with
the loans as they are sized on the contract as it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.facts import Case
from valuation.appraisal.financing.cover import base_cover
from valuation.appraisal.financing.loans import rows_of_loans, solved_of
from valuation.appraisal.financing.owners import OwnersCase
from valuation.appraisal.flows import added
from valuation.errors import ValuationError
from valuation.plan.evaluate import base_case
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.sizing.solve import stand_ins
from valuation.tables import LenderCase

if TYPE_CHECKING:
    from valuation.spec.contract import Contract
    from valuation.spec.financing import Financing


class OtherLoans(ValuationError):
    """A scenario whose loans are not those of the contract as it runs."""


def lender_cases(
    contract: Contract, terms: Financing, base: Base, scenarios: Mapping[str, Case]
) -> tuple[tuple[LenderCase, ...], tuple[str, ...]]:
    """The cases of the lender's page, and what could not be done.

    Parameters
    ----------
    terms : the contract's financing.
    base : the base case as it runs, from the borrower's side.
    scenarios : contracts of the file's scenarios by name.
    """
    found, failed = list(_stated(terms, base)), []
    for name in terms.lender_cases:
        if name not in scenarios:
            failed.append(f"lender's case {name} is left out: the scenario could not be valued")
            continue
        other = scenarios[name].contract
        try:
            what = contract.scenarios[name].note or "scenario of the file"
            found.append(lender_case(name, what, _with_these_loans(other, base)))
        except ValuationError as error:
            failed.append(f"lender's case {name} is left out: {str(error).splitlines()[0]}")
    return tuple(found), tuple(failed)


def _stated(terms: Financing, base: Base) -> Iterator[LenderCase]:
    """The base case, and those of `financing.cases`."""
    yield lender_case("base", "every factor at its expected value", base)
    for rows in solved_of(base).cases:
        case = terms.cases[rows.name]
        what = f"{case.factor} at what it exceeds with {case.exceeded_with} in each month"
        values = base_case(base.plan, stand_ins(base.plan, base.values, rows))
        yield lender_case(rows.name, what, Base(base.plan, values))


def _with_these_loans(other: Contract, base: Base) -> Base:
    """Base case of another contract with the loans of this one."""
    plan, solved = base.plan, solved_of(base)
    theirs = list(other.financing.debt) if other.financing is not None else []
    if theirs != [loan.name for loan in solved.loans] or _borrower(other) != plan.view:
        raise OtherLoans("it has other loans or another borrower than the contract as it runs")
    return Base.of(resolve(other, view=plan.view, debt=solved))


def _borrower(contract: Contract) -> str | None:
    return contract.financing.borrower if contract.financing is not None else None


def lender_case(name: str, what: str, base: Base) -> LenderCase:
    """What a lender reads of one case: cover, what is left of the debt, and the owners' return."""
    cover, owners = base_cover(base), OwnersCase.of(base)
    return LenderCase(
        name=name,
        what=what,
        dscr_min=cover.least,
        dscr_min_day=cover.least_day,
        dscr_average=cover.average,
        llcr=cover.llcr,
        plcr=cover.plcr,
        debt_at_end=added(row[-1] for row in rows_of_loans(base, "balance")),
        defaults=_defaults(base.plan, base),
        equity_npv=owners.npv,
        equity_irr=owners.irr[0],
    )


def _defaults(plan: Plan, base: Base) -> bool:
    return "financing.default" in plan.row_of and base.row("financing.default")[-1] > 0.0
