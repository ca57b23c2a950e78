"""Turns what pydantic found into problems with file, line, column and words that a reader of contracts understands."""

from __future__ import annotations

import difflib
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import ValidationError

from valuation.errors import Problem
from valuation.spec.document import Document, Loc, dotted
from valuation.spec.faults import Fault, one_of, shown
from valuation.spec.fields import annotation_at, example_at, keys_at, mapping_at
from valuation.spec.longform import COMMA, KEYS
from valuation.spec.model import Measured, SpecModel

_EXPECTED = {
    "string_type": "a text",
    "string_too_short": "a text that is not empty",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "dict_type": "a mapping of keys and values",
    "model_type": "a mapping of keys and values",
    "tuple_type": "a list",
    "list_type": "a list",
}


def problems_of(error: ValidationError, document: Document) -> list[Problem]:
    """The problems of a failed validation of a contract."""
    found: list[Problem] = []
    items = [(tuple(p for p in item["loc"] if not _inserted(p)), item) for item in error.errors(include_url=False)]
    extra = [loc for loc, item in items if item["type"] == "extra_forbidden"]
    misspelt = {_meant(loc, document) for loc in extra}
    missing = [loc for loc, item in items if item["type"] == "missing"]
    # A key that is missing in a value and stands beside it: one error, at the key.
    too_high = {loc: inner for loc in extra for inner in missing if (*inner[:-2], inner[-1]) == loc}
    emptied = {above for loc in extra if (above := _empty_above(loc, document))}
    for loc, item in items:
        context = item.get("ctx", {})
        if item["type"] == "missing" and (loc in misspelt or loc in too_high.values()):
            continue  # it is there under another key, which is reported
        if loc in too_high:
            inner = too_high[loc]
            message = f"'{loc[-1]}' belongs inside '{inner[-2]}'; {_mended(inner, document, _at(document, loc))}"
            found.append(document.problem(written(document, loc), message, key=True, path=spoken(loc, document)))
            continue
        if loc in emptied and item["input"] is None:
            continue  # the keys that belong below it are reported
        if item["type"] == "faults":
            found += [_of_fault(one, loc, document) for one in context["faults"]]
            continue
        found.append(_of_item(item["type"], item["input"], item["msg"], context, loc, document))
    return found


def _meant(loc: Loc, document: Document) -> Loc:
    """The location that an unknown key is probably meant to be."""
    near = difflib.get_close_matches(str(loc[-1]), _known(loc, document), 1)
    return (*loc[:-1], near[0]) if near else loc


def _known(loc: Loc, document: Document) -> tuple[str, ...]:
    """The keys that may stand beside a key."""
    known = keys_at(document.tree, written(document, loc[:-1]))
    keys = known if isinstance(known, tuple) else ()
    return tuple(key for key in keys if key not in KEYS[1:]) if len(keys) > 12 else keys


def _of_item(kind: str, got: Any, message: str, context: dict[str, Any], loc: Loc, document: Document) -> Problem:
    if kind == "extra_forbidden":
        message = one_of(str(loc[-1]), _known(loc, document), "key")
        above = _empty_above(loc, document)
        if got is None:
            message += COMMA
        elif above:
            message = f"'{loc[-1]}' is no key here; indent it below '{above[-1]}', which is empty"
        return document.problem(written(document, loc), message, key=True, path=spoken(loc, document))
    if kind == "missing" and (mended := _mended(loc, document)):
        path = spoken(loc[:-1], document)
        return document.problem(written(document, loc[:-1]), f"missing key '{loc[-1]}'; {mended}", path=path)
    if kind == "missing":
        example = example_at(document.tree, loc)
        hint = f", for example '{loc[-1]}: {example}'" if example else ""
        return document.problem(
            written(document, loc[:-1]), f"missing key '{loc[-1]}'{hint}", key=True, path=spoken(loc[:-1], document)
        )
    if kind == "literal_error":
        allowed = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        text = one_of(got, allowed)
    elif kind in _EXPECTED:
        text = f"expected {_EXPECTED[kind]}, got {shown(got)}"
        if kind in ("model_type", "dict_type") and got is None:
            text += "; are the lines below it indented?"
        elif kind == "model_type" and (mapping := mapping_at(document.tree, loc, got)):
            text += f"; write {loc[-1]}: {mapping}"
    else:
        text = f"{message[:1].lower()}{message[1:].removeprefix('alue error, ')}, got {shown(got)}"
    return document.problem(written(document, loc), text, path=spoken(loc, document))


def _at(document: Document, loc: Loc) -> Any:
    here: Any = document.tree
    for part in written(document, loc):
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return None
    return here


def _mended(loc: Loc, document: Document, value: Any = None) -> str:
    """`write rate: {value: 1 %/year, evidence: historical}` for a key that a value lacks; empty for other mappings."""
    kind = annotation_at(document.tree, loc[:-1])
    raw = _at(document, loc[:-1])
    if not (isinstance(kind, type) and issubclass(kind, Measured)):
        return ""
    plain = raw.get("value") if isinstance(raw, dict) else raw
    if plain is None or isinstance(plain, (dict, list)):
        return ""
    new = example_at(document.tree, loc) if value is None else value
    more = ", ".join(f"{key}: …" for key in raw if key != "value") if isinstance(raw, dict) else ""
    return f"write {loc[-2]}: {{value: {plain}, {loc[-1]}: {new}{', ' + more if more else ''}}}"


def _empty_above(loc: Loc, document: Document) -> Loc | None:
    """The key just above an unknown one, where it has no value though a mapping belongs there."""
    parent = _at(document, loc[:-1])
    if not isinstance(parent, dict) or loc[-1] not in parent or not isinstance(parent[loc[-1]], (dict, list)):
        return None
    keys = list(parent)
    place = keys.index(loc[-1])
    while place and isinstance(parent[keys[place]], (dict, list)) and keys[place] not in _known(loc, document):
        place -= 1
    above = (*loc[:-1], keys[place])
    is_mapping = keys_at(document.tree, above) is not None
    return above if parent[keys[place]] is None and is_mapping else None


def _of_fault(one: Fault, loc: Loc, document: Document) -> Problem:
    place = (*loc, *one.at)
    if one.message.startswith("unknown hazard") and "did you mean" not in one.message and "survives" in place[-2:-1]:
        away = f"; where the hazard is taken away, take this away too: '{spoken(place, document)}: null'"
        one = replace(one, message=one.message + away)
    if one.message.startswith("unknown start event") and "did you mean" not in one.message and "requires" in place:
        path = spoken(place[: place.index("requires") + 1], document)
        away = f"; where the event is taken away, take this away too: '{path}: []'"
        one = replace(one, message=one.message + away)
    if one.file:
        return Problem(
            one.file, one.line, one.column if one.line else 0, spoken(place, document), one.message, one.source
        )
    on_key = (
        one.message.startswith(("unknown key", "dates out of order", "missing key"))
        or " is not a date; " in one.message
    )
    return document.problem(written(document, place), one.message, key=on_key, path=spoken(place, document))


def spoken(loc: Loc, document: Document) -> str:
    """The path of a location as the file writes it, without the `value` of a long form."""
    return dotted(tuple(part for part in written(document, loc) if part != "value"))


def written(document: Document, loc: Loc) -> Loc:
    """The location as the file writes it: a value in long form stands below `value`, one in short form does not."""
    place: list[str | int] = []
    here: Any = document.tree
    for part in loc:
        if isinstance(here, dict) and part not in here and isinstance(here.get("value"), (dict, list)):
            here = here["value"]
            place.append("value")
        inside = (isinstance(here, dict) and part in here) or (
            isinstance(here, list) and isinstance(part, int) and part < len(here)
        )
        if inside:
            here = here[part]
            place.append(part)
        elif part not in _short_names(SpecModel):
            place.append(part)
            here = None
    return tuple(place)


@cache
def _short_names(base: type[SpecModel]) -> frozenset[str | int]:
    """Fields whose value the file writes in the place of the whole."""
    return frozenset(base.short_for).union(*(_short_names(cls) for cls in base.__subclasses__()))


def _inserted(part: str | int) -> bool:
    """Whether pydantic put a part into a location that no file has: the key of a mapping, the branch of a choice."""
    text = str(part)
    return text == "[key]" or text.startswith(("function-", "literal[", "tuple[", "nullable")) or text == "RealPrices"
