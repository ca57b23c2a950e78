"""Writes docs/reference.md from the spec classes: `python docs/make_reference.py`. A test fails when it is stale."""

from __future__ import annotations

import types
import typing
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from valuation import registry
from valuation.spec.clause import Clause
from valuation.spec.contract import Contract
from valuation.spec.expression import RESULTS
from valuation.spec.fields import inner_metadata
from valuation.spec.json_schema import field_texts
from valuation.spec.market import Market
from valuation.spec.model import Measured, SpecModel

PAGE = Path(__file__).with_name("reference.md")

HEAD = """# Keys of contract and market files

This page is written by `python docs/make_reference.py` from the classes that read the files; do not edit it by hand.
The [guide](guide.md) leads through a whole contract, `valuate schema` prints the same as JSON Schema.

A value with a unit may be written short, `131.3 USD/kW/month`, or long with where it comes from:
`{value: 131.3 USD/kW/month, source: …, status: fact | claim | derived | assumption | placeholder,
range: [100 USD/kW/month, 150 USD/kW/month], note: …}`. *By date* means that it may change with time:
`{2026-10-01: 40 MW, 2027-01-01: 110 MW}`, or a CSV beside the file, `{file: curve.csv, column: price}`.
"""

CONDITIONS = """## Conditions: `when` of an indicator, `check` of a claim

`name < quantity`, `name > quantity` or `name = quantity`; a distribution takes a statistic behind a dot,
`irr.p50 > 8 %`. The factors of the file may be named as they are called there; an indicator watches one of them, or
`price`, `mwh` or `margin`.

| Name | Compared with | Statistics | Indicator | Claim |
|---|---|---|---|---|
"""

WATCHED = ("price", "mwh", "margin")


def page() -> str:
    """The whole page: contract, clauses, risks and factors, market, conditions."""
    done: set[type] = set()
    parts = [HEAD, *sections("Contract file", Contract, done)]
    intro = (
        "Each is chosen by its `structure` and stands under a name of your choice in `clauses`. What every clause has:"
    )
    parts += sections("Clauses", Clause, done, intro=intro)
    for name, cls in registry.clauses().items():
        parts += sections(f"`structure: {name}`", cls, done, 3)
    parts.append(
        "## Risks and factors\n\nEach is chosen by its `process`; hazards and a contract's own factors stand in"
    )
    parts[-1] += " `risks`,\nthose that contracts share in `factors` of the market file.\n"
    for name, cls in registry.factors().items():
        parts += sections(f"`process: {name}`", cls, done, 3)
    parts += sections("Market file", Market, done)
    parts.append(CONDITIONS + "".join(_conditions()))
    return "\n".join(parts)


def _conditions() -> list[str]:
    rows = [
        "| a factor, `utilisation` | its unit; a share for `logit_ou`; a bare number for `customers` | | yes | no |\n"
    ]
    for name, (kind, statistics) in RESULTS.items():
        watched = "yes" if name in WATCHED else "no"
        listed = " ".join(f"`{word}`" for word in statistics)
        rows.append(f"| `{name}` | {kind.noun}, `{kind.example}` | {listed} | {watched} | yes |\n")
    return rows


def sections(title: str, cls: type, done: set[type], depth: int = 2, intro: str = "") -> list[str]:
    """The section of a class, then those of the classes that stand below it and have none yet."""
    done.add(cls)
    found = [_section(title, cls, depth, intro)]
    for name, field in _model_fields(cls).items():
        for inner in _models(field.annotation):
            if inner not in done and inner is not Market and not _chosen(field):
                found += sections(f"`{field.alias or name}` ({_title(title)})", inner, done, 4 if depth > 2 else 3)
    return found


def inner_models(cls: type) -> list[type]:
    """The classes of the fields of a class."""
    return [inner for field in _model_fields(cls).values() for inner in _models(field.annotation)]


def _title(title: str) -> str:
    return (
        title.split(" (")[0]
        .strip("`")
        .removeprefix("structure: ")
        .removeprefix("process: ")
        .replace("file", "")
        .strip()
        .lower()
    )


def _section(title: str, cls: type, depth: int, intro: str = "") -> str:
    doc = intro or " ".join((cls.__doc__ or "").split())
    texts = _texts(cls)
    lines = [f"{'#' * depth} {title}\n", f"{doc}\n"]
    lines += [f"It takes no `{key}`: {why}.\n" for key, why in getattr(cls, "unused", {}).items()]
    if cls.only_short:  # type: ignore[attr-defined]
        return "\n".join(lines)
    lines += ["| Key | Value | If left out | Meaning |", "|---|---|---|---|"]
    for name, field in _own_fields(cls).items():
        cells = (f"`{field.alias or name}`", _value(field), _default(field), texts.get(name, ""))
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    if issubclass(cls, Measured):
        lines.append("| `source`, `status`, `range`, `se`, `law`, `note` | | | Where the value comes from. |")
    return "\n".join(lines) + "\n"


def _model_fields(cls: type) -> dict[str, FieldInfo]:
    return dict(cls.model_fields) if issubclass(cls, SpecModel) else {}


def _own_fields(cls: type) -> dict[str, FieldInfo]:
    """The fields of a class without those that it has like every other clause, and without the word that chooses it."""
    every = _model_fields(Clause) if issubclass(cls, Clause) and cls is not Clause else {}
    return {
        name: field
        for name, field in _model_fields(cls).items()
        if name != getattr(cls, "word", "")
        and field.annotation is not type(None)
        and (name not in every or (field.annotation, field.default) != (every[name].annotation, every[name].default))
    }


def _texts(cls: type) -> dict[str, str]:
    texts: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, SpecModel):
            texts |= field_texts(base)
    return texts


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.default
    if field.default_factory is not None or value is None or value == () or value == {}:
        return ""
    if isinstance(value, tuple):
        return f"`[{', '.join(str(part) for part in value)}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _chosen(field: FieldInfo) -> bool:
    return any(hasattr(meta, "word") and hasattr(meta, "classes") for meta in _metas(field))


def _metas(field: FieldInfo) -> list[Any]:
    return [*field.metadata, *inner_metadata(field.annotation)]


def _value(field: FieldInfo) -> str:
    """What may stand behind a key, in a few words."""
    annotation = _without_none(field.annotation)
    if annotation is Market:
        return "path of the market file, `markets/nordic.yaml`"
    if typing.get_origin(annotation) is dict and not any(type(meta).__name__ == "ByKey" for meta in _metas(field)):
        key, value = typing.get_args(annotation)
        return f"by {_plain(key, [])}: {_plain(value, [])}"
    if typing.get_origin(annotation) is tuple and _models(annotation):
        return "list of mappings, below"
    return _plain(annotation, list(field.metadata))


def _without_none(annotation: Any) -> Any:
    parts = [part for part in typing.get_args(annotation) if part is not type(None)]
    is_union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    return parts[0] if is_union and len(parts) == 1 else annotation


def _plain(annotation: Any, metadata: list[Any]) -> str:
    field = FieldInfo.from_annotation(annotation)
    field.metadata = [*metadata, *field.metadata]
    words = [text for meta in _metas(field) if (text := _of_meta(meta))]
    if inside := _literals(field.annotation):
        words = [" · ".join(f"`{part}`" for part in inside), *words]
    if models := _models(field.annotation):
        words = [*words, _of_model(models[0])]
    text = "; ".join(dict.fromkeys(words or [_of_type(field.annotation)]))
    return f"list of: {text}" if typing.get_origin(field.annotation) is tuple else text


def _of_meta(meta: Any) -> str:
    kind = getattr(meta, "kind", meta)
    if type(meta).__name__ == "ByKey":
        return f"by {meta.key}: {kind.wanted}, `{kind.example}`; or a CSV, `{{file: …, column: {meta.column}}}`"
    dated = ", by date" if type(meta).__name__ == "ScheduleOf" else ""
    if hasattr(meta, "word") and hasattr(meta, "classes"):
        return f"chosen by its `{meta.word}`"
    if to := getattr(meta, "to", None):
        return f"name of a {to}"
    if words := getattr(meta, "words", None):
        return " · ".join(f"`{word}`" for word in words)
    if type(meta).__name__ == "_ConditionKind":
        return "a condition, `utilisation > 92 %`"
    if type(meta).__name__ == "_MonthDayKind":
        return "a day of the year, `02-15`"
    if type(meta).__name__ == "_DateKind":
        return f"a date, `{meta.example}`"
    if type(meta).__name__ == "Numbers":
        return f"{meta.count} bare numbers" if kind.bare else f"{meta.count}, each {kind.wanted}, `{kind.example}`"
    if noun := getattr(kind, "noun", None):
        wanted = "a bare number" if getattr(kind, "bare", False) else getattr(kind, "wanted", noun)
        factor = "name of a factor, or " if type(meta).__name__ == "FactorOr" else ""
        return f"{factor}{wanted}, `{kind.example}`{dated}"
    return ""


def _literals(annotation: Any) -> list[str]:
    if typing.get_origin(annotation) is typing.Literal:
        return [str(word) for word in typing.get_args(annotation)]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, tuple, typing.Annotated):
        return [word for part in typing.get_args(annotation) for word in _literals(part)]
    return []


def _of_model(cls: Any) -> str:
    """`a mapping`, with what may stand in its place."""
    if not cls.short_for or cls.only_short:
        return "a mapping, below"
    return f"{_value(cls.model_fields[cls.short_for[0]])}, or a mapping, below"


def _models(annotation: Any) -> list[type]:
    if isinstance(annotation, type) and issubclass(annotation, SpecModel):
        return [annotation]
    return [cls for part in typing.get_args(annotation) for cls in _models(part)]


def _of_type(annotation: Any) -> str:
    found = [annotation, *typing.get_args(annotation)]
    for part, words in ((bool, "`true` · `false`"), (int, "a whole number")):
        if any(part is own or part in typing.get_args(own) for own in found):
            return words
    return "a text" if any(own is str or str in typing.get_args(own) for own in found) else "values by path"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
