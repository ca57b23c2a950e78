"""What makes a spreadsheet program offer to repair a file, looked for in the file itself: no such program runs here."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from itertools import pairwise

import pytest
from openpyxl.utils import column_index_from_string, range_boundaries

from valuation.report.excel import workbook_bytes
from valuation.tables import Tables

pytestmark = pytest.mark.slow

CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
ROW = re.compile(r'<row r="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', re.DOTALL)
LONGEST_FORMULA, LONGEST_NAME, LONGEST_SHEET_NAME = 8192, 255, 31
LONGEST_MESSAGE, LONGEST_TITLE, LONGEST_FOOTER = 255, 32, 255


@pytest.fixture(scope="module")
def parts(bitzero: Tables) -> dict[str, str]:
    deal = replace(bitzero.deal, name="データセンター賃貸契約 – Договор аренды, 110 МВт " + "x" * 200)
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(replace(bitzero, deal=deal)))) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}


@pytest.fixture(scope="module")
def sheets(parts: dict[str, str]) -> dict[str, str]:
    return {name: xml for name, xml in parts.items() if name.startswith("xl/worksheets/sheet")}


def test_rows_and_cells_ascend_and_lie_in_the_range_that_the_sheet_states(sheets: dict[str, str]) -> None:
    for name, xml in sheets.items():
        rows = [(int(number), cells or "") for number, cells in ROW.findall(xml)]
        assert all(a < b for (a, _), (b, _) in pairwise(rows)), name
        found = re.search(r'<dimension ref="([^"]+)"', xml)
        assert found is not None
        _, _, most_columns, most_rows = range_boundaries(found[1])
        for number, cells in rows:
            columns = [
                column_index_from_string(letter) for letter, row, *_ in CELL.findall(cells) if int(row) == number
            ]
            assert len(columns) == len(CELL.findall(cells)), f"{name} row {number}: a cell of another row"
            assert all(a < b for a, b in pairwise(columns)), f"{name} row {number}"
            assert not columns or (columns[-1] <= most_columns and number <= most_rows), f"{name} row {number}"


def test_every_cell_has_a_style_of_the_file_and_a_value_of_its_kind(
    parts: dict[str, str], sheets: dict[str, str]
) -> None:
    found = re.search(r'<cellXfs count="(\d+)"', parts["xl/styles.xml"])
    assert found is not None
    for name, xml in sheets.items():
        for letter, row, attributes, inside in CELL.findall(xml):
            style = re.search(r's="(\d+)"', attributes)
            assert style is None or int(style[1]) < int(found[1]), f"{name}!{letter}{row}"
            if "<f>" not in inside:
                continue
            formula, value = re.fullmatch(r"<f>([^<]*)</f><v>([^<]*)</v>", inside).groups()  # type: ignore[union-attr]
            assert len(formula) < LONGEST_FORMULA and formula, f"{name}!{letter}{row}"
            if 't="str"' not in attributes:
                float(value)


def test_names_texts_and_footers_are_no_longer_than_a_spreadsheet_allows(
    parts: dict[str, str], sheets: dict[str, str]
) -> None:
    book = parts["xl/workbook.xml"]
    titles = re.findall(r'<sheet [^>]*?name="([^"]+)"', book)
    assert len({title.casefold() for title in titles}) == len(titles)
    assert all(len(title) <= LONGEST_SHEET_NAME and not re.search(r"[\\/*?:\[\]]", title) for title in titles)
    names = re.findall(r'<definedName name="([^"]+)"(?![^>]*localSheetId)', book)
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert len(name) <= LONGEST_NAME and re.fullmatch(r"[^\W\d]\w*", name), name
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[RrCc]\d*", name), f"{name} is a cell address"
    for name, xml in sheets.items():
        for text in re.findall(r"<odd(?:Header|Footer)>([^<]*)<", xml):
            assert len(text) <= LONGEST_FOOTER, f"{name}: {text}"
        for rule in re.findall(r"<dataValidation [^>]*>", xml):
            said = {key: re.search(rf'{key}="([^"]*)"', rule) for key in ("error", "errorTitle")}
            assert all(found is None or found[1] for found in said.values())
            assert said["error"] is None or len(said["error"][1]) <= LONGEST_MESSAGE, rule
            assert said["errorTitle"] is None or len(said["errorTitle"][1]) <= LONGEST_TITLE, rule


def test_merged_cells_do_not_overlap_and_hold_one_value(sheets: dict[str, str]) -> None:
    for name, xml in sheets.items():
        taken: dict[tuple[int, int], str] = {}
        for merged in re.findall(r'<mergeCell ref="([^"]+)"', xml):
            left, top, right, bottom = range_boundaries(merged)
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    assert (row, column) not in taken, f"{name}: {merged} and {taken[row, column]}"
                    taken[row, column] = merged


def test_number_formats_and_formulas_read_the_same_in_any_language(parts: dict[str, str]) -> None:
    for code in re.findall(r'formatCode="([^"]*)"', parts["xl/styles.xml"]):
        assert "[$" not in code and not re.search(r"(?i)\b(general|standard)\b", code.replace("General", "")), code
        assert not re.search(r"(?i)[dt]{3,}|j{2,}|a{2,}", re.sub(r"&quot;.*?&quot;", "", code)), code


def test_what_a_relationship_names_is_in_the_file(parts: dict[str, str], bitzero: Tables) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(bitzero))) as archive:
        held = set(archive.namelist())
    for name, xml in parts.items():
        if not name.endswith(".rels"):
            continue
        folder = name.replace("_rels/", "").rpartition("/")[0]
        for target, mode in re.findall(r'Target="([^"]+)"(?:[^>]*TargetMode="(\w+)")?', xml):
            if mode == "External":
                continue
            path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
            while "/../" in path:
                path = re.sub(r"[^/]+/\.\./", "", path, count=1)
            assert path in held, f"{name}: {target}"
