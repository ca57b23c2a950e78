"""NPV on a risk-free curve: payment by payment by another way, flat curves against one rate, and what is refused."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from valuation.appraisal.base import Base, base_measures
from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import once
from valuation.plan.model import Plan
from valuation.plan.reference import reference_run
from valuation.plan.text import parse_program, program_text
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec import load

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
ZERO = "{zero: {1 year: 2 %/year, 5 years: 3.2 %/year, 10 years: 3.9 %/year}}"


def plan(rate: str, *more: str) -> Plan:
    return resolve(load(EXAMPLES / "minimal-lease.yaml", overrides=[f"market.risk_free={rate}", *more]))


def npv(of: Plan) -> float:
    found = base_measures(Base.of(of)).npv_risk_free
    assert found is not None
    return found


def test_each_payment_has_the_factor_of_its_day() -> None:
    of = plan(ZERO)
    flows = Base.of(of).flows.ahead()
    years = (np.array(flows.dates) - of.valuation) / 365.0
    at = [0.0, 1.0, 5.0, 10.0]
    logs = [0.0, *(-t * math.log1p(z) for t, z in ((1.0, 0.02), (5.0, 0.032), (10.0, 0.039)))]
    slope = (logs[3] - logs[2]) / 5.0
    factors = np.exp(np.where(years <= 10.0, np.interp(years, at, logs), logs[3] + slope * (years - 10.0)))
    assert npv(of) == pytest.approx(float(factors @ flows.net), rel=1e-12)
    run = simulate(assemble(of), paths=512, seed=1)
    expected = factors @ ((np.array(run.dated_cash) + np.array(run.dated_tax))[-len(years) :] / run.paths)
    assert run.measure["npv_risk_free"].mean() == pytest.approx(float(expected), rel=1e-12)
    draws = {row.name: np.zeros((of.months, 1) if row.axis == "month" else 1) for row in of.rows if row.stream}
    known = once(of)
    other = reference_run(of, {**known.scalar, **known.month}, draws)
    assert other.dates == flows.dates
    assert other.measure["npv_risk_free"] == pytest.approx(factors @ (other.cash + other.tax), rel=1e-12)
    assert parse_program(program_text(of)).measures == of.measures


def test_a_flat_curve_is_one_rate() -> None:
    one = plan("4 %/year")
    for curve in ("{zero: {3 years: 4 %/year}}", "{zero: {1 year: 4 %/year, 7 years: 4 %/year}}",
                  "{par: {1 year: 4 %/year, 10 years: 4 %/year}}"):  # fmt: skip
        assert npv(plan(curve)) == pytest.approx(npv(one), rel=1e-12)
    assert Base.of(plan("{zero: {3 years: 4 %/year}}")).values.scalar["rates.risk_free"] == pytest.approx(
        0.04, rel=1e-12
    )


def test_a_valuation_after_the_markets_date_discounts_at_forward_rates() -> None:
    later = plan(ZERO, "dates.valuation=2026-12-30")  # 183 days after 30 June
    flows = Base.of(later).flows.ahead()
    passed, first = 183.0 / 365.0, math.log1p(0.02)
    at = [0.0, 1.0 - passed, 5.0 - passed, 10.0 - passed]
    logs = [
        0.0,
        -first * (1.0 - passed),
        *(-t * math.log1p(z) + first * passed for t, z in ((5.0, 0.032), (10.0, 0.039))),
    ]
    years = (np.array(flows.dates) - later.valuation) / 365.0
    inside = years <= at[3]
    slope = (logs[3] - logs[2]) / 5.0
    factors = np.exp(np.where(inside, np.interp(years, at, logs), logs[3] + slope * (years - at[3])))
    assert npv(later) == pytest.approx(float(factors @ flows.net), rel=1e-12)


@pytest.mark.parametrize(
    ("rate", "path", "message"),
    [
        ("{zero: {soon: 3 %/year}}", "market.risk_free.zero.soon", "expected a maturity such as '5 years'"),
        (
            "{zero: {1 year: 3 %/year, 12 months: 3 %/year}}",
            "market.risk_free.zero.12 months",
            "is the same as '1 year'",
        ),
        ("{par: {18 months: 3 %/year}}", "market.risk_free.par", "no whole number of coupon periods"),
        ("{par: {9 years: 0.1 %/year, 10 years: 30 %/year}}", "market.risk_free.par", "no discount factor above 0"),
        ("{zero: {1 year: 3 %/year}, coupons: yearly}", "market.risk_free.coupons", "'coupons' belongs to 'par'"),
        ("{zero: {1 year: 3 %/year}, flat: 3 %/year}", "market.risk_free", "expected one of 'flat', 'zero' and 'par'"),
    ],
)
def test_what_is_no_curve(rate: str, path: str, message: str) -> None:
    with pytest.raises(SpecError) as raised:
        plan(rate)
    (problem,) = raised.value.problems
    assert message in problem.message
    assert problem.path.replace('"', "") == path


def test_what_a_curve_cannot_stand_for_and_forwards_below_0() -> None:
    with pytest.raises(SpecError, match="real money has one risk-free rate"):
        plan(ZERO, "price_basis={real: 2026, deflator: 2 %/year}")
    with pytest.raises(SpecError, match="discounts at one risk-free rate"):
        plan(ZERO, "measure=risk_neutral")
    falling = "market.risk_free={zero: {1 year: 5 %/year, 2 years: 2 %/year}}"
    (warning,) = load(EXAMPLES / "minimal-lease.yaml", overrides=[falling]).warnings
    assert "the forward rate up to 2 years is -0.914 %/year" in warning.message


def test_rates_from_a_csv_are_named_with_their_place(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "markets", tmp_path / "markets")
    file = shutil.copy(EXAMPLES / "minimal-lease.yaml", tmp_path)
    rates = tmp_path / "markets" / "rates.csv"
    rates.write_text("maturity,rate [%/year]\n1 year,2\n5 years,3.2\n10 years,3.9\n")
    curve = "market.risk_free={zero: {file: rates.csv}}"
    assert npv(resolve(load(file, overrides=[curve]))) == npv(plan(ZERO))
    rates.write_text("maturity,rate [%/year]\n1 year,2\n5 years,three\n")
    with pytest.raises(SpecError) as raised:
        load(file, overrides=[curve])
    (problem,) = raised.value.problems
    assert (problem.file, problem.line, problem.column) == ("rates.csv", 3, 9)
