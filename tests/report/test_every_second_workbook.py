"""The workbooks of the other half of the shipped contracts, recalculated: nothing stored moves, every check holds."""

from __future__ import annotations

import pytest
from every_workbook import DEALS, EVERY, Prints, RecalculatesToTheSame, halves

HALF = 1
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("contract", halves(EVERY, HALF), ids=lambda contract: contract.stem, scope="module")
class TestEveryWorkbook(RecalculatesToTheSame):
    """What counts as moved: compared_cells.py."""


@pytest.mark.parametrize("contract", halves(DEALS, HALF), ids=lambda contract: contract.stem, scope="module")
class TestDeal(Prints):
    """On paper."""
