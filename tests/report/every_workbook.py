"""A workbook of every shipped contract, recalculated by formualizer and by one LibreOffice for all of them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pytest
from compared_cells import differences
from recalculation import LiveBook, in_libreoffice, reader
from stored_cells import Cells, named, read

from valuation import value
from valuation.report.excel import workbook_bytes
from valuation.shipped import shipped

CONTRACTS = shipped("contracts")
EVERY = tuple(sorted((*CONTRACTS.glob("*.yaml"), *(CONTRACTS / "examples").glob("*.yaml"))))
PATHS = 300
"""The stored values that formulas have to give are of the base case, which no path moves."""


class Workbooks:
    """Workbooks of contracts in a folder, each written and read once."""

    def __init__(self, contracts: Sequence[Path], folder: Path) -> None:
        self.folder = folder
        self.files = {contract: folder / f"{contract.stem}.xlsx" for contract in contracts}
        for contract, file in self.files.items():
            file.write_bytes(workbook_bytes(value(contract, paths=PATHS).tables))
        self.last: tuple[Path, Cells] | None = None

    @classmethod
    def of(cls, request: pytest.FixtureRequest, folder: Path) -> Workbooks:
        """Those that the chosen tests of the module ask for."""
        chosen = [item.callspec.params for item in request.session.items if item.path == request.path]  # type: ignore[attr-defined]
        return cls(sorted({params["contract"] for params in chosen}), folder)

    def stored(self, contract: Path) -> Cells:
        """What the file stores; the tests of one contract follow each other, and of one alone there is room."""
        if self.last is None or self.last[0] != contract:
            self.last = contract, read(self.files[contract])
        return self.last[1]

    @cached_property
    def office(self) -> dict[Path, Path]:
        return in_libreoffice(list(self.files.values()), self.folder)

    def shown_errors(self, contract: Path) -> list[str]:
        """Cells that hold an error, and what the master check says where it is not OK."""
        stored = self.stored(contract)
        found = [
            f"{sheet}!{at}: {cell.value}  ={cell.formula}" for (sheet, at), cell in stored.items() if _error(cell.value)
        ]
        master = stored[named(self.files[contract], "all_checks")].value
        return found + ([] if master == "OK" else [f"all_checks: {master}"])

    def moved_by_formualizer(self, contract: Path) -> list[str]:
        return differences(self.stored(contract), LiveBook(self.files[contract]).value)

    def moved_by_libreoffice(self, contract: Path) -> list[str]:
        return differences(self.stored(contract), reader(read(self.office[self.files[contract]])))


def _error(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("#", "Err:"))


class RecalculatesToTheSame:
    """What must hold of every workbook. Two files have a half of the contracts each, so that two processors do."""

    def test_every_check_holds_and_no_cell_is_an_error(self, contract: Path, workbooks: Workbooks) -> None:
        assert workbooks.shown_errors(contract) == []

    def test_formualizer_changes_nothing(self, contract: Path, workbooks: Workbooks) -> None:
        assert workbooks.moved_by_formualizer(contract) == []

    @pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
    def test_libreoffice_changes_nothing(self, contract: Path, workbooks: Workbooks) -> None:
        assert workbooks.moved_by_libreoffice(contract) == []
