"""The workbooks of the other shipped deals in other programs: an acquisition, a joint venture, a tenant's option."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import openpyxl
import pypdf
import pytest
from recalculation import changed, convert, recalculate

from valuation import value
from valuation.report.excel import workbook_bytes
from valuation.shipped import shipped

OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
DEALS = ("vivopower-mo-i-rana", "nscale-narvik", "crusoe-polar-drangedal")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=DEALS)
def content(request: pytest.FixtureRequest) -> bytes:
    return workbook_bytes(value(shipped("contracts") / f"{request.param}.yaml", paths=2_000).tables)


def test_no_cell_shows_an_error_and_formulas_are_live(content: bytes) -> None:
    stored = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    shown = [cell for sheet in stored for row in sheet.iter_rows() for cell in row if cell.data_type == "e"]
    assert [f"{cell.parent.title}!{cell.coordinate}" for cell in shown] == []
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert sum(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row) > 1_500


def test_formualizer_changes_nothing(content: bytes, tmp_path: Path) -> None:
    assert changed(content, recalculate(content, tmp_path)) == []


@OFFICE
def test_libreoffice_changes_nothing(content: bytes, tmp_path: Path) -> None:
    assert changed(content, convert(content, "xlsx", tmp_path), formulas_only=True) == []


@OFFICE
def test_libreoffice_prints_it_without_errors(content: bytes, tmp_path: Path) -> None:
    for page in pypdf.PdfReader(io.BytesIO(convert(content, "pdf", tmp_path))).pages:
        text = page.extract_text()
        assert not re.search(r"##|#REF!|#NAME\?|#VALUE!|#DIV/0!|#NUM!|Err:\d", text), text
