"""The sheets of the live model of a shipped contract: one formula a line, every input a cell with a name."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from recalculation import LiveBook
from stored_cells import Cells, column_number, named, read

from valuation import value
from valuation.report.excel import workbook_bytes
from valuation.report.excel.assumptions import USE
from valuation.report.excel.cells import serial
from valuation.report.excel.live.sheets import HEAD, HOW, ONCE, TOTAL
from valuation.report.excel.live.write import live_names
from valuation.shipped import shipped
from valuation.tables import Tables

pytestmark = pytest.mark.slow

REFERENCE = re.compile(r"(?<![\w$])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w(])")
LONGEST = 400
"""Characters of a formula that a person still reads."""


@pytest.fixture(scope="module")
def file(bitzero: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("live") / "bitzero.xlsx"
    path.write_bytes(workbook_bytes(bitzero))
    return path


@pytest.fixture(scope="module")
def cells(file: Path) -> Cells:
    return read(file)


def relative(formula: str, column: int) -> str:
    """A formula with its columns as steps from its own cell."""
    return REFERENCE.sub(
        lambda found: found[0] if found[1] else f"[{column_number(found[2]) - column}]{found[3]}{found[4]}", formula
    )


def test_every_line_has_one_formula_across_all_months(bitzero: Tables, cells: Cells) -> None:
    assert bitzero.live is not None
    months, first = bitzero.live.plan.months, TOTAL + 2
    lines: dict[tuple[str, int], list[str]] = {}
    for (sheet, _), cell in cells.items():
        if sheet in {"Model", "Timeline"} and cell.column >= first and cell.formula is not None:
            lines.setdefault((sheet, cell.row), []).append(relative(cell.formula, cell.column))
    assert len(lines) > 80
    for line, formulas in lines.items():
        assert len(formulas) == months and len(set(formulas)) == 1, f"{line}: {set(formulas)}"


def test_a_line_says_how_it_is_made_and_which_it_is(cells: Cells) -> None:
    for sheet in ("Timeline", "Model"):
        rows = {cell.row for (name, _), cell in cells.items() if name == sheet and cell.column >= ONCE}
        shown = {(cell.row, cell.column): cell.value for (name, _), cell in cells.items() if name == sheet}
        lines = [row for row in rows if row > HEAD + 1]
        assert all(shown.get((row, HOW)) for row in lines)
        labels = [shown[row, 1] for row in lines]
        assert len(set(labels)) == len(labels), "two lines of one name"


def test_formulas_are_short_and_hold_no_place_that_was_not_filled_in(cells: Cells) -> None:
    for at, cell in cells.items():
        formula = cell.formula or ""
        assert "⟦" not in formula and "#REF!" not in formula, at
        if at[0] not in {"Checks", "Cash flow"} and not formula.startswith("IF(inputs_as_run=1,"):
            assert len(formula) <= LONGEST, f"{at}: {len(formula)} characters"


def test_every_input_has_a_cell_with_a_name_that_holds_it(bitzero: Tables, file: Path, cells: Cells) -> None:
    live = bitzero.live
    assert live is not None
    names = live_names(live, bitzero.deal.view)
    assert len(set(names.values())) == len(live.numbers) > 30
    said = {cell.row: str(cell.value) for at, cell in cells.items() if at[0] == "Assumptions" and cell.column == USE}
    for item in live.numbers:
        sheet, address = named(file, names[item.name])
        assert sheet == "Assumptions" and cells[sheet, address].value == item.value, item.name
        use, words = live.use_of[item.name], said[cells[sheet, address].row]
        assert words.startswith(use.use) and use.reason in words, item.name


def test_a_start_moved_into_the_spare_months_gives_what_a_run_gives(file: Path, cells: Cells) -> None:
    """Two months before that of the run, half a year after it, and as it was."""
    start, checks, npv = (named(file, name) for name in ("in_dates_start", "all_checks", "out_base_npv"))
    book = LiveBook(file)
    for day in (date(2026, 8, 1), date(2027, 4, 1)):
        after = book.changed({start: serial(day)})
        run = value(shipped("contracts") / "bitzero.yaml", paths=64, overrides=[f"dates.start={day}"]).tables
        assert after(*checks) == "OK", day
        assert after(*npv) == pytest.approx(run.base.npv, rel=1e-9), day
    assert book.changed({})(*npv) == pytest.approx(cells[npv].value, rel=1e-12)
