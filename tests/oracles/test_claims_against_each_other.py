"""Claims on one measure: the three numbers of the first contract that cannot all hold, worked out by hand.

Source: the table of claims of the deal (2.6 bn USD over 15 years for 110 MW; 24 MUSD a year per 10 MW; margins above
45 %): 131.3 USD/kW/month; 200 USD/kW/month; a margin of -52 %; 364 USD/kW/month; 95.3 MUSD a year of cost.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from valuation.appraisal.base import Base
from valuation.appraisal.claims_audit import audit_claims
from valuation.appraisal.facts import Case
from valuation.resolve import resolve
from valuation.spec import load
from valuation.tables import ClaimsAudit, three_measures

CONTRACT = Path(__file__).resolve().parents[2] / "contracts" / "bitzero.yaml"
SMALL = CONTRACT.parent / "examples" / "minimal-lease.yaml"


def audit(path: Path, *overrides: str) -> ClaimsAudit | None:
    contract = load(path, overrides=overrides)
    return audit_claims(Case(contract, Base.of(resolve(contract))))


def claims(*checks: str) -> ClaimsAudit | None:
    """The audit of the minimal lease (10 MW, 120 months) with some claims."""
    listed = ", ".join(f"{{quote: said, source: paper, check: {check}}}" for check in checks)
    return audit(SMALL, f"claims=[{listed}]")


def amounts(found: ClaimsAudit) -> dict[str, float]:
    return {one.reading: one.amount for one in found.amounts}


def test_the_three_claims_of_the_first_contract_cannot_all_hold() -> None:
    found = audit(CONTRACT)
    assert found is not None
    on_one = amounts(found)
    assert on_one["rent"] == pytest.approx(2.6e9 / 15 / 12 / 110e3, rel=1e-12)
    assert round(on_one["rent"], 1) == 131.3
    assert on_one["cost"] == pytest.approx(24e6 / 12 / 10e3, rel=1e-12)
    assert on_one["cost"] == 200.0
    assert on_one["power"] == pytest.approx(0.02 * 8760 / 12, rel=1e-12)
    assert [set(one.claims) for one in found.conflicts] == [{0, 1, 2}]
    assert found.with_whom(0) == (1, 2)
    assert found.with_whom(3) == ()
    implied = {one.reading: one for one in found.implied}
    assert round(100 * implied["margin"].amount) == -52
    assert (round(implied["rent"].amount), implied["rent"].operator) == (364, ">")
    assert implied["cost"].operator == "<"
    assert implied["cost"].amount * 12 * 110e3 == pytest.approx(95.3e6, abs=0.05e6)
    rent, per_mw, per_kwh = three_measures("rent", on_one["rent"])
    assert per_mw == pytest.approx(1.576e6, abs=0.5e3)
    assert per_kwh is not None
    assert per_kwh * 963_600e3 == pytest.approx(2.6e9 / 15, rel=1e-9)  # 110 MW × 8,760 h


def test_the_model_stands_on_the_same_measure() -> None:
    found = audit(CONTRACT)
    assert found is not None
    here = {one.reading: one.model for one in found.amounts}
    assert here["rent"] == pytest.approx(131.3, rel=1e-9)
    rent, cost, margin = (here[word] or 0.0 for word in ("rent", "cost", "margin"))
    # undiscounted, so near to the discounted margin and not the same
    assert 1.0 - cost / rent == pytest.approx(margin, abs=0.01)


@pytest.mark.parametrize(
    ("checks", "contradict"),
    [
        (("rent = 100 EUR/kW/month", "cost_per_10mw = 6 MEUR/year", "margin = 50 %"), False),  # cost 50
        (("rent = 100 EUR/kW/month", "cost_per_10mw = 6 MEUR/year", "margin > 49 %"), False),
        (("rent = 100 EUR/kW/month", "cost_per_10mw = 6 MEUR/year", "margin > 60 %"), True),
        (("rent = 100 EUR/kW/month", "cost_per_10mw = 6 MEUR/year", "margin < 40 %"), True),
        (("rent > 100 EUR/kW/month", "cost_per_10mw = 6 MEUR/year", "margin > 60 %"), False),  # a rent of 125 would do
        (("rent < 100 EUR/kW/month", "cost_per_10mw = 6 MEUR/year", "margin > 60 %"), True),
        (("rent = 100 EUR/kW/month", "cost_per_10mw < 6 MEUR/year", "margin > 60 %"), False),
        (("rent = 100 EUR/kW/month", "cost_per_10mw > 6 MEUR/year", "margin > 60 %"), True),
        (("rent = 100 EUR/kW/month", "rent = 120 EUR/kW/month"), True),
        (("rent = 100 EUR/kW/month", "rent > 90 EUR/kW/month"), False),
        (("contract_value = 120 MEUR", "rent = 100 EUR/kW/month"), False),  # 120 M / 120 months / 10,000 kW
        (("contract_value = 126 MEUR", "rent = 100 EUR/kW/month"), True),
    ],
)
def test_which_claims_contradict(checks: tuple[str, ...], contradict: bool) -> None:
    found = claims(*checks)
    assert found is not None
    assert bool(found.conflicts) is contradict


def test_a_number_is_taken_as_rounded() -> None:
    # 100 / 0.655 = 152.7, and 152 to 153 round to no margin of 34.0 to 35.0 % but 34.5 does
    close = claims("rent = 153 EUR/kW/month", "cost_per_10mw = 12 MEUR/year", "margin = 35 %")
    assert close is not None and not close.conflicts  # 1 − 100/153 = 34.6 % rounds to 35
    apart = claims("rent = 153 EUR/kW/month", "cost_per_10mw = 12 MEUR/year", "margin = 35.00 %")
    assert apart is not None and not apart.conflicts  # the cost is rounded too: 12 ± 0.5 MEUR are 95.8 to 104.2
    exact = claims("rent = 153.00 EUR/kW/month", "cost_per_10mw = 12.00 MEUR/year", "margin = 35.00 %")
    assert exact is not None and exact.conflicts


@pytest.mark.parametrize(
    ("checks", "reading", "operator"),
    [
        (("rent > 100 EUR/kW/month", "cost_per_10mw = 6 MEUR/year"), "margin", ">"),
        (("rent > 100 EUR/kW/month", "cost_per_10mw > 6 MEUR/year"), "margin", "~"),
        (("rent = 100 EUR/kW/month", "cost_per_10mw > 6 MEUR/year"), "margin", "<"),
        (("cost_per_10mw = 6 MEUR/year", "margin < 40 %"), "rent", "<"),
        (("rent < 100 EUR/kW/month", "margin > 40 %"), "cost", "<"),
    ],
)
def test_the_direction_of_what_two_claims_imply(checks: tuple[str, ...], reading: str, operator: str) -> None:
    found = claims(*checks)
    assert found is not None
    assert [(one.reading, one.operator) for one in found.implied] == [(reading, operator)]


def test_claims_about_other_things_give_no_audit() -> None:
    assert claims("rent = 100 EUR/kW/month", "npv > 0 EUR") is None
    assert claims("irr.p50 > 8 %", "margin.p50 > 40 %") is None


def test_a_claim_in_foreign_money_is_converted() -> None:
    listed = (
        "[{quote: said, source: a, check: rent = 100 USD/kW/month}, {quote: said, source: a, check: margin > 40 %}]"
    )
    found = audit(SMALL, f"claims={listed}", "market.stated_rates={EUR/USD: 0.9 EUR/USD}")
    assert found is not None
    assert amounts(found)["rent"] == pytest.approx(90.0, rel=1e-12)
