"""`valuate template check|new|slots`, `valuate FILE --template`: exit codes, what is written, what is left alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from valuation.shipped import shipped

FEW = ("-n", 300, "-q")
LEASE = shipped("contracts") / "examples" / "minimal-lease.yaml"


@pytest.fixture
def corporate(here: Path) -> Path:
    """A small workbook with two slots and a formula."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["B4"] = "=B2*2"
    for name, of in (("valuate_npv_mean", "$B$2"), ("valuate_contract_id", "$B$3")):
        book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet.title}'!{of}")
    book.save(here / "corporate.xlsx")
    return here / "corporate.xlsx"


def renamed(file: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(old.encode(), new.encode()) if name == "xl/workbook.xml" else data)


def test_a_run_fills_the_template_and_replaces_only_what_is_its_own(valuate, here, corporate) -> None:
    before = corporate.read_bytes()
    done = valuate(LEASE, *FEW[:2], "--template", corporate)
    assert done.exit_code == 0 and "Workbook: minimal-lease.xlsx" in done.stdout
    assert "Formulas keep the values of the template until they are calculated" in done.stderr
    first = (here / "minimal-lease.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(here / "minimal-lease.xlsx").worksheets[0]
    assert (
        isinstance(sheet["B2"].value, float) and sheet["B3"].value == "minimal_lease" and sheet["B4"].value == "=B2*2"
    )
    assert valuate(LEASE, *FEW, "--template", corporate).exit_code == 0, "its own from before"
    assert (here / "minimal-lease.xlsx").read_bytes() == first, "the same run gives the same bytes"
    book = openpyxl.load_workbook(here / "minimal-lease.xlsx")
    book.worksheets[0]["D9"] = "a note of the board"
    book.save(here / "minimal-lease.xlsx")
    touched = (here / "minimal-lease.xlsx").read_bytes()
    refused = valuate(LEASE, *FEW, "--template", corporate)
    assert refused.exit_code == 2 and "replace it with --force" in refused.stderr
    for words in (("-o", corporate), ("-o", corporate, "--force")):
        refused = valuate(LEASE, *FEW, "--template", corporate, *words)
        assert refused.exit_code == 2 and "is the template itself" in refused.stderr
    assert (here / "minimal-lease.xlsx").read_bytes() == touched and corporate.read_bytes() == before


def test_what_is_refused_before_anything_is_computed(valuate, here, corporate) -> None:
    for words, says in (
        (("--no-excel", "--template", corporate), "--no-excel and --template exclude each other"),
        (("--template", corporate, "-o", "deal.xlsm"), "expected one that ends in .xlsx"),
        (("--template", "none.xlsx"), "none.xlsx: error: cannot be read: No such file or directory"),
    ):
        done = valuate(LEASE, *FEW, *words)
        assert done.exit_code == 2 and says in done.stderr, done.stderr
    renamed(corporate, "valuate_npv_mean", "valuate_npv_maen")
    done = valuate(LEASE, *FEW, "--template", corporate)
    assert done.exit_code == 2 and "did you mean 'valuate_npv_mean'?" in done.stderr
    assert "1 error; nothing was computed" in done.stderr
    assert sorted(file.name for file in here.iterdir()) == ["corporate.xlsx"]


@pytest.mark.slow
def test_a_range_that_is_too_small_leaves_the_old_file(valuate, here, corporate) -> None:
    renamed(corporate, "valuate_npv_mean", "valuate_years")
    done = valuate(LEASE, *FEW, "--template", corporate)
    assert done.exit_code == 1 and "has 1 row, this result needs" in done.stderr
    assert not (here / "minimal-lease.xlsx").exists()


def test_check_says_what_is_there_and_what_is_wrong(valuate, corporate) -> None:
    done = valuate("template", "check", corporate)
    assert done.exit_code == 0 and "valuate_npv_mean     'Sheet'!B2  NPV after tax, mean of the paths" in done.stdout
    assert f"{corporate}: can be filled" in done.stdout
    renamed(corporate, "valuate_npv_mean", "valuate_npv_maen")
    done = valuate("template", "check", corporate)
    assert done.exit_code == 1 and "cannot be filled: 1 error" in done.stdout
    assert f"{corporate}: error: valuate_npv_maen: no slot has this name: did you mean" in done.stderr
    told = json.loads(valuate("template", "check", corporate, "--json").stdout)
    assert told["unknown"] == ["valuate_npv_maen"] and not told["fillable"]
    assert [one["name"] for one in told["found"]] == ["valuate_contract_id"]
    corporate.write_bytes(b"none")
    done = valuate("template", "check", corporate, "--json")
    assert done.exit_code == 1 and json.loads(done.stdout)["problems"][0]["message"].startswith("is no workbook")


def test_new_begins_a_template_and_replaces_none(valuate, here) -> None:
    assert valuate("template", "new").exit_code == 0
    assert valuate("template", "check", "template.xlsx").exit_code == 0
    written = (here / "template.xlsx").read_bytes()
    shutil.copy(here / "template.xlsx", here / "mine.xlsx")
    (here / "template.xlsx").write_bytes(b"mine")
    refused = valuate("template", "new")
    assert refused.exit_code == 2 and "'template.xlsx' exists; replace it with --force" in refused.stderr
    assert (here / "template.xlsx").read_bytes() == b"mine"
    assert valuate("template", "new", "--force").exit_code == 0
    assert (here / "template.xlsx").read_bytes() == written
    assert "ends in .xlsx" in valuate("template", "new", "-o", "a.xls").stderr
    assert "no folder 'no'" in valuate("template", "new", "-o", "no/a.xlsx").stderr


def test_slots_are_listed(valuate) -> None:
    lines = valuate("template", "slots").stdout.splitlines()
    told = json.loads(valuate("template", "slots", "--json").stdout)
    assert [line.split()[0] for line in lines] == [slot["name"] for slot in told] and len(lines) > 200
    assert any("valuate_npv_mean " in line and "[currency]" in line for line in lines)


def test_check_of_a_template_imports_nothing_heavy(corporate: Path) -> None:
    code = (
        "import sys\n"
        "from valuation.cli import main\n"
        "try:\n    main(['template', 'check', sys.argv[1]])\n"
        "except SystemExit as done:\n    assert done.code == 0, done.code\n"
        "heavy = {'numba', 'llvmlite', 'pandas', 'openpyxl', 'numpy', 'scipy', 'rich', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(corporate)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
