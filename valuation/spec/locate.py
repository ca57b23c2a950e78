"""Which location of a contract a path names: `clauses.rent.price`, also one that the files leave out but may hold."""

from __future__ import annotations

import difflib
import re
import typing
from typing import Any

from valuation.spec.document import Loc
from valuation.spec.fields import annotation_at, field_at, keys_at, knows
from valuation.spec.longform import KEYS, is_long_form
from valuation.spec.model import Measured, Named, SpecModel
from valuation.spec.quantity import Schedule

_QUOTED = re.compile(r"""(?P<quote>["'])(?P<key>[^"']*)(?P=quote)|(?P<plain>[^."']+)""")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")

Part = tuple[str, bool]
"""A part of a path, and whether it was quoted."""


def split_path(path: str) -> list[Part]:
    """The parts of a path and whether each was quoted: `a."b.c".0` is a, b.c, 0. ValueError where it is no path."""
    parts: list[Part] = []
    rest = path.strip()
    while True:
        match = _QUOTED.match(rest)
        if not match:
            raise ValueError(f"'{path}' is not a path, expected for example 'clauses.rent.price'")
        parts.append((match["plain"], False) if match["plain"] is not None else (match["key"], True))
        rest = rest[match.end() :]
        if not rest:
            return parts
        if not rest.startswith("."):
            raise ValueError(f"'{path}' is not a path: expected '.' after '{parts[-1][0]}'")
        rest = rest[1:]


def find(tree: dict[str, Any], path: str, new: object = None) -> Loc:
    """The location that a path names. Each step takes the longest key that exists.

    Parameters
    ----------
    tree : contract as plain data, the market under `market`.
    path : keys joined by dots; a key with a dot may be quoted; list items by position from 0 or by `name`.
    new : value to be set. Where the files stop, the keys that the spec classes know lead on, and one that the file
        chooses may be new: a party, a rate, a step by date; a clause or a factor where the value is a mapping.

    Raises
    ------
    LookupError : when the path meets nothing, with the nearest keys; ValueError when it is no path.
    """
    parts = split_path(path)
    here: Any = tree
    loc: Loc = ()
    position = 0
    while position < len(parts):
        step = _step(here, parts, position)
        if step is None and is_long_form(here) and isinstance(here.get("value"), (dict, list)):
            if (step := _step(here["value"], parts, position)) is not None:
                loc, here = (*loc, "value"), here["value"]
        if step is None:
            return _beyond(tree, loc, here, parts, position, path, new)
        key, taken = step
        loc, here, position = (*loc, key), here[key], position + taken
    return loc


def short_key(tree: dict[str, Any], loc: Loc, here: object) -> str | None:
    """The key that a value in short form stands for, where a key beside it is to be set; None where there is none.

    `flat` for `forward: 1.15 USD/EUR`, `value` for `rate: 1 %/year`.
    """
    kind = annotation_at(tree, loc)
    if not _is_spec(kind) or not kind.short_for or kind.only_short or _takes_keys(kind, here):
        return None
    if isinstance(here, list) or (isinstance(here, dict) and not (is_long_form(here) and _is_plain(here.get("value")))):
        return None
    return str(kind.short_for[0])


def _is_plain(value: object) -> bool:
    return not isinstance(value, (dict, list))


def replaces_whole(tree: dict[str, Any], loc: Loc, new: object) -> bool:
    """Whether a mapping is a whole of its own and not the value inside the long form that stands there."""
    kind = annotation_at(tree, loc)
    return isinstance(new, dict) and _is_spec(kind) and not issubclass(kind, Measured)


def in_order_of_time(steps: dict[str, Any]) -> None:
    """Puts steps by date into their order, in place; any other mapping stays as it is."""
    if all(_DATE.match(str(key)) for key in steps):
        ordered = sorted(steps.items())
        steps.clear()
        steps.update(ordered)


def _step(here: Any, parts: list[Part], position: int) -> tuple[str | int, int] | None:
    """The key that the next parts name, and how many of them: the longest that exists."""
    text, quoted = parts[position]
    if isinstance(here, list):
        if text.isdigit() and not quoted:
            return (int(text), 1) if int(text) < len(here) else None
        for length in range(len(parts) - position, 0, -1):
            name = ".".join(part for part, _ in parts[position : position + length])
            for index, item in enumerate(here):
                if isinstance(item, dict) and item.get("name") == name:
                    return index, length
        return None
    if not isinstance(here, dict):
        return None
    if quoted:
        return (text, 1) if text in here else None
    for length in range(len(parts) - position, 0, -1):
        if any(part_quoted for _, part_quoted in parts[position : position + length]):
            continue
        key = ".".join(part for part, _ in parts[position : position + length])
        if key in here:
            return key, length
    return None


def _beyond(tree: dict[str, Any], loc: Loc, here: Any, parts: list[Part], position: int, path: str, new: object) -> Loc:
    """The location where the files stop before the path does; else LookupError."""
    while position < len(parts):
        step = _new_step(tree, loc, here, parts[position:], new)
        if step is None:
            raise LookupError(_meets_nothing(tree, loc, here, parts[position][0], path))
        added, taken = step
        loc, here, position = (*loc, *added), None, position + taken
    return loc


def _new_step(tree: dict[str, Any], loc: Loc, here: Any, parts: list[Part], new: object) -> tuple[Loc, int] | None:
    """The keys that the next part may add at a location, and how many parts they are; None where it may add none."""
    kind = annotation_at(tree, loc)
    key = parts[0][0]
    if key in KEYS and is_long_form(here):
        return (key,), 1
    if _is_spec(kind) and not kind.only_short and knows(kind, key):
        return ((key,), 1) if _takes_keys(kind, here) or short_key(tree, loc, here) else None
    if kind is Schedule:
        return _new_date(key, here, parts, new)
    if _is_spec(kind):
        short = [field_at(kind, name) for name in kind.short_for]
        if any(_is_spec(part) and knows(part, key) and _takes_keys(part, here) for part in short):
            return (key,), 1
        return _new_date(key, here, parts, new) if Schedule in short else None
    if typing.get_origin(kind) is dict and (here is None or isinstance(here, dict)):
        return _new_entry(tree, loc, parts, new)
    return None


def _takes_keys(kind: type[SpecModel], here: object) -> bool:
    """Whether what stands there is a mapping of the keys of a class, or nothing."""
    if here is None:
        return True
    if not isinstance(here, dict):
        return False
    return (
        issubclass(kind, Measured) or not kind.short_for and not is_long_form(here) or any(knows(kind, k) for k in here)
    )


def _new_date(key: str, here: Any, parts: list[Part], new: object) -> tuple[Loc, int] | None:
    """A step by date among others, which may stand below the `value` of a long form."""
    long = is_long_form(here)
    steps = here.get("value") if long else here
    below: Loc = ("value",) if long else ()
    dated = steps is None or isinstance(steps, dict) and all(_DATE.match(str(day)) for day in steps)
    return ((*below, key), 1) if _DATE.match(key) and dated and len(parts) == 1 and new is not None else None


def _new_entry(tree: dict[str, Any], loc: Loc, parts: list[Part], new: object) -> tuple[Loc, int] | None:
    """An entry of a mapping whose keys the file chooses. Only names of market factors and paths hold dots."""
    if new is None:
        return None
    key, taken = parts[0][0], 1
    kind = annotation_at(tree, (*loc, key))
    if (loc == ("market", "factors") or kind is Any) and not parts[0][1]:
        key, taken = ".".join(part for part, _ in parts), len(parts)
    last = taken == len(parts)
    if _is_spec(kind) and issubclass(kind, Named):
        return ((key,), taken) if isinstance(new, dict) and last else None
    return ((key,), taken) if last or _is_spec(kind) else None


def _meets_nothing(tree: dict[str, Any], loc: Loc, here: Any, wanted: str, path: str) -> str:
    known, kind = keys_at(tree, loc), annotation_at(tree, loc)
    if isinstance(known, tuple) and _is_spec(kind) and kind.only_short:
        known = tuple(key for key in known if key not in kind.short_for)
    if isinstance(here, list):
        keys = [
            str(item.get("name", index)) if isinstance(item, dict) else str(index) for index, item in enumerate(here)
        ]
    else:
        keys = list(
            dict.fromkeys([*(here if isinstance(here, dict) else ()), *(known if isinstance(known, tuple) else ())])
        )
    near = difflib.get_close_matches(wanted, keys, 3, 0.5) or keys[:12]
    before = ".".join(str(part) for part in loc) or "the file"
    hint = f"; nearest keys: {', '.join(near)}" if near else ": it is a single value"
    return f"'{path}' meets nothing: no '{wanted}' in {before}{hint}"


def _is_spec(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, SpecModel)
