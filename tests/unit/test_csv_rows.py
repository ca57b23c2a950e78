"""CSVs that people have: decimal commas, semicolons, columns that are named twice. No number is cut off silently."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic_core import PydanticCustomError

from valuation.curves.periods import Period
from valuation.errors import Problem, SpecError
from valuation.factors.index import LEVELS
from valuation.spec import Contract, load
from valuation.spec.faults import Fault
from valuation.spec.keyed import ByKey
from valuation.spec.kinds import MEGAWATTS, WHOLE_MONTHS, Kind, price
from valuation.spec.quotes import QUOTES
from valuation.spec.risk_free import BY_MATURITY
from valuation.spec.schedule import _column

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
ENERGY = price("MWh", example="48 EUR/MWh")
HINT = "is it a decimal comma? Write a point, or put ';' between the columns"


def wrong(reader: ByKey, text: str) -> list[Fault]:
    with pytest.raises(PydanticCustomError) as raised:
        reader.rows("some.csv", text, reader.column)
    return list((raised.value.context or {})["faults"])


def wrong_curve(text: str, kind: Kind = ENERGY) -> list[Fault]:
    with pytest.raises(PydanticCustomError) as raised:
        _column("some.csv", text, "price", kind)
    return list((raised.value.context or {})["faults"])


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (BY_MATURITY, "maturity,rate [%/year]\n1 year,3,90\n"),
        (QUOTES, "period,price [EUR/MWh]\n2027-Q1,58,40\n"),
        (LEVELS, "year,level\n2027,102,4\n"),
    ],
)
def test_a_decimal_comma_between_commas_is_refused(reader: ByKey, text: str) -> None:
    (one,) = wrong(reader, text)
    assert one.message == f"got 3 fields, expected 2 as in the header; {HINT} of the whole file"
    assert (one.file, one.line, one.source) == ("some.csv", 2, text.split("\n")[1])
    assert one.column == len(one.source.split(",")[0]) + 2


def test_a_decimal_comma_in_a_curve_is_refused() -> None:
    (one,) = wrong_curve("date,price [EUR/MWh]\n2026-07-01,48,90\n")
    assert HINT in one.message and (one.line, one.column) == (2, 12)


def test_short_lines_and_a_flood() -> None:
    lines = "".join(f"{year},1\n" for year in range(2001, 2011))
    found = wrong(QUOTES, f"period,price [EUR/MWh],note\n{lines}2012\n")
    assert [one.line for one in found] == [2, 3, 4, 5, 6, 7]
    assert found[0].message == "got 2 fields, expected 3 as in the header"
    assert found[-1].message == "and 6 more lines with other fields than the header"


@pytest.mark.parametrize("between", [";", "\t"])
def test_semicolons_and_tabs_let_numbers_have_a_comma(between: str) -> None:
    def of(*rows: str) -> str:
        return "\n".join(row.replace("|", between) for row in rows)

    rates = BY_MATURITY.rows("r", of("maturity|rate [%/year]", "1 year|3,90", "2 years|4"), "rate")
    assert [rate.canonical for rate in rates.values()] == pytest.approx([0.039, 0.04])
    quotes = QUOTES.rows("q", of("period|price|unit", "2027|1_058,40|EUR/MWh", '"2028"|"41,5"|EUR/MWh'), "price")
    assert [quote.canonical for quote in quotes.values()] == [1058.4, 41.5]
    assert [level.canonical for level in LEVELS.rows("i", of("year|level", "2027|102,4"), "level").values()] == [102.4]
    ((_, level),) = _column("c", of("date|price [EUR/MWh]|", "2026-07-01|-48,90|", "||"), "price", ENERGY)
    assert level.canonical == -48.9


def test_commas_and_points_in_one_column_are_refused() -> None:
    (one,) = wrong(QUOTES, "period;price [EUR/MWh]\n2027;58,40\n2028;1.058\n")
    assert one.message == "got '1.058', and line 2 has a decimal comma: write all numbers with one of the two"
    assert one.line == 3
    assert "write thousands as 1_000" in wrong(QUOTES, "period;price [EUR/MWh]\n2027;1.058,40\n")[0].message


def test_headers() -> None:
    (one,) = wrong(BY_MATURITY, "maturity,rate\n1 year,4\n")
    assert "expected a header such as 'rate [%/year]', or a column 'unit'" in one.message
    (one,) = wrong(QUOTES, "period,price [EUR/MWh],price [EUR/MWh]\n2027,1,2\n")
    assert one.message == "2 columns have the name 'price'"
    (one,) = wrong(QUOTES, "Period;price [EUR/MWh]\n2027;1\n")
    assert one.message == "the first column must be 'period', got 'Period', 'price'"
    (one,) = wrong_curve("date,price\n2026-07-01,4\n", MEGAWATTS)
    assert "expected a header such as 'price [MW]'" in one.message


def test_a_field_over_two_lines_moves_no_place() -> None:
    (one,) = wrong(QUOTES, 'period,note,price [EUR/MWh]\n2027,"a\nb",5\n2028,c,much\n')
    assert (one.line, one.source) == (4, "2028,c,much")
    assert "is no CSV: field larger" in wrong(QUOTES, f"period,price\n2027,{'1' * 200_000}\n")[0].message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Q1-27", "2027-Q1"), ("YR-28", "2028"), ("CAL-2028", "2028"), ("2027Q1", "2027-Q1"), ("2027 q3", "2027-Q3"),
        ("Jan-27", "2027-01"), ("2027M2", "2027-02"), ("2027-3", "2027-03"), ("01.2027", "2027-01"),
    ],
)  # fmt: skip
def test_periods_of_exchanges_are_told_their_form(text: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is no period, write '{meant}'"):
        Period.parse(text)
    Period.parse(meant)


@pytest.mark.parametrize("text", ["Xyz-27", "2027-13", "2027-Q5", "soon", ""])
def test_what_is_no_period_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="is no period, expected a year 2027"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "meant"), [("5Y", "5 years"), ("6M", "6 months"), ("1y", "1 year"), ("2Q", "2 quart")]
)
def test_tenors_are_told_their_form(text: str, meant: str) -> None:
    (one,) = wrong(BY_MATURITY, f"maturity,rate [%/year]\n{text},4\n")
    assert f"'{text}' is no maturity, write '{meant}" in one.message


@pytest.mark.parametrize(
    ("text", "meant"),
    [("1 250 EUR/MWh", "1_250 EUR/MWh"), ("-12\u00a0250\u202f000.5 EUR/MWh", "-12_250_000.5 EUR/MWh")],
)
def test_spaces_between_thousands_are_told(text: str, meant: str) -> None:
    with pytest.raises(PydanticCustomError) as raised:
        ENERGY.plain(text)
    message = (raised.value.context or {})["faults"][0].message
    assert message == f"'{text}' has a space between thousands; write '{meant}'"
    assert ENERGY.plain(meant).canonical != 0.0
    assert WHOLE_MONTHS.plain("15 years").canonical == 180.0


def of_market(folder: Path, csv: str, risk_free: str = "3 %/year", rates: str = "") -> Contract:
    """The example of quoted curves with other quotes or rates."""
    shutil.copytree(EXAMPLES / "markets", folder / "markets")
    shutil.copy(EXAMPLES / "quoted-curves.yaml", folder)
    market = folder / "markets" / "quotes.yaml"
    text = market.read_text(encoding="utf-8")
    old = "risk_free: {value: 3 %/year, status: assumption}"
    assert old in text
    market.write_text(text.replace(old, f"risk_free: {risk_free}"), encoding="utf-8")
    (folder / "markets" / "rates.csv").write_text(rates, encoding="utf-8")
    if csv:
        (folder / "markets" / "power-quotes.csv").write_text(csv, encoding="utf-8")
    return load(folder / "quoted-curves.yaml")


def problems(folder: Path, csv: str) -> tuple[Problem, ...]:
    with pytest.raises(SpecError) as raised:
        of_market(folder, csv)
    return raised.value.problems


def test_a_unit_of_quotes_is_wrong_where_the_csv_has_it(tmp_path: Path) -> None:
    (one,) = problems(tmp_path, "period,price [NOK/MWh]\n2027,41\n")
    assert "'NOK/MWh' does not fit the factor's unit 'EUR/MWh'" in one.message
    assert (one.file, one.line, one.column) == ("power-quotes.csv", 1, 8)


def test_a_unit_of_one_quote_is_wrong_in_its_line(tmp_path: Path) -> None:
    (one,) = problems(tmp_path, "period,price,unit\n2027,41,EUR/MWh\n2028,41,NOK/MWh\n")
    assert "does not fit the unit of the first" in one.message
    assert (one.file, one.line) == ("power-quotes.csv", 3)


def test_contradictions_name_the_lines_of_the_csv(tmp_path: Path) -> None:
    rows = "2027,31\n2027-Q1,40\n2027-Q2,30\n2027-Q3,25\n2027-Q4,38\n"
    (one,) = problems(tmp_path, f"period,price [EUR/MWh]\n{rows}")
    assert (one.file, one.line, one.column) == ("power-quotes.csv", 2, 6)
    assert "2027-Q1 40 EUR/MWh (line 3 of power-quotes.csv)" in one.message


def test_a_rate_of_hundreds_of_percent_is_told_at_its_place(tmp_path: Path) -> None:
    rates = "maturity;rate [/year]\n1 year;3,90\n2 years;0,041\n"
    warnings = of_market(tmp_path, "", "{zero: {file: rates.csv}}", rates).warnings
    told = [one for one in warnings if "390 %/year for 1 year (line 2 of rates.csv): is that meant" in one.message]
    assert told and told[0].path == "market.risk_free.zero.1 year"


def test_a_flat_rate_of_hundreds_of_percent_is_told(tmp_path: Path) -> None:
    (one,) = (one for one in of_market(tmp_path, "", "390 %/year").warnings if "390 %/year" in one.message)
    assert one.path == "market.risk_free" and one.line
