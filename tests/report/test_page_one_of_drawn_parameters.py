"""The workbook of a run that drew its parameters, on quoted prices: page one, and what a year is made of."""

import openpyxl
import pytest

from valuation import value
from valuation.shipped import shipped

EXAMPLE = shipped("contracts") / "examples" / "calibrated-lease.yaml"


@pytest.mark.slow
def test_page_one_has_the_drawn_npv_and_a_quoted_year_is_its_quote(tmp_path):
    result = value(EXAMPLE, paths=2560, parameter_uncertainty=True, parameter_draws=10)
    drawn, stated = result.tables.parameter_uncertainty, result.tables.probability.npv_negative
    result.to_excel(tmp_path / "deal.xlsx")
    book = openpyxl.load_workbook(tmp_path / "deal.xlsx", data_only=True)
    rows = {row[0].value: [cell.value for cell in row] for row in book["Summary"].iter_rows(max_col=12) if row[0].value}
    shown = rows["NPV after tax, parameters drawn"]
    wanted = (drawn.npv.mean, drawn.npv.se, drawn.npv.p5, drawn.npv.p95)
    assert [shown[column - 1] for column in (4, 5, 6, 12)] == pytest.approx(wanted)
    (words,) = [text for text in rows if str(text).startswith("NPV below 0 on ")]
    assert f"on {100 * stated:.1f} % of the paths with stated parameters" in words
    assert f"on {100 * drawn.npv_negative:.1f} % +/-" in words

    # A quote is the mean of its months by days, and so is a year of the price.
    prices = [row for row in book["Cash flow"].iter_rows(values_only=True) if row[1] == "EUR/MWh"]
    years = next(row for row in book["Cash flow"].iter_rows(values_only=True) if row[0] == "By calendar year")
    quoted = {2027: 41.0, 2028: 39.4, 2029: 38.8}
    assert prices
    for row in prices:
        assert {year: row[years.index(year)] for year in quoted} == pytest.approx(quoted, rel=1e-9)
    yearly = result.base.yearly
    price = next(name for name in yearly if "power.XX" in name and "EUR/MWh" in name)
    assert yearly[price][[2027, 2028, 2029]].tolist() == pytest.approx(list(quoted.values()), rel=1e-9)
