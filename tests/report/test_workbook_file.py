"""The workbook as a file: equal bytes, whole or not at all, and whose it is."""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from valuation.report.excel import temporary_path, workbook_bytes, write_workbook, written_by_us
from valuation.report.excel.finish import StoredValueError, finish
from valuation.report.excel.template import TemplateError, load_template
from valuation.report.numbers import NotFiniteError
from valuation.shipped import shipped
from valuation.tables import Tables

TEMPLATES = Path(__file__).resolve().parents[2] / "excel_templates"
ANOTHER_PROCESS = """
import importlib.util, sys, time
from pathlib import Path
spec = importlib.util.spec_from_file_location("sample", sys.argv[1])
sample = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sample)
from valuation.report.excel import write_workbook
write_workbook(sample.with_program(sample.build()), Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_same_run_gives_the_same_bytes_in_another_process_and_second(tables: Tables, tmp_path: Path) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    write_workbook(tables, first)
    arguments = [sys.executable, "-c", ANOTHER_PROCESS, str(Path(__file__).with_name("conftest.py")), str(second)]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    subprocess.run(arguments, check=True, env=environment)
    assert first.read_bytes() == second.read_bytes()


def test_the_file_holds_no_time_but_the_valuation_date(tables: Tables) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(tables))) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-06-30T00:00:00Z") == 2


def test_old_file_stays_when_the_tables_are_wrong(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "deal.xlsx"
    path.write_text("old")
    with pytest.raises(NotFiniteError):
        write_workbook(replace(tables, npv=replace(tables.npv, mean=float("nan"))), path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["deal.xlsx"]


@pytest.mark.parametrize("problem", [OSError("disk full"), KeyboardInterrupt()])
def test_old_file_stays_when_writing_stops_half_way(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    path = tmp_path / "deal.xlsx"
    path.write_text("old")

    def half(self: Path, data: bytes) -> int:
        with open(self, "wb") as stream:
            stream.write(data[:100])
        raise problem

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(type(problem)):
        write_workbook(tables, path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["deal.xlsx"]


def test_temporary_file_stands_in_the_same_folder() -> None:
    part = temporary_path(Path("somewhere/deal.xlsx"))
    assert part.parent == Path("somewhere") and part.name != "deal.xlsx"


def test_own_workbook_is_known_by_its_contract(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "deal.xlsx"
    write_workbook(tables, path)
    owner = written_by_us(path)
    assert owner is not None and owner.contract == "nordoya" and owner.run.endswith("host 1 1000 0 0.1.0")


def test_other_files_are_not_ours(tables: Tables, tmp_path: Path) -> None:
    text, folder, plain, edited = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "c.xlsx", "d.xlsx"))
    text.write_text("not a zip file")
    folder.mkdir()
    openpyxl.Workbook().save(plain)
    write_workbook(tables, edited)
    book = openpyxl.load_workbook(edited)
    book["Notes"]["A1"].value = "my own remark"
    book.save(edited)
    for path in (text, folder, plain, tmp_path / "missing.xlsx"):
        assert written_by_us(path) is None, path.name
    assert written_by_us(edited) is None, "somebody's work would be written over"


def test_finish_refuses_a_formula_without_a_value_and_a_value_without_a_formula(tables: Tables) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    saved = io.BytesIO()
    book.save(saved)
    with pytest.raises(StoredValueError, match="Sheet!A1"):
        finish(saved.getvalue(), {}, tables.deal.valuation)
    with pytest.raises(StoredValueError, match="2 values for 1"):
        finish(saved.getvalue(), {("Sheet", "A1"): 2.0, ("Sheet", "B1"): 1.0}, tables.deal.valuation)
    made = finish(saved.getvalue(), {("Sheet", "A1"): 2.0}, tables.deal.valuation)
    assert openpyxl.load_workbook(io.BytesIO(made), data_only=True).active["A1"].value == 2.0


def test_template_is_the_one_that_its_script_makes() -> None:
    specification = importlib.util.spec_from_file_location("make_standard", TEMPLATES / "make_standard.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)

    def parts(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    committed = (shipped("excel_templates") / "standard.xlsx").read_bytes()
    assert parts(committed) == parts(module.make()), "run excel_templates/make_standard.py and commit what it writes"


def test_template_without_a_sheet_or_a_style_is_refused_by_name(tmp_path: Path) -> None:
    for name in ("standard.json", "standard.xlsx"):
        (tmp_path / name).write_bytes((shipped("excel_templates") / name).read_bytes())
    load_template(folder=tmp_path)
    book = openpyxl.load_workbook(tmp_path / "standard.xlsx")
    del book["Years"]
    book.save(tmp_path / "standard.xlsx")
    manifest = (tmp_path / "standard.json").read_text().replace('"valuate good"', '"valuate splendid"')
    (tmp_path / "standard.json").write_text(manifest)
    with pytest.raises(TemplateError, match="sheet 'Years'.*style 'valuate splendid'"):
        load_template(folder=tmp_path)
