"""The base of every spec class: frozen, unknown keys refused, the class chosen by its registered name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from valuation import registry
from valuation.spec.faults import fault, one_of, shown
from valuation.spec.longform import KEYS, document_provenance, is_long_form

Text = Annotated[str, Strict(), Field(min_length=1)]
"""A text that is not empty."""
CHOSEN_BY = "x-chosen-by"
"""Mark in a JSON Schema: here stands the class that the file chooses by this word."""
Flag = Annotated[bool, Strict()]
"""`true` or `false`."""


def default(written: object) -> Any:
    """The default of a field as a file would write it, `default("0 days")`: it passes through the same reader."""
    return Field(written)


class SpecModel(BaseModel):
    """Part of a contract or market file as read. Frozen; what a class does not name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    short_for: ClassVar[tuple[str, ...]] = ()
    """Fields whose value may stand in the place of the whole: `forward: 1.1515 USD/EUR` for `forward: {flat: …}`."""
    only_short: ClassVar[bool] = False
    """Whether the whole is always written by one of those fields."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(schema)
        if cls.short_for:
            body = handler.resolve_ref_schema(found)
            _document_short(cls, body)
        return found


class Measured(SpecModel):
    """A value with further words beside it: `{value: 9 %/year, source: …, basis: nominal}`.

    A subclass has the field `value`; source, status, range and note go to the provenance of the value, the rest are
    fields of the subclass. A plain value is short for a mapping with `value` alone.
    """

    short_for: ClassVar[tuple[str, ...]] = ("value",)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, raw: Any) -> Any:
        own = {"value", *(field.alias or name for name, field in cls.model_fields.items())}
        if not isinstance(raw, dict) or not any(key in own or key in KEYS for key in raw):
            return {"value": raw}
        long = {key: value for key, value in raw.items() if key in KEYS}
        rest = {key: value for key, value in raw.items() if key not in KEYS}
        if "value" not in raw:
            return rest
        return {**rest, "value": raw["value"] if len(long) == 1 and not is_long_form(raw["value"]) else long}


def _document_short(cls: type[SpecModel], body: dict[str, Any]) -> None:
    """Makes the schema of a class accept its short form too, in place."""
    whole = dict(body)
    properties = dict(whole["properties"])
    forms: list[dict[str, Any]] = []
    for name in cls.short_for:
        choices = [form for form in properties[name].get("anyOf", [properties[name]]) if form.get("type") != "null"]
        if issubclass(cls, Measured):
            properties = {name: choices[0], **document_provenance(), **properties, "value": choices[0]}
            choices = choices[:1] if whole.get("required") == [name] else []
        forms += choices
    whole["properties"] = properties
    text = whole.pop("description", "")
    body.clear()
    body |= {"description": text, "anyOf": forms if cls.only_short else [*forms, whole]}


class Named(SpecModel):
    """A spec class that the file chooses by a word: a clause by `structure`, a factor by `process`."""

    word: ClassVar[str]
    """The key that chooses the class."""


@dataclass(frozen=True)
class ByWord:
    """Metadata of a field whose class is looked up in the registry."""

    word: str
    fits: Callable[[Any], bool] | None = None
    """Whether a class is offered in messages; all are where it is left out."""

    def classes(self) -> Mapping[str, type]:
        """The classes to choose from."""
        return registry.clauses() if self.word == "structure" else registry.factors()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {CHOSEN_BY: self.word}

    @property
    def fitting(self) -> tuple[str, ...]:
        """The words that are offered where this field stands."""
        return tuple(name for name, cls in self.classes().items() if self.fits is None or self.fits(cls))

    def read(self, raw: object, info: ValidationInfo) -> Any:
        """The clause or factor; faults keep their place below this value."""
        if not isinstance(raw, dict):
            pairs = isinstance(raw, list) and any(isinstance(one, dict) and "of" in one for one in raw)
            hint = "; a list of correlations stands at the root of its file, at the left margin" if pairs else ""
            raise fault(f"expected a mapping with the key '{self.word}', got {shown(raw)}{hint}")
        classes = self.classes()
        if self.word not in raw:
            raise fault(f"missing key '{self.word}', expected one of {', '.join(self.fitting)}")
        chosen = raw[self.word]
        if not isinstance(chosen, str) or chosen not in classes:
            raise fault(one_of(chosen, self.fitting, self.word), self.word)
        cls: type[BaseModel] = classes[chosen]
        return cls.model_validate(raw, context=info.context)
