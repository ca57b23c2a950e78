"""Where two contract files differ: values, not the words beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from valuation.appraisal.change_log.parts import VALUATION, Inputs
from valuation.spec.context import CsvTexts

WORDS = frozenset(
    {"name", "stage", "note", "claims", "scenarios", "indicators", "not_modelled", "parties", "view", "fair_value"}
)
"""Parts of a contract that state no value of it."""

BESIDE = frozenset({"source", "status", "note", "range", "se", "law"})
"""What stands beside a value and moves no result at the stated values."""

LONGEST = 60
"""Characters of a value that is shown as text."""

CSV = "csv"
"""First word of the location of a CSV."""

Loc = tuple[str | int, ...]


class _Absent:
    """Nothing stands there; None is a value of YAML."""


ABSENT = _Absent()


@dataclass(frozen=True)
class Difference:
    """A location whose value differs; ``old`` and ``new`` are plain data, or ``ABSENT``."""

    loc: Loc
    old: Any
    new: Any

    @property
    def path(self) -> str:
        """The location as reports name it."""
        return ".".join(str(part) for part in self.loc if part != "value")


def differences(old: Inputs, new: Inputs) -> tuple[Difference, ...]:
    """All of them in the order of the new file but for the valuation date, then the CSVs."""
    found = [one for one in _below(old.tree, new.tree, ()) if one.loc[0] not in WORDS and one.loc[:2] != VALUATION]
    for of in ("own", "market"):
        was, now = getattr(old.texts, of), getattr(new.texts, of)
        names = dict.fromkeys((*now, *was))
        found += [
            Difference((CSV, of, name), was.get(name, ABSENT), now.get(name, ABSENT))
            for name in names
            if was.get(name) != now.get(name)
        ]
    return tuple(found)


def _below(old: Any, new: Any, loc: Loc) -> Iterator[Difference]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*new, *old)):
            if loc and key in BESIDE:
                continue
            yield from _below(old.get(key, ABSENT), new.get(key, ABSENT), (*loc, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (was, now) in enumerate(zip(old, new, strict=True)):
            yield from _below(was, now, (*loc, place))
    elif value_of(old) != value_of(new):
        yield Difference(loc, old, new)


def value_of(raw: Any) -> Any:
    """What a value in long form states; any other as it is."""
    return raw["value"] if isinstance(raw, dict) and "value" in raw and set(raw) <= {"value", *BESIDE} else raw


def shown(raw: Any) -> str:
    """A value in a few words."""
    if raw is ABSENT:
        return "not stated"
    stated = value_of(raw)
    text = stated if isinstance(stated, str) else json.dumps(stated, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def applied(inputs: Inputs, one: Difference) -> Inputs:
    """The inputs with one location as in the new file.

    Raises
    ------
    LookupError : the location is not there, as it belongs to something that is new itself.
    """
    if one.loc[0] == CSV:
        return _with_csv(inputs, str(one.loc[1]), str(one.loc[2]), one.new)
    tree = deepcopy(inputs.tree)
    parent: Any = tree
    for part in one.loc[:-1]:
        parent = parent[part]
    if one.new is ABSENT:
        del parent[one.loc[-1]]
    else:
        parent[one.loc[-1]] = deepcopy(one.new)
    return replace(inputs, tree=tree)


def _with_csv(inputs: Inputs, of: str, name: str, text: Any) -> Inputs:
    def changed(texts: Mapping[str, str], here: bool) -> dict[str, str]:
        kept = {key: one for key, one in texts.items() if not (here and key == name)}
        return {**kept, name: text} if here and text is not ABSENT else kept

    texts = CsvTexts(changed(inputs.texts.own, of == "own"), changed(inputs.texts.market, of == "market"))
    return replace(inputs, texts=texts)
