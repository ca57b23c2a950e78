"""What a template is refused for, all at once, and what `check` says of it; the catalogue of slots."""

from __future__ import annotations

import json
import string
from dataclasses import fields, is_dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from corporate_template import BOARD_AFTER, HEAD, MAIN, contents, names_xml, parts, sheet_xml, workbook_xml, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from valuation.report.excel.starter import starter_bytes
from valuation.report.template.areas import NoArea, area_of, cell_name, cell_place, referred
from valuation.report.template.check import as_json, checked, lines
from valuation.report.template.fill import fill
from valuation.report.template.package import Package, Unreadable, package_of
from valuation.report.template.read import Template, fillable, read_template
from valuation.report.template.sheet_edit import edited
from valuation.report.template.sheet_map import map_sheet
from valuation.report.template.slots import catalogue
from valuation.shipped import shipped
from valuation.tables import Tables

BOARD = "xl/worksheets/sheet2.xml"


def read(made: dict[str, str | bytes], folder: Path) -> Template:
    file = folder / "corporate.xlsm"
    file.write_bytes(zipped(made))
    return read_template(file)


@pytest.mark.parametrize(
    ("refers_to", "says"),
    [
        ("", "refers to nothing"),
        ("#REF!", "is broken (#REF!): its cells were deleted"),
        ("'Board page'!#REF!", "is broken"),
        ("0.07", "is the constant 0.07, expected a cell or a range"),
        ('"text"', 'is the constant "text"'),
        ("{1,2,3}", "is the constant {1,2,3}"),
        ("'Board page'!$A$1,'Board page'!$C$1", "refers to 2 areas"),
        ("'Board page'!$A:$B", "whole rows or columns"),
        ("'Board page'!$3:$4", "whole rows or columns"),
        ("[1]Sheet1!$A$1", "refers to another workbook"),
        ("'[old book.xlsx]Sheet1'!$A$1", "refers to another workbook"),
        ("'Board page:Other'!$A$1", "refers to several sheets"),
        ("OFFSET('Board page'!$A$1,0,0,5,1)", "is the formula OFFSET("),
        ("Table1[Price]", "is the formula Table1[Price]"),
        ("'Board page'!A1", "which is relative"),
        ("'Board page'!$A1", "which is relative"),
        ("'Board page'!$A$1048577", "beyond the last cell"),
        ("'Board page'!$XFE$1", "beyond the last cell"),
        ("'Page bord'!$A$1", "there is no worksheet 'Page bord'"),
        ("'Board page'!$A$1:$Z$9", "9 x 26 cells, expected one cell"),
        ("'Board page'!$E$4", "a cell hidden below the merged cells D4:F4: name the whole of these"),
        ("'Board page'!$D$4:$E$4", "expected one cell"),
    ],
)
def test_names_that_are_no_cell_are_refused_with_what_helps(refers_to: str, says: str, tmp_path: Path) -> None:
    escaped = refers_to.replace("&", "&amp;").replace("<", "&lt;")
    template = read(parts(names_xml({"valuate_npv_mean": escaped})), tmp_path)
    assert [problem.path for problem in template.problems] == ["valuate_npv_mean"]
    assert says in template.problems[0].message


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    names = {
        "valuate_npv_maen": "'Board page'!$A$1",
        "valuate_xyzzy_plugh": "'Board page'!$A$1",
        "valuate_irr_base": "#REF!",
        "valuate_years": "'Board page'!$A$20:$B$30",
        "valuate_scenarios": "'Board page'!$J$1:$M$9",
        "valuate_yearly_cash_base": "'Board page'!$C$4:$G$4",
        "valuate_seed": "'Board page'!$M$5",
    }
    said = [f"{problem.path}: {problem.message}" for problem in read(parts(names_xml(names)), tmp_path).problems]
    for start in (
        "valuate_npv_maen: no slot has this name: did you mean 'valuate_npv_mean'?",
        "valuate_xyzzy_plugh: no slot has this name: 'valuate template slots' lists them",
        "valuate_irr_base: is broken",
        "valuate_years: refers to 'Board page'!A20:B30, 11 rows of 2 columns, expected one row or one column",
        "valuate_scenarios: refers to 'Board page'!J1:M9, 4 columns, expected at least 7: name, base NPV",
        "valuate_yearly_cash_base: refers to 'Board page'!C4:G4, where D4:F4 are merged: unmerge them",
        "valuate_seed: fills cells of 'Board page'!M5 that valuate_scenarios fills too",
    ):
        assert any(line.startswith(start) for line in said), start
    assert len(said) == 7


def test_formulas_and_tables_that_a_value_would_break(tmp_path: Path) -> None:
    names = {
        "valuate_seed": "'Board page'!$B$1",
        "valuate_npv_percentiles": "'Board page'!$E$1:$E$9",
        "valuate_paths": "'Board page'!$D$1",
        "valuate_run": "'Board page'!$C$2",
        "valuate_stage": "'Board page'!$G$1",
    }
    rows = (
        '<row r="1"><c r="B1"><f t="shared" ref="B1:B3" si="0">A1</f><v>1</v></c>'
        '<c r="D1"><f t="array" ref="D1">SUM(A1:A3)</f><v>1</v></c>'
        '<c r="E1"><f t="shared" ref="E1:E9" si="1">A1</f><v>1</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/><v>1</v></c>'
        '<c r="C2"><f t="array" ref="C2:C4">A1:A3</f><v>1</v></c></row>'
    )
    made = parts(names_xml(names), xl__worksheets__sheet2_xml=sheet_xml(rows))
    made["xl/worksheets/_rels/sheet2.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table" Target="/xl/tables/t1.xml"/>'
        "</Relationships>"
    )
    made["xl/tables/t1.xml"] = f'<table xmlns="{MAIN}" ref="G1:H9"/>'
    template = read(made, tmp_path)
    assert {problem.path: problem.message.partition(", ")[2] for problem in template.problems} == {
        "valuate_seed": "but the formula of B1 serves B1:B3 too: clear B1 and save the template",
        "valuate_run": "inside the array formula of C2:C4: clear that, or name other cells",
        "valuate_stage": "the head of a table (G1:H1), whose texts are names: name the cells below it",
    }
    assert checked(template).remarks == (
        "valuate_seed: filling replaces the formula of B1",
        "valuate_npv_percentiles: filling replaces the formula of E1",
        "valuate_paths: filling replaces the formula of D1",
        "valuate_run: filling replaces the formula of C2",
    )


def test_what_check_says(tmp_path: Path) -> None:
    template = read(
        parts(names_xml({"VALUATE_Term_End": "'Board page'!$B$3", "out_base_npv": "'Board page'!$B$3"})), tmp_path
    )
    report = checked(template)
    assert report.fillable and len(report.missing) == len(catalogue()) - 1
    assert report.remarks == (
        "VALUATE_Term_End: filling replaces the formula of B3",
        "VALUATE_Term_End: 'Board page'!B3 has no format of a date and would show a number",
        "out_base_npv is a name of the workbook that valuate lays out itself and is left alone; to have the cell "
        "filled, call it valuate_npv_base",
    )
    assert {"macros", "pictures", "charts", "sparklines", "conditional formats", "data validations"} <= set(
        report.features
    )
    told = json.loads(json.dumps(as_json(report)))
    assert told["found"] == [
        {"name": "valuate_term_end", "scope": None, "sheet": "Board page", "cells": "B3", "rows": 1, "columns": 1,
         "shape": "cell", "unit": "date"}
    ]  # fmt: skip
    assert lines(report)[1].split() == ["VALUATE_Term_End", "'Board", "page'!B3", "last", "day", "of", "the", "term"]
    good = read(parts(names_xml({"valuate_term_end": "'Board page'!$B$4"})), tmp_path)
    assert checked(good).remarks == (), "dd.mm.yyyy"
    none = read(parts(names_xml({"mine": "'Board page'!$B$3"})), tmp_path)
    assert "has no cells to fill" in none.problems[0].message


def _changed(**of: str | bytes | None) -> bytes:
    return zipped(parts(**of))


TYPES = str(parts()["[Content_Types].xml"])
ENTITY = f'{HEAD}<!DOCTYPE a [<!ENTITY b "c">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'


@pytest.mark.parametrize(
    ("content", "suffix", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xlsx", "is encrypted, or a workbook of the old kind"),
        (b"id;value\n1;2\n", ".xlsx", "is no workbook (no zip)"),
        (b"", ".xlsx", "is no workbook (no zip)"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), ".ods", "(.ods): save it as .xlsx"),
        (zipped({"xl/workbook.bin": b"1"}), ".xlsb", "(.xlsb)"),
        (zipped(parts()), ".xltm", "ends in '.xltm', expected .xlsx or .xlsm"),
        (zipped({"a.txt": "b"}), ".xlsx", "is no workbook"),
        (zipped({**parts(), "[Content_Types].xml": TYPES.replace("sheet.macro", "template.macro")}), ".xlsm",
         "is a template of the kind .xltm"),
        (zipped({**parts(), "_xmlsignatures/sig1.xml": "<a/>"}), ".xlsm", "carries a digital signature"),
        (_changed(xl__workbook_xml=None), ".xlsm", "is no workbook"),
        (_changed(xl__workbook_xml=workbook_xml(names_xml({"valuate_seed": "'Board page'!$B$1"}))[:-20]), ".xlsm",
         "is damaged: its part 'xl/workbook.xml' is no XML"),
        (_changed(xl__worksheets__sheet2_xml=ENTITY), ".xlsm", "has a document type, which no workbook needs"),
        (_changed(xl__worksheets__sheet2_xml=sheet_xml("").replace("UTF-8", "ISO-8859-1")), ".xlsm",
         "is in ISO-8859-1"),
        (_changed(xl__worksheets__sheet2_xml=sheet_xml("").encode("utf-16")), ".xlsm", "is in UTF-16"),
        (_changed(xl__worksheets__sheet2_xml=sheet_xml('<row r="3"/><row r="2"/>')), ".xlsm",
         "do not ascend at row 2"),
        (_changed(xl__worksheets__sheet2_xml=sheet_xml('<row r="3"><c r="B3"/><c r="A3"/></row>')), ".xlsm",
         "cell 'A3' of its part 'xl/worksheets/sheet2.xml' stands out of order"),
        (_changed(xl__worksheets__sheet2_xml=sheet_xml('<row r="3"><c r="B4"/></row>')), ".xlsm", "out of order"),
        (_changed(xl__worksheets__sheet2_xml=f'<worksheet xmlns="{MAIN}"/>'), ".xlsm", "has no place for cells"),
    ],
)  # fmt: skip
def test_files_that_are_no_template(content: bytes, suffix: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / f"corporate{suffix}"
    file.write_bytes(content)
    with pytest.raises(Unreadable, match="^(?:is|has|ends|carries)") as told:
        read_template(file)
    assert says in str(told.value)


def test_damage_and_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = zipped(parts())
    at = whole.index(b"xl/worksheets/sheet2.xml") + 60
    file = tmp_path / "corporate.xlsm"
    file.write_bytes(whole[:at] + bytes(40) + whole[at + 40 :])
    with pytest.raises(Unreadable, match=r"its part 'xl/worksheets/sheet2\.xml' cannot be unpacked"):
        read_template(file)
    for bound, value in (("LARGEST_SUM", 1000), ("MOST_PARTS", 3), ("LARGEST_PART", 1000), ("LARGEST_FILE", 1000)):
        with monkeypatch.context() as patched:
            patched.setattr(f"valuation.report.template.package.{bound}", value)
            file.write_bytes(whole)
            with pytest.raises(Unreadable, match="MB"):
                read_template(file)
    with pytest.raises(Unreadable, match="No such file"):
        read_template(tmp_path / "no.xlsx")


@settings(max_examples=60, deadline=None)
@given(
    held=st.dictionaries(st.integers(1, 9), st.sets(st.integers(1, 30), max_size=6), max_size=6),
    wanted=st.dictionaries(
        st.tuples(st.integers(1, 12), st.integers(1, 32)),
        st.one_of(
            st.none(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(string.ascii_letters + "é<&", min_size=1),
        ),
        min_size=1,
        max_size=20,
    ),
    always=st.booleans(),
)
def test_any_cells_are_set_and_no_other(
    held: dict[int, set[int]], wanted: dict[tuple[int, int], float | str | None], always: bool
) -> None:
    rows = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{cell_name(r, c)}"><v>{100 * r + c}</v></c>' for c in sorted(cells))
        + "</row>"
        if cells
        else f'<row r="{r}" ht="20"/>'
        for r, cells in sorted(held.items())
    )
    names = names_xml({"valuate_seed": "'Board page'!$A$1"})
    package = Package(
        zipped(parts(names, xl__worksheets__sheet2_xml=sheet_xml(rows, after="<!-- end -->", dimension="A1:AZ60")))
    )
    new = edited(map_sheet(package, BOARD, {row for row, _ in wanted}), wanted, always)
    again = Package(package.rewritten({BOARD: new}))
    found = map_sheet(again, BOARD, range(1, 40))  # which refuses rows and cells out of order
    was = {(r, c): float(100 * r + c) for r, cells in held.items() for c in cells}
    expected = was | wanted
    there = {(row.number, cell.column): cell.text for row in found.rows for cell in row.cells}
    assert set(there) == set(was) | {place for place, value in wanted.items() if always or value is not None}
    for place, text in there.items():
        value = expected[place]
        assert text == value if isinstance(value, str) else (float(text) if text else None) == value
    assert new.endswith(b"</sheetData><!-- end --></worksheet>")
    everything = map_sheet(package, BOARD, range(1, 40))
    same = {(row.number, cell.column): float(cell.text) for row in everything.rows for cell in row.cells}
    assert edited(everything, same) == edited(everything, {}) == package.read(BOARD), (
        "a value that is there changes nothing"
    )


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_names_of_cells(row: int, column: int) -> None:
    assert cell_place(cell_name(row, column)) == (row, column)


@pytest.mark.parametrize("sheet", ["Sheet1", "'It''s'", "Übersicht", "'数 字'", "数字", "'a,b'", "'a(b)'"])
def test_sheets_of_any_name(sheet: str) -> None:
    assert referred(f"{sheet}!$B$9:$A$2") == (sheet.strip("'").replace("''", "'"), area_of("A2:B9"))


def test_referring_never_ends_otherwise_than_in_words() -> None:
    @settings(max_examples=200, deadline=None)
    @given(st.text("'![]:$A1,() \"#{}=é", max_size=14))
    def tried(text: str) -> None:
        try:
            referred(text)
        except NoArea as error:
            assert str(error)

    tried()


def test_every_slot_has_a_value_of_its_shape(tables: Tables, bitzero: Tables) -> None:
    assert is_dataclass(tables) and fields(tables)
    for of in (tables, bitzero):
        for slot in catalogue().values():
            rows = slot.rows(of)
            assert slot.what and slot.unit or slot.columns, slot.name
            assert all(value is None or type(value) in (float, str, date) for row in rows for value in row), slot.name
            if slot.shape == "cell":
                assert len(rows) == len(rows[0]) == 1, slot.name
            elif slot.shape == "list":
                assert len(rows) == 1, slot.name
            else:
                assert {len(row) for row in rows} <= {len(slot.columns)}, slot.name
            openpyxl.workbook.defined_name.DefinedName(slot.name)


def test_the_names_of_our_own_workbook_are_in_the_catalogue() -> None:
    manifest = json.loads((shipped("excel_templates") / "standard.json").read_text(encoding="utf-8"))["names"]
    ours = {slot.ours: slot for slot in catalogue().values() if slot.ours}
    assert set(ours) <= set(manifest) and len(ours) == sum(bool(slot.ours) for slot in catalogue().values())
    assert {name for name in manifest if name.startswith("out_")} <= set(ours)
    for name, slot in ours.items():
        assert ("currency" in manifest[name]) == (slot.unit == "currency"), name
        assert ("fraction" in manifest[name]) == (slot.unit == "1/year"), name


def test_the_page_of_templates_lists_every_slot() -> None:
    page = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")
    listed = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `valuate_")}
    assert list(listed) == list(catalogue())
    for slot in catalogue().values():
        assert listed[slot.name] == slot.documented


def test_the_starter_is_filled(bitzero: Tables, tmp_path: Path) -> None:
    file = tmp_path / "start.xlsx"
    file.write_bytes(starter_bytes())
    assert starter_bytes() == file.read_bytes()
    template = fillable(file)
    report = checked(template)
    assert report.remarks == () and len(template.places) > 30
    done = fill(template, bitzero)
    book = openpyxl.load_workbook(BytesIO(done.content))
    assert book["Summary"]["E6"].value == bitzero.npv.mean
    assert book["By year"]["A5"].value == bitzero.years[0].year
    was, now = contents(file.read_bytes()), contents(done.content)
    assert {name for name in was if was[name] != now[name]} == {f"xl/worksheets/sheet{k}.xml" for k in (1, 2, 3)}
    assert BOARD_AFTER and package_of(done.content, ".xlsx").has("xl/workbook.xml")
