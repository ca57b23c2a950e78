"""Kinds of value that are not quantities: dates, switches, days of the year, references to what the file declares."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from valuation.errors import UnitError
from valuation.spec.context import Declared, reading
from valuation.spec.faults import fault, one_of, shown
from valuation.spec.kinds import RATE, Kind, share
from valuation.spec.longform import document_long_form, is_long_form, read_long_form
from valuation.spec.quantity import Dated, MonthDay, Provenance, Quantity, Switch
from valuation.units import CURRENCIES, parse_unit

_EPOCH = date(1899, 12, 30).toordinal()
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")


def read_day(raw: object) -> date:
    """A date written as `2026-10-01`."""
    match = _DAY.match(raw) if isinstance(raw, str) else None
    if not match:
        raise fault(f"'{raw}' is not a date, {_mended_day(raw)}")
    year, month, day = (int(part) for part in match.groups())
    if not 1900 < year < 2200:
        raise fault(f"'{raw}': the year must lie between 1901 and 2199")
    if not 1 <= month <= 12:
        raise fault(f"'{raw}' is not a date: there is no month {month}")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise fault(f"'{raw}' is not a date: {calendar.month_name[month]} {year} has {last} days")
    return date(year, month, day)


def _mended_day(raw: object) -> str:
    """How to write a date that was written another way; 15.03.2027 can be told, 03/04/2027 cannot."""
    parts = re.fullmatch(r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})", raw.strip()) if isinstance(raw, str) else None
    if parts:
        first, second, third = (int(part) for part in parts.groups())
        known = None
        if len(parts[1]) == 4:
            known = (first, second, third)
        elif len(parts[3]) == 4 and ("." in str(raw) or first > 12):
            known = (third, second, first)
        if known and 1 <= known[1] <= 12 and 1 <= known[2] <= 31:
            return f"write year-month-day: '{known[0]:04}-{known[1]:02}-{known[2]:02}'"
    return "write year-month-day, for example '2026-10-01'"


@dataclass(frozen=True)
class _DateKind:
    example: str = "2026-10-01"

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return document_long_form({"type": "string", "format": "date", "examples": ["2026-10-01"]})

    def read(self, raw: object) -> Dated:
        return read_long_form(
            raw,
            lambda value, provenance: Dated(read_day(value), provenance),
            range_of=lambda end: float(read_day(end).toordinal() - _EPOCH),
        )


Day = Annotated[Dated, _DateKind()]
"""A date, short or long form."""


@dataclass(frozen=True)
class _MonthDayKind:
    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{2}-\d{2}$", "examples": ["02-15"]}

    def read(self, raw: object) -> MonthDay:
        match = re.match(r"(\d{2})-(\d{2})\Z", raw) if isinstance(raw, str) else None
        if not match:
            raise fault(f"'{raw}' is not a day of the year, expected month-day, for example '02-15'")
        month, day = int(match[1]), int(match[2])
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2001, month)[1]:
            raise fault(f"'{raw}' is not a day of every year")
        return MonthDay(month, day)


DayOfYear = Annotated[MonthDay, _MonthDayKind()]
"""A day of any year, `02-15`."""


@dataclass(frozen=True)
class OneOf:
    """Metadata of a `Switch`: the words allowed."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return document_long_form({"type": "string", "enum": list(self.words)})

    def read(self, raw: object) -> Switch:
        """The switch that a word stands for."""
        return read_long_form(raw, self._plain)

    def _plain(self, raw: object, provenance: Provenance) -> Switch:
        if raw not in self.words:
            raise fault(one_of(raw, self.words))
        return Switch(str(raw), provenance)


def switch(*words: str) -> OneOf:
    """Metadata for `Annotated[Switch, switch("gross", "net")]`."""
    return OneOf(words)


@dataclass(frozen=True)
class Reference:
    """Metadata of a text that names something which the file declares."""

    to: Declared

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "description": f"Name of a {self.to} of this contract."}

    def read(self, raw: object, info: ValidationInfo) -> str:
        """The name, when it is declared."""
        if not isinstance(raw, str):
            raise fault(f"expected the name of a {self.to}, got {shown(raw)}")
        context = reading(info)
        if context is None:
            return raw
        known = context.names.declared.get(self.to, ())
        if raw not in known:
            if self.to in ("lease", "lease or offtake") and raw in context.names.declared.get("clause", ()):
                listed = ", ".join(known) or "none"
                raise fault(f"'{raw}' is a clause and no {self.to}; there are: {listed}")
            raise fault(one_of(raw, known, self.to))
        return raw


Party = Annotated[str, Reference("party")]
"""Name of a party of the contract, or `outside`."""
FactorName = Annotated[str, Reference("factor")]
"""Name of a factor of the market file or of this contract."""
DriverName = Annotated[str, Reference("driver")]
"""A factor or one of its components: `power.NO4.slow`; without a component, the slow one."""
MoverName = Annotated[str, Reference("driver or event")]
"""What a correlation joins: a factor or one of its components, a yearly level, an event."""
HazardName = Annotated[str, Reference("hazard")]
"""Name of a hazard of this contract."""
StartEventName = Annotated[str, Reference("start event")]
"""Name of an event of this contract that decides on a start: an approval, a conversion, a delay with a long stop."""
LeaseName = Annotated[str, Reference("lease")]
"""Name of a lease of this contract."""
EndedName = Annotated[str, Reference("lease or offtake")]
"""Name of a clause of this contract that an event may end: a lease or an offtake."""
ClauseName = Annotated[str, Reference("clause")]
"""Name of a clause of this contract."""


@dataclass(frozen=True)
class OneOrMore:
    """Metadata of a list whose only item may stand for it: `ends: rent` for `ends: [rent]`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_listed, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


def such_as(example: str, shape: type = list, empty: bool = False) -> BeforeValidator:
    """Metadata of a list (or mapping) of parts; the message of what is none, or of an empty one, shows one."""

    def looked_at(raw: object) -> object:
        if not isinstance(raw, (shape, tuple, BaseModel)):
            raise fault(f"expected {'a list' if shape is list else 'a mapping'} such as '{example}', got {shown(raw)}")
        if not raw and not empty:
            raise fault(f"there is nothing in it, expected for example '{example}'")
        return raw

    return BeforeValidator(looked_at)


def _listed(raw: object) -> object:
    return [raw] if isinstance(raw, str) else raw


@dataclass(frozen=True)
class FactorOr:
    """Metadata of a value that is either the name of a factor or a quantity: `utilisation`, `90 %`."""

    kind: Kind

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return document_long_form({"type": "string", "examples": [self.kind.example]})

    def read(self, raw: object, info: ValidationInfo) -> str | Quantity:
        """The name of a factor, or the quantity."""
        if isinstance(raw, str) and raw[:1].isalpha():
            name: str = Reference("factor").read(raw, info)
            return name
        if isinstance(raw, (int, float)) or is_long_form(raw) or isinstance(raw, str):
            return self.kind.read(raw)
        raise fault(f"expected the name of a factor, or {self.kind.noun} such as '{self.kind.example}'")


FactorOrShare = Annotated[str | Quantity, FactorOr(share())]
"""Name of a factor, or a share."""
FactorOrRate = Annotated[str | Quantity, FactorOr(RATE)]
"""Name of a factor, or an effective yearly rate."""


@dataclass(frozen=True)
class _Checked:
    """Metadata of a text with a form of its own."""

    noun: str
    examples: tuple[str, ...]

    @property
    def example(self) -> str:
        """A value that would do."""
        return self.examples[0]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "examples": list(self.examples)}

    def read(self, raw: object) -> str:
        if not isinstance(raw, str):
            raise fault(f"expected {self.noun} such as '{self.examples[0]}', got {shown(raw)}")
        if self.noun == "a unit":
            try:
                parse_unit(raw)
            except UnitError as error:
                raise fault(str(error)) from None
        elif self.noun == "a currency" and raw not in CURRENCIES:
            raise fault(one_of(raw, CURRENCIES, "currency"))
        elif self.noun == "an id" and not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", raw):
            raise fault(f"'{raw}' is not an id: small letters, digits and _, starting with a letter")
        return raw


Currency = Annotated[str, _Checked("a currency", ("USD", "EUR", "NOK"))]
"""ISO 4217 code."""
UnitText = Annotated[str, _Checked("a unit", ("EUR/MWh", "USD/EUR"))]
"""A unit."""
Identifier = Annotated[str, _Checked("an id", ("bitzero",))]
"""Small letters, digits and `_`."""
