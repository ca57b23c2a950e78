"""The workbook in LibreOffice: recalculated for real, and printed."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import pypdf
import pytest
from recalculation import changed, convert

from valuation.report.excel import workbook_bytes
from valuation.tables import Tables

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"),
]
PAGES = {"Summary": 2, "Assumptions": 2, "Cash flow": 1, "Months": 5, "Payments": 5, "Distributions": 1, "Years": 1}
PAGES |= {
    "Cumulative": 2,
    "Tornado": 1,
    "Scenarios": 1,
    "Convergence": 1,
    "Indicators": 1,
    "Claims": 1,
    "Checks": 1,
    "Notes": 1,
    "Run": 1,
}


def with_stale_total(content: bytes) -> bytes:
    stale = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stale, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "xl/worksheets/sheet5.xml":
                data, count = re.subn(rb"(<f>SUM\(C7[^<]*</f><v>)[^<]*", rb"\g<1>999.0", data, count=1)
                assert count == 1
            target.writestr(item, data)
    return stale.getvalue()


def test_recalculation_changes_no_stored_value(tables: Tables, tmp_path: Path) -> None:
    content = workbook_bytes(tables)
    assert changed(content, convert(content, "xlsx", tmp_path), formulas_only=True) == []


def test_recalculation_is_real(tables: Tables, tmp_path: Path) -> None:
    content = with_stale_total(workbook_bytes(tables))
    assert any("999" in cell for cell in changed(content, convert(content, "xlsx", tmp_path), formulas_only=True))


@pytest.mark.parametrize("kind", ["tables", "hostile"])
def test_print_shows_no_hash_marks_and_no_errors(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    content = workbook_bytes(request.getfixturevalue(kind))
    reader = pypdf.PdfReader(io.BytesIO(convert(content, "pdf", tmp_path)))
    pages = [page.extract_text() for page in reader.pages]
    for page, text in zip(reader.pages, pages, strict=True):
        assert not re.search(r"##|#REF!|#NAME\?|#VALUE!|#DIV/0!|#NUM!|Err:\d", text), text
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert (round(width), round(height)) in {(842, 595), (842, 596)}, "not A4 landscape"
    if kind == "hostile":
        assert any('=HYPERLINK("http://x")' in text for text in pages)
        return
    for sheet, most in PAGES.items():
        # The footer names the sheet: every sheet has its pages, one wide, and not more of them than it needs.
        count = sum(bool(re.search(rf"^{sheet}\s*$|\s{sheet}\s+Page", text, re.MULTILINE)) for text in pages)
        assert 1 <= count <= most, f"{sheet}: {count} pages"
