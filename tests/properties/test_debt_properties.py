"""What must hold of every loan: it is repaid, it has its cover, and more cover or a dearer rate carry less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuation.finance import (
    SculptingStatus,
    bullet,
    dscr,
    equal_principal,
    level_schedule,
    llcr,
    sculpted,
    sculpted_for,
    size_by_dscr,
)

few = settings(max_examples=40)
amounts = st.floats(1.0, 1e9)
covers = st.floats(1.0, 3.0)
cash = st.integers(-200, 1_000).map(float)


@st.composite
def loans(draw: st.DrawFn) -> tuple[list[float], int]:
    """Rates of 1 … 30 periods, and a grace that they allow."""
    rates = draw(st.lists(st.integers(0, 1_200).map(lambda bp: bp / 1e4), min_size=1, max_size=30))
    return rates, draw(st.integers(0, len(rates) - 1))


@st.composite
def cash_of_cases(draw: st.DrawFn) -> tuple[list[list[float]], list[float], int]:
    """CFADS of two cases over the periods of a loan."""
    rates, grace = draw(loans())
    row = st.lists(cash, min_size=len(rates), max_size=len(rates))
    return [draw(row), draw(row)], rates, grace


def balances(amount: float, principal: tuple[float, ...]) -> list[float]:
    left = [amount]
    for paid in principal:
        left.append(left[-1] - paid)
    return left


@few
@given(amounts, loans())
def test_every_loan_is_repaid(amount: float, loan: tuple[list[float], int]) -> None:
    rates, grace = loan
    n = len(rates)
    level = level_schedule(amount, rates, grace)
    for principal in (level, equal_principal(amount, n, grace), bullet(amount, n, grace)):
        assert len(principal) == n
        assert not any(principal[:grace])
        assert balances(amount, principal)[-1] == 0.0
        assert sum(principal) == pytest.approx(amount, rel=1e-12)
    payments = [rate * owed + paid for rate, owed, paid in zip(rates, balances(amount, level), level, strict=False)]
    assert payments[grace:] == pytest.approx([payments[-1]] * (n - grace), rel=1e-9)


@few
@given(cash_of_cases(), covers)
def test_a_sculpted_loan_has_its_cover_and_is_repaid(
    cases: tuple[list[list[float]], list[float], int], cover: float
) -> None:
    (cfads, _), rates, grace = cases
    loan = sculpted(cfads, cover, rates, grace)
    left = balances(loan.amount, loan.principal)
    assert left[-1] == 0.0
    assert (loan.status is SculptingStatus.NOTHING_TO_CARRY) == (max(cfads[grace:]) <= 0.0) == (loan.amount == 0.0)
    interest = [rate * owed for rate, owed in zip(rates, left, strict=False)]
    service = np.add(interest, loan.principal)
    assert service[grace:] == pytest.approx(np.maximum(cfads, 0.0)[grace:] / cover, rel=1e-8, abs=1e-8)
    if loan.status is SculptingStatus.NOTHING_TO_CARRY:
        return
    grown = min(loan.principal) < -1e-9 * loan.amount
    assert (loan.status is SculptingStatus.NEGATIVE_AMORTISATION) == grown
    found, same = sculpted_for(loan.amount, cfads, rates, grace)
    assert found == pytest.approx(cover, rel=1e-12)
    assert same.principal == pytest.approx(loan.principal, rel=1e-8, abs=1e-8)
    if min(cfads) > 0.0:
        assert dscr(cfads, service)[grace:] == pytest.approx(cover, rel=1e-8)
        assert llcr(cfads, rates, loan.amount, grace, len(rates) - 1) == pytest.approx(cover, rel=1e-9)


@few
@given(cash_of_cases(), covers, st.floats(0.0, 1.0), st.floats(0.0, 0.05))
def test_more_cover_or_a_dearer_rate_carries_less(
    cases: tuple[list[list[float]], list[float], int], cover: float, more: float, dearer: float
) -> None:
    (cfads, _), rates, grace = cases
    size = sculpted(cfads, cover, rates, grace).amount
    assert sculpted(cfads, cover + more, rates, grace).amount <= size
    assert sculpted(cfads, cover, [rate + dearer for rate in rates], grace).amount <= size * (1.0 + 1e-14)


@few
@given(cash_of_cases(), covers, st.floats(0.0, 1.0), st.sampled_from([1e-3, 7.0, 1e6]))
def test_the_size_is_within_every_case_and_the_cap(
    cases: tuple[list[list[float]], list[float], int], cover: float, max_gearing: float, unit: float
) -> None:
    (base, low), rates, grace = cases
    uses = 3_000.0
    sized = size_by_dscr([("base", base, cover), ("p90", low, 1.0)], rates, uses, max_gearing, grace)
    assert sized.sculpted_by_case["base"] == sculpted(base, cover, rates, grace).amount
    assert sized.amount <= min(*sized.sculpted_by_case.values(), max_gearing * uses) * (1.0 + 1e-14)
    assert (sized.binding == "gearing") == (sized.carried > max_gearing * uses)
    left = balances(sized.amount, sized.principal)
    assert left[-1] == 0.0
    service = np.add([rate * owed for rate, owed in zip(rates, left, strict=False)], sized.principal)[grace:]
    least = np.minimum(np.maximum(base, 0.0) / cover, np.maximum(low, 0.0))[grace:]
    assert (service <= least + 1e-8 * (1.0 + sized.amount)).all(), "every case covers it in every period"
    alone = size_by_dscr([("base", base, cover)], rates, uses, max_gearing, grace)
    assert sized.amount <= alone.amount * (1.0 + 1e-14)
    scaled = size_by_dscr(
        [("base", unit * np.array(base), cover), ("p90", unit * np.array(low), 1.0)],
        rates,
        unit * uses,
        max_gearing,
        grace,
    )
    assert scaled.amount == pytest.approx(unit * sized.amount, rel=1e-12)
    assert scaled.principal == pytest.approx(unit * np.array(sized.principal), rel=1e-7, abs=1e-9 * unit)
