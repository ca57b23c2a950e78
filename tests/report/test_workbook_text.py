"""Text of a contract in the workbook: it stays text, whatever it begins with."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import formualizer
import openpyxl
import pytest

from valuation.report.excel import workbook_bytes
from valuation.report.excel.cells import LONGEST_TEXT, cell_text
from valuation.tables import Tables

pytestmark = pytest.mark.slow

BAD = ('=HYPERLINK("http://x")', "+1", "@x", "-1", " =1+1", "\n=1+1", "#N/A", "=", "12", "TRUE", "'quoted")


@pytest.fixture(scope="module")
def content(hostile: Tables) -> bytes:
    return workbook_bytes(hostile)


def test_bad_text_is_text_in_every_sheet(content: bytes) -> None:
    seen: dict[str, set[str]] = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f":
                    assert cell.data_type == "s", f"{sheet.title}!{cell.coordinate} became {cell.data_type}"
                    seen.setdefault(cell.value, set()).add(sheet.title)
                    if cell.value in BAD and cell.value[:1] in "=+-@#'1T":
                        assert cell.quotePrefix, f"{sheet.title}!{cell.coordinate}: typed again it would not be text"
    assert "Summary" in seen['=HYPERLINK("http://x")']
    assert {"Claims", "Assumptions"} <= seen["+1"]
    assert "Claims" in seen["@x"]
    assert {"Assumptions"} <= seen["#N/A"]


def test_no_formula_holds_text_of_the_contract(content: bytes, tables: Tables) -> None:
    def words(made: bytes) -> set[str]:
        book = openpyxl.load_workbook(io.BytesIO(made))
        cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f")
        return {word for cell in cells for word in re.findall(r"[A-Za-z_]{2,}", str(cell.value))}

    assert words(content) == words(workbook_bytes(tables))


def test_no_control_character_and_no_error_cell_reaches_the_file(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", data) or name.endswith(".bin"), name
            assert b't="e"' not in data, name
            assert b"<hyperlink" not in data, name


def test_recalculation_finds_no_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(content)
    assert formualizer.recalculate_xlsx_file(str(path), output=str(tmp_path / "after.xlsx"))["summary"]["errors"] == 0


def test_long_text_is_cut_with_a_mark(tables: Tables) -> None:
    assert cell_text("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    cut = cell_text("x" * (LONGEST_TEXT + 1))
    assert len(cut) == LONGEST_TEXT and cut.endswith("x [cut]")
    wide = cell_text("😀" * LONGEST_TEXT)
    assert len(wide.encode("utf-16-le")) // 2 <= LONGEST_TEXT and wide.endswith("😀 [cut]")
    note = replace(tables.assumptions[0], note="word " * 20_000)
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(replace(tables, assumptions=(note,)))))
    assert any(str(cell.value).endswith("[cut]") for cell in book["Assumptions"]["K"])


def test_control_characters_go_and_line_ends_stay() -> None:
    assert cell_text("a\x00b\x1b[31mc\td\r\ne\rf\u202eg") == "ab[31mc d\ne\nfg"
