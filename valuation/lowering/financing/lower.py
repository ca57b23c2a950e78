"""The financing of the viewed party: the order in which its rows are written, what is measured and recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.lowering.financing.cases import exceedance_row
from valuation.lowering.financing.construction import lower_construction
from valuation.lowering.financing.dates import Calendar, lay_calendar
from valuation.lowering.financing.levelised import record_levelised
from valuation.lowering.financing.loans import LoanRows, open_loan
from valuation.lowering.financing.owners import lower_owners, lower_owners_loan, owners_interest
from valuation.lowering.financing.reserves import lay_targets
from valuation.lowering.financing.waterfall import lower_waterfall
from valuation.lowering.tax import assess_tax
from valuation.plan.model import Measure, Record
from valuation.plan.solved import CaseRows

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.financing import Financing


def lower_financing(ctx: Lowering, profit: str) -> None:
    """Writes the financing into the plan where the viewed party is its borrower.

    Parameters
    ----------
    profit : row of the month's taxable profit before interest [contract currency].
    """
    terms = financing_of(ctx)
    if terms is None:
        return
    b, money = ctx.b, ctx.b.currency
    with b.in_section("Financing"):
        invested = [dates for kind, sign, _, dates in ctx.accounts.paid if kind == "capital" and sign < 0]
        calendar = lay_calendar(ctx, terms, invested)
        loans = [open_loan(ctx, name, loan) for name, loan in terms.debt.items()]
        filled = lay_targets(ctx, terms, calendar)
        built = lower_construction(ctx, terms, calendar, loans, filled)
        own = owners_interest(ctx, terms)
        bears = ["financing.interest_of_loans", built.fees, *([own] if own else [])]
        interest = b.month(
            "financing.interest_for_tax", "sum", *bears, unit=money, label="Interest and fees, for tax", roll="sum"
        )
    tax = [(1, row, dates) for row, dates in assess_tax(ctx, profit, prefix="levered_tax", interest=interest)]
    with b.in_section("Financing"):
        lower_waterfall(ctx, terms, calendar, loans, built, filled, tax)
        lower_owners(ctx, calendar)
        if terms.shareholder_loan is not None:
            lower_owners_loan(ctx, terms.shareholder_loan, calendar)
        _measure(ctx, terms, loans, calendar)
        record_levelised(ctx)
    for name, case in terms.cases.items():
        exceedance_row(ctx, name, case.factor, case.exceeded_with)


def sizing_cases(ctx: Lowering, terms: Financing) -> tuple[CaseRows, ...]:
    """The cases beside the base case, by the rows that stand for one another."""
    return tuple(
        CaseRows(name, f"financing.cases.{name}.value", ctx.factors[case.factor].value)
        for name, case in terms.cases.items()
    )


def financing_of(ctx: Lowering) -> Financing | None:
    """The contract's financing where its borrower is the party in the seat."""
    terms = ctx.contract.financing
    return terms if terms is not None and terms.borrower == ctx.seat else None


def _measure(ctx: Lowering, terms: Financing, loans: list[LoanRows], calendar: Calendar) -> None:
    """What leaves the kernel: NPV and IRR of the owners' cash, ratios and outcomes by path, cover by year."""
    b, rate = ctx.b, ctx.contract.equity_discount_rate
    if rate is None:
        raise ValueError("a financing needs the owners' discount rate")
    equity = b.scalar(
        "rates.equity", "convert", ctx.quantity(rate.value, "Discount rate of the owners"), 1.0, unit="1/year"
    )
    b.measures += [
        Measure("npv_equity", "npv", "equity", equity),
        Measure("irr_equity", "irr", "equity", equity),
        Measure("mirr_equity", "mirr", "equity", equity, equity),
        Measure("moic_equity", "moic", "equity"),
        Measure("payback_equity", "payback", "equity"),
        Measure("discounted_payback_equity", "payback", "equity", equity),
    ]
    finals = {"owners_support": _support_in_all(ctx, calendar), "cash_kept": "financing.cash"}
    yearly, sums = {}, {}
    if loans:
        finals |= {name: f"financing.{name}" for name in ("dscr_min", "dscr_min_month", "llcr", "plcr", "default")}
        finals["debt_at_end"] = loans[0].row("balance") if len(loans) == 1 else "financing.debt"
        finals["left_unpaid"] = "financing.behind" if len(loans) > 1 else loans[0].row("behind")
        yearly = {"cfads": "financing.cfads_of_year", "debt_service": "financing.service_of_year"}
        sums = {"in_default": "financing.default"}
        if terms.covenants.lock_up is not None:
            sums["locked_up"] = "financing.locked_up_in_year"
    b.records += [Record(name, row, "final") for name, row in finals.items()]
    b.records += [Record(name, row, "yearly") for name, row in yearly.items()]
    b.records += [Record(name, row, "yearly_sum") for name, row in sums.items()]


def _support_in_all(ctx: Lowering, calendar: Calendar) -> str:
    """Row of what the owners have paid in for running costs since the completion; what they pay of them during the
    construction is no sign of trouble."""
    total, row = "financing.owners_support_in_all", "financing.owners_support"
    return ctx.b.month(total, "mul_add", row, calendar.running, f"{total}.prev", unit=ctx.b.currency)
