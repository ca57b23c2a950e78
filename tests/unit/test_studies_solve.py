"""Solve: what is varied, what is wanted, where it looks, and what it says where there is no answer."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import valuation
from valuation.errors import Problem, SpecError, ValuationError
from valuation.spec import Source
from valuation.studies.bracket import Search
from valuation.studies.solve import solve
from valuation.studies.solve_remarks import no_solution
from valuation.studies.target import Met, read_target
from valuation.studies.varied import TIMES, Varied, varied

pytestmark = pytest.mark.slow

CONTRACTS = Path(__file__).parents[2] / "contracts"
LEASE, BITZERO = CONTRACTS / "examples" / "minimal-lease.yaml", CONTRACTS / "bitzero.yaml"
RENT = "clauses.rent.price"


@pytest.fixture(scope="module")
def bitzero():
    return Source.read(BITZERO).contract()


def test_a_number_has_its_unit_range_and_bounds(bitzero):
    assert varied(bitzero, RENT) == Varied(RENT, "USD/kW/month", 131.3, 106.0, 200.0, least=0.0)
    assert varied(bitzero, f"{RENT}.value").path == RENT
    share = varied(bitzero, "clauses.power.hedge.share")
    assert (share.unit, share.stated, share.low, share.high, share.least, share.most) == ("%", 80, 0, 100, 0, 100)
    assert varied(bitzero, "market.factors.power.NO4.forward.flat").unit == "EUR/MWh"
    assert varied(bitzero, "discount_rate").least == -100.0
    assert varied(bitzero, "risks.revocation.rises_with.b").settings(0.25) == {"risks.revocation.rises_with.b": "0.25"}


def test_values_by_date_have_a_common_factor(bitzero):
    found = varied(bitzero, "capacity.contracted")
    assert (found.unit, found.stated) == (TIMES, 1.0)
    assert found.settings(0.5) == {
        "capacity.contracted.2026-10-01": "20.0 MW",
        "capacity.contracted.2027-01-01": "55.0 MW",
    }
    assert varied(bitzero, "capacity.contracted.2027-01-01").stated == 110.0


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("dates.start", "is a date, 2026-10-01"),
        ("dates.term", "is a whole number, 15 years"),
        ("clauses.rent.lease", "is a choice, 'gross'"),
        ("clauses.rent", "expected one below it: .*clauses.rent.price"),
        ("clauses.rent.price_cap", "nearest keys: price"),
        ("name", "which is no number"),
        ("clauses.operations.index.cap", "no value to start from"),
        ("a..b", "is not a path"),
    ],
)
def test_what_cannot_be_varied_is_told_with_what_to_do(bitzero, path, message):
    with pytest.raises(ValuationError, match=message):
        varied(bitzero, path)


def test_ends_are_read_in_any_unit_of_the_number(bitzero):
    rent = varied(bitzero, RENT)
    assert rent.read("120") == 120.0
    assert rent.read("0.12 kUSD/kW/month") == pytest.approx(120.0)
    assert rent.read("1_560 USD/kW/year") == pytest.approx(130.0)
    for wrong in ("120 USD/MWh", "cheap", "nan"):
        with pytest.raises(ValuationError, match="for example '131.3 USD/kW/month'"):
            rent.read(wrong)


def test_targets(bitzero):
    found = read_target("npv.p5 = -10 MUSD", bitzero)
    assert (found.label, found.wanted, found.unit, found.level) == ("npv.p5", -10e6, "USD", 0.05)
    assert read_target("npv.mean=0", bitzero).wanted == 0.0
    assert read_target("irr.p50 = 12 %", bitzero).wanted == pytest.approx(0.12)
    chance = read_target("probability.npv_negative = 10 %", bitzero)
    assert (chance.level, chance.counts, chance.of_base_case) == (0.1, False, False)
    assert read_target("probability.revoked = 10 %", bitzero).counts
    assert read_target("npv = 0", bitzero).of_base_case
    assert read_target("utilisation = 92 %", bitzero).of_base_case
    assert read_target("irr.of_expected_flows = 12 %", bitzero).settings == {"hurdle_rate": "12.0 %/year"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("npv.mean", "expected a result = its value"),
        ("npv.mean > 0 USD", "expected a result = its value"),
        ("npv.mena = 0", "unknown statistic 'mena', expected one of mean"),
        ("nvp = 0", "did you mean 'npv'"),
        ("npv.mean = 5", "'5' has no unit"),
        ("npv.mean = 5 MEUR", "the result is in USD"),
        ("irr.p50 = 12 MUSD", "wrong unit"),
        ("npv.sd = 1 MUSD", "sd is no target"),
        ("npv.se_p5 = 1 MUSD", "se_p5 is no target"),
        ("probability.npv_negative = 0 %", "between 0 and 100 %"),
        ("probability.npv_negative = 100 %", "between 0 and 100 %"),
    ],
)
def test_what_is_no_target_is_told_with_what_is(bitzero, text, message):
    with pytest.raises(ValuationError, match=message):
        read_target(text, bitzero)


def search(function, stated=1.0, low=None, high=None, least=-math.inf, most=math.inf):
    return Search(Varied("x", "", stated, low, high, least, most), lambda x: Met(function(x), 0.0, function(x)))


def test_it_looks_in_the_range_before_it_looks_outward():
    found = search(lambda x: x - 1.5, low=0.5, high=2.0)
    found.outward()
    assert found.values == [0.5, 1.0, 2.0] and found.changes_of_sign() == [(1.0, 2.0)]


@pytest.mark.parametrize("at", [30.0, 0.01])
def test_it_goes_outward_on_the_side_where_the_gap_closes(at):
    for sign in (1.0, -1.0):
        found = search(lambda x, sign=sign: sign * (x - at))
        found.outward()
        (bracket,) = found.changes_of_sign()
        assert bracket[0] <= at <= bracket[1]
        assert all(x >= 0.8 for x in found.values) or all(x <= 1.2 for x in found.values)


def test_it_stays_on_the_side_of_0_where_the_number_is_and_inside_its_bounds():
    found = search(lambda x: x + 5.0, least=-10.0)
    found.outward()
    assert found.values[0] == 0.0 and not found.changes_of_sign()
    found = search(lambda x: x - 50.0, most=7.0)
    found.outward()
    assert found.values[-1] == 7.0 and not found.changes_of_sign()


def test_it_goes_as_far_as_the_contract_takes_a_value():
    def function(x):
        if x > 5.0:
            raise SpecError([Problem("f", 1, 1, "x", "above 5")])
        return x - 4.95

    found = search(function)
    found.outward()
    assert found.changes_of_sign() and found.values[-1] <= 5.0 < min(found.refused)


def test_a_target_met_twice():
    found = search(lambda x: (x - 2.0) * (x - 7.0), stated=5.0)
    found.between(0.0, 10.0)
    assert len(found.changes_of_sign()) == 2 and found.both_ways


def test_a_turn_between_two_values_tried():
    found = search(lambda x: (x - 5.1) * (x - 5.3), stated=5.0)
    found.between(0.0, 10.0)
    assert not found.changes_of_sign()
    found.between_neighbours()
    assert found.changes_of_sign()


RESTORED = [
    "clauses.restore={structure: terminal_value, payer: host, payee: outside, amount: 60 MEUR}",
    "tax.host.rate=0 %",
]
"""A site that must be cleared at the end: the NPV rises with the discount rate and falls again."""


@pytest.mark.parametrize("wanted", ["-13 MEUR", pytest.param("-12.43 MEUR", marks=pytest.mark.slow)])
def test_two_rates_at_which_a_site_that_must_be_cleared_is_worth_the_same(wanted):
    found = solve(LEASE, "discount_rate", f"npv = {wanted}", between=(0.5, 40), paths=64, overrides=RESTORED)
    rates = [found.value, *found.others]
    assert len(rates) == 2 and min(rates) < 5.19 < max(rates)
    for rate in rates:
        base = valuation.value(LEASE, paths=64, overrides=[*RESTORED, f"discount_rate={rate!r} %/year"]).tables.base
        assert base.npv == pytest.approx(float(wanted.split()[0]) * 1e6, rel=1e-8)
    assert any("moves both ways over the values tried" in remark for remark in found.remarks)


def test_a_target_that_is_nearly_reached_is_told_how_nearly():
    with pytest.raises(ValuationError, match=r"moves both ways .* comes nearest with -12.42 M EUR at 5.\d+ %/year"):
        solve(LEASE, "discount_rate", "npv = -10 MEUR", between=(0.5, 40), paths=64, overrides=RESTORED)


def test_a_number_of_0_needs_bounds_or_a_range():
    with pytest.raises(ValuationError, match="say where to look with --between"):
        search(lambda x: x - 1.0, stated=0.0).outward()
    found = search(lambda x: x - 0.4, stated=0.0, least=0.0, most=1.0)
    found.outward()
    assert found.changes_of_sign() == [(0.0, 1.0)]


def test_a_dead_input_is_named():
    with pytest.raises(ValuationError, match=r"risks.active_customers.churn moves no cash of the host: npv.mean is"):
        solve(BITZERO, "risks.active_customers.churn", "npv.mean = 0", paths=64)
    with pytest.raises(ValuationError, match=r"clauses.rent.price does not move mwh of the host: mwh is 74,521.2 MWh"):
        solve(LEASE, RENT, "mwh = 1 MWh", paths=64)


def test_a_number_that_can_have_one_value_only():
    def function(x):
        if x != 1.0:
            raise SpecError([Problem("f", 1, 1, "x", "expected 1")])
        return 5.0

    found = search(function)
    found.outward()
    assert found.values == [1.0] and not found.changes_of_sign()
    message = no_solution(found, read_target("npv.mean = 0", Source.read(LEASE).contract()), lambda x: None, False)
    assert message.startswith("x can only be 1 here: ") and message.endswith(" is refused: expected 1")


def test_no_solution_names_both_ends_and_what_is_refused():
    with pytest.raises(ValuationError, match=r"from 100 EUR.* to 105 .*: npv.mean is -?[\d.]+ M EUR at 100 .* wider"):
        solve(LEASE, RENT, "npv.mean = 0", between=(100, "105 EUR/kW/month"), paths=64)
    with pytest.raises(ValuationError, match=r"1\.2\d* times .* is refused: 1[\d.]+ MW is above the grid connection"):
        solve(BITZERO, "capacity.contracted", "npv.mean = 10 MUSD", paths=64)


def test_a_side_without_rates_has_no_rate_to_solve_for():
    with pytest.raises(ValuationError, match="irr.p50 does not exist for the tenant"):
        solve(LEASE, RENT, "irr.p50 = 12 %", view="tenant", paths=64)


def test_remarks_and_the_record_of_a_solution():
    found = valuation.solve(LEASE, RENT, "margin.mean = 80 %", paths=64, seed=9, overrides=["tax.host.rate=0 %"])
    assert any("above the stated range, which ends at 130 EUR/kW/month" in remark for remark in found.remarks)
    assert found.command.split()[:2] == ["valuate", "solve"] and "--set 'tax.host.rate=0 %'" in found.command
    assert (found.paths, found.seed, found.view, found.stated, found.low, found.high) == (64, 9, "host", 115, 95, 130)
    assert found.at_value.margin_mean == pytest.approx(0.8) and found.at_stated.value == 115.0
    with pytest.raises(AttributeError):
        found.value = 1.0


def test_a_chance_that_counts_paths_is_met_to_a_path():
    found = solve(BITZERO, "risks.revocation.rate", "probability.revoked = 10 %", paths=500)
    assert abs(found.reached - 0.1) <= 1.0 / 500
    assert any("counts paths: it is met to 1 in 500" in remark for remark in found.remarks)


def test_a_contract_as_read_and_values_by_date():
    contract = valuation.load_contract(BITZERO, overrides=["capacity.connection=200 MW"])
    found = solve(contract, "capacity.contracted", "mwh = 1_000_000 MWh", paths=64)
    assert found.unit == TIMES and len(found.settings) == 2 and found.reached == pytest.approx(1e6)
    again = valuation.load_contract(BITZERO, overrides=[*contract.overrides, *found.settings])
    assert again.capacity.contracted.quantities[1].canonical == pytest.approx(110.0 * found.value)


def test_settings_out_of_range_and_few_paths():
    with pytest.raises(ValuationError, match="1 paths"):
        solve(LEASE, RENT, "npv.mean = 0", paths=1)
    with pytest.raises(ValuationError, match="lowest value must be below"):
        solve(LEASE, RENT, "npv.mean = 0", between=(130, 100), paths=64)
    found = solve(LEASE, RENT, "npv.p1 = -20 MEUR", paths=64)
    assert any("Fewer than 5 of 64 paths" in remark for remark in found.remarks)
