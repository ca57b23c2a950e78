"""Tornado, spider and tables against runs of contracts that a person would change by hand."""

import math
from datetime import date

import numpy as np
import pytest
import small_deal as deals

import valuation
from valuation.appraisal.base import Base
from valuation.errors import SpecError, ValuationError
from valuation.resolve import resolve
from valuation.spec.load import load
from valuation.studies.factor_shift import life_average, scaled
from valuation.studies.npv import Runs
from valuation.studies.sensitivity import sensitivity

PATHS, SEED = 1_000, 3
HOW = {"paths": PATHS, "seed": SEED, "threads": 2}

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
  use: {process: logit_ou, mean: 80 %, logit_sd: 0.7, reversion: {value: 2 /year, range: [1 /year, 3 /year]}}
  idle: {process: customers, start: {value: 10, range: [7, 12]}, arrivals: 2 /year, churn: 20 %/year}
  default: {process: hazard, rate: {value: 10 %/year, range: [2 %/year, 20 %/year], evidence: historical}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return deals.write(tmp_path_factory.mktemp("deal"), CHANGE)


@pytest.fixture(scope="module")
def study(file):
    return sensitivity(file, **HOW, also=["clauses.rent.escalator"]).found


def run(file, *overrides):
    result = valuation.value(file, **HOW, overrides=overrides)
    return result.tables.base.npv, result.npv


def bar_of(study, path):
    return next(bar for bar in study.tornado if bar.path == path)


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("clauses.rent.price", "80 USD/kW/month", "130 USD/kW/month"),
        ("discount_rate", "6 %/year", "11 %/year"),
        ("dates.start", "2026-09-01", "2027-01-01"),
        ("risks.default.rate", "2 %/year", "20 %/year"),
        ("risks.use.reversion", "1 /year", "3 /year"),
        ("clauses.rent.escalator", "0.9 %/year", "1.1 %/year"),
    ],
)
def test_a_bar_is_two_runs_with_another_value(file, study, path, low, high):
    base, npv = run(file)
    bar = bar_of(study, path)
    assert (bar.low.value, bar.high.value) == (low, high)
    for end in (bar.low, bar.high):
        at_base, at_npv = run(file, f"{path}={end.value}")
        assert end.base == pytest.approx(at_base, rel=1e-12)
        assert end.change == pytest.approx(at_base - base, rel=1e-9, abs=1e-6)
        assert end.mean == pytest.approx(at_npv.mean(), rel=1e-12)
        difference = at_npv - npv
        assert end.mean_change == pytest.approx(difference.mean(), rel=1e-9)
        assert end.se == pytest.approx(difference.std(ddof=1) / math.sqrt(PATHS), rel=1e-9)


def test_a_hazard_rate_moves_the_mean_alone(study):
    bar = bar_of(study, "risks.default.rate")
    assert bar.low.change == bar.high.change == bar.base_swing == 0.0
    assert bar.low.mean_change > 0.0 > bar.high.mean_change


def test_the_widest_swing_first_and_what_moves_nothing_apart(study):
    swings = [max(bar.swing, bar.base_swing) for bar in study.tornado]
    assert swings == sorted(swings, reverse=True) and swings[-1] > 0.0
    assert study.unmoved == ("risks.idle.start",)
    assert study.refused == ()
    assert {bar.path for bar in study.tornado if bar.kind == "factor"} == {"power", "eur", "use"}
    assert {bar.path for bar in study.tornado if bar.kind == "also"} == {"clauses.rent.escalator"}


def test_an_end_at_the_value_itself_changes_nothing(study):
    bar = bar_of(study, "tax.host.rate")
    assert (bar.high.change, bar.high.mean_change, bar.high.se) == (0.0, 0.0, 0.0)
    assert bar.low.mean_change > 0.0


def test_the_average_of_a_month_of_an_exchange_rate(tmp_path):
    """A term of one month, the fourth: the average is S = F·exp(−σ²t/2 + σ√t·z), so P10 and P90 are closed."""
    snippet = "{dates: {term: 1 months}, clauses: {euros: {structure: fixed_cost, payer: host, payee: outside, price: 40 EUR/kW/month, of: contracted_capacity}}}"  # noqa: E501
    plan = resolve(load(deals.write(tmp_path, snippet)))
    runs = Runs(40_000, SEED, 2)
    average = life_average(plan, "eur", runs)
    t, sigma, z = 4 / 12, 0.2, 1.2815515655446004
    p10, p90 = (1.1 * math.exp(-0.5 * sigma**2 * t + side * sigma * math.sqrt(t) * z) for side in (-1, 1))
    assert average.expected == pytest.approx(1.1, rel=1e-12)
    # error of a percentile: √(p(1 − p)/n)/density, density of ln S at P10 = φ(z)/(σ√t)
    error = math.sqrt(0.09 / runs.paths) / (math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) / (sigma * math.sqrt(t)))
    assert abs(math.log(average.low / p10)) <= 4 * error
    assert abs(math.log(average.high / p90)) <= 4 * error


def test_a_price_is_scaled_as_a_whole(tmp_path):
    """The same as a file in which the forward is scaled, base case and every path: a log price is proportional."""
    file = deals.write(tmp_path, CHANGE)
    plan = resolve(load(file))
    curve = [f"market.factors.power.forward.curve.{day}={1.25 * price} EUR/MWh" for day, price in CURVE.items()]
    want = resolve(load(file, overrides=curve))
    got = scaled(plan, "power", 1.25)
    runs = Runs(512, SEED, 2)
    assert Base.of(got).npv == pytest.approx(Base.of(want).npv, rel=1e-12)
    assert runs.npv(got) == pytest.approx(runs.npv(want), rel=1e-9)
    assert not np.array_equal(runs.npv(got), runs.npv(plan))


CURVE = {"2026-07-01": 30.0, "2027-03-01": 45.0}


def test_a_share_moves_by_its_mean(file, study):
    """Utilisation at P10 and P90 of its average over the term: the file with that mean."""
    bar = bar_of(study, "use")
    plan = resolve(load(file))
    average = life_average(plan, "use", Runs(PATHS, SEED, 2))
    assert average.low < 0.8 < average.high < 1.0
    for end, target in ((bar.low, average.low), (bar.high, average.high)):
        base, npv = run(file, f"risks.use.mean={100 * target!r} %")
        assert end.base == pytest.approx(base, rel=1e-9)
        assert end.mean == pytest.approx(npv.mean(), rel=1e-9)


def test_a_spider_line_is_base_cases(file, study):
    line = next(line for line in study.spider if line.path == "clauses.rent.price")
    assert [ratio for ratio, _ in line.points] == pytest.approx([0.8, 0.9, 1.0, 1.15, 1.3])
    for ratio, npv in line.points:
        assert npv == pytest.approx(run(file, f"clauses.rent.price={100 * ratio!r} USD/kW/month")[0], rel=1e-9)
    assert "dates.start" not in {line.path for line in study.spider}  # a date has no percentage


def test_a_table_of_two_inputs(file):
    found = sensitivity(file, **HOW, table=["clauses.rent.price", "dates.start"], mean=True).found
    table = found.table
    assert table.rows == (
        "80 USD/kW/month",
        "90 USD/kW/month",
        "100 USD/kW/month",
        "115 USD/kW/month",
        "130 USD/kW/month",
    )
    assert [date.fromisoformat(day) for day in table.columns] == [
        date(2026, 9, 1), date(2026, 9, 16), date(2026, 10, 1), date(2026, 11, 16), date(2027, 1, 1),
    ]  # fmt: skip
    base, npv = run(file, "clauses.rent.price=115 USD/kW/month", "dates.start=2026-09-16")
    assert table.cells[3][1].base == pytest.approx(base, rel=1e-12)
    assert table.cells[3][1].mean == pytest.approx(npv.mean(), rel=1e-12)
    stands = table.cells[2][2]
    assert (stands.change, stands.mean_change, stands.se) == (0.0, 0.0, 0.0)
    assert found.tornado == () and found.attribution is None


def test_a_table_of_base_npvs_runs_no_paths(file):
    found = sensitivity(file, **HOW, table=["clauses.rent.escalator"]).found
    assert found.mean is None and found.table.columns == ()
    assert found.table.rows == ("0.9 %/year", "0.95 %/year", "1 %/year", "1.05 %/year", "1.1 %/year")  # ±10 %
    assert all(point.mean is None for row in found.table.cells for point in row)


def test_whole_numbers_stay_whole(file):
    found = sensitivity(file, **HOW, table=["risks.idle.start"]).found
    assert found.table.rows == ("7", "8", "10", "11", "12")


def test_what_an_end_breaks_is_said_and_the_rest_goes_on(tmp_path):
    change = "capacity: {connection: {value: 200 MW, range: [50 MW, 300 MW]}, pue: {value: 1.2, range: [1.1, 1.3]}}"
    found = sensitivity(deals.write(tmp_path, change), **HOW).found
    assert [path for path, _ in found.refused] == ["capacity.connection"]
    assert "above the grid connection" in found.refused[0][1]
    assert found.unmoved == ("capacity.pue",)


def test_mistakes_are_told(file, tmp_path):
    with pytest.raises(SpecError, match="prise"):
        sensitivity(file, **HOW, also=["clauses.rent.prise"])
    with pytest.raises(
        ValuationError, match="no single number, expected one below it: clauses.rent.*clauses.rent.price"
    ):
        sensitivity(file, **HOW, table=["clauses.rent"])
    with pytest.raises(ValuationError, match="one input or two different ones"):
        sensitivity(file, **HOW, table=["dates.start"] * 2)
    with pytest.raises(ValuationError, match="is a date without a range"):
        sensitivity(file, **HOW, also=["dates.valuation"])
    with pytest.raises(ValuationError, match="is no number"):
        sensitivity(file, **HOW, also=["clauses.rent.lease"])
    with pytest.raises(ValuationError, match="of which ±10 % is 0; state a range"):
        sensitivity(file, **HOW, overrides=["clauses.rent.escalator=0 %/year"], also=["clauses.rent.escalator"])
    with pytest.raises(ValuationError, match="1 paths: expected at least 2"):
        sensitivity(file, paths=1)
    with pytest.raises(ValuationError, match="'also' belongs to the tornado"):
        sensitivity(file, also=["clauses.rent.escalator"], table=["clauses.rent.price"])
    with pytest.raises(ValuationError, match="also must be a list of texts"):
        sensitivity(file, also="clauses.rent.escalator")


def test_a_contract_as_read_is_studied_in_its_scenario_and_view(tmp_path):
    file = deals.write(tmp_path, "scenarios: {dear: {set: {clauses.rent.price: 120 USD/kW/month}}}")
    contract = valuation.load_contract(file, scenario="dear", view="tenant")
    found = sensitivity(contract, **HOW, table=["clauses.rent.price"]).found
    assert (found.scenario, found.view) == ("dear", "tenant")
    assert found.command.endswith("--scenario dear --view tenant --table clauses.rent.price")
    assert found.base == pytest.approx(valuation.value(contract, **HOW).tables.base.npv, rel=1e-12)
    assert found.table.rows[2] == "120 USD/kW/month"


def test_each_step_of_a_price_by_date_is_an_input(tmp_path):
    steps = "{2026-10-01: 100 USD/kW/month, 2027-10-01: 110 USD/kW/month}"
    price = f"{{value: {steps}, range: [80 USD/kW/month, 130 USD/kW/month]}}"
    file = deals.write(tmp_path, f"clauses: {{rent: {{price: {price}}}}}")
    path = "clauses.rent.price.2027-10-01"
    found = sensitivity(file, **HOW, also=[path]).found
    assert {bar.path for bar in found.tornado} == {"clauses.rent.price.2026-10-01", path}
    assert bar_of(found, path).high.base == pytest.approx(run(file, f"{path}=130 USD/kW/month")[0], rel=1e-12)
    assert found.attribution.risks == () and found.attribution.variance == 0.0


def test_prices_of_a_csv_are_said_once_and_not_moved(tmp_path):
    (tmp_path / "p.csv").write_text("date,price [USD/kW/month]\n2026-10-01,100\n2027-01-01,101\n", encoding="utf-8")
    price = "{value: {file: p.csv, column: price}, range: [80 USD/kW/month, 130 USD/kW/month]}"
    found = sensitivity(deals.write(tmp_path, f"clauses: {{rent: {{price: {price}}}}}"), **HOW).found
    assert found.tornado == ()
    assert [path for path, _ in found.refused] == ["clauses.rent.price"] and "CSV" in found.refused[0][1]


@pytest.mark.slow
def test_data_frames_for_a_notebook(file):
    result = valuation.sensitivity(file, **HOW)
    found = result.found
    assert (
        result.tornado.loc["clauses.rent.price", "mean_high [USD]"]
        == bar_of(found, "clauses.rent.price").high.mean_change
    )
    assert list(result.tornado.index) == [bar.path for bar in found.tornado]
    assert result.attribution["variance [USD^2]"].sum() == pytest.approx(found.attribution.variance, rel=1e-9)
    assert len(result.spider) == sum(len(line.points) for line in found.spider)
    assert result.table.empty
    table = valuation.sensitivity(file, **HOW, table=["clauses.rent.price", "dates.start"], mean=True).table
    assert list(table.columns[:2]) == ["clauses.rent.price", "dates.start"] and len(table) == 25
    assert (table["se [USD]"] == 0.0).sum() == 1


def test_a_life_average_is_over_the_months_that_a_path_lives(deal):
    """A renewal by a coin: half of the paths live twice as long, and none of that moves the average of a share."""
    made = deal(
        "clauses: {rent: {renewals: [{term: 24 months, probability: 50 %}]}}\n"
        "capacity: {utilisation: use}\n"
        "risks: {use: {process: logit_ou, mean: 80 %, logit_sd: 0.0001, reversion: 2 /year}}"
    )
    average = life_average(made.plan, "use", Runs(PATHS, SEED, 2))
    assert (average.expected, average.low, average.high) == pytest.approx((0.8, 0.8, 0.8), rel=1e-4)
