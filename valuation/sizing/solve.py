"""Sizes and repayments that agree with what they cause: interest and fees during the construction, reserves, tax.

A loan that is a share of the uses pays interest that is one of the uses; one that the cash after tax carries changes
the tax. On the base case sizes, uses, repayments and reserve targets are computed from one another in turn until they
agree, over the plan's own rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.lowering.financing.construction import NEED
from valuation.lowering.financing.loans import schedule_table
from valuation.lowering.financing.reserves import target_table
from valuation.plan.evaluate import Values, base_case, base_case_again
from valuation.plan.model import Plan, Table
from valuation.plan.solved import CaseRows, Solved, SolvedLoan
from valuation.sizing.loan import size_loan
from valuation.sizing.periods import Periods, periods_of
from valuation.sizing.refusals import LoanExceedsUses, NothingToFinance, SizingDoesNotSettle
from valuation.sizing.reserve import debt_service_targets, maintenance_targets, tax_targets

if TYPE_CHECKING:
    from valuation.spec.financing import Financing

MOST_ROUNDS = 200
CLOSE = 1e-12
"""Change of an amount, as a share of the need, below which the sizes count as found."""

WITHOUT_END = 1e3
"""Times what the construction uses without loans: uses that are more count as growing without end."""
NOTHING = 1.0
"""Uses less grants [currency] that are nothing to lend for: the fees of loans alone, when the rounds have settled."""

Series = tuple[float, ...]


def size_debt(plan: Plan, terms: Financing, cases: tuple[CaseRows, ...] = ()) -> Plan:
    """The plan with sizes, repayments and reserve targets filled in.

    Parameters
    ----------
    plan : of the borrower, with loans of any size.
    cases : the cases beside the base case.

    Raises
    ------
    CannotSize : SizingDoesNotSettle, NothingToFinance, LoanExceedsUses, OutOfGrid.
    """
    known = {"base": base_case(plan)}
    for case in cases:
        known[case.name] = base_case(plan, stand_ins(plan, known["base"], case))
    periods = periods_of(plan, known["base"], terms.period)
    found: Solved | None = None
    first = math.inf
    for rounds in range(1, MOST_ROUNDS + 1):
        again = replace(_round(plan, terms, periods, known, rounds), cases=cases)
        first = again.need if found is None else first
        if again.need > WITHOUT_END * first:
            raise SizingDoesNotSettle(
                "financing.debt",
                f"the uses grow without end, from {first:,.0f} to {again.need:,.0f} {plan.currency} in {rounds} "
                "rounds: fees, interest and reserve of the loans add more to them than the loans pay for; lower a "
                "size, a fee, a rate or the months of the reserve",
            )
        residual = math.inf if found is None else _change(found, again)
        found = replace(again, residual=residual)
        plan = filled(plan, found)
        if residual <= CLOSE:
            _something_to_finance(terms, found.need, NOTHING, plan.currency)  # of fees alone less is left each round
            _within_uses(terms, found, plan.currency)
            return plan
        changed = [NEED, *(f"financing.{loan.name}.size" for loan in found.loans), *(name for name, *_ in found.tables)]
        known = {name: base_case_again(plan, values, changed) for name, values in known.items()}
    raise SizingDoesNotSettle(
        "financing.debt",
        f"after {MOST_ROUNDS} rounds the sizes of the loans still change by {residual:.1e} of the uses; "
        "state a size as an amount to see what moves",
    )


def _something_to_finance(terms: Financing, need: float, least: float, currency: str) -> None:
    """Loans need a construction that uses more than a least amount of money."""
    if terms.debt and need <= least:
        raise NothingToFinance(
            "financing.completion",
            f"until its completion the construction uses {need:,.0f} {currency} less grants: there is nothing to "
            "lend for; set 'completion' after the investment, lower the grants, or leave the loans out",
        )


def _within_uses(terms: Financing, found: Solved, currency: str) -> None:
    """A loan that may not be capped is no more than the loans before it leave to pay for."""
    left = found.need
    for loan in found.loans:
        if terms.debt[loan.name].size.uncapped and loan.amount > max(left, 0.0) + found.need * 1e-9:
            raise LoanExceedsUses(loan.name, loan.amount, max(left, 0.0), loan.binding, currency)
        left -= loan.amount


def stand_ins(plan: Plan, base: Values, case: CaseRows) -> dict[str, Series]:
    """What stands for the base case in a case, by row."""
    return {case.stands_for: base.series(case.row, plan.months)}


def filled(plan: Plan, found: Solved) -> Plan:
    """The plan with what was solved in its inputs and tables."""
    amounts = {NEED: found.need} | {f"financing.{loan.name}.size": loan.amount for loan in found.loans}
    tables = {name: (dates, values) for name, dates, values in found.tables}
    return replace(
        plan,
        inputs=tuple(replace(one, value=amounts.get(one.name, one.value)) for one in plan.inputs),
        tables=tuple(_with(table, *tables[table.name]) if table.name in tables else table for table in plan.tables),
        solved=found,
    )


def _with(table: Table, dates: Series, values: Series) -> Table:
    return replace(table, columns=(("date", dates), ("value", values)))


def _round(plan: Plan, terms: Financing, periods: Periods, known: Mapping[str, Values], rounds: int) -> Solved:
    """One round: sizes and targets from the base case as it stands."""
    base = known["base"]
    building = base.series("financing.building", plan.months)
    need = math.fsum(x * flag for x, flag in zip(base.series("financing.need", plan.months), building, strict=True))
    _something_to_finance(terms, need, 0.0, plan.currency)
    loans: list[SolvedLoan] = []
    service_in_all: dict[int, float] = {}
    room = need
    for name, loan in terms.debt.items():
        n = round(loan.tenor.canonical) // terms.period
        periods.hold(name, n)
        rates = periods.summed(base.series(f"financing.{name}.monthly_rate", plan.months), n)
        cash = {
            case: tuple(
                flow - service_in_all.get(k, 0.0)
                for k, flow in enumerate(periods.summed(values.series("financing.cfads", plan.months), n))
            )
            for case, values in known.items()
        }
        grace = round(loan.grace.canonical) // terms.period
        solved, principal = size_loan(name, loan, cash, rates, room, need, grace, terms.period)
        loans.append(solved)
        room -= solved.amount
        balance = solved.amount
        for k, (rate, paid) in enumerate(zip(rates, principal, strict=True)):
            service_in_all[k] = service_in_all.get(k, 0.0) + rate * balance + paid
            balance -= paid
    tables = [_balances(plan, periods, loan) for loan in loans] + _targets(plan, terms, periods, base, service_in_all)
    return Solved(need, tuple(loans), rounds, math.inf, tuple(tables))


def _balances(plan: Plan, periods: Periods, loan: SolvedLoan) -> tuple[str, Series, Series]:
    dates = tuple(timeline.month_end(plan.first_month + periods.completion + month) for month, _ in loan.balances)
    return schedule_table(loan.name), dates, tuple(balance for _, balance in loan.balances)


def _targets(
    plan: Plan, terms: Financing, periods: Periods, base: Values, service: Mapping[int, float]
) -> list[tuple[str, Series, Series]]:
    """Tables of what the reserves are to hold."""
    found = []
    if terms.reserves.debt_service is not None:
        months = round(terms.reserves.debt_service.months.canonical)
        targets = debt_service_targets([service[k] for k in sorted(service)], months, periods.length)
        steps = range(len(targets))
        dates = tuple(timeline.month_end(plan.first_month + periods.completion + k * periods.length) for k in steps)
        found.append((target_table("debt_service_reserve"), dates, targets))
    if terms.reserves.tax:
        paid = [-x for x in base.series("financing.tax_paid", plan.months)]
        cash = base.series("financing.operating_cash", plan.months)
        held = tax_targets(paid, cash, periods.completion, periods.length)
        dates = tuple(timeline.month_end(plan.first_month + t) for t, _ in held)
        found.append((target_table("tax_reserve"), dates, tuple(amount for _, amount in held)))
    if terms.reserves.maintenance is not None:
        later = base.series("financing.later_investment", plan.months)
        months = round(terms.reserves.maintenance.months.canonical)
        targets = maintenance_targets([max(-x, 0.0) for x in later], months, periods.completion + 1)
        dates = tuple(timeline.month_end(plan.first_month + t) for t in range(plan.months))
        found.append((target_table("maintenance_reserve"), dates, targets))
    return found


def _change(one: Solved, other: Solved) -> float:
    """Largest difference of an amount, as a share of the need."""
    pairs = [(one.need, other.need)]
    pairs += [(a.amount, b.amount) for a, b in zip(one.loans, other.loans, strict=True)]
    for (_, _, before), (_, _, after) in zip(one.tables, other.tables, strict=True):
        pairs += zip(before, after, strict=True)
    return max(abs(a - b) for a, b in pairs) / max(other.need, 1.0)
