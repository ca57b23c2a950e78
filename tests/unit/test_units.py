"""Units: names, algebra, text; pint as a second opinion on every factor."""

from __future__ import annotations

import warnings
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.errors import UnitError
from valuation.units import CURRENCIES, ONE, Unit, parse_unit

NAMES = (
    "W", "kW", "MW", "GW", "TW", "Wh", "kWh", "MWh", "GWh", "TWh", "h", "hour", "hours", "day", "days", "year", "years",
    "month", "months", "quarter", "USD", "kUSD", "MUSD", "bnUSD", "EUR", "MEUR", "NOK", "MNOK", "øre", "GPU", "%", "bp",
)  # fmt: skip
TRADE = (
    "USD/kW/month", "USD/kWh", "EUR/MWh", "NOK/kW/year", "øre/kWh", "MUSD/MW", "USD/GPU/hour", "%/year", "/year",
    "/sqrt(year)", "USD/EUR", "bn USD", "MUSD/year", "1/year", "MW·hour", "kW*h", "MW^2", "/quarter",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "factor", "dims"),
    [
        ("MW", 1, {"MW": 1}),
        ("kW", Fraction(1, 1000), {"MW": 1}),
        ("MWh", 1, {"MW": 1, "hour": 1}),
        ("kWh", Fraction(1, 1000), {"MW": 1, "hour": 1}),
        ("USD/kW/month", 12_000, {"USD": 1, "MW": -1, "year": -1}),
        ("øre/kWh", 10, {"NOK": 1, "MW": -1, "hour": -1}),
        ("bn USD", 10**9, {"USD": 1}),
        ("%", Fraction(1, 100), {}),
        ("/sqrt(year)", 1, {"year": Fraction(-1, 2)}),
        ("months", Fraction(1, 12), {"year": 1}),
        ("GPUs", 1, {"GPU": 1}),
        ("USD/GPU-hour", 1, {"USD": 1, "GPU": -1, "hour": -1}),
        ("MUSD/GPU/hour", 10**6, {"USD": 1, "GPU": -1, "hour": -1}),
        ("", 1, {}),
    ],
)
def test_units_of_the_trade(text: str, factor: Fraction, dims: dict[str, Fraction]) -> None:
    unit = parse_unit(text)
    assert (unit.factor, dict(unit.dims)) == (factor, dims)


def test_hour_day_and_year_do_not_convert() -> None:
    hour, day, year = (parse_unit(text) for text in ("hour", "day", "year"))
    for first, second in ((hour, day), (day, year), (hour, year)):
        assert not first.converts_to(second)
        with pytest.raises(UnitError, match="does not convert"):
            first.scale_to(second)


def test_currencies_do_not_convert() -> None:
    for code in CURRENCIES:
        assert parse_unit(code).currencies == (code,)
        assert parse_unit(f"M{code}").scale_to(parse_unit(code)) == 1e6
    with pytest.raises(UnitError, match="'USD' does not convert to 'EUR'"):
        parse_unit("USD").scale_to(parse_unit("EUR"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("EUR/MWhh", "unknown unit 'EUR/MWhh', did you mean 'EUR/MWh'?"),
        ("usd/kWh", "unknown unit 'usd/kWh', did you mean 'USD/kWh'?"),
        ("mEUR/year", "unknown unit 'mEUR/year', did you mean 'MEUR/year'?"),
        ("USD//MWh", "'USD//MWh' is not a unit"),
        ("/", "'/' is not a unit"),
        ("*MW", "'*MW' is not a unit"),
        ("zorkmid", "unknown unit 'zorkmid'"),
        ("/sqrt(month)", "no root of 'month'"),
        ("0·MW", "a factor of zero"),
    ],
)
def test_what_is_no_unit(text: str, message: str) -> None:
    with pytest.raises(UnitError) as raised:
        parse_unit(text)
    assert message in str(raised.value)


@pytest.mark.parametrize("text", [*NAMES, *TRADE])
def test_text_reads_back(text: str) -> None:
    unit = parse_unit(text)
    assert parse_unit(str(unit)) == unit


@pytest.mark.parametrize(
    "text", ["USD/kW/month", "EUR/MWh", "MUSD/MW", "NOK/kW/year", "%/year", "/year", "MWh", "month", "øre"]
)
def test_trade_spelling_is_kept(text: str) -> None:
    assert str(parse_unit(text)) == text


units = st.builds(
    lambda factor, dims: Unit(factor, tuple(sorted(dims.items()))),
    st.fractions(min_value=Fraction(1, 10**6), max_value=10**9, max_denominator=10**6),
    st.dictionaries(
        st.sampled_from(["MW", "hour", "day", "year", "USD", "EUR", "NOK", "GPU"]),
        st.integers(-3, 3).filter(bool).map(Fraction),
        max_size=4,
    ),
)


@given(units)
def test_any_unit_has_a_text_that_reads_back(unit: Unit) -> None:
    assert parse_unit(str(unit)) == unit


@given(units, units, units)
def test_algebra(a: Unit, b: Unit, c: Unit) -> None:
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a / a == ONE
    assert a * b / b == a
    assert a**2 == a * a
    assert a**-1 == ONE / a
    assert a**0 == ONE


@given(st.text(max_size=30))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        unit = parse_unit(text)
    except UnitError:
        return
    assert parse_unit(str(unit)) == unit


@pytest.fixture(scope="module")
def pint_registry() -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pint

        registry = pint.UnitRegistry(on_redefinition="ignore")
        for code in ("USD", "EUR", "NOK"):
            registry.define(f"{code} = [{code}]")
            registry.define(f"k{code} = 1e3 {code}")
            registry.define(f"M{code} = 1e6 {code}")
            registry.define(f"bn{code} = 1e9 {code}")
        registry.define("øre = 0.01 NOK")
        registry.define("GPU = [gpu]")
        registry.define("bp = 1e-4")
        registry.define("quarter = year / 4")
        registry.define("h = hour")
    return registry


PAIRS = [(a, b) for a in NAMES for b in NAMES if a < b and parse_unit(a).converts_to(parse_unit(b))]
CHAINS = [
    ("USD/kW/month", "MUSD/MW/year"), ("øre/kWh", "NOK/MWh"), ("USD/GPU/hour", "kUSD/GPU/hour"),
    ("MWh/year", "kWh/month"), ("EUR/GWh", "EUR/kWh"), ("NOK/kW/quarter", "NOK/MW/month"),
    ("kW*hour", "MWh"), ("GW^2", "MW^2"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), [*PAIRS, *CHAINS])
def test_pint_agrees(a: str, b: str, pint_registry: object) -> None:
    def in_pint(text: str) -> object:
        return pint_registry.parse_expression(text.replace("%", "percent").replace("^", "**"))  # type: ignore[attr-defined]

    ratio = (in_pint(a) / in_pint(b)).to("dimensionless").magnitude  # type: ignore[operator,attr-defined]
    assert parse_unit(a).scale_to(parse_unit(b)) == pytest.approx(ratio, rel=1e-13)


def test_the_oracle_covers_every_kind_of_name() -> None:
    assert len(PAIRS) > 40
    assert {dim for pair in PAIRS for dim, _ in parse_unit(pair[0]).dims} == {
        "MW",
        "hour",
        "day",
        "year",
        "USD",
        "EUR",
        "NOK",
    }
