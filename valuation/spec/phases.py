"""Phases of a lease: the steps by date of its contracted power, counted from 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from valuation.spec.faults import fault, shown
from valuation.spec.quantity import Schedule

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


@dataclass(frozen=True)
class _PhaseKind:
    noun: str = "the number of a phase, or `all`"
    example: str = "2"

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "integer", "minimum": 1}, {"const": "all"}], "examples": [2]}

    def read(self, raw: object) -> int | Literal["all"]:
        """The number of a phase, or the word for all of them."""
        if raw == "all":
            return "all"
        if isinstance(raw, bool) or not isinstance(raw, int) or raw < 1:
            raise fault(f"got {shown(raw)}, expected the number of a phase counted from 1, such as 2, or 'all'")
        return raw


Phase = Annotated[int | Literal["all"], _PhaseKind()]
"""A phase of a lease, a step by date of its contracted power counted from 1, or `all`."""


def contracted_of(contract: Contract, lease: str) -> Schedule:
    """Contracted power by date of a lease: its own, or that of the contract."""
    own = getattr(contract.clauses.get(lease), "contracted", None)
    if isinstance(own, Schedule):
        return own
    if contract.capacity is None:  # refused where the lease asks for it
        raise ValueError(f"the lease '{lease}' has no contracted power")
    return contract.capacity.contracted
