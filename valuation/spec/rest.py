"""What is left of a contract when the parts that are wrong by themselves are taken out, so that the checks across parts
still see the others and a reader gets all errors at once."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from valuation.spec.context import Reading
from valuation.spec.contract import OUTSIDE, Contract
from valuation.spec.document import Document, Loc, Mark

STAND_INS: dict[Loc, Any] = {
    ("id",): "unknown",
    ("name",): "unknown",
    ("stage",): "unknown",
    ("currency",): "USD",
    ("view",): OUTSIDE,
    ("dates", "valuation"): "2026-06-30",
    ("dates", "start"): "2026-10-01",
    ("dates", "term"): "15 years",
    ("discount_rate",): "0 %/year",
    ("capacity", "basis"): "grid",
    ("capacity", "connection"): "1000000 MW",
    ("capacity", "contracted"): "0 MW",
    ("capacity", "pue"): 1.0,
    ("capacity", "utilisation"): "100 %",
    ("market", "as_of"): "2026-06-30",
    ("market", "risk_free"): "0 %/year",
    ("market", "factors"): {},
}
"""What stands in for a value that a contract needs and that is wrong. No check that asks for it is run."""

_OF_ENTRIES = (
    "parties", "dates", "discount_rate_by_party", "capacity", "clauses", "tax", "risks", "correlation", "indicators",
    "claims", "scenarios", "not_modelled", "market",
)  # fmt: skip
"""Sections of which a single entry can be left out."""
_OF_ENTRIES_BELOW = (("market", "factors"), ("market", "stated_rates"), ("market", "correlation"))


@dataclass(frozen=True)
class Rest:
    """A contract without its wrong parts.

    Parameters
    ----------
    contract : what is left, with stand-ins.
    document : its tree and places; an item of a list stands further up where one before it is left out.
    left_out : locations of the files that are left out.
    kept : positions in the file of the items that are left, by list.
    """

    contract: Contract
    document: Document
    left_out: tuple[Loc, ...] = ()
    kept: dict[Loc, list[int]] = field(default_factory=dict)

    def in_file(self, loc: Loc) -> Loc:
        """The location in the files of one in `document`."""
        for place, positions in self.kept.items():
            at = loc[len(place) : len(place) + 1]
            if loc[: len(place)] == place and at and isinstance(at[0], int) and at[0] < len(positions):
                return (*place, positions[at[0]], *loc[len(place) + 1 :])
        return loc

    def invented(self, loc: Loc) -> bool:
        """Whether a location of the files is left out, and something else stands in for it."""
        return any(loc[: len(out)] == out for out in self.left_out)


def rest_of(document: Document, error: ValidationError, context: Reading) -> Rest | None:
    """The rest of a contract that failed to read; None where it is none."""
    wrong = {_entry(loc) for loc in _wrong(error)}
    if () in wrong:
        return None
    if any(loc[0] == "dates" for loc in wrong):
        wrong.add(("dates", "end"))  # it must agree with the others
    left = Document(deepcopy(document.tree), dict(document.values), dict(document.keys))
    kept: dict[Loc, list[int]] = {}
    for loc in sorted(wrong, key=str):
        _take_out(left, loc, kept)
    for place in kept:
        _close_up(left, place, kept[place])
    for loc, value in STAND_INS.items():
        _stand_in(left.tree, loc, value, wrong)
    try:
        contract = Contract.model_validate(left.tree, context=context)
    except ValidationError:
        return None
    return Rest(contract, left, tuple(wrong), kept)


def _wrong(error: ValidationError) -> list[Loc]:
    """Locations of all that is wrong, without the parts that pydantic puts in."""
    found: list[Loc] = []
    for item in error.errors(include_url=False):
        loc = tuple(part for part in item["loc"] if not str(part).startswith("["))
        inner = [one.at for one in item["ctx"]["faults"]] if item["type"] == "faults" else [()]
        found += [(*loc, *at) for at in inner]
    return found


def _entry(loc: Loc) -> Loc:
    """What is left out for a fault: a clause, a factor, an item of a list, a value of a part, a section."""
    if loc[:2] in _OF_ENTRIES_BELOW:
        return loc[:3]
    return loc[:2] if loc[:1] and loc[0] in _OF_ENTRIES else loc[:1]


def _take_out(left: Document, loc: Loc, kept: dict[Loc, list[int]]) -> None:
    parent: Any = left.tree
    for part in loc[:-1]:
        parent = parent.get(part) if isinstance(parent, dict) else None
    if isinstance(parent, dict):
        parent.pop(str(loc[-1]), None)
        left.forget(loc)
    elif isinstance(parent, list) and isinstance(loc[-1], int):
        kept.setdefault(loc[:-1], list(range(len(parent)))).remove(loc[-1])
    elif loc[:-1]:
        _take_out(left, loc[:-1], kept)  # a section of the wrong shape


def _close_up(left: Document, place: Loc, positions: list[int]) -> None:
    """Moves the items of a list that are left, and their places, to the front."""
    parent: Any = left.tree
    for part in place:
        if not isinstance(parent, dict) or part not in parent:
            return
        parent = parent[part]
    parent[:] = [parent[position] for position in positions]
    now = {old: new for new, old in enumerate(positions)}
    for book in (left.values, left.keys):
        moved: dict[Loc, Mark] = {}
        for loc, mark in book.items():
            if loc[: len(place)] != place or len(loc) == len(place):
                moved[loc] = mark
            elif (at := now.get(int(loc[len(place)]))) is not None:
                moved[(*place, at, *loc[len(place) + 1 :])] = mark
        book.clear()
        book.update(moved)


def _stand_in(tree: dict[str, Any], loc: Loc, value: Any, wrong: set[Loc]) -> None:
    """Puts a stand-in where a value that is needed was left out, alone or with its section."""
    if loc not in wrong and loc[:1] not in wrong:
        return
    parent = tree
    for part in loc[:-1]:
        parent = parent.setdefault(str(part), {})
        if not isinstance(parent, dict):
            return
    parent.setdefault(str(loc[-1]), deepcopy(value))
