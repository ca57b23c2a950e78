"""The base case: every factor at its expected value, no event."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from valuation.appraisal.flows import Flows, base_flows, present_value, present_value_on
from valuation.finance import IrrStatus, discounted_payback, irr_status, moic, payback, xirr_status
from valuation.plan.curve import CURVE, curve_of
from valuation.plan.evaluate import Values, base_case
from valuation.plan.model import Plan, Row
from valuation.tables import BaseCase
from valuation.timeline import falls_on

LEVEL = "price_basis.level_at."
"""How rows of the deflator begin, where a contract reports in real money."""

MONTH_END_LEVEL = f"{LEVEL}time.month_end"
"""The deflator at month ends."""


@dataclass(frozen=True)
class Base:
    """A plan with the base-case values of its rows."""

    plan: Plan
    values: Values

    @classmethod
    def of(cls, plan: Plan) -> Base:
        """The base case of a plan."""
        return cls(plan, base_case(plan))

    @cached_property
    def flows(self) -> Flows:
        """Its dated cash."""
        return base_flows(self.plan, self.values)

    @property
    def rate(self) -> float:
        """Discount rate of the viewed party [1/year]."""
        return self.values.scalar["rates.discount"]

    @property
    def npv(self) -> float:
        """Net present value after tax at the discount rate [contract currency]."""
        return present_value(self.rate, self.flows, self.flows.net)

    def row(self, name: str) -> tuple[float, ...]:
        """Values of a row over the months."""
        return self.values.series(name, self.plan.months)

    def in_basis(self, name: str) -> str:
        """The row of an account in the money that the contract reports in: itself, or its deflated form."""
        return f"{name}.real" if f"{name}.real" in self.plan.row_of else name

    def is_deflated(self, row: Row) -> bool:
        """Whether a report shows a row in real money: amounts in the contract's currency, where it reports in it."""
        return MONTH_END_LEVEL in self.plan.row_of and row.unit == self.plan.currency

    def shown(self, row: Row) -> tuple[float, ...]:
        """Values of a row as a report shows them: amounts in the money that the contract reports in, each as of its
        month's end; prices and foreign money as they are."""
        values = self.row(row.name)
        if not self.is_deflated(row):
            return values
        return tuple(amount * level for amount, level in zip(values, self.row(MONTH_END_LEVEL), strict=True))

    @cached_property
    def invests(self) -> bool:
        """Whether the view pays for an investment on or after the valuation date."""
        if "accounts.capital" not in self.plan.row_of:
            return any(amount < 0.0 for amount in self.flows.ahead().net)
        months = zip(self.row("accounts.capital"), self.row("time.month_end"), strict=True)
        count, valuation = self.plan.year_count, self.plan.valuation
        return any(amount < 0.0 and falls_on(count, end) >= valuation for amount, end in months)

    def last(self, name: str) -> float | None:
        """A row's value in the last month, None where it is not a number."""
        return known(self.row(name)[-1])


def base_measures(base: Base) -> BaseCase:
    """The measures of the base case. Payback and MOIC are of the cash after tax from the valuation date on.

    Where nothing is invested there is neither a rate of return nor a payback: a month of costs before the first income
    is no investment.
    """
    flows = base.flows.ahead()
    after, before = (rate_of_return(base.rate, flows, amounts) for amounts in (flows.net, flows.pre_tax))
    if not base.invests:
        after, before = ((None, "no_investment" if rate is not None else status) for rate, status in (after, before))
    some = bool(flows.dates) and base.invests
    return BaseCase(
        npv=base.npv,
        irr=after[0],
        irr_status=after[1],
        margin=base.last("accounts.margin"),
        margin_undiscounted=base.last("accounts.margin_undiscounted"),
        npv_pre_tax=present_value(base.rate, base.flows, base.flows.pre_tax),
        irr_pre_tax=before[0],
        sunk=base.flows.sunk,
        payback_years=known(payback(flows.net, flows.years)) if some else None,
        discounted_payback_years=known(discounted_payback(base.rate, flows.net, flows.years)) if some else None,
        moic=known(moic(flows.net)) if some else None,
        npv_risk_free=_at_risk_free(base),
        invests=base.invests,
    )


def _at_risk_free(base: Base) -> float | None:
    """Present value at the risk-free rate or on its curve; None where the plan has neither."""
    rate, curve = base.values.scalar.get("rates.risk_free"), curve_of(base.plan, CURVE)
    if curve is not None:
        return present_value_on(curve, base.flows, base.flows.net)
    return None if rate is None else present_value(rate, base.flows, base.flows.net)


def rate_of_return(near: float, flows: Flows, amounts: tuple[float, ...]) -> tuple[float | None, str]:
    """Internal rate of return of dated amounts and its status; of several falling roots the one nearest ``near``."""
    if not flows.dates:
        return None, IrrStatus.NO_INVESTMENT.name.lower()
    if flows.year_count == "whole_years":
        by_year = [0.0] * (round(flows.years[-1] - flows.years[0]) + 1)
        for year, amount in zip(flows.years, amounts, strict=True):
            by_year[round(year - flows.years[0])] += amount
        found = irr_status(by_year, near)
    else:
        found = xirr_status(flows.dates, amounts, near)
    return known(found.rate), found.status.name.lower()


def known(value: float) -> float | None:
    """The number, None for NaN."""
    return None if math.isnan(value) else float(value)
