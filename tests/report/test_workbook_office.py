"""The workbook in LibreOffice: recalculated for real, and printed."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from compared_cells import differences
from recalculation import SPOILED, LiveBook, in_libreoffice, pages_of, reader, recalculated
from stored_cells import named, read, sheet_parts

from valuation.report.excel import workbook_bytes
from valuation.tables import Tables

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler (pdftotext) is not installed"),
]
PAGES = {"Summary": 2, "Assumptions": 2, "Timeline": 1, "Model": 2, "Curves": 5, "Dated cash": 1, "Cash flow": 1}
PAGES |= {"Payments": 8, "Distributions": 1, "Years": 1}
PAGES |= {
    "Cumulative": 2,
    "Tornado": 1,
    "Scenarios": 1,
    "Convergence": 1,
    "Indicators": 1,
    "Claims": 1,
    "Checks": 2,
    "Notes": 1,
    "Run": 1,
}


STALE = ("Cash flow", "C5")
"""A formula whose stored value is spoiled: out_base_npv."""


@pytest.fixture(scope="module")
def files(tables: Tables, hostile: Tables, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The made-up deal, the same with texts that look like formulas, and one whose file stores a wrong value."""
    folder = tmp_path_factory.mktemp("made_up")
    files = {name: folder / f"{name}.xlsx" for name in ("tables", "hostile", "stale")}
    files["tables"].write_bytes(workbook_bytes(tables))
    files["hostile"].write_bytes(workbook_bytes(hostile))
    with zipfile.ZipFile(files["tables"]) as source, zipfile.ZipFile(files["stale"], "w") as target:
        part = sheet_parts(source)[STALE[0]]
        for item in source.infolist():
            data = source.read(item)
            if item.filename == part:
                wrong = rf'(<c r="{STALE[1]}"[^>]*><f>[^<]*</f><v>)[^<]*'.encode()
                data, count = re.subn(wrong, rb"\g<1>999.0", data)
                assert count == 1
            target.writestr(item, data)
    return files


@pytest.fixture(scope="module")
def office(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    return in_libreoffice([files["tables"], files["stale"]], tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def printed(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    return in_libreoffice([files["tables"], files["hostile"]], tmp_path_factory.mktemp("printed"), "pdf")


def test_recalculation_changes_no_stored_value(files: dict[str, Path], office: dict[Path, Path]) -> None:
    assert differences(read(files["tables"]), reader(read(office[files["tables"]]))) == []


def test_recalculation_is_real(files: dict[str, Path], office: dict[Path, Path]) -> None:
    stored = read(files["stale"])
    for after in (reader(read(office[files["stale"]])), LiveBook(files["stale"]).value):
        (found,) = differences(stored, after)
        assert found.startswith(f"{STALE[0]}!{STALE[1]}: 999.0 -> ")


def test_two_engines_give_the_same_where_an_input_is_changed(files: dict[str, Path]) -> None:
    file = files["tables"]
    rate, npv = named(file, "in_discount_rate"), named(file, "out_base_npv")
    stored = read(file)
    book = LiveBook(file)
    after = book.changed({rate: 0.11})
    moved = {at: replace(cell, value=after(*at)) for at, cell in stored.items()}
    assert moved[npv].value < 0.99 * stored[npv].value
    assert differences(moved, recalculated(file, {rate: 0.11}, "libreoffice")) == []
    assert differences(stored, book.changed({})) == [], "as it was"


@pytest.mark.parametrize("kind", ["tables", "hostile"])
def test_print_shows_no_hash_marks_and_no_errors(kind: str, files: dict[str, Path], printed: dict[Path, Path]) -> None:
    pdf = printed[files[kind]]
    pages = pages_of(pdf)
    assert not [text for text in pages if SPOILED.search(text)]
    for page in pypdf.PdfReader(pdf).pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert (round(width), round(height)) in {(842, 595), (842, 596)}, "not A4 landscape"
    if kind == "hostile":
        assert any('=HYPERLINK("http://x")' in text for text in pages)
        return
    for sheet, most in PAGES.items():
        # The footer names the sheet: every sheet has its pages, one wide, and not more of them than it needs.
        count = sum(bool(re.search(rf"^\s*{sheet}\s*$|\s{sheet}\s+Page", text, re.MULTILINE)) for text in pages)
        assert 1 <= count <= most, f"{sheet}: {count} pages"
