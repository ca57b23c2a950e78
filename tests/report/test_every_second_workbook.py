"""The workbooks of the other half of the shipped contracts, recalculated: nothing stored moves, every check holds."""

from __future__ import annotations

import pytest
from every_workbook import EVERY, RecalculatesToTheSame

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("contract", EVERY[1::2], ids=lambda contract: contract.stem, scope="module"),
]


class TestEveryWorkbook(RecalculatesToTheSame):
    """What counts as moved: compared_cells.py."""
