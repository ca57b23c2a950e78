"""The workbooks of the shipped deals, printed: a lease, an acquisition, a joint venture, a tenant's option."""

from __future__ import annotations

import shutil
from pathlib import Path

import pypdf
import pytest
from recalculation import SPOILED, in_libreoffice, pages_of
from stored_cells import read

from valuation import value
from valuation.report.excel import workbook_bytes
from valuation.shipped import shipped

DEALS = ("bitzero", "vivopower-mo-i-rana", "nscale-narvik", "crusoe-polar-drangedal")
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("deal", DEALS)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    files = {deal: tmp_path_factory.mktemp("deals") / f"{deal}.xlsx" for deal in DEALS}
    for deal, file in files.items():
        file.write_bytes(workbook_bytes(value(shipped("contracts") / f"{deal}.yaml", paths=2_000).tables))
    return files


@pytest.fixture(scope="module")
def printed(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    return in_libreoffice(list(files.values()), tmp_path_factory.mktemp("printed"), "pdf")


def test_formulas_are_live(deal: str, files: dict[str, Path]) -> None:
    assert sum(cell.formula is not None for cell in read(files[deal]).values()) > 2_000


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler (pdftotext) is not installed")
def test_libreoffice_prints_it_without_errors(deal: str, files: dict[str, Path], printed: dict[Path, Path]) -> None:
    pdf = printed[files[deal]]
    pages = pages_of(pdf)
    assert not [text for text in pages if SPOILED.search(text)]
    sizes = {
        (round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pypdf.PdfReader(pdf).pages
    }
    assert sizes <= {(842, 595), (842, 596)}, "not A4 landscape"
    assert len(pages) > 10
