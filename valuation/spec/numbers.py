"""Lists of quantities of one kind, in short or long form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Kind
from valuation.spec.longform import below, document_long_form, read_long_form
from valuation.spec.quantity import Provenance, Quantity


@dataclass(frozen=True)
class Numbers:
    """Metadata of a tuple of quantities, all with the provenance of the list.

    Parameters
    ----------
    kind : kind of each.
    count : how many there must be.
    """

    kind: Kind
    count: int

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        items = {"type": "array", "items": self.kind.document(), "minItems": self.count, "maxItems": self.count}
        return document_long_form(items)

    def read(self, raw: object) -> tuple[Quantity, ...]:
        """The quantities of a list."""
        return () if raw == () else read_long_form(raw, self._plain)

    def _plain(self, raw: object, provenance: Provenance) -> tuple[Quantity, ...]:
        if not isinstance(raw, list) or len(raw) != self.count:
            got = f"{len(raw)} of them" if isinstance(raw, list) else f"'{raw}'"
            raise fault(f"expected a list of {self.count} numbers, got {got}")
        found: list[Fault] = []
        values: list[Quantity] = []
        for position, item in enumerate(raw):
            try:
                values.append(self.kind.plain(item, provenance))
            except PydanticCustomError as error:
                found += below(error, position)
        if found:
            raise faults(found)
        return tuple(values)
