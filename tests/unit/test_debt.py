"""Debt schedules, sizes, cover, spending and tables of depreciation: small hand tables, statuses and refusals."""

import math
from fractions import Fraction

import numpy as np
import pytest

from valuation.errors import ValuationError
from valuation.finance import (
    DebtExceedsUses,
    SculptingStatus,
    average_dscr,
    bullet,
    by_yearly_shares,
    capital_recovery_factor,
    dscr,
    equal_principal,
    fixed_charge_rate,
    lcoe,
    lcoe_after_tax,
    lcoe_fixed_charge,
    level_schedule,
    levelised_price,
    llcr,
    macrs_shares,
    minimum_dscr,
    plcr,
    s_curve,
    sculpted,
    sculpted_for,
    size_by_dscr,
)

OK, NEGATIVE = SculptingStatus.OK, SculptingStatus.NEGATIVE_AMORTISATION
NOTHING, GRACE = SculptingStatus.NOTHING_TO_CARRY, SculptingStatus.GRACE_BELOW_DSCR


def test_level_payments_by_hand() -> None:
    # 210 at 10 %: 121 a period; interest 21 then 11
    assert level_schedule(210.0, [0.10, 0.10]) == pytest.approx((100.0, 110.0))
    # 155 at 10 % then 20 %: x/1.1 + x/1.32 = 155 → x = 93
    assert level_schedule(155.0, [0.10, 0.20]) == pytest.approx((77.5, 77.5))
    assert level_schedule(210.0, [0.07, 0.10, 0.10], grace=1) == pytest.approx((0.0, 100.0, 110.0))
    assert level_schedule(90.0, [0.0] * 3) == (30.0, 30.0, 30.0)
    assert level_schedule(0.0, [0.1, 0.1]) == (0.0, 0.0)


def test_a_first_payment_may_be_less_than_its_interest() -> None:
    first, second = level_schedule(100.0, [0.80, -0.50])
    assert first < 0.0
    assert second == pytest.approx(100.0 - first)


def test_equal_principal_and_bullet() -> None:
    assert equal_principal(100.0, 4) == (25.0, 25.0, 25.0, 25.0)
    assert equal_principal(90.0, 4, grace=1) == (0.0, 30.0, 30.0, 30.0)
    assert bullet(90.0, 3) == bullet(90.0, 3, grace=2) == (0.0, 0.0, 90.0)


def test_sculpting_by_hand() -> None:
    # service 110, 121 → 100 + 100; interest 20, 11
    loan = sculpted([132.0, 145.2], 1.20, [0.10, 0.10])
    assert loan.amount == pytest.approx(200.0)
    assert loan.principal == pytest.approx((90.0, 110.0))
    assert loan.status is OK
    own = sculpted([132.0, 181.5], [1.20, 1.50], [0.10, 0.10])
    assert own.principal == pytest.approx(loan.principal)
    cover, same = sculpted_for(200.0, [132.0, 145.2], [0.10, 0.10])
    assert cover == pytest.approx(1.20)
    assert same.principal == pytest.approx(loan.principal)
    cover, _ = sculpted_for(300.0, [132.0, 145.2], [0.10, 0.10])
    assert cover == pytest.approx(0.80), "more than the cash"


def test_grace_is_not_sized_but_told() -> None:
    late = sculpted([50.0, 132.0, 145.2], 1.20, [0.10] * 3, grace=1)
    assert late.amount == pytest.approx(200.0), "the value at the end of grace"
    assert late.principal == pytest.approx((0.0, 90.0, 110.0))
    assert late.status is OK, "50/1.2 is more than the interest of 20"
    assert sculpted([23.0, 132.0, 145.2], 1.20, [0.10] * 3, grace=1).status is GRACE
    assert sculpted([24.5, 132.0, 145.2], 1.20, [0.10] * 3, grace=1).status is OK


def test_a_period_without_cash_adds_its_interest() -> None:
    # service 0, 121 → 100; interest 10 is added, then 110 is repaid with 11
    loan = sculpted([-30.0, 145.2], 1.20, [0.10, 0.10])
    assert loan.amount == pytest.approx(100.0)
    assert loan.principal == pytest.approx((-10.0, 110.0))
    assert loan.status is NEGATIVE
    assert sculpted([0.0, 120.0], 1.20, [0.0, 0.0]).status is OK, "no interest, nothing to add"


def test_the_last_period_with_cash_repays_the_rest() -> None:
    loan = sculpted([132.0, 145.2, 0.0, -5.0], 1.20, [0.10] * 4)
    assert loan.principal == pytest.approx((90.0, 110.0, 0.0, 0.0))
    assert loan.principal[2:] == (0.0, 0.0)
    assert loan.status is OK


def test_no_cash_carries_nothing() -> None:
    loan = sculpted([-1.0, 0.0], 1.30, [0.05, 0.05])
    assert (loan.amount, loan.principal, loan.status) == (0.0, (0.0, 0.0), NOTHING)
    assert sculpted([100.0, 0.0], 1.30, [0.05, 0.05], grace=1).status is NOTHING, "cash in grace repays nothing"
    cover, unpaid = sculpted_for(10.0, [-1.0, 0.0], [0.05, 0.05])
    assert (cover, unpaid.amount, unpaid.principal, unpaid.status) == (None, 10.0, (0.0, 0.0), NOTHING)
    cover, no_loan = sculpted_for(0.0, [1.0, 1.0], [0.05, 0.05])
    assert (cover, no_loan.principal, no_loan.status) == (None, (0.0, 0.0), OK)


def test_dual_sizing_takes_the_tighter_case_in_each_period() -> None:
    cases = [("base", [130.0, 260.0], 1.30), ("p90", [150.0, 150.0], 1.0)]  # services 100, 200 and 150, 150
    sized = size_by_dscr(cases, [0.0, 0.0], 1_000.0, None)
    assert sized.sculpted_by_case == pytest.approx({"base": 300.0, "p90": 300.0})
    assert sized.amount == sized.carried == pytest.approx(250.0), "100 + 150: less than either"
    assert sized.tightest == ("base", "p90")
    assert sized.binding == "base"
    assert sized.principal == pytest.approx((100.0, 150.0))
    assert sized.status is OK


def test_gearing_caps_and_raises_every_cover() -> None:
    sized = size_by_dscr([("base", [132.0, 145.2], 1.20)], [0.10, 0.10], 200.0, 0.75)
    assert (sized.amount, sized.binding) == (150.0, "gearing")
    assert sized.carried == pytest.approx(200.0)
    assert sized.principal == pytest.approx((67.5, 82.5))
    roomy = size_by_dscr([("base", [132.0, 145.2], 1.20)], [0.10, 0.10], 1_000.0, 0.75)
    assert roomy.amount == pytest.approx(200.0)
    assert roomy.binding == "base"
    none = size_by_dscr([("base", [132.0, 145.2], 1.20)], [0.10, 0.10], 200.0, 0.0)
    assert (none.amount, none.binding, none.principal, none.status) == (0.0, "gearing", (0.0, 0.0), OK)


def test_more_than_the_uses_is_an_error_without_a_cap() -> None:
    with pytest.raises(DebtExceedsUses, match=r"200\.00.*case 'base'.*uses of 160\.00 \(125\.0% of them\)") as caught:
        size_by_dscr([("base", [132.0, 145.2], 1.20)], [0.10, 0.10], 160.0, None)
    assert isinstance(caught.value, ValuationError)
    assert (caught.value.uses, caught.value.case) == (160.0, "base")
    with pytest.raises(DebtExceedsUses, match=r"uses of 0\.00;"):
        size_by_dscr([("base", [132.0], 1.20)], [0.10], 0.0, None)


def test_sizing_with_nothing_to_carry_is_a_status() -> None:
    sized = size_by_dscr([("base", [9.0, 0.0], 1.3), ("p90", [-1.0, 5.0], 1.2)], [0.05, 0.05], 100.0, 0.7)
    assert (sized.amount, sized.principal, sized.status) == (0.0, (0.0, 0.0), NOTHING)


def test_cover_ratios() -> None:
    ratios = dscr([130.0, 90.0, 5.0, 120.0], [100.0, 100.0, 0.0, 100.0])
    assert ratios[[0, 1, 3]].tolist() == [1.3, 0.9, 1.2]
    assert math.isnan(ratios[2])
    assert minimum_dscr(ratios) == (0.9, 1)
    assert average_dscr(ratios) == pytest.approx((1.3 + 0.9 + 1.2) / 3)
    assert dscr(np.ones((3, 4)), np.ones((3, 4))).shape == (3, 4)
    unserved = dscr([1.0, 2.0], [0.0, 0.0])
    assert minimum_dscr(unserved) is None
    assert average_dscr(unserved) is None
    assert llcr([110.0, 121.0, 133.1], [0.10] * 3, 100.0, 0, 1) == pytest.approx(2.0)
    assert llcr([0.0, 110.0, -121.0], [0.10] * 3, 100.0, 1, 2) == pytest.approx(0.0), "negative cash counts against it"
    assert plcr([110.0, 121.0, 133.1], [0.10] * 3, 100.0, 0) == pytest.approx(3.0)
    assert llcr([110.0], [0.10], 0.0, 0, 0) is None


def test_levelised_cost_and_price() -> None:
    assert lcoe_fixed_charge(0.10, 1_000.0, 50.0, 3.0, 100.0) == pytest.approx(4.5)
    assert lcoe([100.0, 10.0], [0.0, 50.0], [1.0, 0.5]) == pytest.approx(105.0 / 25.0)
    assert levelised_price([0.0, 200.0], [0.0, 50.0], [1.0, 0.5]) == pytest.approx(4.0)
    assert lcoe_after_tax(100.0, 20.0, 40.0) == 2.0
    assert capital_recovery_factor(0.0, 20) == 0.05
    assert capital_recovery_factor(0.10, 1) == pytest.approx(1.10)
    assert capital_recovery_factor(1e-12, 20) == pytest.approx(0.05, rel=1e-10)
    assert fixed_charge_rate(0.10, 1, 0.0, 0.9) == pytest.approx(1.10)
    assert lcoe_fixed_charge(0.1, 1.0, 1.0, 1.0, 0.0) is None
    assert lcoe([1.0], [0.0], [1.0]) is None
    assert lcoe_after_tax(1.0, 1.0, 0.0) is None


def test_depreciation_by_a_table() -> None:
    assert by_yearly_shares(200.0, [0.5, 0.3, 0.2], 1, 6).tolist() == [0.0, 100.0, 60.0, 40.0, 0.0, 0.0]
    assert by_yearly_shares(200.0, [0.5, 0.3, 0.2], -1, 2).tolist() == [60.0, 40.0]
    assert by_yearly_shares(200.0, [0.5, 0.3, 0.2], 2, 4).tolist() == [0.0, 0.0, 100.0, 60.0]
    assert by_yearly_shares(200.0, [1.0], 4, 4).tolist() == by_yearly_shares(200.0, [1.0], -1, 4).tolist() == [0.0] * 4
    assert by_yearly_shares(1_000.0, macrs_shares(5), 0, 6).tolist() == pytest.approx(
        [200, 320, 192, 115.2, 115.2, 57.6]
    )


@pytest.mark.parametrize("n", [1, 2, 3, 8, 24, 37])
def test_the_s_curve_is_the_cubic_and_adds_up(n: int) -> None:
    def spent(x: Fraction) -> Fraction:
        return 3 * x**2 - 2 * x**3

    exact = [spent(Fraction(k, n)) - spent(Fraction(k - 1, n)) for k in range(1, n + 1)]
    shares = s_curve(n)
    assert sum(exact) == 1
    assert shares == tuple(float(share) for share in exact)
    assert min(shares) > 0.0
    assert shares == shares[::-1]
    half = shares[: (n + 1) // 2]
    assert list(half) == sorted(set(half)), "rises to the middle"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: level_schedule(-1.0, [0.1]), "0 or more, got -1"),
        (lambda: level_schedule(math.nan, [0.1]), "0 or more, got nan"),
        (lambda: level_schedule(1.0, []), "non-empty"),
        (lambda: level_schedule(1.0, [0.1, -1.0]), "period 1 must be above -100 %"),
        (lambda: level_schedule(1.0, [1e-300 - 1.0 + 1e-15] * 30), "too large"),
        (lambda: level_schedule(1.0, [0.1, 0.1], grace=2), "0 to 1 of 2 periods, got 2"),
        (lambda: equal_principal(1.0, 0), "at least one period"),
        (lambda: equal_principal(1.0, 3, grace=-1), "got -1"),
        (lambda: bullet(1.0, 3, grace=3), "got 3"),
        (lambda: sculpted([1.0], 1.3, [0.1, 0.1]), "2 rates for 1 periods of cash"),
        (lambda: sculpted([1.0, 1.0], [1.3], [0.1, 0.1]), "1 of DSCR"),
        (lambda: sculpted([1.0, 1.0], 0.0, [0.1, 0.1]), "above 0, got 0"),
        (lambda: sculpted([1.0, math.nan], 1.3, [0.1, 0.1]), "cash flow 1 is nan"),
        (lambda: sculpted_for(math.inf, [1.0], [0.1]), "0 or more, got inf"),
        (lambda: size_by_dscr([], [0.1], 1.0, None), "names"),
        (lambda: size_by_dscr([("gearing", [1.0], 1.3)], [0.1], 1.0, None), "none of them 'gearing'"),
        (lambda: size_by_dscr([("a", [1.0], 1.3), ("a", [1.0], 1.3)], [0.1], 1.0, None), "differ"),
        (lambda: size_by_dscr([("a", [1.0], 1.3)], [0.1], math.nan, None), "uses"),
        (lambda: size_by_dscr([("a", [1.0], 1.3)], [0.1], 1.0, 75.0), "between 0 and 1, got 75"),
        (lambda: dscr([1.0], [1.0, 2.0]), "shape"),
        (lambda: dscr([1.0], [math.nan]), "finite"),
        (lambda: minimum_dscr([[1.0]]), "one row"),
        (lambda: llcr([1.0, 1.0], [0.1], 1.0, 0, 0), "1 rates for 2"),
        (lambda: llcr([1.0], [0.1], 1.0, 0, 1), "not within 0 to 0"),
        (lambda: llcr([1.0], [0.1], math.nan, 0, 0), "balance"),
        (lambda: lcoe([1.0], [1.0, 2.0], [1.0]), "1 amounts and 2 energies for 1"),
        (lambda: capital_recovery_factor(-1.0, 10), "above -100 %"),
        (lambda: capital_recovery_factor(0.1, 0), "at least one year"),
        (lambda: fixed_charge_rate(0.1, 10, 1.0, 0.5), "below 1"),
        (lambda: fixed_charge_rate(0.1, 10, 0.2, math.nan), "finite"),
        (lambda: by_yearly_shares(1.0, [0.5, 0.4], 0, 2), "add up to 1, got .* together 0.9"),
        (lambda: by_yearly_shares(1.0, [1.5, -0.5], 0, 2), "0 or more"),
        (lambda: macrs_shares(6), "3, 5, 7, 10, 15, 20 years, got 6"),
        (lambda: s_curve(0), "at least one period"),
    ],
)
def test_wrong_input_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
