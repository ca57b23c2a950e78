"""The cases: hand-picked ones for each thing that must agree, and drawn ones that mix them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sam_by_hand import by_hand
from sam_case import HOURS, MACRS_5, Loan, Repayment, SamCase, SoldAs, straight_line

SEED, DRAWN = 20_260_101, 16

FLAT = SamCase(
    "flat lease, no tax",
    capacity=110.0,
    price=173.36e6 / 963_600.0,  # revenue of 173.36 M a year
    cost=900e6,
    fixed_cost=33e6,
    sold_as="lease",
)
TAXED = replace(FLAT, name="tax, straight line", tax_rate=0.22, depreciation=straight_line(15))
FARM = SamCase(
    "degradation and capacity factor",
    years=20,
    capacity=50.0,
    capacity_factor=0.377,
    degradation=0.004,
    price=62.0,
    cost=55e6,
    capacity_cost=42.0,
    volume_cost=2.0,
    real_rate=0.065,
    tax_rate=0.22,
    depreciation=straight_line(20),
)
MIXED = replace(
    FARM,
    name="escalators, inflation and real rate together",
    price_escalation=0.01,
    cost_escalation=0.005,
    inflation=0.024,
    real_rate=0.05,
    fixed_cost=0.4e6,
)

FEES = replace(MIXED, tax_rate=0.0, loan=Loan(0.055, 15, dscr=1.8, fee=0.015, closing_cost=0.4e6))

UNLEVERED = (
    FLAT,
    TAXED,
    replace(TAXED, name="tax, custom schedule", depreciation=(0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05)),
    replace(TAXED, name="tax, MACRS of five years", depreciation=MACRS_5),
    replace(TAXED, name="tax, life longer than the term", depreciation=straight_line(25)),
    replace(FLAT, name="escalator on price", price_escalation=0.02),
    replace(TAXED, name="escalating operating cost", cost_escalation=0.015),
    replace(TAXED, name="escalation and inflation add up", cost_escalation=0.015, inflation=0.024, real_rate=0.055),
    replace(TAXED, name="inflation with real discount rate", inflation=0.024, real_rate=0.06, price_escalation=0.024),
    FARM,
    MIXED,
    replace(TAXED, name="utilisation of 85 %, lease", capacity_factor=0.85),
    replace(
        FARM,
        name="utilisation of 85 %, supply",
        sold_as="supply",
        capacity_factor=0.85,
        degradation=0.0,
        volume_cost=0.0,
        price=38.0,
        cost=90e6,
    ),
    replace(FLAT, name="price for a return, no tax", target_irr=0.11),
    replace(MIXED, name="price for a return, tax", target_irr=0.095),
)
LEVERED = (
    replace(TAXED, name="gearing, level payments", loan=Loan(0.07, 15, gearing=0.6)),
    replace(TAXED, name="gearing, level payments, short tenor", loan=Loan(0.065, 10, gearing=0.55)),
    replace(FLAT, name="equal principal, no tax", loan=Loan(0.07, 15, gearing=0.6, repayment="equal_principal")),
    replace(FARM, name="equal principal", loan=Loan(0.06, 14, gearing=0.5, repayment="equal_principal")),
    replace(TAXED, name="debt by DSCR", loan=Loan(0.07, 12, dscr=1.6)),
    replace(MIXED, name="debt by DSCR, cash not level", loan=Loan(0.055, 15, dscr=1.7)),
    replace(TAXED, name="debt by DSCR, capped", loan=Loan(0.07, 12, dscr=1.3, max_gearing=0.7)),
    replace(MIXED, name="gearing, everything else too", loan=Loan(0.058, 16, gearing=0.65)),
    replace(FLAT, name="fees, gearing of all uses", loan=Loan(0.07, 15, gearing=0.6, fee=0.02, closing_cost=1.5e6)),
    replace(FEES, name="fees, debt by DSCR"),
    replace(TAXED, name="closing cost, not written down", loan=Loan(0.07, 15, gearing=0.6, closing_cost=1.5e6)),
    replace(TAXED, name="reserve of six months, gearing", loan=Loan(0.07, 15, gearing=0.6, reserve_months=6.0)),
    replace(
        MIXED,
        name="reserve, equal principal, fees",
        tax_rate=0.0,
        loan=Loan(0.06, 14, gearing=0.5, repayment="equal_principal", fee=0.02, reserve_months=6.0),
    ),
    replace(MIXED, name="reserve of nine months, debt by DSCR", loan=Loan(0.055, 15, dscr=1.7, reserve_months=9.0)),
    replace(TAXED, name="two years of interest only", loan=Loan(0.07, 12, gearing=0.55, grace=2)),
    replace(TAXED, name="MACRS and debt: losses refunded", depreciation=MACRS_5, loan=Loan(0.07, 15, gearing=0.6)),
    replace(TAXED, name="price for a return, gearing", target_irr=0.14, loan=Loan(0.07, 15, gearing=0.6)),
    replace(MIXED, name="price for a return, debt by DSCR", target_irr=0.12, loan=Loan(0.06, 14, dscr=1.5)),
)
TOOL_ONLY = (replace(TAXED, name="fees and tax", loan=Loan(0.07, 15, gearing=0.6, fee=0.02, closing_cost=1.5e6)),)
"""Here the tool has its own way: no tax sees a fee of its loans."""


def drawn_cases() -> tuple[SamCase, ...]:
    """Mixed cases by a seeded generator, every second one with debt. Cases that are no project are drawn anew: running
    cost above revenue, debt above nine tenths of the uses, service that cash after tax does not cover 1.05 times."""
    rng = np.random.default_rng(SEED)
    cases: list[SamCase] = []
    while len(cases) < DRAWN:
        case = _draw(rng, len(cases))
        if _is_a_project(case):
            cases.append(case)
    return tuple(cases)


def _draw(rng: np.random.Generator, place: int) -> SamCase:
    """Kinds by turns, numbers at random."""

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    sold_as: SoldAs = ("production", "lease", "supply")[place % 3]
    made = sold_as == "production"
    years, size, use = int(rng.integers(8, 26)), between(5.0, 300.0), between(0.2, 1.0)
    cost = size * between(0.5e6, 3e6)
    yearly = cost * between(0.1, 0.2)  # revenue of year 1
    by_volume = yearly / (size * use * HOURS)
    life = int(rng.integers(3, 26))
    shares = rng.dirichlet(np.full(life, 2.0)) if place % 4 < 2 else np.full(life, 1.0 / life)
    return SamCase(
        f"drawn {place + 1}",
        years=years,
        capacity=size,
        capacity_factor=use,
        degradation=between(0.0, 0.01) if made else 0.0,
        price=by_volume,
        price_escalation=between(-0.01, 0.03),
        cost=cost,
        fixed_cost=yearly * between(0.0, 0.2),
        capacity_cost=yearly / size / 1000.0 * between(0.0, 0.15),
        volume_cost=by_volume * between(0.0, 0.1) if made else 0.0,
        cost_escalation=between(0.0, 0.02),
        inflation=between(0.0, 0.03),
        real_rate=between(0.02, 0.1),
        tax_rate=between(0.0, 0.35),
        depreciation=tuple(float(share) for share in shares),
        loan=_draw_loan(rng, place // 2, years) if place % 2 else None,
        sold_as=sold_as,
        target_irr=between(0.07, 0.15) if place % 5 == 4 else None,
    )


def _draw_loan(rng: np.random.Generator, place: int, years: int) -> Loan:
    rate, tenor = float(rng.uniform(0.03, 0.09)), int(rng.integers(max(5, years // 2), years + 1))
    if place % 4 < 2:
        profile: Repayment = ("level", "equal_principal")[place % 2]
        return Loan(rate, tenor, gearing=float(rng.uniform(0.2, 0.75)), repayment=profile)
    most = float(rng.uniform(0.2, 0.4)) if place % 4 == 3 else None
    return Loan(rate, tenor, dscr=float(rng.uniform(1.15, 2.0)), max_gearing=most)


def _is_a_project(case: SamCase) -> bool:
    hand = by_hand(case)
    if (hand.ebitda[1:] <= 0.0).any() or hand.equity.sum() <= 0.0 or hand.equity[0] >= 0.0:
        return False
    return case.loan is None or (hand.debt < 0.9 * hand.uses and bool((hand.dscr_after_tax > 1.05).all()))
