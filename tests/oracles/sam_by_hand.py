"""A case in plain NumPy, by the definitions: the bridge between the reference tool and a contract of this project."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sam_case import Loan, SamCase


@dataclass(frozen=True)
class ByHand:
    """Yearly lines of years 0 … n, named as those of the reference tool; costs and tax paid are > 0."""

    energy: np.ndarray
    revenue: np.ndarray
    fixed_cost: np.ndarray
    capacity_cost: np.ndarray
    volume_cost: np.ndarray
    operating_cost: np.ndarray
    ebitda: np.ndarray
    depreciation: np.ndarray
    interest: np.ndarray
    principal: np.ndarray
    balance: np.ndarray
    reserve: np.ndarray
    taxable: np.ndarray
    tax: np.ndarray
    cfads: np.ndarray
    dscr: np.ndarray
    before_tax: np.ndarray
    equity: np.ndarray
    uses: float
    fees: float
    debt: float
    npv: float
    price: float
    lcoe_nominal: float
    lcoe_real: float
    levelised_price_nominal: float
    levelised_price_real: float

    @property
    def dscr_after_tax(self) -> np.ndarray:
        """Cash after tax over debt service in the years that have one."""
        service = self.interest + self.principal
        return (self.cfads - self.tax)[service > 0.0] / service[service > 0.0]


LINES = tuple(name for name, kind in ByHand.__annotations__.items() if kind == "np.ndarray")
"""The yearly lines."""
FIGURES = tuple(name for name, kind in ByHand.__annotations__.items() if kind == "float")
"""What is one number."""


def by_hand(case: SamCase) -> ByHand:
    """The case; where it states a target, at the price that the owner's flows return it at, by halving to the last
    bit."""
    if case.target_irr is None:
        return _at_price(case, case.price)
    low, high, years = 0.0, 1000.0, np.arange(case.years + 1)
    for _ in range(70):
        price = 0.5 * (low + high)
        too_low = present_value(case.target_irr, _at_price(case, price).equity, years) < 0.0
        low, high = (price, high) if too_low else (low, price)
    return _at_price(case, high)


def present_value(rate: float, flows: np.ndarray, years: np.ndarray) -> float:
    """Σ flow·(1 + rate)^(−years)."""
    return float(np.sum(flows * (1.0 + rate) ** -years.astype(float)))


def root(flows: np.ndarray) -> float:
    """Rate at which yearly flows that change sign once are worth 0, by halving to the last bit [1/year]."""
    low, high, years = -0.99, 10.0, np.arange(flows.size)
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if present_value(middle, flows, years) > 0.0 else (low, middle)
    return 0.5 * (low + high)


def _at_price(case: SamCase, price: float) -> ByHand:
    year = np.arange(case.years + 1)
    runs, age = (year > 0).astype(float), np.maximum(year - 1, 0)
    energy = runs * case.yearly_volume * (1.0 - case.degradation) ** age
    revenue = energy * price * (1.0 + case.price_escalation) ** age
    index = (1.0 + case.cost_index) ** age
    fixed = runs * case.fixed_cost * index
    per_kw = runs * case.capacity_cost * 1000.0 * case.capacity * index
    per_mwh = energy * case.volume_cost * index
    running = fixed + per_kw + per_mwh
    ebitda = revenue - running
    written = np.zeros(case.years + 1)
    shares = case.depreciation[: case.years]
    written[1 : 1 + len(shares)] = case.cost * np.array(shares)
    debt, interest, principal, balance = _service(case, ebitda)
    service, reserve = interest + principal, np.zeros(case.years + 1)
    fees, uses = 0.0, case.cost
    if case.loan is not None:
        reserve[:-1] = case.loan.reserve_months / 12.0 * service[1:]
        fees = case.loan.fee * debt
        uses += fees + case.loan.closing_cost + reserve[0]
    taxable = ebitda - written - interest
    tax = case.tax_rate * taxable
    before_tax = ebitda - service - np.diff(reserve, prepend=0.0)
    before_tax[0] = debt - uses
    cfads = ebitda * (year <= (case.loan.tenor if case.loan else 0))
    flows = before_tax - tax
    costs, nominal = flows - revenue, case.nominal_rate
    at_nominal, at_real = (present_value(rate, energy, year) for rate in (nominal, case.real_rate))
    return ByHand(
        energy=energy,
        revenue=revenue,
        fixed_cost=fixed,
        capacity_cost=per_kw,
        volume_cost=per_mwh,
        operating_cost=running,
        ebitda=ebitda,
        depreciation=written,
        interest=interest,
        principal=principal,
        balance=balance,
        reserve=reserve,
        taxable=taxable,
        tax=tax,
        cfads=cfads,
        dscr=np.divide(cfads, service, out=np.zeros_like(cfads), where=service != 0.0),
        before_tax=before_tax,
        equity=flows,
        uses=uses,
        fees=fees,
        debt=debt,
        npv=present_value(nominal, flows, year),
        price=price,
        lcoe_nominal=-present_value(nominal, costs, year) / at_nominal,
        lcoe_real=-present_value(nominal, costs, year) / at_real,
        levelised_price_nominal=present_value(nominal, revenue, year) / at_nominal,
        levelised_price_real=present_value(nominal, revenue, year) / at_real,
    )


def _service(case: SamCase, ebitda: np.ndarray) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Debt, and its interest, principal and balance by year."""
    interest, principal, balance = (np.zeros(case.years + 1) for _ in range(3))
    loan = case.loan
    if loan is None:
        return 0.0, interest, principal, balance
    in_tenor = slice(1, loan.tenor + 1)
    if loan.dscr is not None:
        paid = ebitda[in_tenor] / loan.dscr
        debt = present_value(loan.rate, paid, np.arange(1, loan.tenor + 1))
        most = np.inf if loan.max_gearing is None else loan.max_gearing * case.cost
        if debt > most:
            paid, debt = paid * (most / debt), most
    else:
        debt = drawn(loan, case.cost)
        paid = np.zeros(0)
    balance[0] = debt
    for year in range(1, loan.tenor + 1):
        interest[year] = loan.rate * balance[year - 1]
        if loan.dscr is not None:
            principal[year] = paid[year - 1] - interest[year]
        elif year > loan.grace:
            left = loan.tenor - loan.grace
            if loan.repayment == "equal_principal":
                principal[year] = debt / left
            else:
                principal[year] = debt * loan.rate / (1.0 - (1.0 + loan.rate) ** -left) - interest[year]
        balance[year] = balance[year - 1] - principal[year]
    return debt, interest, principal, balance


def drawn(loan: Loan, cost: float) -> float:
    """Debt of a stated gearing: D = g·(cost + closing cost + (fee + reserve)·D), the reserve as a share of D."""
    assert loan.gearing is not None
    if loan.grace:
        first = loan.rate
    elif loan.repayment == "equal_principal":
        first = loan.rate + 1.0 / loan.tenor
    else:
        first = loan.rate / (1.0 - (1.0 + loan.rate) ** -loan.tenor)
    by_debt = loan.fee + loan.reserve_months / 12.0 * first
    return loan.gearing * (cost + loan.closing_cost) / (1.0 - loan.gearing * by_debt)
