"""The workbook of a contract with flows at year ends: whole years in every exponent, IRR on a row a year."""

import io
from pathlib import Path

import openpyxl
from recalculation import moved_cells

from valuation import value
from valuation.report.excel import workbook_bytes
from valuation.report.terminal import summary_text

ANNUAL = Path(__file__).resolve().parents[1] / "data" / "annual.yaml"
LATE = "clauses.late={structure: capex, payer: host, payee: outside, schedule: {2047-06-30: 50 MUSD}}"


def test_recalculation_changes_nothing_also_over_years_without_a_payment(tmp_path: Path) -> None:
    tables = value(ANNUAL, paths=256, seed=1, overrides=[LATE]).tables
    assert len(tables.flows.dates) == 2047 - 2025 + 1
    content = workbook_bytes(tables)
    assert moved_cells(content, tmp_path) == []
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert not any("/365" in formula or "XIRR" in formula for formula in formulas)
    assert sum("IRR(" in formula for formula in formulas) == 3
    assert any("flows at year ends" in str(cell.value) for cell in cells)
    assert "flows at year ends" in " ".join(summary_text(tables).split())
