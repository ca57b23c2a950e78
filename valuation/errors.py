"""Errors that a user can act on: each says what was wrong, what was expected and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class ValuationError(Exception):
    """Anything that this program refuses, in words for the person who asked; printed without a traceback."""


class PlanError(ValuationError):
    """A plan that does not hold together: a fault of the program that lowers a contract, not of the contract."""


class UnitError(ValuationError, ValueError):
    """A unit that is unknown, or two units that do not convert into each other."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a contract or market file, with its place.

    Parameters
    ----------
    file : the file as the user named it, or `--set path=value` for an override.
    line, column : place counted from 1; 0 where there is none (a folder, an override).
    path : dotted path of the value at fault, `clauses.rent.price`; empty for the file as a whole.
    message : what was got, what was expected, and a hint.
    source : the line of the file, for the excerpt with the caret.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    source: str = ""

    def render(self, severity: str = "error") -> str:
        """`file:line:col: error: path: message`, then the line of the file with a caret under the fault."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        path = f"{self.path}: " if self.path else ""
        head = f"{place}: {severity}: {path}{self.message}"
        if not self.source.strip():
            return head
        source, column = _window(self.source, self.column)
        return f"{head}\n    {source}\n    {' ' * (column - 1)}^"

    def __str__(self) -> str:
        return self.render()


class SpecError(ValuationError):
    """A contract that cannot be valued as written. Carries every problem found, in the order of the file.

    Parameters
    ----------
    problems : at least one `Problem`; also the attribute `problems`, sorted.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(dict.fromkeys(problems)))
        super().__init__("\n".join(problem.render() for problem in self.problems))


def _window(source: str, column: int, width: int = 110) -> tuple[str, int]:
    """The part of a line around a column, so that a long line stays readable; control characters become spaces."""
    clean = "".join(letter if letter.isprintable() else " " for letter in source)
    first = 0 if column <= width else column - width // 2
    return clean[first : first + width].rstrip(), column - first
