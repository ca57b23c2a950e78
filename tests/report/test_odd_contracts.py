"""Workbooks of contracts at the ends of what there is: forty years, one month, fifty costs, names of many alphabets."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import openpyxl
import pytest
from every_workbook import Workbooks

from valuation.shipped import shipped

pytestmark = pytest.mark.slow

NAME = "データセンター賃貸契約 – Договор аренды вычислительных мощностей, 110 МВт عقد إيجار 🚀 " + "x" * 150
COST = """\
  cost_{place}:
    structure: fixed_cost
    payer: host
    payee: outside
    price: 0.01 EUR/kW/month
"""
PARTIES = {"host": "=SUM(A1) Kühlung & «Wartung»", "tenant": "テナント – арендатор", "supplier": "x" * 120}


def with_costs(text: str) -> str:
    costs = "".join(COST.format(place=place) for place in range(50))
    return text.replace("clauses:\n", f"clauses:\n{costs}", 1)


def lasting(text: str, term: str) -> str:
    changed = re.sub(r"(?m)^( *)term: .*$", rf"\1term: {term}", text)
    assert changed != text
    return changed


def named(text: str) -> str:
    parties = ", ".join(f'{party}: "{name}"' for party, name in PARTIES.items())
    text = re.sub(r"(?m)^parties: .*$", f"parties: {{{parties}}}", text)
    return re.sub(r"(?m)^name: .*$", f'name: "{NAME}"', text)


ODD = {
    "forty_years": lambda text: lasting(text, "40 years"),
    "one_month": lambda text: lasting(text, "1 month"),
    "fifty_costs": with_costs,
    "names": named,
}


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> Workbooks:
    folder = tmp_path_factory.mktemp("odd")
    examples = shipped("contracts") / "examples"
    shutil.copytree(examples / "markets", folder / "markets")
    text = (examples / "minimal-lease.yaml").read_text(encoding="utf-8")
    files = [folder / f"{name}.yaml" for name in ODD]
    for file, change in zip(files, ODD.values(), strict=True):
        file.write_text(change(text), encoding="utf-8")
    return Workbooks(files, folder)


@pytest.fixture(params=list(ODD))
def contract(request: pytest.FixtureRequest, workbooks: Workbooks) -> Path:
    return workbooks.folder / f"{request.param}.yaml"


def test_every_check_holds_and_no_cell_is_an_error(contract: Path, workbooks: Workbooks) -> None:
    assert workbooks.shown_errors(contract) == []


def test_formualizer_changes_nothing(contract: Path, workbooks: Workbooks) -> None:
    assert workbooks.moved_by_formualizer(contract) == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_changes_nothing(contract: Path, workbooks: Workbooks) -> None:
    assert workbooks.moved_by_libreoffice(contract) == []


def test_names_stand_as_they_were_written_and_none_is_a_formula(workbooks: Workbooks) -> None:
    book = openpyxl.load_workbook(workbooks.files[workbooks.folder / "names.yaml"])
    assert book["Summary"]["A1"].value == NAME
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    for name in PARTIES.values():
        assert {cell.data_type for cell in cells if name in cell.value and not cell.value.startswith("=IF(")} == {"s"}


def test_each_of_fifty_costs_has_a_line_of_its_own(workbooks: Workbooks) -> None:
    book = openpyxl.load_workbook(workbooks.files[workbooks.folder / "fifty_costs.yaml"])
    texts = [row[0].value for row in book["Cash flow"].iter_rows(max_col=1)]
    assert [texts.count(f"Cost {place}") for place in range(50)] == [1] * 50
