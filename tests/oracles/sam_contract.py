"""A case as a contract of this project: its text, and what the base case of the contract finds, by calendar year."""

from __future__ import annotations

import numpy as np
from sam_case import HOURS, MACRS_5, Loan, SamCase

from valuation.appraisal.base import Base
from valuation.appraisal.flows import base_equity_flows
from valuation.timeline import date_of

FIRST_YEAR = 2026
"""Calendar year of year 1; the investment is paid on the last day before it."""


def market_text(case: SamCase) -> str:
    """The market of the contract: nothing of a case is random."""
    cpi = f"{{process: index, rate: {_percent(case.inflation)}/year}}"
    return f"{{as_of: {FIRST_YEAR - 1}-12-31, risk_free: 4 %/year, factors: {{cpi: {cpi}}}}}\n"


def contract_text(case: SamCase, *, real: bool = False) -> str:
    """The contract in which every input of the case means the same.

    - Volumes are stated by year and not by hour, so a leap year produces no more than another.
    - A price and a volume change with each completed year of the term, as the tool has it; running costs rise by the
      sum of inflation and escalation.
    - Tax is paid in the year, a loss is refunded, and what the depreciation leaves at the end stays with the owner.
    - The discount rate is the nominal one of the tool: (1 + real)·(1 + inflation) − 1; with ``real`` the contract is
      valued in money of year 0 at the real one.
    - Fees of a loan are deducted from profit here and not by the tool: a case with such a fee is one without tax.
    """
    sections = (_head(case, real), *_site(case), "clauses:", *_clauses(case), *_tax(case), *_financing(case))
    return "\n".join(sections) + "\n"


def number(value: float) -> str:
    """A number to its last bit, without an exponent."""
    return np.format_float_positional(value, trim="-")


def _percent(share: float) -> str:
    return f"{number(100.0 * share)} %"


def _head(case: SamCase, real: bool) -> str:
    rate = f"{{value: {_percent(case.nominal_rate)}/year, basis: nominal post-tax unlevered}}"
    basis = "nominal"
    if real:
        rate = f"{{value: {_percent(case.real_rate)}/year, basis: real post-tax unlevered}}"
        basis = f"{{real: {FIRST_YEAR - 1}, deflator: cpi}}"
    return f"""\
id: sam
name: {case.name.replace(":", " -")}
stage: test
currency: USD
parties: {{owner: Owner, buyer: Buyer, lender: Lender}}
view: owner
market: market.yaml
dates: {{valuation: {FIRST_YEAR - 1}-12-31, start: {FIRST_YEAR}-01-01, term: {case.years} years, flows: year_end}}
price_basis: {basis}
discount_rate: {rate}"""


def _site(case: SamCase) -> list[str]:
    size = f"{number(case.capacity)} MW"
    if case.sold_as == "production":
        volume = f"{number(case.yearly_volume)} MWh/year"
        return [f"generation: {{capacity: {size}, p50: {volume}, degradation: {_percent(case.degradation)}/year}}"]
    if case.sold_as == "lease":
        use = _percent(case.capacity_factor)
        return [f"capacity: {{basis: grid, connection: {size}, contracted: {size}, pue: 1, utilisation: {use}}}"]
    return []


def _clauses(case: SamCase) -> list[str]:
    price = f"{number(case.price)} USD/MWh"
    rise = f", index: {{by: {_percent(case.price_escalation)}/year}}" if case.price_escalation else ""
    if case.sold_as == "production":
        sale = f"structure: pay_as_produced, price: {price}{rise}"
    elif case.sold_as == "lease":
        rent = f"{number(case.price * HOURS / 12.0 / 1000.0)} USD/kW/month"
        by_use = ", take_or_pay: {share: 0 %}" if case.capacity_factor < 1.0 else ""
        escalator = f"escalator: {_percent(case.price_escalation)}/year"
        sale = f"structure: capacity_lease, lease: gross, price: {rent}, {escalator}{by_use}"
    else:
        quantity = f"{number(case.capacity * HOURS)} MWh/year"
        taken = f"taken: {_percent(case.capacity_factor)}, minimum: 0 %"
        sale = f"structure: take_or_pay, quantity: {quantity}, {taken}, price: {price}{rise}"
    lines = [f"  sale: {{{sale}, payer: buyer, payee: owner}}"]
    index = f", index: {{by: {_percent(case.cost_index)}/year}}" if case.cost_index else ""
    paid = f"payer: owner, payee: outside{index}"
    if case.fixed_cost:
        lines.append(f"  fixed_cost: {{structure: fixed_cost, price: {number(case.fixed_cost)} USD/year, {paid}}}")
    if case.capacity_cost and case.sold_as == "supply":  # no site, so no kW
        yearly = number(case.capacity_cost * case.capacity * 1000.0)
        lines.append(f"  capacity_cost: {{structure: fixed_cost, price: {yearly} USD/year, {paid}}}")
    elif case.capacity_cost:
        of = ", of: installed_capacity" if case.sold_as == "production" else ""
        price = f"{number(case.capacity_cost)} USD/kW/year{of}"
        lines.append(f"  capacity_cost: {{structure: fixed_cost, price: {price}, {paid}}}")
    if case.volume_cost:
        if case.sold_as != "production":
            raise ValueError("only a generator has a cost by volume that no leap year changes")
        price = f"{number(case.volume_cost)} USD/MWh"
        lines.append(f"  volume_cost: {{structure: volume_charge, of: production, price: {price}, {paid}}}")
    built = f"schedule: {{{FIRST_YEAR - 1}-12-31: {number(case.cost)} USD}}{_depreciation(case)}"
    if case.loan is not None and case.loan.closing_cost:  # one of the uses, and not written down
        closing = f"schedule: {{{FIRST_YEAR - 1}-12-31: {number(case.loan.closing_cost)} USD}}"
        lines.append(f"  closing: {{structure: capex, {closing}, payer: owner, payee: outside}}")
    return [*lines, f"  build: {{structure: capex, {built}, payer: owner, payee: outside}}"]


def _depreciation(case: SamCase) -> str:
    shares = case.depreciation
    if not shares:
        return ""
    if shares == MACRS_5:
        return ", depreciation: {method: macrs, class: 5 years}"
    if len(set(shares)) == 1:
        return f", depreciation: {{method: straight_line, life: {len(shares)} years}}"
    return f", depreciation: {{method: custom, shares: [{', '.join(_percent(share) for share in shares)}]}}"


def _tax(case: SamCase) -> list[str]:
    if not case.tax_rate:
        return []
    return [
        f"tax: {{owner: {{rate: {_percent(case.tax_rate)}, losses: refunded, paid: in_year, residual: continues}}}}"
    ]


def _financing(case: SamCase) -> list[str]:
    loan = case.loan
    if loan is None:
        return []
    lines = [
        f"equity_discount_rate: {{value: {_percent(case.nominal_rate)}/year, basis: nominal post-tax levered}}",
        "financing:",
        "  borrower: owner",
        "  service: year",
        "  cfads: pre_tax",
        "  debt:",
        "    senior:",
        f"      size: {_size(loan)}",
        f"      rate: {_percent(loan.rate)}/year",
        f"      repayment: {'sculpted' if loan.dscr is not None else loan.repayment}",
        f"      tenor: {loan.tenor} years",
    ]
    if loan.grace:
        lines.append(f"      grace: {12 * loan.grace} months")
    if loan.fee:
        lines.append(f"      upfront_fee: {_percent(loan.fee)}")
    if loan.reserve_months:
        lines.append(f"  reserves: {{debt_service: {{months: {number(loan.reserve_months)} months}}}}")
    return lines


def _size(loan: Loan) -> str:
    if loan.gearing is not None:
        return _percent(loan.gearing)
    assert loan.dscr is not None
    most = "uncapped: true" if loan.max_gearing is None else f"max_gearing: {_percent(loan.max_gearing)}"
    return f"{{dscr: {number(loan.dscr)}, {most}}}"


def by_year(base: Base, row: str, years: int) -> np.ndarray:
    """Sums of a row over year 0 (all months up to the valuation date) and over the calendar years of the term."""
    sums = np.zeros(years + 1)
    for value, end in zip(base.row(row), base.row("time.month_end"), strict=True):
        sums[max(0, date_of(end).year - FIRST_YEAR + 1)] += value
    return sums


def december(base: Base, row: str, years: int) -> np.ndarray:
    """Values of a row in the Decembers of year 0 … n."""
    ends = zip(base.row(row), base.row("time.month_end"), strict=True)
    last = [value for value, end in ends if date_of(end).month == 12 and date_of(end).year >= FIRST_YEAR - 1]
    return np.array(last[: years + 1])


def cash_by_year(base: Base, years: int, book: str = "net") -> np.ndarray:
    """Dated cash by the calendar year it is paid in, + is received: of the project (``net`` after tax, ``pre_tax`` or
    ``tax``) or of its owners (``equity``)."""
    flows, kind = (base.flows, book) if book != "equity" else (base_equity_flows(base.plan, base.values), "net")
    sums = np.zeros(years + 1)
    for day, amount in zip(flows.dates, getattr(flows, kind), strict=True):
        sums[max(0, date_of(day).year - FIRST_YEAR + 1)] += amount
    return sums
