"""Values set by path, on the command line and in scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from valuation.errors import SpecError
from valuation.spec import load, spec_sha256
from valuation.spec.load import Source
from valuation.spec.locate import find, split_path

DATA = Path(__file__).resolve().parents[1] / "data"
SMALL = DATA / "small.yaml"
TREE = {
    "market": {"factors": {"power": {"x": 1}, "power.NO4": {"slow": {"reversion": 3}}, "power.NO4.fast": {"a": 2}}},
    "indicators": [{"name": "busy", "when": "u > 92 %"}, {"name": "in.doubt", "when": "n < 15"}],
    "capacity": {"contracted": {"value": {"2026-10-01": "40 MW"}, "status": "fact"}},
    "clauses": {"rent": {"structure": "capacity_lease", "price": "1 USD/kW/month"}},
    "risks": {},
}


@pytest.mark.parametrize(
    ("path", "loc"),
    [
        ("market.factors.power.NO4.slow.reversion", ("market", "factors", "power.NO4", "slow", "reversion")),
        ("market.factors.power.x", ("market", "factors", "power", "x")),
        ("market.factors.power.NO4.fast.a", ("market", "factors", "power.NO4.fast", "a")),
        ('market.factors."power.NO4".slow', ("market", "factors", "power.NO4", "slow")),
        ("market.factors.'power'.x", ("market", "factors", "power", "x")),
        ("indicators.1.when", ("indicators", 1, "when")),
        ("indicators.busy.when", ("indicators", 0, "when")),
        ("indicators.in.doubt.when", ("indicators", 1, "when")),
        ("capacity.contracted.2026-10-01", ("capacity", "contracted", "value", "2026-10-01")),
        ("clauses.rent.price", ("clauses", "rent", "price")),
        ("clauses.rent.escalator", ("clauses", "rent", "escalator")),  # not in the file, but the lease has it
    ],
)
def test_paths_take_the_longest_key(path: str, loc: tuple[str | int, ...]) -> None:
    assert find(TREE, path) == loc


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("clauses.rent.prise", "price"),
        ("clauses.rant.price", "rent"),
        ("clases.rent.price", "clauses"),
        ("market.factors.power.NO5.slow", "no 'NO5' in market.factors.power"),
        ("indicators.2.when", "busy"),
        ("clauses.rent.price.low", "it is a single value"),
        ("risks.new", "no 'new' in risks"),
    ],
)
def test_a_path_that_meets_nothing_names_the_nearest_keys(path: str, nearest: str) -> None:
    with pytest.raises(LookupError, match="meets nothing") as raised:
        find(TREE, path)
    assert nearest in str(raised.value)


@pytest.mark.parametrize("path", ["", ".", "a.", "a..b", "'a", "a'b'", "'a'b"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        split_path(path)


def test_new_entries_only_where_the_file_chooses_the_keys() -> None:
    assert find(TREE, "risks.tenant_default", {"process": "hazard"}) == ("risks", "tenant_default")
    with pytest.raises(LookupError):
        find(TREE, "clauses.rent.colour", {"a": 1})


# What is set, where it stands in the tree, what stands there then.
NEW = [
    ("clauses.rent.payment.lag=30 days", ("clauses", "rent", "payment"), {"lag": "30 days"}),
    ("clauses.rent.index.by=2 %/year", ("clauses", "rent", "index", "by"), "2 %/year"),
    ("discount_rate_by_party.tenant=8 %/year", ("discount_rate_by_party",), {"tenant": "8 %/year"}),
    ("discount_rate.note=my own", ("discount_rate",), {"value": "9 %/year", "note": "my own"}),
    ("tax.host.rate=22 %", ("tax",), {"host": {"rate": "22 %"}}),
    ("parties.bank=A bank", ("parties", "bank"), "A bank"),
    ("market.stated_rates.USD/SEK=0.1 USD/SEK", ("market", "stated_rates", "USD/SEK"), "0.1 USD/SEK"),
    ("market.factors.power.NO4.yearly_level.sd=0.4", ("market", "factors", "power.NO4", "yearly_level"), {"sd": 0.4}),
    ("clauses.rent.price.range=[90 USD/kW/month, 150 USD/kW/month]", ("clauses", "rent", "price", "range"),
     ["90 USD/kW/month", "150 USD/kW/month"]),
    ("clauses.rent.contracted.2027-01-01=110 MW", ("clauses", "rent", "contracted"), {"2027-01-01": "110 MW"}),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "loc", "there"), NEW, ids=[case[0].partition("=")[0] for case in NEW])
def test_keys_that_the_file_leaves_out_may_be_set(setting: str, loc: tuple[str, ...], there: object) -> None:
    found: object = load(SMALL, None, [setting]).tree
    for part in loc:
        assert isinstance(found, dict)
        found = found[part]
    assert found == there


def test_a_new_step_goes_to_its_place_in_time() -> None:
    contract = load(SMALL, None, ["capacity.contracted.2026-12-01=50 MW"])
    assert [str(quantity) for quantity in contract.capacity.contracted.quantities] == ["40 MW", "50 MW", "110 MW"]
    long = "capacity.contracted={value: {2026-10-01: 40 MW}, note: mine}"
    contract = load(SMALL, None, [long, "capacity.contracted.2026-12-01=50 MW"])
    assert [str(quantity) for quantity in contract.capacity.contracted.quantities] == ["40 MW", "50 MW"]


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("clauses.rent.payment.lagg", "no 'lagg' in clauses.rent.payment; nearest keys: lag"),
        ("clauses.bild.payment", "no 'bild' in clauses"),
        ("clauses.rent.contracted.January", "no 'January' in clauses.rent.contracted"),
        ("clauses.rent.escalator.2027-01-01", "it is a single value"),
    ],
)
def test_a_new_key_that_no_class_knows_meets_nothing(path: str, where: str) -> None:
    with pytest.raises(LookupError, match="meets nothing") as raised:
        find(TREE, path, {"lag": "30 days"})
    assert where in str(raised.value)


def test_a_mapping_replaces_a_long_form_that_stands_for_one() -> None:
    forward = "market.factors.fx.EURUSD.forward"
    long = f"{forward}={{value: 1.2 USD/EUR, status: fact}}"
    curve = f"{forward}={{curve: {{2026-07-01: 1.1 USD/EUR, 2027-07-01: 1.2 USD/EUR}}}}"
    factor = load(SMALL, None, [long, curve]).market.factors["fx.EURUSD"]
    assert len(factor.forward.level.quantities) == 2  # type: ignore[attr-defined]
    factor = load(SMALL, None, [long, f"{forward}.flat=1.3 USD/EUR"]).market.factors["fx.EURUSD"]
    assert factor.forward.level.constant.value == 1.3  # type: ignore[attr-defined]


def test_below_a_short_form_the_other_keys_may_be_set() -> None:
    shape = "market.factors.power.NO4.forward.month_shape=[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]"
    factor = load(SMALL, None, ["market.factors.power.NO4.forward=30 EUR/MWh", shape]).market.factors["power.NO4"]
    assert factor.forward.level.constant.value == 30.0  # type: ignore[attr-defined]
    assert factor.forward.month_shape[11].value == 2.0  # type: ignore[attr-defined]


def test_settings_apply_in_order_and_after_the_scenario() -> None:
    contract = load(SMALL, "cheap", ["clauses.rent.price=90 USD/kW/month", "clauses.rent.price=95 USD/kW/month"])
    assert contract.clauses["rent"].price.constant.value == 95.0  # type: ignore[attr-defined]
    assert contract.overrides == ("clauses.rent.price=90 USD/kW/month", "clauses.rent.price=95 USD/kW/month")
    assert contract.scenario == "cheap"


def test_a_scenario_starts_from_another() -> None:
    contract = load(SMALL, "cheaper")
    rent = contract.clauses["rent"]
    assert (rent.price.constant.value, rent.take_or_pay.share.canonical) == (100.0, 0.8)  # type: ignore[attr-defined]


def test_a_plain_value_replaces_the_number_and_what_was_said_of_it() -> None:
    before, after = (
        load(SMALL, None, sets).clauses["rent"].price.constant for sets in ([], ["clauses.rent.price=5 EUR/kW/month"])
    )  # type: ignore[attr-defined]
    assert before.provenance.note == "for tests"
    assert (after.value, after.currency, after.provenance.note, after.provenance.status) == (5.0, "EUR", None, None)
    assert after.path == before.path == "clauses.rent.price"


def test_words_that_are_no_provenance_stay() -> None:
    rate = load(SMALL, None, ["discount_rate={value: 9 %/year, includes: [construction]}", "discount_rate=8 %/year"])
    assert rate.discount_rate.value.canonical == 0.08
    assert rate.discount_rate.includes == ("construction",)


def test_null_takes_an_entry_or_an_optional_value_away() -> None:
    contract = load(SMALL, None, ["clauses.power=null", "clauses.rent.take_or_pay="])
    assert list(contract.clauses) == ["rent"]
    assert contract.clauses["rent"].take_or_pay is None  # type: ignore[attr-defined]


def test_null_does_not_take_away_what_is_needed() -> None:
    with pytest.raises(SpecError, match="missing key 'pue'"):
        load(SMALL, None, ["capacity.pue=null"])


def test_market_values_are_set_below_market() -> None:
    contract = load(
        SMALL, None, ["market.factors.power.NO4.slow.reversion=4 /year", "market.stated_rates.USD/NOK=0.1 USD/NOK"]
    )
    assert contract.market.factors["power.NO4"].slow.reversion.canonical == 4.0  # type: ignore[attr-defined]
    assert contract.market.stated_rates["USD/NOK"].canonical == 0.1


def test_a_reading_leaves_its_source_as_it_was() -> None:
    source = Source.read(SMALL)
    first = spec_sha256(source.contract())
    source.contract("cheaper", ["clauses.power=null", "dates.term=7 years"])
    assert spec_sha256(source.contract()) == first


def test_digest_follows_what_is_valued() -> None:
    source = Source.read(SMALL)
    plain = spec_sha256(source.contract())
    assert plain == spec_sha256(load(SMALL))
    assert spec_sha256(source.contract("cheap")) != plain
    by_scenario = source.contract("cheap")
    by_setting = source.contract(None, ["clauses.rent.price=100 USD/kW/month"])
    assert spec_sha256(by_scenario) == spec_sha256(by_setting)
    assert spec_sha256(source.contract(view="tenant")) != plain


def test_digest_ignores_comments_and_layout(tmp_path: Path) -> None:
    (tmp_path / "markets").mkdir()
    market = (DATA / "markets" / "small.yaml").read_text(encoding="utf-8")
    (tmp_path / "markets" / "small.yaml").write_text("# a comment\n" + market, encoding="utf-8")
    text = SMALL.read_text(encoding="utf-8").replace("\n\n", "\n# here too\n\n")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    assert spec_sha256(load(tmp_path / "other.yaml")) == spec_sha256(load(SMALL))


def test_scenario_faults_show_without_choosing_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "markets").mkdir()
    (tmp_path / "markets" / "small.yaml").write_bytes((DATA / "markets" / "small.yaml").read_bytes())
    text = SMALL.read_text(encoding="utf-8").replace("clauses.rent.price: 100", "clauses.rant.price: 100")
    (tmp_path / "small.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as raised:
        load(tmp_path / "small.yaml")
    (problem,) = raised.value.problems
    assert problem.line == 43 and "nearest keys: rent" in problem.message
