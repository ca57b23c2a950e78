"""Quoted curves in a market file: read, refused with their places, told of where they do not reach, and lowered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from valuation.curves.forward import average
from valuation.curves.periods import Period
from valuation.errors import SpecError
from valuation.plan.evaluate import base_case
from valuation.resolve import resolve
from valuation.spec import Contract, load

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
EXAMPLE = EXAMPLES / "quoted-curves.yaml"
QUOTES = "forward.quotes"
FILE = "{value: {file: power-quotes.csv}, status: assumption, note: made up; years and what lies inside them}"
BEYOND = "      beyond: {value: 1.5 %/year, status: assumption, note: nothing is quoted after 2030}\n"
LEVELS = "levels: {2026: 100, 2027: 102.6, 2028: 104.9, 2029: 107.0}"


def deal(folder: Path, *changes: tuple[str, str], csv: str | None = None) -> Path:
    """The example with another market file or CSV."""
    (folder / "markets").mkdir()
    shutil.copy(EXAMPLE, folder)
    text = (EXAMPLES / "markets" / "quotes.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "markets" / "quotes.yaml").write_text(text, encoding="utf-8")
    own = (EXAMPLES / "markets" / "power-quotes.csv").read_text(encoding="utf-8")
    (folder / "markets" / "power-quotes.csv").write_text(own if csv is None else csv, encoding="utf-8")
    return folder / EXAMPLE.name


def expected(contract: Contract, row: str = "power.example.expected") -> tuple[int, tuple[float, ...]]:
    """First month of the plan, and a row of its base case."""
    plan = resolve(contract)
    return plan.first_month, base_case(plan).series(row, plan.months)


def test_the_expected_price_averages_to_each_quote() -> None:
    contract = load(EXAMPLE)
    first, prices = expected(contract)
    quotes = contract.market.factors["power.example"].forward.quotes  # type: ignore[attr-defined]
    assert len(quotes) == 8
    for text, quote in quotes.items():
        assert average(Period.parse(text), prices, first) == pytest.approx(quote.canonical, rel=1e-13)
    assert quotes["2027"].path == "market.factors.power.example.forward.quotes.2027"
    assert quotes["2027"].provenance.status == "assumption"
    assert not contract.warnings


def test_after_the_last_quote_the_year_grows_as_stated() -> None:
    first, prices = expected(load(EXAMPLE))
    last = average(Period.parse("2030"), prices, first)
    for year in (2031, 2032, 2034):
        # leap days move the weights of a shape a little
        assert average(Period.parse(str(year)), prices, first) == pytest.approx(last * 1.015 ** (year - 2030), rel=1e-3)
    assert average(Period.parse("2031"), prices, first) == pytest.approx(last * 1.015, rel=1e-13)


def test_quotes_in_the_file_and_from_a_csv_are_one(tmp_path: Path) -> None:
    rows = (EXAMPLES / "markets" / "power-quotes.csv").read_text(encoding="utf-8").split()[2:]
    pairs = [row.split(",") for row in rows]
    inline = ", ".join(f"{period}: {float(price) / 1000:.6f} EUR/kWh" for period, price in reversed(pairs))
    contract = load(deal(tmp_path, (FILE, f"{{{inline}}}")))
    assert expected(contract)[1] == pytest.approx(expected(load(EXAMPLE))[1], rel=1e-12)


def test_units_by_row_of_a_csv(tmp_path: Path) -> None:
    csv = "period,area,price,unit\n2026-Q3,NO4,30.5,EUR/MWh\n2026-Q4,NO4,0.0421,EUR/kWh\n2027,NO4,41,EUR/MWh\n"
    contract = load(deal(tmp_path, csv=csv))
    first, prices = expected(contract)
    assert average(Period.parse("2026-Q4"), prices, first) == pytest.approx(42.1, rel=1e-13)


@pytest.mark.parametrize(
    ("csv", "place", "message"),
    [
        ("month,price [EUR/MWh]\n2027,41\n", (1, 1), "the first column must be 'period'"),
        ("period,base [EUR/MWh]\n2027,41\n", (1, 1), "no column 'price', there are base"),
        ("period,price\n2027,41\n", (1, 8), "column 'price' has no unit"),
        ("period,price [EUR/MWh]\n2027,forty\n", (2, 6), "column 'price': 'forty EUR/MWh' is not a quantity"),
        ("period,price [EUR/MWh]\n2027,\n", (2, 6), "column 'price': 'EUR/MWh' is not a quantity"),
        ("period,price [EUR/MWh]\n2027-Q5,41\n", (2, 1), "'2027-Q5' is no period"),
        ("period,price [EUR/MWh]\n2027,41\n2027,42\n", (3, 1), "period 2027 stands there twice"),
        ("period,price [EUR/MWh]\n", (1, 1), "no rows"),
        ("", (1, 1), "the first column must be 'period'"),
    ],
)
def test_a_wrong_csv_is_named_with_its_line_and_column(
    csv: str, place: tuple[int, int], message: str, tmp_path: Path
) -> None:
    with pytest.raises(SpecError) as raised:
        load(deal(tmp_path, csv=csv))
    problem = raised.value.problems[0]
    assert (problem.file, problem.line, problem.column) == ("power-quotes.csv", *place)
    assert message in problem.message


@pytest.mark.parametrize(
    ("quotes", "path", "message"),
    [
        (
            "{2027: 31 EUR/MWh, 2027-Q1: 40 EUR/MWh, 2027-Q2: 30 EUR/MWh, 2027-Q3: 25 EUR/MWh, 2027-Q4: 38 EUR/MWh}",
            f"{QUOTES}.2027",
            "2027 is quoted at 31 EUR/MWh, and the quotes inside it (2027-Q1 40 EUR/MWh, 2027-Q2 30 EUR/MWh, "
            "2027-Q3 25 EUR/MWh, 2027-Q4 38 EUR/MWh) average to 33.2219 EUR/MWh by days",
        ),
        ("{2027: 31 EUR/MWh, 2027-Q1: 40 USD/MWh}", f"{QUOTES}.2027-Q1", "does not fit the unit of the first, EUR/MWh"),
        ("{2027-01-01: 31 EUR/MWh}", f"{QUOTES}.2027-01-01", "'2027-01-01' is no period"),
        ("{2027: 31 USD/GPU/hour}", "forward", "does not fit the factor's unit 'EUR/MWh'"),
        ("{}", QUOTES, "expected values by period"),
        ("{2027: 31 EUR/MWh, 2027-Q1: 120 EUR/MWh}", QUOTES, "all quotes are above 0, and the curve through them has"),
    ],
)
def test_wrong_quotes(quotes: str, path: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as raised:
        load(deal(tmp_path, (FILE, quotes)))
    (problem,) = raised.value.problems
    assert problem.path == f"market.factors.power.example.{path}"
    assert message in problem.message


def test_a_wide_tolerance_lets_the_shorter_quotes_hold(tmp_path: Path) -> None:
    months = ", ".join(f"2027-{month:02d}: 30 EUR/MWh" for month in range(1, 13))
    quotes = f"{{2027: 31 EUR/MWh, {months}, 2026-Q3: 30 EUR/MWh, 2026-Q4: 30 EUR/MWh}}\n      tolerance: 5 %"
    first, prices = expected(load(deal(tmp_path, (FILE, quotes))))
    assert average(Period.parse("2027"), prices, first) == pytest.approx(30.0, rel=1e-13)


def test_amounts_by_calendar_month_leave_the_averages(tmp_path: Path) -> None:
    shape = "month_shape: [1.18, 1.16, 1.08, 0.98, 0.88, 0.82, 0.80, 0.86, 0.94, 1.02, 1.10, 1.18]"
    amounts = ", ".join(f"{12 - 2 * month} EUR/MWh" for month in range(12))
    first, prices = expected(load(deal(tmp_path, (shape, f"month_shift: [{amounts}]"))))
    assert average(Period.parse("2028"), prices, first) == pytest.approx(39.4, rel=1e-13)
    january, december = (prices[Period.parse(text).first - first] for text in ("2028-01", "2028-12"))
    assert january - december > 15.0


def test_what_is_not_quoted_is_told(tmp_path: Path) -> None:
    quotes = "{2026: 35 EUR/MWh, 2028: 31 EUR/MWh}"
    told = load(deal(tmp_path, (FILE, quotes), (BEYOND, ""))).warnings
    assert {warning.path for warning in told} == {
        "market.factors.power.example.forward.quotes",
        "market.factors.power.example.forward.quotes.2026",
    }
    text = " ".join(warning.message for warning in told)
    assert "end with 2028-12 and the term with 2034-12: the level of the last twelve months quoted is held" in text
    assert "2026 begins before the market's date 2026-06-30" in text


def test_keys_of_quotes_stand_beside_quotes_only(tmp_path: Path) -> None:
    forward = f"forward:\n      quotes: {FILE}"
    assert forward in (EXAMPLES / "markets" / "quotes.yaml").read_text(encoding="utf-8")
    with pytest.raises(SpecError) as raised:
        load(deal(tmp_path, (forward, "forward:\n      flat: 40 EUR/MWh")))
    assert [(p.path, p.message) for p in raised.value.problems] == [
        ("market.factors.power.example.forward.beyond", "'beyond' belongs to 'quotes'")
    ]


def test_an_index_grows_by_the_ratio_of_its_levels() -> None:
    first, level = expected(load(EXAMPLE), "inflation.example")
    at = {
        text: level[Period.parse(text).first - first]
        for text in ("2026-12", "2027-06", "2028-06", "2029-06", "2031-06")
    }
    # months of 1/12 year: 30 June of a year to that of the next
    assert at["2028-06"] / at["2027-06"] == pytest.approx(104.9 / 102.6, rel=1e-13)
    assert at["2029-06"] / at["2028-06"] == pytest.approx(107.0 / 104.9, rel=1e-13)
    assert at["2027-06"] / at["2026-12"] == pytest.approx(1.026**0.5, rel=1e-13)
    assert at["2031-06"] / at["2029-06"] == pytest.approx((107.0 / 104.9) ** 2, rel=1e-13)  # the last growth holds


def test_a_price_follows_an_index_whose_rate_changes(tmp_path: Path) -> None:
    rate = "rate: {2026-01-01: 2 %/year, 2028-01-01: 5 %/year}"
    contract = load(deal(tmp_path, (LEVELS, rate)))
    first, index = expected(contract, "operations.index")
    january = [index[Period.parse(f"{year}-01").first - first] for year in (2027, 2028, 2029, 2030)]
    assert january[0] == 1.0
    # a step is the growth of the level from the end of January to that of the next
    ratios = [after / before for before, after in zip(january, january[1:], strict=False)]
    assert ratios == pytest.approx([1.02 ** (11 / 12) * 1.05 ** (1 / 12), 1.05, 1.05], rel=1e-12)


def test_an_index_by_one_rate_and_by_that_rate_at_every_date_are_one(tmp_path: Path) -> None:
    by_date = load(deal(tmp_path, (LEVELS, "rate: {2026-01-01: 2 %/year, 2029-01-01: 2 %/year}")))
    steady = load(EXAMPLE, overrides=["market.factors.inflation.example={process: index, rate: 2 %/year}"])
    for row in ("inflation.example", "operations.index"):
        assert expected(by_date, row)[1] == pytest.approx(expected(steady, row)[1], rel=1e-12)


@pytest.mark.parametrize(
    ("levels", "path", "message"),
    [
        ("levels: {2026: 100}", "levels", "growth needs the levels of two years"),
        ("levels: {2026: 100, 2027: 0}", "levels.2027", "must be above 0"),
        ("levels: {2026: 100, 2027-01: 101}", "levels.2027-01", "'2027-01' is no year"),
        ("levels: {2026: 100, 2027: 101}\n    rate: 2 %/year", "", "expected either 'rate' or 'levels'"),
        ("rate: null", "", "expected either 'rate' or 'levels'"),
    ],
)
def test_wrong_levels(levels: str, path: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as raised:
        load(deal(tmp_path, (LEVELS, levels)))
    (problem,) = raised.value.problems
    assert problem.path == ".".join(("market.factors.inflation.example", path)).rstrip(".")
    assert message in problem.message


def test_levels_of_an_index_from_a_csv(tmp_path: Path) -> None:
    file = deal(tmp_path, (LEVELS, "levels: {file: cpi.csv}"))
    (tmp_path / "markets" / "cpi.csv").write_text("year,level\n2026,100\n2027,102.6\n2028,104.9\n2029,107.0\n")
    assert expected(load(file), "inflation.example") == expected(load(EXAMPLE), "inflation.example")


def test_real_money_needs_one_rate(tmp_path: Path) -> None:
    basis = "price_basis={real: 2026, deflator: inflation.example}"
    with pytest.raises(SpecError, match="grows at rates by date, and real money has one rate"):
        load(EXAMPLE, overrides=[basis])
