"""The printed study in pages of any width, and its workbook's stored values."""

from datetime import date

import openpyxl
import pytest

from valuation.report.excel.sensitivity import sensitivity_workbook, write_sensitivity
from valuation.report.sensitivity_lines import sensitivity_lines
from valuation.report.sensitivity_words import common_unit, study_scale
from valuation.tables.sensitivity import (
    Attribution,
    NpvPoint,
    NpvTable,
    RiskShare,
    Sensitivity,
    SpiderLine,
    TornadoBar,
)


def point(value: str, change: float) -> NpvPoint:
    return NpvPoint(value, 5e6 + change, change, 4e6 + 0.9 * change, 0.9 * change, 1e4)


def study(**changed) -> Sensitivity:
    bars = tuple(
        TornadoBar(f"clauses.a_rather_long_name_of_a_clause_{n}.price", f"A rather long label of an input, number {n}",
                   kind, "100 EUR/MWh", point("80 EUR/MWh", -2e6 / (n + 1)), point("120 EUR/MWh", 1e6))
        for n, kind in enumerate(("input", "also", "factor"))
    )  # fmt: skip
    shares = (
        RiskShare("power.somewhere", 3e12, 1e11, 0.75, 0.02, 1.7e6, 1.5e6, 2e4),
        RiskShare("revocation", 1e12, 1e11, 0.25, 0.02, 1e6, -0.5e6, 2e4),
    )
    whole = {
        "contract": "A deal", "contract_id": "deal", "view": "host", "currency": "EUR", "valuation": date(2026, 6, 30),
        "scenario": None, "overrides": (), "paths": 1000, "seed": 1, "version": "0", "spec_sha256": "0" * 64,
        "command": "valuate sensitivity deal.yaml", "base": 5e6, "mean": 4e6, "se": 1e5, "tornado": bars,
        "unmoved": ("capacity.pue",), "refused": (("capacity.connection", "too small"),),
        "spider": (SpiderLine("clauses.rent.price", "Rent", ((0.8, 1e6), (1.0, 5e6), (12.0, 3e7))),), "table": None,
        "attribution": Attribution(shares, 4e12, 2e11, 1e6, 3e4, 0.0, 0.0, 4, None),
    }  # fmt: skip
    return Sensitivity(**(whole | changed))


GRID = NpvTable(
    ("clauses.rent.price", "dates.start"),
    ("80 EUR/kW/month", "100 EUR/kW/month"),
    ("2026-07-01", "2026-08-01", "2026-10-01", "2026-11-01", "2027-01-01"),
    tuple(tuple(point("", 1e6 * (row + column)) for column in range(5)) for row in range(2)),
)
LINE = NpvTable(("x",), ("1", "2"), (), ((point("1", 0.0),), (point("2", 1e6),)))
BARE = {"tornado": (), "spider": (), "attribution": None, "unmoved": (), "refused": ()}


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("found", [study(), study(**BARE, table=GRID), study(**BARE, table=LINE)])
def test_no_line_is_wider_than_the_page(found, width):
    lines = [line.text for line in sensitivity_lines(found, width)]
    assert max(map(len, lines)) <= width


def test_bars_are_as_long_as_what_they_show():
    lines = [line.text for line in sensitivity_lines(study(), 100)]
    bars = [line for line in lines if line.startswith("A rather long") and "|" in line]
    down, up = [line.count("=") for line in bars], [line.count("#") for line in bars]
    assert down[0] == pytest.approx(2 * down[1], abs=1) and down[0] == pytest.approx(3 * down[2], abs=1)
    assert len(set(up)) == 1 and up[0] == pytest.approx(down[1], abs=1)  # +0.9 M and −0.9 M
    assert len({line.index("|") for line in bars}) == 1


def test_what_did_not_move_and_what_was_refused_is_said():
    text = " ".join(line.text.strip() for line in sensitivity_lines(study(), 80))
    assert "Move neither: capacity.pue." in text and "Not moved: capacity.connection: too small" in text
    assert "all 4 sets of 2 risks were run" in text.replace("All", "all")
    assert "No input of the contract states a range" in " ".join(
        line.text for line in sensitivity_lines(study(**BARE), 200)
    )


def test_sampled_orders_and_a_rest_are_said():
    shares = study().attribution
    found = Attribution(shares.risks, 5e12, 2e11, 1.2e6, 3e4, 1e12, 2e5, 300, 32)
    text = " ".join(line.text.strip() for line in sensitivity_lines(study(attribution=found), 100))
    assert "2 risks: 32 orders, half of them drawn" in text
    assert "of no risk 20.00 %" in " ".join(text.split())


def test_a_unit_that_all_share_is_named_once():
    assert common_unit(("1 EUR/MWh", "2 EUR/MWh")) == (["1", "2"], "EUR/MWh")
    assert common_unit(("1 EUR/MWh", "2 USD/MWh")) == (["1 EUR/MWh", "2 USD/MWh"], "")
    assert study_scale(study(base=2e3, mean=None, **BARE)).prefix == ""


@pytest.mark.parametrize("found", [study(), study(**BARE, table=GRID), study(**BARE, table=LINE), study(**BARE)])
def test_equal_studies_give_equal_workbooks(found, tmp_path):
    assert sensitivity_workbook(found) == sensitivity_workbook(found)
    write_sensitivity(found, tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx", data_only=True)
    assert all(sheet.max_row > 3 for sheet in book.worksheets)


def test_stored_values_of_formulas(tmp_path):
    write_sensitivity(study(), tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx", data_only=True)
    sheet = book["Tornado"]
    for row in range(7, 10):
        assert sheet.cell(row, 11).value == pytest.approx(abs(sheet.cell(row, 9).value - sheet.cell(row, 7).value))
    shares = book["Attribution"]
    assert [shares.cell(7, c).value for c in (2, 5, 7)] == pytest.approx([1.0, 1e6, 1.0])
    assert shares.cell(5, 7).value == pytest.approx(1.5)
