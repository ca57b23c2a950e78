"""Values set by path: `--set clauses.rent.price="140 USD/kW/month"`, and the `set` of a scenario.

They change the raw files before anything is checked, so that a wrong one is reported like a wrong line of the file.
"""

from __future__ import annotations

import difflib
import re
from copy import deepcopy
from typing import Any

from valuation.errors import Problem, SpecError
from valuation.spec.document import Document, Loc, Mark
from valuation.spec.fields import OPEN, keys_at
from valuation.spec.longform import is_long_form
from valuation.spec.reader import parse_value

_QUOTED = re.compile(r"""(?P<quote>["'])(?P<key>[^"']*)(?P=quote)|(?P<plain>[^."']+)""")


def split_path(path: str) -> list[tuple[str, bool]]:
    """The parts of a path and whether each was quoted: `a."b.c".0` is a, b.c, 0. ValueError where it is no path."""
    parts: list[tuple[str, bool]] = []
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
    new : value to be set; a mapping may be a new entry where the file chooses the keys, and an optional key may be new.

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
            return _new_key(tree, loc, here, parts, position, path, new)
        key, taken = step
        loc, here, position = (*loc, key), here[key], position + taken
    return loc


def _step(here: Any, parts: list[tuple[str, bool]], position: int) -> tuple[str | int, int] | None:
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


def _new_key(
    tree: dict[str, Any], loc: Loc, here: Any, parts: list[tuple[str, bool]], position: int, path: str, new: object
) -> Loc:
    """A key that the file does not write but that may stand there; else LookupError."""
    key = ".".join(part for part, _ in parts[position:])
    known = keys_at(tree, loc)
    if isinstance(here, dict):
        if known == OPEN and isinstance(new, dict):
            return (*loc, key)
        # A value in long form takes no key of the mapping that it is short for.
        value_alone = is_long_form(here) and "value" in here and "value" not in (known or ())
        if isinstance(known, tuple) and key in known and not value_alone:
            return (*loc, key)
    if isinstance(here, list):
        keys = [
            str(item.get("name", index)) if isinstance(item, dict) else str(index) for index, item in enumerate(here)
        ]
    else:
        keys = list(
            dict.fromkeys([*(here if isinstance(here, dict) else ()), *(known if isinstance(known, tuple) else ())])
        )
    wanted = parts[position][0]
    near = difflib.get_close_matches(wanted, keys, 3, 0.5) or keys[:12]
    before = ".".join(str(part) for part in loc) or "the file"
    hint = f"; nearest keys: {', '.join(near)}" if near else ": it is a single value"
    raise LookupError(f"'{path}' meets nothing: no '{wanted}' in {before}{hint}")


def apply_path(document: Document, path: str, value: Any, places: Document, origin: Loc) -> None:
    """Sets a value in a document, in place.

    Parameters
    ----------
    document : contract and market; changed.
    path : see `find`.
    value : new value; None takes the key away.
    places, origin : document and location that the value was read at, for messages.
    """
    loc = find(document.tree, path, value)
    parent: Any = document.tree
    for part in loc[:-1]:
        parent = parent[part]
    key = loc[-1]
    old: Any = parent.get(key) if isinstance(parent, dict) else parent[key]
    if value is None:
        document.forget(loc)
        if isinstance(parent, dict):
            parent.pop(key, None)
            return
        raise LookupError(f"'{path}': an item of a list cannot be taken away")
    if is_long_form(old) and "value" in old and not is_long_form(value):
        # The number is replaced and with it what was said of the old one; words that are no provenance stay (`basis`).
        for word in ("source", "status", "note", *(() if _same_unit(old["value"], value) else ("range",))):
            old.pop(word, None)
        parent, key, loc = old, "value", (*loc, "value")
    document.forget(loc)
    parent[key] = deepcopy(value)
    document.graft(loc, places, origin)
    if isinstance(key, str):
        document.keys.setdefault(loc, places.values.get(origin, Mark("")))


def _same_unit(old: object, new: object) -> bool:
    """Whether two written values have the same unit, so that the range of the one fits the other."""
    units = [text.lstrip("+-0123456789._eE ") if isinstance(text, str) else type(text) for text in (old, new)]
    return units[0] == units[1]


def apply_scenario(document: Document, name: str) -> None:
    """Applies a scenario of the file, with those that it starts from, in place.

    Raises
    ------
    SpecError : when there is no such scenario, when they run in a circle, or a path meets nothing.
    """
    scenarios = document.tree.get("scenarios")
    scenarios = scenarios if isinstance(scenarios, dict) else {}
    if name not in scenarios:
        near = difflib.get_close_matches(name, scenarios, 1)
        hint = f", did you mean '{near[0]}'?" if near else f"; there are: {', '.join(scenarios) or 'none'}"
        raise SpecError([document.problem(("scenarios",), f"no scenario '{name}'{hint}", key=True)])
    places = Document({}, dict(document.values), dict(document.keys))
    problems: list[Problem] = []
    for step in chain(document, name):
        changes = scenarios[step].get("set")
        for path, value in (changes if isinstance(changes, dict) else {}).items():
            try:
                apply_path(document, path, value, places, ("scenarios", step, "set", path))
            except (LookupError, ValueError) as error:
                problems.append(document.problem(("scenarios", step, "set", path), _words(error), key=True))
    if problems:
        raise SpecError(problems)


def chain(document: Document, name: str) -> list[str]:
    """A scenario and those that it starts from, the first to apply first. SpecError where they run in a circle."""
    scenarios = document.tree.get("scenarios", {})
    order = [name]
    while True:
        raw = scenarios.get(order[-1])
        start = raw.get("from") if isinstance(raw, dict) else None
        if not isinstance(start, str) or start not in scenarios:
            return order[::-1]
        if start in order:
            circle = " → ".join([*order, start])
            message = f"circular scenario: {circle}"
            raise SpecError([document.problem(("scenarios", order[-1], "from"), message)])
        order.append(start)


def apply_setting(document: Document, setting: str) -> None:
    """Applies one `path=value` of the command line, in place; the value is read as YAML.

    Raises
    ------
    SpecError : when it is no setting, or the path meets nothing.
    """
    shown = f"--set {setting}"
    path, equals, text = setting.partition("=")
    if not equals:
        raise SpecError(
            [Problem(shown, 0, 0, "", 'expected path=value, for example clauses.rent.price="140 USD/kW/month"')]
        )
    value = parse_value(text, shown)
    try:
        apply_path(document, path.strip(), value.tree["value"], value, ("value",))
    except (LookupError, ValueError) as error:
        raise SpecError([Problem(shown, 0, 0, "", _words(error))]) from None


def check_scenarios(document: Document) -> list[Problem]:
    """Problems of all scenarios that show without applying them: circles, and paths that meet nothing."""
    scenarios = document.tree.get("scenarios")
    problems: dict[Problem, None] = {}
    in_circles: set[str] = set()
    for name in scenarios if isinstance(scenarios, dict) else ():
        try:
            steps = chain(document, name)
        except SpecError as error:
            if name not in in_circles:
                problems |= dict.fromkeys(error.problems)
            in_circles |= _starts(document, name)
            continue
        trial = document.copy()
        try:
            apply_scenario(trial, steps[-1])
        except SpecError as error:
            problems |= dict.fromkeys(error.problems)
        except (AttributeError, TypeError):
            continue  # a scenario of the wrong shape is reported by its spec class
    return list(problems)


def _starts(document: Document, name: str) -> set[str]:
    """A scenario and all that it starts from, also where they run in a circle."""
    seen: set[str] = set()
    here: object = name
    while isinstance(here, str) and here not in seen:
        seen.add(here)
        raw = document.tree["scenarios"].get(here)
        here = raw.get("from") if isinstance(raw, dict) else None
    return seen


def _words(error: Exception) -> str:
    return str(error.args[0]) if error.args else str(error)
