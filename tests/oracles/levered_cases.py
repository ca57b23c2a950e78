"""Levered contracts twice: as text of the contract language, and as the numbers of the loop. Loans stand in the order
of their names."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from levered_loop import Loan, Terms, day_of
from levered_site import Site, monthly

TODAY = date(2026, 6, 30)
EQUITY = 0.12
NORWAY = ((2, 15), (4, 15))

HEAD = """
equity_discount_rate: {value: 12 %/year, basis: nominal post-tax levered}
risks:
  gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}, notice: 3 months}
"""
PAID_OUT = HEAD.replace(
    "notice: 3 months",
    "notice: 3 months, compensation: {payer: tenant, payee: host, share: 60 %, of: capex_straight_line, lag: 4 months}",
)

Rates = Callable[[Terms, Sequence[float]], dict[str, list[float]]]
"""Yearly rates of the loans by month, from the grid and the reference rate of the path."""


@dataclass(frozen=True)
class Levered:
    """A contract, its market, and what the loop is told of it."""

    name: str
    contract: str
    site: Site
    terms: Callable[[date, int], Terms]
    """From the first day of the grid and its months."""
    rates: Rates
    market: str = ""
    weak_euro: Callable[[Terms, Sequence[float]], list[float]] | None = None
    """What a second case that loans are sized on has for the expected rates of exchange."""


def exceeded(terms: Terms, expected: Sequence[float]) -> list[float]:
    """What USD per EUR exceed with 90 %: F·exp(z·σ·√t − σ²·t/2), z = −1.2815515655446004, σ = 20 %, t from the market's
    date."""
    first, sigma = (terms.first.year - 2026) * 12 + terms.first.month - 7, 0.2
    years = [max(first + t + 1, 0) / 12 for t in range(terms.months)]
    return [
        rate * math.exp(-1.2815515655446004 * sigma * math.sqrt(y) - sigma * sigma * y / 2)
        for rate, y in zip(expected, years, strict=True)
    ]


def flat(**rates: float) -> Rates:
    """Loans at fixed rates."""
    return lambda terms, _: {name: [rate] * terms.months for name, rate in rates.items()}


def _stepped(terms: Terms, _: Sequence[float]) -> dict[str, list[float]]:
    firsts = [day_of(terms.first, t, last=False) for t in range(terms.months)]
    return {"bank": [0.06 if day < date(2031, 2, 1) else 0.066 for day in firsts], "mezzanine": [0.09] * terms.months}


HALF_YEARS = Levered(
    name="half years",
    contract=PAID_OUT + """
dates: {start: 2027-07-01, term: 10 years}
clauses:
  rent: {price: 57 USD/kW/month, escalator: 2 %/year, payment: {lag: 30 days}}
  fee: {structure: fixed_cost, payer: tenant, payee: host, price: 6 MEUR/year, passes: none, payment: {lag: 45 days}}
  operations: {structure: fixed_cost, payer: host, payee: outside, price: 12 USD/kW/month, index: {by: 2 %/year},
               passes: none, payment: {in: advance}}
  build: {structure: capex, payer: host, payee: outside, cost: 3 MUSD/MW, schedule: {from: 2026-08-15, months: 9},
          depreciation: {method: straight_line, life: 8 years}}
tax: {host: {rate: 25 %}}
financing:
  borrower: host
  close: 2026-07-20
  service: half_year
  debt:
    bank: {size: {dscr: 1.4, max_gearing: 55 %}, rate: {2026-07-01: 6 %/year, 2031-02-01: 6.6 %/year},
           repayment: sculpted, tenor: 7 years, grace: 6 months, upfront_fee: 1 %, commitment_fee: 1 %/year}
    mezzanine: {size: 12 %, rate: 9 %/year, repayment: level, tenor: 5 years, upfront_fee: 2 %}
  reserves: {debt_service: {months: 6 months}, tax: true}
  covenants: {lock_up: 1.15, default: 1.0}
""",
    site=Site(
        start=date(2027, 7, 1), term=120, phases=((date(2027, 7, 1), 100.0),), rent=57.0, escalator=0.02, rent_days=30,
        fee=6e6, fee_days=45, running=12.0, inflation=0.02, in_advance=True,
        build=monthly(date(2026, 8, 15), 9, 300e6), compensation=0.6, compensation_months=4,
    ),
    terms=lambda first, months: Terms(
        months=months, first=first, completion=11, close=0, period=6, dsra=6, tax_held=True, lock_up=1.15, default=1.0,
        tax=0.25, tax_days=NORWAY, loans=(
            Loan("bank", "sculpted", 84, dscr=1.4, cap=0.55, grace=6, upfront=0.01, commitment=0.01),
            Loan("mezzanine", "level", 60, share=0.12, upfront=0.02),
        ),
    ),
    rates=_stepped,
)  # fmt: skip

TWO_CASES = Levered(  # without rent at first: the schedule adds interest to the loan
    name="sculpted to two covers",
    contract=HALF_YEARS.contract.replace("max_gearing: 55 %", "max_gearing: 90 %, by_case: {weak: 1.36}")
    .replace(" grace: 6 months,", "")
    .replace("price: 57 USD/kW/month", "price: {2027-07-01: 0 USD/kW/month, 2028-01-01: 57 USD/kW/month}")
    .replace("borrower: host", "borrower: host\n  cases: {weak: {factor: eur, exceeded_with: 90 %}}"),
    site=replace(HALF_YEARS.site, free_until=date(2028, 1, 1)),
    terms=lambda first, months: Terms(
        months=months, first=first, completion=11, close=0, period=6, dsra=6, tax_held=True, lock_up=1.15, default=1.0,
        tax=0.25, tax_days=NORWAY, loans=(
            Loan("bank", "sculpted", 84, dscr=1.4, by_case=1.36, cap=0.9, upfront=0.01, commitment=0.01),
            Loan("mezzanine", "level", 60, share=0.12, upfront=0.02),
        ),
    ),
    rates=_stepped,
    weak_euro=exceeded,
)  # fmt: skip

QUARTERS = Levered(
    name="quarters",
    contract=PAID_OUT + """
dates: {start: 2027-04-01, term: 9 years}
clauses:
  rent: {price: 57 USD/kW/month}
  operations: {structure: fixed_cost, payer: host, payee: outside, price: 10 USD/kW/month, index: {by: 3 %/year},
               passes: none}
  build: {structure: capex, payer: host, payee: outside, cost: 240 MUSD, schedule: {from: 2026-07-31, months: 8},
          depreciation: {method: straight_line, life: 9 years}}
  renewal: {structure: equipment_refresh, payer: host, payee: outside, cost: 25 MUSD, every: 36 months,
            index: {by: 3 %/year}, depreciation: {method: straight_line, life: 3 years}}
tax: {host: {rate: 22 %}}
financing:
  borrower: host
  service: quarter
  cfads: pre_tax
  draws: owners_first
  debt:
    bank: {size: 50 %, floating: {factor: euribor, margin: {2026-07-01: 2 %/year, 2030-01-01: 2.5 %/year},
           fixed_share: 60 %, swap_rate: 4.5 %/year}, repayment: equal_principal, tenor: 6 years, grace: 6 months,
           upfront_fee: 1.5 %, sweep: 30 %}
    junior: {size: 20 MUSD, rate: 8 %/year, repayment: bullet, tenor: 5 years, commitment_fee: 0.5 %/year}
  reserves: {debt_service: {months: 4 months, filled: from_cash}, maintenance: {months: 24 months}}
  covenants: {lock_up: 1.1, unpaid_for: 3}
""",
    market="factors: {euribor: {process: logit_ou, mean: 4 %, logit_sd: 0.5, reversion: 0.5 /year}}",
    site=Site(
        start=date(2027, 4, 1), term=108, phases=((date(2027, 4, 1), 100.0),), rent=57.0, running=10.0,
        inflation=0.03, build=monthly(date(2026, 7, 31), 8, 240e6), life=108, refresh=25e6, every=36,
        compensation=0.6, compensation_months=4,
    ),
    terms=lambda first, months: Terms(
        months=months, first=first, completion=8, close=0, period=3, after_tax=False, draws="owners_first", dsra=4,
        dsra_from_cash=True, mra=24, lock_up=1.1, unpaid_for=3, tax=0.22, tax_days=NORWAY, loans=(
            Loan("bank", "equal_principal", 72, share=0.5, grace=6, upfront=0.015, sweep=0.3),
            Loan("junior", "bullet", 60, amount=20e6, commitment=0.005),
        ),
    ),
    rates=lambda terms, reference: {
        "bank": [
            0.6 * 0.045 + 0.4 * floating + (0.02 if day_of(terms.first, t, last=False) < date(2030, 1, 1) else 0.025)
            for t, floating in enumerate(reference)
        ],
        "junior": [0.08] * terms.months,
    },
)  # fmt: skip

MONTHS = Levered(
    name="months",
    contract=HEAD + """
dates: {start: 2027-10-01, term: 8 years}
clauses:
  rent: {price: 40 USD/kW/month, payment: {lag: 30 days}}
  fee: {structure: fixed_cost, payer: tenant, payee: host, price: 18 MEUR/year, passes: none, payment: {lag: 45 days}}
  operations: {structure: fixed_cost, payer: host, payee: outside, price: 9 USD/kW/month, passes: none}
  build: {structure: capex, payer: host, payee: outside, cost: 200 MEUR, schedule: {from: 2026-09-15, months: 11},
          depreciation: {method: straight_line, life: 8 years}}
tax: {host: {rate: 30 %}}
financing:
  borrower: host
  service: month
  draws: loans_first
  debt:
    bank: {size: 150 MUSD, rate: 7 %/year, repayment: level, tenor: 75 months, grace: 3 months, upfront_fee: 2 %,
           commitment_fee: 0.6 %/year}
  reserves: {debt_service: {months: 3 months}}
  covenants: {lock_up: 1.6, default: 0.8, unpaid_for: 4}
  shareholder_loan: {part: 40 %, rate: 10 %/year}
""",
    market="factors: {eur: {forward: {curve: {2026-07-01: 1.2 USD/EUR}}}}",
    site=Site(
        start=date(2027, 10, 1), term=96, phases=((date(2027, 10, 1), 100.0),), rent=40.0, rent_days=30, fee=18e6,
        fee_days=45, running=9.0, build=monthly(date(2026, 9, 15), 11, 200e6), in_euro=True,
    ),
    terms=lambda first, months: Terms(
        months=months, first=first, completion=14, close=2, period=1, draws="loans_first", dsra=3, lock_up=1.6,
        default=0.8, unpaid_for=4, own_part=0.4, own_rate=0.1, tax=0.3, tax_days=NORWAY, loans=(
            Loan("bank", "level", 75, amount=150e6, grace=3, upfront=0.02, commitment=0.006),
        ),
    ),
    rates=flat(bank=0.07),
)  # fmt: skip

YEARS = Levered(
    name="years",
    contract=HEAD + """
dates: {valuation: 2027-01-31, start: 2027-03-01, term: 12 years}
capacity: {contracted: {2027-03-01: 40 MW, 2028-05-01: 100 MW}}
clauses:
  rent: {price: 70 USD/kW/month}
  operations: {structure: fixed_cost, payer: host, payee: outside, price: 14 USD/kW/month, index: {by: 2 %/year},
               passes: none, payment: {lag: 30 days}}
  build: {structure: capex, payer: host, payee: outside, cost: 330 MUSD, schedule: {from: 2026-08-31, months: 22},
          depreciation: {method: straight_line, life: 7 years}}
  aid: {structure: grant, payer: state, payee: host, schedule: {2028-03-15: 45 MUSD, 2028-10-15: 5 MUSD},
        for_tax: exempt}
tax: {host: {rate: 25 %, paid: in_year}}
financing:
  borrower: host
  completion: 2028-04-30
  service: year
  debt:
    bank: {size: {dscr: 1.6, uncapped: true}, rate: 6.5 %/year, repayment: level, tenor: 9 years, grace: 12 months,
           upfront_fee: 1 %, commitment_fee: 0.8 %/year}
  reserves: {debt_service: {months: 9 months}, maintenance: {months: 12 months}}
  covenants: {lock_up: 1.3, default: 1.1, unpaid_for: 1}
  shareholder_loan: {part: 100 %, rate: 9 %/year}
""",
    site=Site(
        start=date(2027, 3, 1), term=144, phases=((date(2027, 3, 1), 40.0), (date(2028, 5, 1), 100.0)), rent=70.0,
        running=14.0, running_days=30, inflation=0.02, build=monthly(date(2026, 8, 31), 22, 330e6), life=84,
        grants=((date(2028, 3, 15), 45e6), (date(2028, 10, 15), 5e6)),
    ),
    terms=lambda first, months: Terms(
        months=months, first=first, completion=21, close=1, period=12, dsra=9, mra=12, lock_up=1.3, default=1.1,
        unpaid_for=1, own_part=1.0, own_rate=0.09, tax=0.25, loans=(
            Loan("bank", "level", 108, dscr=1.6, grace=12, upfront=0.01, commitment=0.008),
        ),
    ),
    rates=flat(bank=0.065),
)  # fmt: skip

CASES = (HALF_YEARS, TWO_CASES, QUARTERS, MONTHS, YEARS)
