"""The sheets on what the paths say, read back by other programs."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from recalculation import moved_cells, values_of
from scipy.stats import spearmanr

from valuation import Result, value
from valuation.report.excel import workbook_bytes
from valuation.shipped import shipped
from valuation.tables import Tables

pytestmark = pytest.mark.slow

SHEETS = {"Cumulative", "Tornado", "Drivers", "Convergence", "Sample paths"}


@pytest.fixture(scope="module")
def result() -> Result:
    return value(shipped("contracts") / "examples" / "minimal-lease.yaml", paths=1_300)


@pytest.fixture(scope="module")
def content(result: Result) -> bytes:
    return workbook_bytes(result.workbook_tables)


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return values_of(content)


def column(sheet: openpyxl.worksheet.worksheet.Worksheet, letter: str, first: int) -> list[float | None]:
    return [cell.value for cell in sheet[letter][first - 1 :]]


def test_the_sheets_hold_the_run_and_no_more_than_a_thousand_paths(result: Result, book: openpyxl.Workbook) -> None:
    assert set(book.sheetnames) >= SHEETS
    sheet = book["Sample paths"]
    assert column(sheet, "B", 6) == pytest.approx(result.npv[:1_000], rel=1e-14)
    assert max(s.max_row for s in book if s.title != "Sample paths") < 1_000
    curve = book["Cumulative"]
    shares, npvs = column(curve, "A", 6), column(curve, "C", 6)
    assert npvs == pytest.approx(np.percentile(result.npv, [100 * share for share in shares]), rel=1e-12)


def test_correlations_are_those_of_the_sample_s_own_columns(book: openpyxl.Workbook) -> None:
    paths, drivers = book["Sample paths"], book["Drivers"]
    heads = [cell.value for cell in paths[4]]
    npv = np.array(column(paths, "B", 6))
    for row in range(5, 7):
        label = drivers.cell(row, 1).value
        values = [cell.value for cell in list(paths.columns)[heads.index(label)][5:]]
        known = np.array([1e9 if one is None else one for one in values])
        assert drivers.cell(row, 5).value == pytest.approx(spearmanr(known, npv).statistic, abs=1e-12)


def test_bars_of_the_tornado_are_the_widest_first(result: Result, book: openpyxl.Workbook) -> None:
    sheet, tornado = book["Tornado"], result.workbook_tables.tornado
    assert tornado is not None and sheet["B4"].value == result.tables.base.npv
    assert [sheet.cell(6 + k, 1).value for k in range(2)] == [bar.label for bar in tornado.bars]
    for row, bar in enumerate(tornado.bars, 6):
        assert sheet.cell(row, 9).value == pytest.approx(abs(bar.high.base - bar.low.base))
    assert sheet["I6"].value >= sheet["I7"].value


def test_scenarios_stand_beside_the_file_as_it_stands(tables: Tables) -> None:
    sheet = values_of(workbook_bytes(tables))["Scenarios"]
    assert sheet["A6"].value == "* base" and sheet["C6"].value == 0.0
    assert sheet["C7"].value == pytest.approx(tables.scenarios[1].npv_base - tables.scenarios[0].npv_base)


def test_what_a_run_does_not_have_takes_no_sheet(tables: Tables) -> None:
    names = set(
        values_of(workbook_bytes(replace(tables, scenarios=(), convergence=(), quantiles={}, tornado=None))).sheetnames
    )
    assert not names & {*SHEETS, "Scenarios"}


@pytest.mark.parametrize("name", ["fixed-cost", "hazard"])
def test_deals_without_risk_or_rate_recalculate_without_an_error(name: str, tmp_path: Path) -> None:
    """fixed-cost: every path is the base case and no rate of return exists; hazard: two events, of which one counts."""
    made = workbook_bytes(value(shipped("contracts") / "examples" / f"{name}.yaml", paths=300).workbook_tables)
    assert moved_cells(made, tmp_path) == []
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for part in archive.namelist():
            if re.fullmatch(r"xl/charts/chart\d+\.xml", part):
                assert archive.read(part).count(b"<a:t>") >= 3, "a title and both axis titles"
