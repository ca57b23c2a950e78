"""What the workbook shows of the paths: the sample is the run's first paths, a bar is a contract with another value."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import small_deal as deals

import valuation
from valuation.appraisal.base import Base
from valuation.appraisal.base_tornado import base_tornado
from valuation.plan.evaluate import once
from valuation.plan.reference import reference_run
from valuation.resolve import resolve
from valuation.spec.load import Source, load

SEED = 5


def _draws():
    """The second generator of random numbers, which stands in another folder: tests are not a package."""
    file = Path(__file__).parents[1] / "properties" / "independent_draws.py"
    spec = importlib.util.spec_from_file_location("independent_draws_of_pages", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DRAWS = _draws()

CHANGE = """
dates: {start: {value: 2026-10-01, range: [2026-09-01, 2027-01-01]}}
capacity: {utilisation: use}
discount_rate: {value: 8 %/year, range: [6 %/year, 11 %/year]}
clauses:
  rent: {price: {value: 100 USD/kW/month, range: [80 USD/kW/month, 130 USD/kW/month]}, escalator: 1 %/year}
  power: {structure: power_supply, payer: host, payee: supplier, spot: power}
tax:
  host: {rate: {value: 22 %, range: [20 %, 22 %]}, losses: carry_forward, paid: in_year}
risks:
  use:
    process: logit_ou
    mean: {value: 80 %, range: [70 %, 90 %]}
    logit_sd: 0.7
    reversion: {value: 2 /year, range: [1 /year, 3 /year]}
  idle: {process: customers, start: {value: 10, range: [7, 12]}, arrivals: 2 /year, churn: 20 %/year}
  default: {process: hazard, rate: {value: 10 %/year, range: [2 %/year, 20 %/year], evidence: historical}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return deals.write(tmp_path_factory.mktemp("deal"), CHANGE)


@pytest.fixture(scope="module")
def result(file):
    return valuation.value(file, paths=1_500, seed=SEED)


@pytest.fixture(scope="module")
def sample(result):
    return result.workbook_tables.sample


def test_the_sample_is_the_first_thousand_paths_bit_by_bit(result, sample):
    assert sample.npv == tuple(result.npv[:1_000].tolist())
    assert [value for value in sample.margin if value is not None] == [x for x in result.margin[:1_000] if x == x]
    assert result.audit.plan_digest == resolve(load(result.appraisal.contract.source_file)).digest


def test_a_short_run_has_no_more_paths_than_it_has(file, result):
    short = valuation.value(file, paths=300, seed=SEED)
    assert short.workbook_tables.sample.npv == tuple(result.npv[:300].tolist())


def test_drivers_are_what_moves_cash_with_the_means_and_times_of_each_path(result, sample):
    assert [driver.name for driver in sample.drivers] == ["eur", "power", "use", "default"], "idle moves nothing"
    use, default = sample.drivers[2:]
    plan, paths = result.appraisal.plan, 40
    known = once(plan)
    run = reference_run(plan, {**known.scalar, **known.month}, DRAWS.plan_draws(plan, SEED, paths))
    inside = run.values["term.in_month"][:, 0] > 0.0
    assert use.values[:paths] == pytest.approx(run.values["use"][inside].mean(axis=0), rel=1e-9)
    years = (run.values["default.time"][-1] - known.scalar["time.valuation_position"]) / 12.0
    expected = [pytest.approx(when, rel=1e-9) if when < 1e7 else None for when in years]
    assert list(default.values[:paths]) == expected and None in expected and expected.count(None) < paths
    assert default.share > 0.5 > abs(use.share), "an early end costs far more than the use of the power"


def test_ranks_are_places_with_ties_in_the_middle(sample):
    default = sample.drivers[3]
    never = [rank for rank, value in zip(default.ranks, default.values, strict=True) if value is None]
    assert set(never) == {1_000 - (len(never) - 1) / 2}
    assert sum(default.ranks) == 1_000 * 1_001 / 2


def test_a_bar_is_the_contract_read_again_with_another_value(file):
    contract, source = load(file), Source.read(file)
    found = base_tornado(contract, Base.of(resolve(contract)))
    assert [bar.path for bar in found.bars][:1] == ["clauses.rent.price"] and not found.refused
    assert {bar.path for bar in found.bars} == {
        "clauses.rent.price", "discount_rate", "dates.start", "tax.host.rate", "risks.use.mean",
    }  # fmt: skip
    for bar in found.bars:
        for end in (bar.low, bar.high):
            again = Base.of(resolve(source.contract(None, [f"{bar.path}={end.value}"]))).npv
            assert end.base == pytest.approx(again, rel=1e-12, abs=1e-6), bar.path
            assert end.change == pytest.approx(again - found.base, rel=1e-9, abs=1e-6)
    assert len(found.unmoved) == 3, "reversion, customers and the rate of default"
    widths = [bar.base_width for bar in found.bars]
    assert widths == sorted(widths, reverse=True)


def test_an_end_that_the_contract_does_not_take_is_said(tmp_path):
    file = deals.write(tmp_path, "dates: {start: {value: 2026-10-01, range: [2026-09-01, 2090-01-01]}}")
    contract = load(file)
    found = base_tornado(contract, Base.of(resolve(contract)))
    assert [path for path, _ in found.refused] in ([], ["dates.start"])


def test_cumulative_curves_and_bands_are_percentiles_of_the_run(result):
    curve = result.tables.quantiles["npv"]
    assert curve.values == pytest.approx(np.percentile(result.npv, [100 * level for level in curve.levels]), rel=1e-12)
    assert len(curve.levels) <= 101 and list(curve.values) == sorted(curve.values)
    for name in ("revenue", "ebitda"):
        for year, band in zip(result.tables.years, result.tables.bands[name], strict=False):
            assert band.year == year.year and band.p5 <= band.p25 <= band.p50 <= band.p75 <= band.p95
            assert band.mean == pytest.approx(getattr(year, f"{name}_mean"), rel=1e-12)
            assert band.base == pytest.approx(getattr(year, f"{name}_base"), rel=1e-12)
