"""A file as plain data, with the place of every key and value."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from valuation.errors import Problem

Loc = tuple[str | int, ...]
"""Keys and positions from the root of a file to a value."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place: file as the user named it, line and column from 1 (0 for an override), the text of the line."""

    file: str
    line: int = 0
    column: int = 0
    source: str = ""


@dataclass
class Document:
    """Plain data and its places.

    Parameters
    ----------
    tree : mappings, lists, texts, numbers, flags and None.
    values, keys : place of the value, and of the key, at each location.
    """

    tree: dict[str, Any]
    values: dict[Loc, Mark] = field(default_factory=dict)
    keys: dict[Loc, Mark] = field(default_factory=dict)

    def copy(self) -> Document:
        """A copy that can be changed on its own."""
        return Document(deepcopy(self.tree), dict(self.values), dict(self.keys))

    def mark(self, loc: Loc, key: bool = False) -> Mark | None:
        """The nearest place to a location: its own, else that of the closest mapping above it."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for end in range(len(loc), -1, -1):
            if found := first.get(loc[:end]) or second.get(loc[:end]):
                return found
        return None

    def holds(self, loc: Loc) -> bool:
        """Whether the files write something at a location."""
        return loc in self.values

    def problem(self, loc: Loc, message: str, key: bool = False, path: str | None = None) -> Problem:
        """A problem at a location."""
        where = self.mark(loc, key) or Mark("")
        return Problem(
            where.file, where.line, where.column, dotted(loc) if path is None else path, message, where.source
        )

    def forget(self, loc: Loc) -> None:
        """Drops the places at and below a location."""
        for book in (self.values, self.keys):
            for other in [other for other in book if other[: len(loc)] == loc]:
                del book[other]

    def lower(self, loc: Loc, key: str) -> None:
        """Puts the places of a value below a new key, after the tree has moved it there."""
        old = Document({}, dict(self.values), dict(self.keys))
        self.forget(loc)
        self.graft((*loc, key), old, loc)
        if loc in old.keys:
            self.keys[loc] = old.keys[loc]
        if loc in old.values:
            self.values[loc] = old.values[loc]

    def graft(self, loc: Loc, other: Document, origin: Loc = ()) -> None:
        """Takes over the places of a part of another document, below a location. The tree is left as it is."""
        for own, book in ((self.values, other.values), (self.keys, other.keys)):
            for place, mark in book.items():
                if place[: len(origin)] == origin:
                    own[(*loc, *place[len(origin) :])] = mark


def dotted(loc: Loc) -> str:
    """A location as a path: `clauses.rent.price`."""
    return ".".join(str(part) for part in loc)
