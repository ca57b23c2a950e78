"""Which keys may stand at a place of a contract file: for unknown keys, for paths, and for what is missing."""

from __future__ import annotations

import types
import typing
from typing import Annotated, Any, Literal

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.kinds import Kind
from valuation.spec.longform import KEYS
from valuation.spec.model import ByWord, Measured, SpecModel
from valuation.spec.quantity import Schedule

OPEN = "open"
"""What stands for a mapping whose keys the file chooses, such as clauses."""


def keys_at(tree: dict[str, Any], loc: Loc) -> tuple[str, ...] | str | None:
    """The keys of the spec class at a location, `OPEN` where the file chooses the keys, None for a single value."""
    kind = annotation_at(tree, loc)
    if isinstance(kind, type) and issubclass(kind, SpecModel):
        own = tuple(field.alias or name for name, field in kind.model_fields.items())
        return tuple(dict.fromkeys((*own, *KEYS))) if issubclass(kind, Measured) else own
    return OPEN if typing.get_origin(kind) is dict else None


def field_at(kind: type[SpecModel], key: str) -> Any:
    """Spec class or type of a key of a class; None where it has no such key."""
    for name, field in kind.model_fields.items():
        if (field.alias or name) == key:
            return _plain(field.annotation, field.metadata, None)
    return None


def knows(kind: type[SpecModel], key: str) -> bool:
    """Whether a mapping of this class may hold a key."""
    return field_at(kind, key) is not None or issubclass(kind, Measured) and key in KEYS


def example_at(tree: dict[str, Any], loc: Loc) -> str | None:
    """A value that would do at a location, where the spec class knows one."""
    parent = annotation_at(tree, loc[:-1])
    if not (isinstance(parent, type) and issubclass(parent, SpecModel)):
        return None
    for name, field in parent.model_fields.items():
        if (field.alias or name) == loc[-1]:
            for meta in (*field.metadata, *inner_metadata(field.annotation)):
                kind = getattr(meta, "kind", meta)
                if isinstance(example := getattr(kind, "example", None), str):
                    return example
                if words := getattr(meta, "words", None):
                    return str(words[0])
                if getattr(meta, "to", None) == "party" and isinstance(tree.get("parties"), dict):
                    return next(iter(tree["parties"]), None)
            if typing.get_origin(field.annotation) is Literal:
                return str(typing.get_args(field.annotation)[0])
    return None


def kind_at(tree: dict[str, Any], loc: Loc) -> Kind | None:
    """What a number at a location must be: its unit and its bounds. None where no single number stands.

    A step of a schedule has the kind of the schedule; a mapping with a value, such as a discount rate, that of the
    value.
    """
    parent = annotation_at(tree, loc[:-1])
    if isinstance(parent, type) and issubclass(parent, SpecModel):
        for name, field in parent.model_fields.items():
            if (field.alias or name) == loc[-1]:
                for meta in (*field.metadata, *inner_metadata(field.annotation)):
                    if isinstance(kind := getattr(meta, "kind", meta), Kind):
                        return kind
        own = annotation_at(tree, loc)
        if isinstance(own, type) and issubclass(own, SpecModel) and own.short_for:
            return kind_at(tree, (*loc, own.short_for[0]))
        return None
    return kind_at(tree, loc[:-1]) if parent is Schedule else None


def mapping_at(tree: dict[str, Any], loc: Loc, got: Any) -> str:
    """A mapping that would do at a location where a plain value stands: `{share: 90 %, per: month}`; may be empty.

    The value goes to the key that has it as a word, else to the first that is no choice among words; the others get an
    example.
    """
    kind = annotation_at(tree, loc)
    if not (isinstance(kind, type) and issubclass(kind, SpecModel)) or isinstance(got, (dict, list, bool)):
        return ""
    taker = _taker(kind, got)
    parts: list[str] = []
    for name, field in kind.model_fields.items():
        key = field.alias or name
        if name == taker:
            parts.append(f"{key}: {got}")
        elif field.is_required() or len(kind.model_fields) <= 2:
            parts.append(f"{key}: {example_at(tree, (*loc, key)) or '…'}")
    first = kind.model_fields[taker]
    return f"{{{', '.join(parts)}}}" if len(parts) > 1 or first.is_required() else ""


def _taker(kind: type[SpecModel], got: Any) -> str:
    """The field that a plain value was probably meant for."""
    words = {name: typing.get_args(field.annotation) for name, field in kind.model_fields.items() if _is_choice(field)}
    own = [name for name, allowed in words.items() if got in allowed]
    return next(iter([*own, *(name for name in kind.model_fields if name not in words), *kind.model_fields]))


def _is_choice(field: Any) -> bool:
    return typing.get_origin(field.annotation) is Literal


def annotation_at(tree: dict[str, Any], loc: Loc) -> Any:
    """Spec class or type at a location of a contract file; None beyond what the spec classes know."""
    kind: Any = Contract
    raw: Any = tree
    for key in loc:
        if isinstance(kind, type) and issubclass(kind, SpecModel):
            matching = [f for name, f in kind.model_fields.items() if (f.alias or name) == key]
            kind = _plain(matching[0].annotation, matching[0].metadata, _at(raw, key)) if matching else None
        elif typing.get_origin(kind) is dict:
            kind = _plain(typing.get_args(kind)[1], [], _at(raw, key))
        elif typing.get_origin(kind) is tuple:
            kind = _plain(typing.get_args(kind)[0], [], _at(raw, key))
        else:
            return None
        raw = _at(raw, key)
    return kind


def _at(raw: Any, key: str | int) -> Any:
    try:
        return raw[key]
    except (KeyError, IndexError, TypeError):
        return None


def _plain(annotation: Any, metadata: list[Any], raw: Any) -> Any:
    """The class or container of an annotation, with the class that the file chooses by a word."""
    metas = list(metadata)
    while typing.get_origin(annotation) is Annotated:
        annotation, *more = typing.get_args(annotation)
        metas += more
    for meta in metas:
        if isinstance(meta, ByWord):
            word = raw.get(meta.word) if isinstance(raw, dict) else None
            return meta.classes().get(str(word), annotation)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        parts = [_plain(part, [], raw) for part in typing.get_args(annotation) if part is not type(None)]
        models = [part for part in parts if isinstance(part, type) and issubclass(part, SpecModel)]
        return models[0] if models else parts[0]
    return annotation


def inner_metadata(annotation: Any) -> list[Any]:
    """The metadata inside an annotation, in the order of its parts."""
    if typing.get_origin(annotation) is Annotated:
        return list(typing.get_args(annotation)[1:])
    return [meta for part in typing.get_args(annotation) for meta in inner_metadata(part)]
