"""A comparison on a page, as JSON and as a workbook."""

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import openpyxl
import pytest

from valuation.report.compared_json import comparison_schema, comparison_text, schema_text
from valuation.report.compared_lines import comparison_lines
from valuation.report.compared_words import letters
from valuation.report.excel.compare import comparison_workbook
from valuation.report.numbers import NotFiniteError
from valuation.report.terminal import plain_text
from valuation.statistics.distribution import distribution
from valuation.tables import CaseDifference, ComparedCase, Comparison

GOLDEN = Path(__file__).with_name("compared.golden.txt")
SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schema" / "compare.schema.json"


def spread(low: float, high: float):
    return distribution(np.linspace(low, high, 1001))


def case(name: str, low: float, high: float, **more) -> ComparedCase:
    known = ComparedCase(
        name=name, file="deals/lease.yaml", id="lease", contract="Ten megawatts", view="host", scenario=name,
        currency="EUR", converted_at=1.0, discount_rate=0.08, hurdle_rate=0.1, npv=spread(low, high),
        npv_base=(low + high) / 2, irr=spread(0.02, 0.14), irr_base=0.09, irr_of_expected_flows=0.085,
        margin_base=0.6, margin_of_expected_flows=0.59, npv_negative=0.25, irr_below_hurdle=0.5, revoked=0.2,
        spec_sha256="ab" * 32, digest="0123456789abcdef" * 4,
    )  # fmt: skip
    return replace(known, **more)


def less(name: str, low: float, high: float, **more) -> CaseDifference:
    known = CaseDifference(
        name=name, of="base", npv=spread(low, high), npv_base=(low + high) / 2, better=0.75, better_se=0.0137,
        equal=0.05, npv_negative=-0.05, npv_negative_se=0.007, se_if_independent=1.3e6, pairing="all",
        common=("power", "lease:use"), apart=(),
    )  # fmt: skip
    return replace(known, **more)


@pytest.fixture
def found() -> Comparison:
    no_rate = dict.fromkeys(("irr_base", "irr_of_expected_flows", "irr_below_hurdle", "margin_base"))
    cases = (
        case("base", -10e6, 30e6, scenario=None),
        case("dearer", -6e6, 36e6),
        case("the tenant of it", -110e6, -90e6, view="tenant", irr=distribution(np.empty(0)), **no_rate),
    )
    differences = (
        less("dearer", 4e6, 6e6),
        less("the tenant of it", -140e6, -80e6, better=0.0, pairing="some", common=("power",), apart=("lease:use",)),
    )
    return Comparison(
        currency="EUR", price_basis="nominal", valuation="2026-06-30", cases=cases, differences=differences,
        remarks=("The cases are seen from different parties.",), paths=1001, seed=1, overrides=("a=1",),
        version="0.1.0", command="valuate compare deals/lease.yaml --paths 1001 --seed 1",
    )  # fmt: skip


def test_the_page_is_the_golden_text(found: Comparison) -> None:
    text = plain_text(comparison_lines(found, 100), "ascii")
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(text, encoding="ascii")
    assert text == GOLDEN.read_text(encoding="ascii"), "if the change is meant: run the test with UPDATE_GOLDEN=1"


@pytest.mark.parametrize("width", [60, 75, 120])
def test_no_line_is_wider_than_the_page(found: Comparison, width: int) -> None:
    many = replace(found, cases=found.cases * 4, differences=found.differences * 4 + found.differences[:1] * 3)
    lines = [line.text for line in comparison_lines(many, width)]
    assert all(len(line) <= width for line in lines if not line.startswith("  valuate"))
    assert letters(many)[-1] == "L" and any("L - A" in line for line in lines)


def test_json_fits_the_committed_schema(found: Comparison) -> None:
    if os.environ.get("UPDATE_GOLDEN") == "1":
        SCHEMA.write_text(schema_text(), encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "stale: run the test with UPDATE_GOLDEN=1"
    jsonschema.Draft202012Validator.check_schema(comparison_schema())
    whole = json.loads(comparison_text(found))
    jsonschema.validate(whole, comparison_schema())
    assert whole["cases"][2]["irr"]["mean"] is None and whole["cases"][0]["scenario"] is None
    assert whole["differences"][0]["npv"]["se"] == found.differences[0].npv.se
    with pytest.raises(jsonschema.ValidationError, match="more"):
        jsonschema.validate({**whole, "more": 1}, comparison_schema())
    wrong = replace(found, cases=(replace(found.cases[0], npv_base=float("nan")), *found.cases[1:]))
    with pytest.raises(NotFiniteError, match=r"cases\[0\].npv_base"):
        comparison_text(wrong)


def test_workbook_holds_the_numbers_and_takes_the_differences_itself(found: Comparison) -> None:
    content = comparison_workbook(found)
    assert content == comparison_workbook(found)
    formulas, values = (openpyxl.load_workbook(io.BytesIO(content), data_only=stored) for stored in (False, True))
    assert values.sheetnames == ["Comparison", "Cases"]
    mean, gaps = (row for row in values["Comparison"].iter_rows() if row[0].value == "NPV, mean")
    assert [cell.value for cell in mean[2:5]] == [one.npv.mean for one in found.cases]
    assert [cell.value for cell in gaps[3:5]] == [one.npv.mean for one in found.differences]
    assert formulas["Comparison"][gaps[3].coordinate].value == f"=$D${mean[0].row}-$C${mean[0].row}"
    cases = values["Cases"]
    assert [cases.cell(row, 2).value for row in (5, 6, 7)] == ["base", "dearer", "the tenant of it"]


def test_text_of_a_contract_stays_text(found: Comparison) -> None:
    bad = '=HYPERLINK("http://x")'
    hostile = replace(found, cases=tuple(replace(one, name=bad, contract=bad, file=bad) for one in found.cases))
    book = openpyxl.load_workbook(io.BytesIO(comparison_workbook(hostile)))
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" or "HYPERLINK" not in str(cell.value) for cell in row)


@pytest.fixture
def financed(found: Comparison) -> Comparison:
    """The first two cases with a financing, the third from the side of a tenant who borrows nothing."""
    owners = {
        "npv_equity": spread(-5e6, 25e6), "npv_equity_base": 12e6, "irr_equity": spread(0.0, 0.3),
        "irr_equity_base": 0.21, "equity_discount_rate": 0.12, "debt": 80e6, "dscr_min": spread(0.9, 1.6),
        "dscr_min_base": 1.35, "default": 0.07,
    }  # fmt: skip
    no_rate = distribution(np.empty(0))
    one, other, tenant = found.cases
    cases = (replace(one, **owners), replace(other, **{**owners, "irr_equity": no_rate, "debt": 81.5e6}), tenant)
    less_owners = replace(found.differences[0], npv_equity=spread(1e6, 3e6), npv_equity_base=2e6)
    return replace(found, cases=cases, differences=(less_owners, found.differences[1]))


def test_the_rows_of_owners_and_lenders_stand_where_some_case_borrows(found: Comparison, financed: Comparison) -> None:
    assert "Owners'" not in plain_text(comparison_lines(found, 100), "ascii")
    text = plain_text(comparison_lines(financed, 100), "ascii")
    rows = {line[2:34].strip(): line[34:].split() for line in text.splitlines() if line.startswith("  ")}
    assert rows["Least DSCR, base case"] == ["1.35", "1.35", "-"]
    assert rows["Least DSCR, P50"] == ["1.25", "1.25", "-"]
    assert rows["Owners' IRR, P50"] == ["15.0", "%", "n/a", "-"]
    assert rows["Loans"] == ["80.0", "81.5", "-"]
    assert rows["Default"] == ["7.0", "%", "7.0", "%", "-"]
    assert rows["Owners' NPV, mean"] == ["2.0", "-"]  # of the differences, which stand below


def test_json_and_workbook_of_a_financing(financed: Comparison) -> None:
    whole = json.loads(comparison_text(financed))
    jsonschema.validate(whole, comparison_schema())
    assert whole["cases"][0]["npv_equity"]["mean"] == financed.cases[0].npv_equity.mean
    assert whole["cases"][2]["npv_equity"] is None and whole["differences"][1]["npv_equity"] is None
    content = comparison_workbook(financed)
    formulas, values = (openpyxl.load_workbook(io.BytesIO(content), data_only=stored) for stored in (False, True))
    rows = [[cell.value for cell in row] for row in values["Comparison"].iter_rows()]
    base, gap = (row for row in rows if row[0] == "Owners' NPV, base case")
    assert base[2:5] == [12e6, 12e6, "-"] and gap[3:5] == [2e6, "-"]
    place = rows.index(gap) + 1
    above = rows.index(base) + 1
    assert formulas["Comparison"].cell(place, 4).value == f"=$D${above}-$C${above}"
    assert next(row for row in rows if row[0] == "Least DSCR, P50")[1:5] == [None, 1.25, 1.25, "-"]
