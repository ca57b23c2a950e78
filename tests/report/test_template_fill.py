"""A company's workbook filled by defined name: the values are there, and nothing else in the file has changed."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from corporate_template import (
    BOARD_AFTER,
    HEAD,
    MAIN,
    contents,
    names_xml,
    parts,
    sheet_xml,
    workbook_xml,
    zipped,
)
from recalculation import convert

from valuation.report.numbers import NotFiniteError
from valuation.report.template.fill import CannotFill, Filled, fill, filled_from
from valuation.report.template.read import fillable, read_template
from valuation.tables import Tables

SECOND = "It's Zählen ünd 数字"
BOARD, OTHER, BOOK = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"
CELL = re.compile(rb"<(?:\w+:)?c (?:[^>]*/>|.*?</(?:\w+:)?c>)", re.S)


def filled(made: dict[str, str | bytes], tables: Tables, folder: Path) -> Filled:
    file = folder / "corporate.xlsm"
    file.write_bytes(zipped(made))
    return fill(fillable(file), tables)


def loaded(content: bytes, data_only: bool = False) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says what it would lose
        return openpyxl.load_workbook(io.BytesIO(content), data_only=data_only)


def one_sheet(names: dict[str, str], rows: str, **more: str) -> dict[str, str | bytes]:
    """The workbook with rows and names of the test's own on its first sheet."""
    return parts(names_xml(names), xl__worksheets__sheet2_xml=sheet_xml(rows, **more))


def test_every_other_part_is_byte_identical(tables: Tables, tmp_path: Path) -> None:
    before = parts()
    done = filled(before, tables, tmp_path)
    was, now = contents(zipped(before)), contents(done.content)
    assert list(was) == list(now), "same parts in the same order"
    assert {name for name in was if was[name] != now[name]} == {BOARD, OTHER, BOOK, "xl/calcChain.xml"}
    assert now[BOOK] == was[BOOK].replace(b"<calcPr ", b'<calcPr fullCalcOnLoad="1" ')
    chain = b'<calcChain xmlns="' + MAIN.encode() + b'"><c i="7" r="C10"/></calcChain>'
    assert now["xl/calcChain.xml"].endswith(chain), "the next line now says which sheet it is of"
    assert now[BOARD].endswith(b"</sheetData>" + BOARD_AFTER.encode() + b"</worksheet>"), "sparkline, bars, drawing"
    for part in (BOARD, OTHER):
        old = re.sub(rb"<row [^>]*>|</row>|<dimension[^>]*>", b"", CELL.sub(b"", was[part]))
        new = re.sub(rb"<row [^>]*>|</row>|<dimension[^>]*>", b"", CELL.sub(b"", now[part]))
        assert old == new
    for kept in (
        b'<c r="A1" s="1" t="s"><v>0</v></c>',
        b'<c r="C10" s="2"><f>B3+1</f><v>12</v></c>',
        b"</row>\r\n<row",
    ):
        assert kept in now[BOARD]


def test_the_values_are_read_back(tables: Tables, tmp_path: Path) -> None:
    done = filled(parts(), tables, tmp_path)
    book = loaded(done.content)
    board, second = book["Board page"], book[SECOND]
    assert board["B3"].value == tables.npv.mean and board["B3"].number_format == "#,##0.00"
    assert board["B4"].value == datetime(2026, 6, 30)
    assert board["D4"].value == tables.deal.name and board["D5"].value == tables.npv.p5
    assert board["C7"].value == tables.base.irr and board["C7"].number_format == "0.00%", "as its column is formatted"
    years = tables.years
    assert [board.cell(20 + k, 1).value for k in range(41)] == [y.year for y in years] + [None] * (41 - len(years))
    assert [board.cell(20 + k, 2).value for k in range(len(years))] == [y.cash_mean for y in years]
    assert [second.cell(2, 2 + k).value for k in range(10)] == [
        *(getattr(tables.npv, f"p{p}") for p in (1, 5, 10, 25, 50, 75, 90, 95, 99)),
        None,
    ]
    first, other = tables.scenarios
    assert [c.value for c in second[6][1:9]] == [
        other.name, other.npv_base, None, other.margin_base, other.npv_mean, other.npv_se, other.npv_negative, None,
    ]  # fmt: skip
    assert second["B5"].value == first.name and second["A5"].value == 5
    assert board["B10"].value == 5 and board["C10"].value == "=B3+1", "what is not ours stays"
    assert len(done.notes) == 1 and "Formulas keep the values of the template until" in done.notes[0]


def test_the_same_template_and_run_give_the_same_bytes(tables: Tables, tmp_path: Path) -> None:
    assert filled(parts(), tables, tmp_path).content == filled(parts(), tables, tmp_path).content


def test_a_filled_workbook_is_known_again_until_somebody_works_in_it(tables: Tables, tmp_path: Path) -> None:
    template_file, file = tmp_path / "corporate.xlsm", tmp_path / "deal.xlsm"
    done = filled(parts(), tables, tmp_path).content
    template = read_template(template_file)
    file.write_bytes(done)
    assert filled_from(template, file, tables.deal.id)
    assert not filled_from(template, file, "another deal")
    other = replace(tables, years=tables.years[:3], scenarios=())
    file.write_bytes(fill(template, other).content)
    assert filled_from(template, file, tables.deal.id), "the values do not matter"
    touched = contents(done)
    touched[BOARD] = touched[BOARD].replace(b'<c r="B10"><v>5</v>', b'<c r="B10"><v>6</v>')
    assert touched[BOARD] != contents(done)[BOARD]
    file.write_bytes(zipped({**touched}))
    assert not filled_from(template, file, tables.deal.id)
    assert not filled_from(template, template_file, tables.deal.id), "an empty template is nobody's"
    file.write_bytes(b"no workbook")
    assert not filled_from(template, file, tables.deal.id)


def test_text_stays_text(hostile: Tables, tmp_path: Path) -> None:
    names = {"valuate_contract_name": "'Board page'!$B$2", "valuate_assumptions": "'Board page'!$A$5:$I$40"}
    deal = replace(hostile.deal, name='=1+1 <&> "x" _x0041_ \x01\ud800')
    book = filled(one_sheet(names, ""), replace(hostile, deal=deal), tmp_path).content
    assert b'>=1+1 &lt;&amp;&gt; "x" _x005F_x0041_ </t>' in contents(book)[BOARD]
    cells = [cell for row in loaded(book)["Board page"].iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 20 and not any(cell.data_type in "fe" for cell in cells)


def test_a_number_that_is_not_finite_is_refused_by_name(tables: Tables, tmp_path: Path) -> None:
    broken = replace(tables, npv=replace(tables.npv, mean=float("inf")))
    with pytest.raises(NotFiniteError, match=r"valuate_npv_mean \(Board page!B3\)"):
        filled(parts(), broken, tmp_path)


def test_what_a_deal_does_not_have(tables: Tables, tmp_path: Path) -> None:
    names = {
        "valuate_debt": "'Board page'!$B$2",
        "valuate_loans": "'Board page'!$A$5:$G$6",
        "valuate_yearly_margin_base": "'Board page'!$A$9:$Z$9",
    }
    rows = '<row r="5"><c r="A5" s="2" t="s"><v>1</v></c></row>'
    done = filled(one_sheet(names, rows), tables, tmp_path)
    sheet = loaded(done.content)["Board page"]
    assert (sheet["B2"].value, sheet["A5"].value, sheet["A5"].number_format) == ("n/a", None, "#,##0.00")
    assert sheet["A9"].value == tables.years[0].margin_base and sheet.cell(9, len(tables.years)).value is None
    assert done.notes == ("No value in this deal: valuate_debt, valuate_loans",)
    assert contents(done.content)[BOOK] == contents(zipped(one_sheet(names, rows)))[BOOK], "no formula, no change"


def test_ranges_that_are_too_small_are_told_together_with_what_they_need(tables: Tables, tmp_path: Path) -> None:
    names = {
        "valuate_years": "'Board page'!$A$5:$A$6",
        "valuate_pay_dates": "'Board page'!$C$1:$E$1",
        "valuate_npv_bins_to": "'Board page'!$C$3",
        "valuate_assumptions": "'Board page'!$J$5:$R$6",
    }
    with pytest.raises(CannotFill) as told:
        filled(one_sheet(names, ""), tables, tmp_path)
    years, dates = len(tables.years), len(tables.flows.dates)
    more = ": let the name refer to as many, or to more"
    assert [line.split(": ", 1)[1] for line in str(told.value).splitlines()] == [
        f"valuate_years: 'Board page'!A5:A6 has 2 rows, this result needs {years}{more}",
        f"valuate_pay_dates: 'Board page'!C1:E1 has 3 columns, this result needs {dates}{more}",
        f"valuate_npv_bins_to: 'Board page'!C3 has 1 row, this result needs 30{more}",
        f"valuate_assumptions: 'Board page'!J5:R6 has 2 rows of 9 columns, this result needs 12 of 9{more}",
    ]


def test_dates_counted_from_1904(tables: Tables, tmp_path: Path) -> None:
    names = names_xml({"valuate_valuation_date": "'Board page'!$B$4"})
    made = parts(xl__workbook_xml=workbook_xml(names, ' date1904="1"'))
    assert loaded(filled(made, tables, tmp_path).content)["Board page"]["B4"].value == datetime(2026, 6, 30)


def test_names_of_sheets_and_of_the_workbook(tables: Tables, tmp_path: Path) -> None:
    local = (
        f"<definedName name='valuate_seed' localSheetId='1'>'{SECOND.replace(chr(39), chr(39) * 2)}'!$C$3</definedName>"
    )
    made = parts(names_xml({"valuate_seed": "'BOARD PAGE'!$B$10"}, local))
    book = loaded(filled(made, tables, tmp_path).content)
    assert book["Board page"]["B10"].value == book[SECOND]["C3"].value == 1


@pytest.mark.parametrize("calculation", ["", "<calcPr/>", "<calcPr fullCalcOnLoad='0' calcMode=\"manual\"/>"])
def test_the_wish_to_calculate_is_put_where_it_belongs(calculation: str, tables: Tables, tmp_path: Path) -> None:
    names = names_xml({"valuate_seed": "'Board page'!$B$10"})
    book = filled(parts(xl__workbook_xml=workbook_xml(names, "", calculation)), tables, tmp_path).content
    text = contents(book)[BOOK].decode()
    assert (
        re.search(r'</definedNames><calcPr[^>]* fullCalcOnLoad="1"[^>]*/></workbook>', text)
        and text.count("calcPr") == 1
    )
    assert ('calcMode="manual"' in text) == ("manual" in calculation)


def test_the_last_formula_takes_the_list_of_formulas_along(tables: Tables, tmp_path: Path) -> None:
    made = one_sheet({"valuate_seed": "'Board page'!$B$3"}, '<row r="3"><c r="B3"><f>1+1</f><v>2</v></c></row>')
    made["xl/calcChain.xml"] = f'{HEAD}<calcChain xmlns="{MAIN}"><c r="B3" i="7"></c></calcChain>'
    was, now = contents(zipped(made)), contents(filled(made, tables, tmp_path).content)
    assert set(was) - set(now) == {"xl/calcChain.xml"}
    changed = {name for name in now if was[name] != now[name]}
    assert changed == {BOARD, BOOK, "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    assert not any(b"calcChain" in now[name] for name in changed)
    assert len(now["xl/_rels/workbook.xml.rels"]) == len(was["xl/_rels/workbook.xml.rels"]) - len(
        '<Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'calcChain" Target="calcChain.xml"/>'
    )


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_sheet_with_prefixes_and_rows_without_numbers(mark: str, tables: Tables, tmp_path: Path) -> None:
    last = "<x:row><x:c r='B3' t='str'><x:v>é</x:v></x:c></x:row>"
    rows = f"<x:row><x:c><x:v>1</x:v></x:c><x:c s='2'/></x:row>\r\n<x:row/>{last}"
    xml = f"{mark}<x:worksheet xmlns:x='{MAIN}'><x:sheetData >{rows}</x:sheetData></x:worksheet>"
    names = {"valuate_npv_se": "$B$1", "valuate_npv_p5": "$C$1", "valuate_npv_p10": "$A$2", "valuate_paths": "$A$3"}
    names |= {"valuate_seed": "$D$9"}
    made = parts(names_xml({name: f"'Board page'!{of}" for name, of in names.items()}), xl__worksheets__sheet2_xml=xml)
    content = filled(made, tables, tmp_path).content
    new = contents(content)[BOARD].decode()
    assert new.startswith(f"{mark}<x:worksheet") and '<x:c><x:v>1</x:v></x:c><x:c r="B1" s="2"><x:v>' in new
    assert '<x:row><x:c r="A2">' in new and "<x:c r='B3' t='str'><x:v>é</x:v></x:c></x:row><x:row r=\"9\">" in new
    sheet = loaded(content)["Board page"]
    assert [sheet[cell].value for cell in ("A1", "B1", "C1", "A2", "A3", "B3", "D9")] == [
        1, tables.npv.se, tables.npv.p5, tables.npv.p10, 1000, "é", 1,
    ]  # fmt: skip


def test_a_sheet_without_any_cell(tables: Tables, tmp_path: Path) -> None:
    made = parts(names_xml({"valuate_seed": "'Board page'!$AB$12"}))
    made[BOARD] = f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData/></worksheet>'
    new = contents(filled(made, tables, tmp_path).content)[BOARD].decode()
    cell = '<sheetData><row r="12"><c r="AB12"><v>1</v></c></row></sheetData>'
    assert new == f'<worksheet xmlns="{MAIN}"><dimension ref="A1:AB12"/>{cell}</worksheet>'


@pytest.mark.slow
def test_office_opens_and_calculates_it(tables: Tables, tmp_path: Path) -> None:
    book = loaded(convert(filled(parts(), tables, tmp_path).content, "xlsx", tmp_path), data_only=True)
    board = book["Board page"]
    assert board["B3"].value == pytest.approx(tables.npv.mean, rel=1e-12)
    assert board["C10"].value == pytest.approx(board["B3"].value + 1, rel=1e-12)
    assert board["B4"].value in (datetime(2026, 6, 30), date(2026, 6, 30)) and board["D4"].value == tables.deal.name
    assert board["A20"].value == tables.years[0].year
