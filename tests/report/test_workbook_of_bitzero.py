"""The workbook of the shipped contract itself in other programs, not only that of a made-up deal."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import openpyxl
import pypdf
import pytest
from recalculation import changed, convert, recalculate

from valuation.report.excel import workbook_bytes
from valuation.tables import Tables

pytestmark = pytest.mark.slow

OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")


@pytest.fixture(scope="module")
def content(bitzero: Tables) -> bytes:
    return workbook_bytes(bitzero)


def test_it_holds_formulas(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert sum(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row) > 2_000


def test_formualizer_changes_nothing(content: bytes, tmp_path: Path) -> None:
    assert changed(content, recalculate(content, tmp_path)) == []


@OFFICE
@pytest.mark.slow
def test_libreoffice_changes_nothing(content: bytes, tmp_path: Path) -> None:
    assert changed(content, convert(content, "xlsx", tmp_path), formulas_only=True) == []


@OFFICE
@pytest.mark.slow
def test_libreoffice_prints_it_without_errors(content: bytes, tmp_path: Path) -> None:
    reader = pypdf.PdfReader(io.BytesIO(convert(content, "pdf", tmp_path)))
    for page in reader.pages:
        text = page.extract_text()
        assert not re.search(r"##|#REF!|#NAME\?|#VALUE!|#DIV/0!|#NUM!|Err:\d", text), text
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) in {(842, 595), (842, 596)}
