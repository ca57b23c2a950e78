"""JSON Schema of contract and market files, for completion and checks in an editor."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from valuation import registry
from valuation.spec.contract import Contract
from valuation.spec.market import Market
from valuation.spec.model import CHOSEN_BY, SpecModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def contract_schema() -> dict[str, Any]:
    """JSON Schema of a contract file."""
    schema = _document(Contract, "Contract file")
    place = "Market file, by a path from the contract's folder."
    schema["properties"]["market"] = {"type": "string", "description": place, "examples": ["markets/nordic.yaml"]}
    return _without_unused(schema)


def market_schema() -> dict[str, Any]:
    """JSON Schema of a market file."""
    return _without_unused(_document(Market, "Market file"))


def _document(root: type[SpecModel], title: str) -> dict[str, Any]:
    """Schema of a class with the schemas of all classes that a file may choose by a word."""
    choices = {"structure": registry.clauses(), "process": registry.factors()}
    models: list[type[BaseModel]] = [root, *choices["structure"].values(), *choices["process"].values()]
    definitions: dict[str, Any] = {}
    names = _unambiguous(models)
    for model in models:
        part = model.model_json_schema(ref_template="#/$defs/{model}")
        definitions |= {name: body for name, body in part.pop("$defs", {}).items() if name not in names.values()}
        definitions[names[model]] = part
    described = {cls.__name__: cls for cls in _all_models(SpecModel)} | {name: cls for cls, name in names.items()}
    for name, body in definitions.items():
        if name in described:
            _describe(body, described[name])
    for word, classes in choices.items():
        definitions[_choice_name(word)] = _choice(word, classes, names)
    body = definitions.pop(names[root])
    schema = _point_choices({**body, "$defs": dict(sorted(definitions.items()))})
    return {"$schema": DIALECT, "title": title, **schema}


def _unambiguous(models: list[type[BaseModel]]) -> dict[type[BaseModel], str]:
    """Names of definitions. Spec classes of clauses and factors may share a name with another class (Index)."""
    return {model: getattr(model, "__name__", "") + ("Factor" if _is_factor(model) else "") for model in models}


def _is_factor(model: type[BaseModel]) -> bool:
    return "process" in model.model_fields


def _choice_name(word: str) -> str:
    return "AnyClause" if word == "structure" else "AnyFactor"


def _choice(word: str, classes: Mapping[str, type], names: dict[type[BaseModel], str]) -> dict[str, Any]:
    """The class follows from the word, by if and then: an editor then names the fault in the class that was meant."""
    return {
        "type": "object",
        "required": [word],
        "properties": {word: {"enum": list(classes)}},
        "allOf": [
            {
                "if": {"properties": {word: {"const": name}}, "required": [word]},
                "then": {"$ref": f"#/$defs/{names[cls]}"},
            }
            for name, cls in classes.items()
        ],
    }


def _point_choices(node: Any) -> Any:
    """Replaces the marks that `ByWord` leaves by references to the choice."""
    if isinstance(node, dict):
        if CHOSEN_BY in node:
            return {"$ref": f"#/$defs/{_choice_name(node[CHOSEN_BY])}"}
        # A title that is a text is pydantic's echo of the field's name; one that is a mapping is a field named title.
        return {key: _point_choices(value) for key, value in node.items() if key != "title" or isinstance(value, dict)}
    return [_point_choices(item) for item in node] if isinstance(node, list) else node


def _without_unused(schema: dict[str, Any]) -> dict[str, Any]:
    """Drops the definitions that nothing refers to."""
    kept: set[str] = set()
    queue: list[Any] = [{key: value for key, value in schema.items() if key != "$defs"}]
    while queue:
        node = queue.pop()
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/$defs/")
            if name in schema["$defs"] and name not in kept:
                kept.add(name)
                queue.append(schema["$defs"][name])
            queue += node.values()
        elif isinstance(node, list):
            queue += node
    return {**schema, "$defs": {name: body for name, body in schema["$defs"].items() if name in kept}}


def _all_models(base: type[BaseModel]) -> list[type[BaseModel]]:
    return [base, *(model for child in base.__subclasses__() for model in _all_models(child))]


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Writes the docstrings of a class's fields into its schema."""
    texts: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if isinstance(cls, type) and issubclass(cls, SpecModel):
            texts |= field_texts(cls)
    for name, field in model.model_fields.items():
        for part in (schema, *schema.get("anyOf", ())):
            own = part.get("properties", {}).get(field.alias or name)
            if own is not None and name in texts:
                own["description"] = texts[name]


def field_texts(cls: type[BaseModel]) -> dict[str, str]:
    """The text under each field of a class."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    texts = {}
    for field, text in zip(body, body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            if isinstance(text.value, ast.Constant) and isinstance(text.value.value, str):
                texts[field.target.id] = " ".join(text.value.value.split())
    return texts
