"""A workbook of every shipped contract, recalculated by formualizer and by one LibreOffice for all; those of the
deals are printed too."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pypdf
import pytest
from compared_cells import differences
from recalculation import SPOILED, LiveBook, in_libreoffice, pages_of, reader
from stored_cells import Cells, named, read

from valuation import value
from valuation.report.excel import workbook_bytes
from valuation.shipped import shipped

CONTRACTS = shipped("contracts")
EVERY = tuple(sorted((*CONTRACTS.glob("*.yaml"), *(CONTRACTS / "examples").glob("*.yaml"))))
DEALS = tuple(file for file in EVERY if file.parent == CONTRACTS)
"""A lease, an acquisition, a joint venture, a tenant's option."""
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

    @cached_property
    def printed(self) -> dict[Path, Path]:
        files = [file for contract, file in self.files.items() if contract in DEALS]
        return in_libreoffice(files, self.folder / "printed", "pdf")

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


def halves(contracts: Sequence[Path], half: int) -> list[Path]:
    """A half of some contracts: two files have one each, so that two processors do."""
    return [contract for place, contract in enumerate(contracts) if place % 2 == half]


class RecalculatesToTheSame:
    """What must hold of every workbook."""

    def test_every_check_holds_and_no_cell_is_an_error(self, contract: Path, workbooks: Workbooks) -> None:
        assert workbooks.shown_errors(contract) == []

    def test_formualizer_changes_nothing(self, contract: Path, workbooks: Workbooks) -> None:
        assert workbooks.moved_by_formualizer(contract) == []

    @pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
    def test_libreoffice_changes_nothing(self, contract: Path, workbooks: Workbooks) -> None:
        assert workbooks.moved_by_libreoffice(contract) == []


class Prints:
    """What must hold of the workbooks of the deals."""

    def test_formulas_are_live(self, contract: Path, workbooks: Workbooks) -> None:
        assert sum(cell.formula is not None for cell in workbooks.stored(contract).values()) > 2_000

    @pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler (pdftotext) is not installed")
    def test_libreoffice_prints_it_without_errors(self, contract: Path, workbooks: Workbooks) -> None:
        pdf = workbooks.printed[workbooks.files[contract]]
        pages = pages_of(pdf)
        assert not [text for text in pages if SPOILED.search(text)]
        boxes = [page.mediabox for page in pypdf.PdfReader(pdf).pages]
        sizes = {(round(float(box.width)), round(float(box.height))) for box in boxes}
        assert sizes <= {(842, 595), (842, 596)}, "not A4 landscape"
        assert len(pages) > 10
