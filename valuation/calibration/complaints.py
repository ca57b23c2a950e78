"""What is wrong with a file of prices, gathered while it is read: all kinds at once, a few lines of each."""

from __future__ import annotations

from typing import NoReturn

from valuation.errors import Problem, SpecError

SHOWN = 5
"""Lines of one kind of fault that are shown; the rest is counted."""


class Complaints:
    """Faults of one file by kind, in the order in which they were met."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[str, list[Problem]] = {}

    def add(self, kind: str, message: str, line: int = 0, column: int = 0, source: str = "") -> None:
        """Notes a fault.

        Parameters
        ----------
        kind : what sort it is; of each sort the first few are shown.
        message : what was got, what is expected, and a fix.
        line, column : place counted from 1, 0 where there is none.
        source : the line of the file.
        """
        problem = Problem(self.file, line, column or (1 if line else 0), "", message, source)
        self._found.setdefault(kind, []).append(problem)

    def __bool__(self) -> bool:
        return bool(self._found)

    def of(self, kind: str) -> int:
        """How many of a kind there are."""
        return len(self._found.get(kind, ()))

    def refuse(self) -> NoReturn:
        """Raises what was found."""
        shown: list[Problem] = []
        for problems in self._found.values():
            shown += problems[:SHOWN]
            if len(problems) > SHOWN:
                rest, after = len(problems) - SHOWN, problems[SHOWN]
                words = f"and {rest} more line{'s' if rest > 1 else ''} of this kind: {_short(after.message)}"
                shown.append(Problem(self.file, after.line, after.column, "", words))
        raise SpecError(shown)

    def refuse_if_any(self) -> None:
        """Raises what was found, if anything was."""
        if self:
            self.refuse()


def _short(message: str) -> str:
    return message.split("; ")[0]
