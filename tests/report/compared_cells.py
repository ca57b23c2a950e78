"""Which cells of a workbook another program gives another value.

A fair scale: a number may move by 1e-9 of itself. A residual of large numbers has no digits of its own: it may move by
1e-12 of the largest number that its formula reads, and where that is a residual too, of the largest that one reads.
So a rate beside an amount of money is held to its own digits, which a scale of the whole row would not do.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stored_cells import Cells, Value, column_number

OWN, READ = 1e-9, 1e-12
"""Largest difference of a number as a share of itself, or, where it is what little remains of large numbers, as a share
of the largest number that its formula reads."""
_READS = re.compile(
    r"(?:('(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?(?![\w(])"
)


class Differences:
    """Cells that do not show what the file stores."""

    def __init__(self, stored: Cells, after: Callable[[str, str], Value]) -> None:
        self.stored, self.after = stored, after
        self.at = {(sheet, cell.row, cell.column): (sheet, address) for (sheet, address), cell in stored.items()}
        self.sizes: dict[tuple[str, str], float] = {}

    def off(self, at: tuple[str, str]) -> float | None:
        """By how much a number differs where it is more than a share of itself; None of what is no number."""
        was, now = self.stored[at].value, self.after(*at)
        if isinstance(was, float) and isinstance(now, float):
            return abs(was - now) if abs(was - now) > OWN * abs(was) else 0.0
        return 0.0 if was == now and type(was) is type(now) else None

    def size(self, at: tuple[str, str]) -> float:
        """Largest number that a formula reads; where that remains of larger ones itself, the largest of those."""
        if at in self.sizes:
            return self.sizes[at]
        self.sizes[at] = most = 0.0
        for sheet, left, top, right, bottom in _READS.findall(self.stored[at].formula or ""):
            name = sheet.strip("'").replace("''", "'") or at[0]
            columns = sorted((column_number(left), column_number(right or left)))
            rows = sorted((int(top), int(bottom or top)))
            for row in range(rows[0], rows[1] + 1):
                for column in range(columns[0], columns[1] + 1):
                    one = self.at.get((name, row, column))
                    if one is None or not isinstance(self.stored[one].value, float):
                        continue
                    most = max(most, abs(self.stored[one].value), self.size(one) if self.off(one) else 0.0)
        self.sizes[at] = most
        return most

    def found(self) -> list[str]:
        """Sheet, cell, stored and recalculated value, formula of each."""
        lines = []
        for at, cell in self.stored.items():
            off = self.off(at)
            if off is None or (off and off > READ * self.size(at)):
                lines.append(f"{at[0]}!{at[1]}: {cell.value!r} -> {self.after(*at)!r}  ={cell.formula}")
        return lines


def differences(stored: Cells, after: Callable[[str, str], Value], most: int = 10) -> list[str]:
    """Cells of a file that show something else after a recalculation: numbers beyond ``OWN`` and ``READ``, texts and
    errors that are not the same. At most so many, and how many more there are."""
    lines = Differences(stored, after).found()
    return lines[:most] + ([f"and {len(lines) - most} more"] if len(lines) > most else [])
