"""Values set by path: `--set clauses.rent.price="140 USD/kW/month"`, and the `set` of a scenario.

They change the raw files before anything is checked, so that a wrong one is reported like a wrong line of the file.
"""

from __future__ import annotations

import difflib
from copy import deepcopy
from typing import Any

from valuation.errors import Problem, SpecError
from valuation.spec.document import Document, Loc, Mark
from valuation.spec.locate import find, in_order_of_time, replaces_whole, short_key
from valuation.spec.longform import is_long_form
from valuation.spec.reader import parse_value


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
    mark = places.values.get(origin, Mark(""))
    parent: Any = document.tree
    for depth, part in enumerate(loc[:-1], 1):
        if isinstance(parent, dict) and parent.get(part) is None:
            if value is None:
                return  # what is not there need not be taken away
            parent[part] = {}
            document.keys.setdefault(loc[:depth], mark)
            document.values[loc[:depth]] = mark
        elif value is not None and (short := short_key(document.tree, loc[:depth], parent[part])):
            parent[part] = {short: parent[part]}
            document.lower(loc[:depth], short)
        parent = parent[part]
    key = loc[-1]
    old: Any = parent.get(key) if isinstance(parent, dict) else parent[key]
    if value is None:
        document.forget(loc)
        if isinstance(parent, dict):
            parent.pop(key, None)
            return
        raise LookupError(f"'{path}': an item of a list cannot be taken away")
    number = is_long_form(old) and "value" in old and not is_long_form(value)
    if number and not replaces_whole(document.tree, loc, value):
        # The number is replaced and with it what was said of the old one; words that are no provenance stay (`basis`).
        for word in ("source", "status", "note", "se", "law", *(() if _same_unit(old["value"], value) else ("range",))):
            old.pop(word, None)
        parent, key, loc = old, "value", (*loc, "value")
    document.forget(loc)
    parent[key] = deepcopy(value)
    document.graft(loc, places, origin)
    if isinstance(key, str):
        document.keys.setdefault(loc, mark)
        in_order_of_time(parent)


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


def met(document: Document, setting: str) -> bool:
    """Whether the files hold what a `path=value` of the command line changes: the value, or what it belongs to."""
    path, _, text = setting.partition("=")
    try:
        loc = find(document.tree, path.strip(), parse_value(text, "").tree["value"])
    except (LookupError, ValueError, SpecError):
        return False
    here: Any = document.tree
    for part in loc[:-1]:
        try:
            here = here[part]
        except (LookupError, TypeError):
            return False
    return True


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
