"""The search for a break-even."""

import pytest

from valuation.appraisal.break_even import WIDEST, solve
from valuation.appraisal.what_if import plain_money


@pytest.mark.parametrize(
    ("npv", "start", "root"),
    [
        (lambda x: 3.0 * (x - 132.4), 131.3, 132.4),
        (lambda x: 3.0 * (x - 132.4), 400.0, 132.4),
        (lambda x: 8.0e6 - x, 5.0e6, 8.0e6),
        (lambda x: 0.0328 - x if x > 0.03 else 10.0 * (0.0328 - x), 0.001, 0.0328),
        (lambda x: max(x - 50.0, 0.1 * (x - 50.0)) + 1e-6 * (x - 50.0) ** 3, 1.0, 50.0),
        (lambda x: x - 5.0, 0.0, 5.0),
    ],
)
def test_the_root_is_found_to_a_billionth(npv, start, root):
    value, reason = solve(npv, start, npv(start))
    assert value == pytest.approx(root, rel=2e-9)
    assert reason == ""


def test_a_start_at_the_root_stays():
    assert solve(lambda x: x - 7.0, 7.0, 0.0) == (7.0, "")


@pytest.mark.parametrize(
    ("npv", "reason"),
    [
        (lambda x: -4.0, "does not move with it"),
        (lambda x: -1.0 - x, "even at 0"),
        (lambda x: -1.0 + 1e-6 * x, f"up to {WIDEST:g} times"),
    ],
)
def test_no_root_has_a_reason(npv, reason):
    value, said = solve(npv, 1.0, npv(1.0))
    assert value is None
    assert reason in said


@pytest.mark.parametrize(
    ("unit", "plain", "scale"),
    [
        ("MUSD/MW", "USD/MW", 1e6),
        ("bnNOK", "NOK", 1e9),
        ("USD/kW/month", "USD/kW/month", 1.0),
        ("%/year", "%/year", 1.0),
        ("k EUR/year", "EUR/year", 1e3),
        ("", "", 1.0),
    ],
)
def test_money_in_units_of_the_currency(unit, plain, scale):
    assert plain_money(unit) == (plain, scale)
