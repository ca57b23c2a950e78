"""The workbook in LibreOffice: recalculated for real, and printed."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pypdf
import pytest

from valuation.report.excel import workbook_bytes
from valuation.tables import Tables

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"),
]
# Without this LibreOffice trusts the values that a file stores, and a comparison with it proves nothing.
ALWAYS_RECALCULATE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"><item '
    'oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0'
    "</value></prop></item></oor:items>"
)
PAGES = {"Summary": 2, "Assumptions": 2, "Cash flow": 1, "Months": 5, "Payments": 5, "Distributions": 1, "Years": 1}
PAGES |= {"Indicators": 1, "Claims": 1, "Checks": 1, "Notes": 1, "Run": 1}


def convert(content: bytes, kind: str, folder: Path) -> bytes:
    """The workbook as LibreOffice writes it (``xlsx`` recalculated, ``pdf`` printed)."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    (folder / "deal.xlsx").write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", kind]
    environment = {**os.environ, "HOME": str(folder)}
    done = subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(folder / "deal.xlsx")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )
    made = folder / "out" / f"deal.{kind}"
    assert made.exists(), done.stdout + done.stderr
    return made.read_bytes()


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


def moved(before: bytes, after: bytes) -> list[str]:
    """Cells of formulas whose value another program finds different by more than 1e-9 of the largest of their row."""
    found = []
    formulas = openpyxl.load_workbook(io.BytesIO(before))
    books = [openpyxl.load_workbook(io.BytesIO(content), data_only=True) for content in (before, after)]
    for sheet in books[0]:
        for row in sheet.iter_rows():
            scale = max((abs(c.value) for c in row if isinstance(c.value, int | float)), default=0.0)
            for cell in row:
                if formulas[sheet.title][cell.coordinate].data_type != "f":
                    continue
                was, now = cell.value, books[1][sheet.title][cell.coordinate].value
                if isinstance(was, int | float) and isinstance(now, int | float):
                    same = abs(was - now) <= 1e-9 * scale
                else:
                    same = was == now
                if not same:
                    found.append(f"{sheet.title}!{cell.coordinate}: {was!r} -> {now!r}")
    return found


def test_recalculation_changes_no_stored_value(tables: Tables, tmp_path: Path) -> None:
    content = workbook_bytes(tables)
    assert moved(content, convert(content, "xlsx", tmp_path)) == []


def test_recalculation_is_real(tables: Tables, tmp_path: Path) -> None:
    content = with_stale_total(workbook_bytes(tables))
    assert any("999" in cell for cell in moved(content, convert(content, "xlsx", tmp_path)))


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
