"""The workbooks of half of the shipped contracts and examples, recalculated: nothing stored moves, every check holds.

Two files, so that two processors have a half each. What counts as moved: compared_cells.py.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from every_workbook import EVERY, Workbooks

HALF = EVERY[::2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("contract", HALF, ids=lambda contract: contract.stem, scope="module"),
]


@pytest.fixture(scope="module")
def workbooks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workbooks:
    return Workbooks.of(request, tmp_path_factory.mktemp("workbooks"))


def test_every_check_holds_and_no_cell_is_an_error(contract: Path, workbooks: Workbooks) -> None:
    assert workbooks.shown_errors(contract) == []


def test_formualizer_changes_nothing(contract: Path, workbooks: Workbooks) -> None:
    assert workbooks.moved_by_formualizer(contract) == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_changes_nothing(contract: Path, workbooks: Workbooks) -> None:
    assert workbooks.moved_by_libreoffice(contract) == []
