"""Statuses, refusals and small known answers of the cash-flow maths."""

import math
from datetime import date

import numpy as np
import pytest

from valuation.finance import (
    IrrStatus,
    declining_balance,
    discounted_payback,
    irr,
    irr_status,
    mirr,
    moic,
    npv,
    payback,
    residual_deduction,
    straight_line,
    xirr,
    xirr_status,
    xnpv,
)
from valuation.finance.discount import years_from_first
from valuation.kernel import arrays


def test_status_numbers_are_the_kernels() -> None:
    assert {status.name: int(status) for status in IrrStatus} == {
        name.removeprefix("IRR_"): value for name, value in vars(arrays).items() if name.startswith("IRR_")
    }


def test_dates_may_be_dates_datetime64_or_serials() -> None:
    days = [date(2026, 6, 30), date(2027, 6, 30)]
    serials = [46203.0, 46568.0]
    for dates in (days, np.array(days, dtype="datetime64[D]"), serials, np.array(serials)):
        assert years_from_first(dates).tolist() == [0.0, 1.0]


def test_order_of_dates_does_not_matter_for_xirr() -> None:
    days = [date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)]
    assert xirr(days, [-100, 60, 70]) == pytest.approx(xirr(days[::-1], [70, 60, -100]), abs=1e-15)


def test_two_falling_roots_are_counted_and_the_nearest_is_taken() -> None:
    # (v − 1/1.05)(v − 1/1.5)(v − 1/3): the net present value falls at 5 % and at 200 %, and rises at 50 %
    flows = np.poly([1 / 1.05, 1 / 1.5, 1 / 3.0])[::-1]
    result = irr_status(flows)
    assert result.status is IrrStatus.MULTIPLE
    assert result.roots == pytest.approx((0.05, 2.0), abs=1e-12)
    assert result.rate == result.roots[0]
    assert irr(flows, near=1.2) == result.roots[1]


def test_a_long_horizon_and_a_rate_near_the_lower_end() -> None:
    flows = np.zeros(361)
    flows[0], flows[360] = -1.0, 0.001**360 if 0.001**360 > 0 else 1e-300
    assert irr(flows) == pytest.approx(1e-300 ** (1 / 360) - 1.0, rel=1e-12)
    assert irr_status([-1.0, 1e-5]).status is IrrStatus.NO_ROOT  # −99.999 %, outside the range
    assert irr([-1.0, 2e-4]) == pytest.approx(-0.9998, abs=1e-12)
    assert irr([-1.0, 999.0]) == pytest.approx(998.0, rel=1e-12)


def test_a_search_that_cannot_be_settled_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("valuation.finance.roots._MOST_OPEN", 2)
    result = irr_status(np.poly([1 / 1.05, 1 / 1.5, 1 / 3.0])[::-1])
    assert result.status is IrrStatus.NOT_CONVERGED
    assert math.isnan(result.rate)


def test_a_value_that_only_touches_zero_has_no_rate() -> None:
    result = irr_status([1, -4, 6, -4, 1])  # (1 − v)⁴: zero within rounding over a wide range, never below
    assert result.status is IrrStatus.NO_ROOT
    assert math.isnan(result.rate)


def test_flows_on_one_day_have_no_rate() -> None:
    assert xirr_status([46000.0, 46000.0], [-100.0, 110.0]).status is IrrStatus.NO_ROOT


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: npv(-1.0, [1.0, 2.0]), "above -100 %"),
        (lambda: npv(math.nan, [1.0, 2.0]), "above -100 %"),
        (lambda: npv(-0.9999, np.ones(200)), "too large"),
        (lambda: npv(0.1, [1.0, math.nan]), "cash flow 1 is nan"),
        (lambda: npv(0.1, []), "non-empty"),
        (lambda: npv(0.1, [[1.0], [2.0]]), "one non-empty row"),
        (lambda: xnpv(0.1, [46000.0], [1.0, 2.0]), "1 dates for 2 cash flows"),
        (lambda: xnpv(0.1, [math.inf, 1.0], [1.0, 2.0]), "finite"),
        (lambda: irr([-1.0, math.inf]), "cash flow 1 is inf"),
        (lambda: irr([-1.0, 2.0], near=-1.0), "near"),
        (lambda: payback([-1.0, 2.0], [0.0]), "1 times for 2"),
        (lambda: payback([-1.0, 2.0], [1.0, 0.0]), "ascending"),
        (lambda: straight_line(1.0, 0, 0, 12), "at least one month"),
        (lambda: declining_balance([1.0], 1.5), "between 0 and 1"),
        (lambda: residual_deduction(1.0, "sold_at"), "price"),
        (lambda: residual_deduction(1.0, "written_off", 2.0), "price"),
        (lambda: residual_deduction(1.0, "kept"), "written_off, continues or sold_at"),  # type: ignore[arg-type]
    ],
)
def test_wrong_input_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_payback_is_linear_inside_the_crossing_period() -> None:
    assert payback([-100, 40, 40, 40]) == 2.5
    assert payback([-100, 40, 40, 40], [0.0, 0.5, 1.0, 2.0]) == 1.5
    assert payback([-100, 60, 60, -10]) == pytest.approx(1 + 40 / 60)
    assert math.isnan(payback([-100, 60, 60, -50])), "the last outlay takes more than was left"
    assert payback([-2, 3, -100, 60, 60]) == pytest.approx(3 + 39 / 60), "not where the first outlay alone is back"
    assert discounted_payback(0.10, [-100, 55, 60.5, 66.55]) == pytest.approx(2.0)
    assert math.isnan(payback([-100, 40]))
    assert math.isnan(payback([100, 40]))


def test_multiple_of_invested_capital() -> None:
    assert moic([-100, 40, -20, 200]) == 2.0
    assert math.isnan(moic([1, 2]))
    assert math.isnan(mirr([1, 2], 0.1, 0.1))


def test_modified_rate_of_dated_flows() -> None:
    """PV at the first flow, FV at the last, whatever time the first has."""
    flows = [-100, 40, -20, 150]
    assert mirr(flows, 0.05, 0.1, [3.0, 4.0, 5.0, 6.0]) == pytest.approx(mirr(flows, 0.05, 0.1), abs=1e-15)
    dated = ((40 * 1.1**2.0 + 150) / (100 + 20 / 1.05**1.5)) ** (1 / 2.5) - 1
    assert mirr(flows, 0.05, 0.1, [0.0, 0.5, 1.5, 2.5]) == pytest.approx(dated, abs=1e-15)
    assert math.isnan(mirr([-1, 2], 0.1, 0.1, [1.0, 1.0]))


def test_straight_line_by_months() -> None:
    assert straight_line(120.0, 4, 2, 8).tolist() == [0, 0, 30, 30, 30, 30, 0, 0]
    assert straight_line(120.0, 4, -1, 2).tolist() == [30, 30]
    assert straight_line(120.0, 4, 6, 8).sum() == 60.0


def test_declining_balance_takes_the_full_rate_on_the_years_end_balance() -> None:
    depreciation, balance = declining_balance([100.0, 50.0, -20.0], 0.20)
    assert depreciation == pytest.approx([20.0, 26.0, 16.8])
    assert balance == pytest.approx([80.0, 104.0, 67.2])
    assert declining_balance([0.0], 0.30, opening=10.0)[0][0] == pytest.approx(3.0)


def test_residual_basis() -> None:
    assert residual_deduction(67.2, "written_off") == 67.2
    assert residual_deduction(67.2, "continues") == 0.0
    assert residual_deduction(67.2, "sold_at", 100.0) == pytest.approx(-32.8)
    assert residual_deduction(67.2, "sold_at", 0.0) == 67.2
