"""Results in the money of one year against the same contract in nominal money.

With prices growing at g, a real rate r and a nominal rate (1 + r)(1 + g) − 1, both on days/365, every present value in
the money of a day is the nominal one times (1 + g)^((day − valuation)/365), and 1 + nominal IRR = (1 + real IRR) times
(1 + g).
Tax and indices are computed in nominal money, so each flow is the nominal one deflated from its own date.
"""

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from valuation import timeline, value
from valuation.spec import SpecError
from valuation.spec.load import load

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
GROWTH = 0.024  # of inflation.NO in the shipped market file
NOMINAL = (1.09) * (1.0 + GROWTH) - 1.0
FORMS = {
    "bitzero": [],
    "compensated": ["risks.revocation.compensation.share=60 %"],
    "in advance, later, by year": [
        "clauses.rent.payment={in: advance, lag: 45 days}",
        "clauses.rent.take_or_pay={share: 95 %, per: year}",
        "clauses.rent.index={by: 2 %/year}",
    ],
    "foreign rent paid two months later": [
        "clauses.rent.price=114 EUR/kW/month",
        "clauses.rent.payment={in: arrears, lag: 2 months}",
    ],
    "tax in the year": ["tax.host.paid=in_year", "tax.host.losses=refunded"],
}


@pytest.fixture(scope="module")
def both(bitzero_alone):
    """``both(form, year, deflator)``: the contract in nominal money, and in that of a year."""

    @cache
    def made(form: str, year: int, deflator: str = "inflation.NO"):
        return _both(bitzero_alone, form, year, deflator)

    return made


def _both(path: Path, form: str, year: int, deflator: str, paths: int = 600):
    overrides = FORMS[form]
    nominal = [*overrides, f"discount_rate.value={100 * NOMINAL!r} %/year", f"hurdle_rate={100 * NOMINAL!r} %/year"]
    real = [
        *overrides,
        f"price_basis={{real: {year}, deflator: {deflator}}}",
        "discount_rate.basis=real post-tax unlevered",
        "hurdle_rate=9 %/year",
    ]
    return [value(path, paths=paths, seed=3, overrides=chosen) for chosen in (nominal, real)]


def level(year: int, day: date) -> float:
    return (1.0 + GROWTH) ** (-(day - date(year, 6, 30)).days / 365.0)


@pytest.mark.parametrize(
    "form", [form if form == "bitzero" else pytest.param(form, marks=pytest.mark.slow) for form in FORMS]
)
def test_values_rates_and_flows(both, form: str) -> None:
    year = 2030
    nominal, real = both(form, year)
    scale = level(year, date(2026, 6, 30))
    assert real.tables.base.npv == pytest.approx(scale * nominal.tables.base.npv, rel=1e-12, abs=1e-4)
    assert np.allclose(real.npv, scale * nominal.npv, rtol=1e-11, atol=1e-3)
    assert np.allclose((1.0 + real.irr) * (1.0 + GROWTH) - 1.0, nominal.irr, rtol=0, atol=1e-9, equal_nan=True)
    assert np.allclose(real.margin, nominal.margin, rtol=1e-12, equal_nan=True)
    for flows, than in zip(
        *(
            zip(
                t.flows.dates,
                t.flows.base_pre_tax,
                t.flows.base_tax,
                t.flows.mean_pre_tax,
                t.flows.mean_tax,
                strict=True,
            )
            for t in (real.tables, nominal.tables)
        ),
        strict=True,
    ):
        assert flows[0] == than[0]
        assert flows[1:] == pytest.approx([level(year, flows[0]) * amount for amount in than[1:]], rel=1e-12, abs=1e-4)


@pytest.mark.slow
def test_the_risk_free_rate_is_made_real_and_chances_stay(both) -> None:
    nominal, real = both("bitzero", 2026)
    deal = real.tables.deal
    assert deal.risk_free == pytest.approx(1.045 / (1.0 + GROWTH) - 1.0, rel=1e-12)
    for name in ("npv_negative", "npv_negative_risk_free", "irr_below_hurdle", "revoked", "term_cut_short"):
        assert getattr(real.tables.probability, name) == getattr(nominal.tables.probability, name), name
    assert "2026" in deal.price_basis and "2.4" in deal.price_basis


def test_years_are_deflated_too(both) -> None:
    nominal, real = both("bitzero", 2026)
    for of_real, of_nominal in zip(real.tables.years, nominal.tables.years, strict=True):
        if of_nominal.revenue_base:
            ratio = of_real.revenue_base / of_nominal.revenue_base
            first, last = level(2026, date(of_real.year, 1, 31)), level(2026, date(of_real.year, 12, 31))
            assert last <= ratio <= first
            assert of_real.margin_base == pytest.approx(of_nominal.margin_base, abs=2e-4)
            assert of_real.revenue_mean / of_nominal.revenue_mean == pytest.approx(ratio, rel=2e-3)


def test_lines_are_in_the_same_money_as_the_years(both) -> None:
    tables = both("bitzero", 2026)[1].tables
    revenue = next(line for line in tables.lines if line.name == "accounts.revenue")
    by_year: dict[int, float] = {}
    for day, amount in zip(tables.month_ends, revenue.values, strict=True):
        by_year[day.year] = by_year.get(day.year, 0.0) + amount
    for row in tables.years:
        assert by_year.get(row.year, 0.0) == pytest.approx(row.revenue_base, rel=1e-12)


@pytest.mark.slow
def test_a_stated_growth_is_the_factor_that_grows_so(both) -> None:
    (_, by_factor), (_, stated) = both("bitzero", 2028), both("bitzero", 2028, "2.4 %/year")
    assert by_factor.tables.base.npv == pytest.approx(stated.tables.base.npv, rel=1e-13)


def test_break_evens_bring_the_real_npv_to_nought(both, bitzero_alone) -> None:
    real = both("bitzero", 2030)[1]
    found = real.tables.break_even["rent"]
    chosen = [*real.audit.overrides, f"{found.path}={found.value!r} {found.unit}"]
    again = value(bitzero_alone, paths=2, overrides=chosen)
    assert abs(again.tables.base.npv) < 1.0


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["price_basis={real: 2026, deflator: 2 %/year}"], "real and nominal do not mix"),
        (["price_basis={real: 2026}"], "deflator"),
        (["price_basis={real: 2026, deflator: power.NO4}"], "expected a factor with 'process: index'"),
        (["price_basis={real: 2026, deflator: 2 %/year}", "measure=risk_neutral"], "is in nominal money"),
    ],
)
def test_what_is_refused(overrides: list[str], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        load(CONTRACTS / "bitzero.yaml", overrides=overrides)


def test_the_level_is_that_of_the_thirtieth_of_june(both) -> None:
    assert timeline.serial(date(2026, 6, 30)) == 46203.0
    real = both("bitzero", 2026)[1]
    assert real.appraisal.plan.row_of["price_basis.level_at.time.month_end"].op == "discount"


def test_the_reports_hold_together(both) -> None:
    tables = both("bitzero", 2030)[1].tables
    assert [check.name for check in tables.checks if not check.ok] == []
