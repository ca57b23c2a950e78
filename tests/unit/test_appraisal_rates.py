"""When rates of return are shown, and what is said where they are not."""

import pytest

from valuation.appraisal.appraise import Settings, appraise
from valuation.shipped import shipped
from valuation.spec import load

FILE = shipped("contracts") / "bitzero.yaml"
MOMENTS = ("mean", "se", "p5", "p50", "p95", "se_p50")


def valued(scenario=None, view="host", *overrides):
    contract = load(FILE, scenario=scenario, overrides=list(overrides), view=view)
    return appraise(contract, view, Settings(400, 1, 2), "command").tables


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "overrides", "said"),
    [
        ("article", (), "The host invests nothing in this file"),
        (None, ("clauses.build.schedule.from=2025-01-01",), "Nothing is left to invest"),
        (None, ("clauses.build.schedule.from=2042-01-01",), "these are fewer than half"),
    ],
)
def test_a_handful_of_rates_is_no_distribution(scenario, overrides, said):
    made = valued(scenario, "host", *overrides)
    for irr in (made.irr, made.irr_pre_tax):
        assert all(getattr(irr.distribution, name) is None for name in MOMENTS)
        assert 0 <= irr.distribution.count < 200 and sum(irr.status.values()) == 400
    assert "irr" not in made.histograms and made.base.irr is None
    remarks = " ".join(made.deal.remarks)
    assert said in remarks and f"{made.irr.distribution.count:,} of 400 paths have an IRR" in remarks
    assert made.probability.irr_below_hurdle is not None
    if "fewer" not in said:
        assert not made.base.invests and made.base.payback_years is None and made.base.moic is None


@pytest.mark.slow
def test_where_the_host_invests_nothing_is_left_out():
    made = valued()
    assert made.base.invests and made.irr.distribution.mean is not None and made.base.payback_years is not None
    assert not [remark for remark in made.deal.remarks if "no IRR and" in remark or "paths have an IRR" in remark]
    rate = next(row for row in made.npv_by_rate if row.rate == 0.09)
    assert made.base.npv_risk_free > rate.base_npv == pytest.approx(made.base.npv)


@pytest.mark.slow
def test_a_party_that_only_receives_never_invested():
    remarks = valued(view="grid").deal.remarks
    assert remarks[1].startswith("The grid invests nothing in this file")  # behind the note of the file
    assert "No tax is stated for grid: after tax equals before tax." in remarks
