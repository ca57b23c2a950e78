"""Dated cash and its present value."""

import pytest

from valuation.appraisal.base import rate_of_return
from valuation.appraisal.flows import Flows, base_flows, present_value
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import base_case

VALUATION = 46203.0  # 2026-06-30
FLOWS = Flows((46000.0, 46203.0, 46568.0), (-50.0, -100.0, 120.0), (0.0, 0.0, -4.0), VALUATION)


def test_sunk_flows_are_listed_and_left_out_of_measures():
    assert FLOWS.sunk == -50.0
    assert FLOWS.ahead().dates == (46203.0, 46568.0)
    # one year of 365 days later: −100 + 116/1.16 = 0
    assert present_value(0.16, FLOWS, FLOWS.net) == pytest.approx(0.0, abs=1e-12)
    rate, status = rate_of_return(0.1, FLOWS.ahead(), FLOWS.ahead().net)
    assert rate == pytest.approx(0.16, abs=1e-12)
    assert status == "ok"


def test_whole_years_from_the_valuation_date():
    """2025-12-31, 2027-12-31 and 2028-12-31: leap days do not count; a year without a flow does."""
    flows = Flows((46022.0, 46752.0, 47118.0), (-100.0, 60.0, 70.0), (0.0,) * 3, 46022.0, "whole_years")
    assert flows.years == flows.ahead().years == (0.0, 2.0, 3.0)
    assert present_value(0.07, flows, flows.net) == pytest.approx(-100 + 60 / 1.07**2 + 70 / 1.07**3, rel=1e-14)
    rate, status = rate_of_return(0.1, flows, flows.net)
    assert status == "ok" and rate is not None
    assert -100 + 60 / (1 + rate) ** 2 + 70 / (1 + rate) ** 3 == pytest.approx(0.0, abs=1e-11)


def test_nothing_ahead_has_no_rate():
    nothing = Flows((), (), (), VALUATION)
    assert rate_of_return(0.1, nothing, ()) == (None, "no_investment")


def test_payments_add_up_by_date_with_their_sign_and_book():
    b = PlanBuilder(first_month=24318, months=2, valuation=VALUATION)
    t = b.month("t", "sum", "t.prev", 1.0, opening=-1.0)
    end = b.month("end", "month_end", 24318.0, t, unit="date")
    b.month("rent", "set", 10.0, unit="USD")
    b.month("cost", "set", 4.0, unit="USD")
    b.month("tax", "set", 1.0, unit="USD")
    b.month("none", "set", 0.0, unit="date")
    b.pay("rent", end, 1)
    b.pay("cost", end, -1)
    b.pay("tax", end, -1, "tax")
    b.pay("rent", "none", 1)
    plan = b.build("two months", "host")
    flows = base_flows(plan, base_case(plan))
    assert flows.dates == (46234.0, 46265.0)  # 2026-07-31, 2026-08-31
    assert flows.pre_tax == (6.0, 6.0)
    assert flows.tax == (-1.0, -1.0)
