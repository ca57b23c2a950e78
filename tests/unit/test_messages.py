"""Slips of a first-time user, made in the example: each message names its line and says what to write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from valuation import value
from valuation.errors import Problem, SpecError, ValuationError
from valuation.report.numbers import finite
from valuation.spec import load
from valuation.spec.load import Source

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
TEXT = (EXAMPLES / "minimal-lease.yaml").read_text(encoding="utf-8")
RATE = "rate: {value: 2 %/year, status: assumption, evidence: historical}"

# What is replaced, by what, the text of the line at fault, the messages expected (one error each).
SLIPS = [
    (RATE, "rate: 2 %/year", "    rate: 2 %/year", "write rate: {value: 2 %/year, evidence: historical}"),
    (RATE, "rate: {value: 2 %/year, status: fact}", "status: fact",
     "write rate: {value: 2 %/year, evidence: historical"),
    (RATE, "rate: 2 %/year\n    evidence: market", "    evidence: market",
     "'evidence' belongs inside 'rate'; write rate: {value: 2 %/year, evidence: market}"),
    ("utilisation: 85 %  ", "utilisation 85 %  ", "  utilisation 85 %", "is a colon missing?"),
    ("  connection: 12 MW", "   connection: 12 MW", "   connection: 12 MW", "this line is indented by 3"),
    ("price: {value: 18 EUR/kW/month, status: assumption}", "price:", "    price:", "got nothing, expected a price"),
    ("price: {value: 18 EUR/kW/month, status: assumption}", "price: €18/kW/month", "€18",
     "write EUR: '18 EUR/kW/month'"),
    ("price: {value: 18 EUR/kW/month, status: assumption}", "price: EUR 1,800/kW/month", "1,800",
     "write EUR: '1_800 EUR/kW/month'"),
    ("term: 10 years", "term: 10y", "term: 10y", "unknown unit 'y', did you mean 'years'?"),
    ("term: 10 years", "term: 10", "term: 10", "10 has no unit, expected a duration in months, quarters or years"),
    ("start: 2027-01-01", "start: 15.03.2027", "15.03.2027", "write year-month-day: '2027-03-15'"),
    ("start: 2027-01-01", "start: 15/03/2027", "15/03/2027", "write year-month-day: '2027-03-15'"),
    ("start: 2027-01-01", "start: 03/04/2027", "03/04/2027", "write year-month-day, for example '2026-10-01'"),
    ("  start: 2027-01-01\n", "", "dates:", "missing key 'start', for example 'start: 2026-10-01'"),
    ("view: host", "# view", "", "missing key 'view', for example 'view: host'"),
    ("price: {value: 18 EUR/kW/month, status: assumption}", "price: 180 NOK/kW/month", "180 NOK",
     "markets/minimal.yaml 'stated_rates: {EUR/NOK: … EUR/NOK}', or a factor with 'process: gbm' and 'unit: EUR/NOK'"),
    ("note: after tax and before debt", "note: after tax, before debt", "discount_rate:", "Quote such a text"),
    ("escalator: 2 %/year", "take_or_pay: 90 %", "take_or_pay: 90 %", "write take_or_pay: {share: 90 %, per: month}"),
    ("process: hazard", "process: brownian", "process: brownian", "hazard, jacobi, logit_ou"),
    ("\n  net_of_power:\n", "\nnet_of_power:\n", "net_of_power:", "indent it below 'scenarios', which is empty"),
]  # fmt: skip


def problems(folder: Path, text: str, market: str | None = None) -> list[Problem]:
    shutil.copytree(EXAMPLES / "markets", folder / "markets")
    if market is not None:
        (folder / "markets" / "minimal.yaml").write_text(market, encoding="utf-8")
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as raised:
        load(folder / "x.yaml")
    return list(raised.value.problems)


@pytest.mark.parametrize(("right", "wrong", "line", "message"), SLIPS, ids=[case[1][:30] for case in SLIPS])
def test_a_slip_is_one_error_that_says_what_to_write(
    right: str, wrong: str, line: str, message: str, tmp_path: Path
) -> None:
    assert TEXT.count(right) == 1
    found = problems(tmp_path, TEXT.replace(right, wrong))
    assert len(found) == 1, [str(problem) for problem in found]
    assert message in found[0].message
    assert line in found[0].source


def test_processes_of_a_market_are_those_of_prices(tmp_path: Path) -> None:
    market = (EXAMPLES / "markets" / "minimal.yaml").read_text(encoding="utf-8")
    (found,) = problems(tmp_path, TEXT, market.replace("process: two_ou", "process: white_noise"))
    offered = found.message.partition("expected one of ")[2].split(", ")
    assert {"gbm", "index", "inflation_ou", "ou", "schwartz", "two_ou", "vasicek"} <= set(offered)
    assert not {"hazard", "logit_ou", "customers", "outages"} & set(offered)


def test_an_optional_key_that_the_file_leaves_out_may_be_set() -> None:
    source = Source.read(EXAMPLES.parent / "bitzero.yaml")
    with pytest.raises(SpecError) as raised:
        source.contract(None, ["risks.revocation.compensation.multiple=2"])
    assert [problem.path for problem in raised.value.problems] == [
        "risks.revocation.compensation.of"
    ]  # read, and refused
    contract = source.contract(None, ["clauses.operations.passes=property", "risks.revocation.note=mine"])
    assert contract.clauses["operations"].passes == "property"


def test_a_date_where_shares_are_wanted_is_told_as_one(tmp_path: Path) -> None:
    text = TEXT.replace("schedule: {from: 2026-07-31, months: 6}", "schedule: 2026-07-31")
    (found,) = problems(tmp_path, text)
    assert "this is a date, expected a share or an amount of money such as '50 %'" in found.message


def test_a_plain_value_for_a_mapping_shows_the_mapping(tmp_path: Path) -> None:
    text = TEXT.replace("host: {rate: 22 %, losses: carry_forward, paid: in_year}", "host: 22 %")
    (found,) = problems(tmp_path, text)
    assert "write host: {rate: 22 %}" in found.message


def test_a_result_without_a_number_is_told_in_words_and_not_as_a_traceback() -> None:
    with pytest.raises(ValuationError, match="inf is not a finite number; is a price, a rate or a volatility"):
        finite(float("inf"), "Cash flow")


def test_a_price_beyond_all_bounds_is_told_in_words_and_not_as_a_traceback() -> None:
    slow = "market.factors.power.example.slow"
    wild = ["market.factors.power.example.transform=asinh", "market.factors.power.example.scale=10 EUR/MWh"]
    with pytest.raises(ValuationError, match="no finite number: a price.* is a volatility too large"):
        value(
            EXAMPLES / "minimal-lease.yaml",
            paths=256,
            overrides=[*wild, f"{slow}.volatility=300 /sqrt(year)", f"{slow}.reversion=0 /year"],
        )
