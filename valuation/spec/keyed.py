"""Quantities by a key that is no date, such as a delivery period or a year: a mapping, or a CSV beside the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from valuation.errors import UnitError
from valuation.spec.context import Reading, reading
from valuation.spec.csv_rows import CsvPlace, CsvValues, csv_rows, fault_of, like
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Kind
from valuation.spec.longform import below, document_long_form, is_long_form, read_long_form
from valuation.spec.quantity import Provenance, Quantity
from valuation.spec.schedule import fill, read_beside


@dataclass(frozen=True)
class ByKey:
    """Metadata of a mapping of quantities by key, all in one unit.

    Parameters
    ----------
    kind : kind of the quantities.
    key : what the first column of a CSV is called.
    column : what the column of the values is called where the file names none.
    pattern : regular expression of a key, for the JSON Schema.
    check : raises ValueError for a text that is no key.
    """

    kind: Kind
    key: str
    column: str
    pattern: str
    check: Callable[[str], object]

    keys: ClassVar[tuple[str, ...]] = ("file", "column")

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        one = document_long_form(self.kind.document())
        values = {"type": "object", "patternProperties": {self.pattern: one}, "additionalProperties": False}
        file = {
            "type": "object",
            "properties": {key: {"type": "string"} for key in self.keys},
            "required": ["file"],
            "additionalProperties": False,
        }
        return document_long_form({"anyOf": [{**values, "minProperties": 1}, file]})

    def read(self, raw: object, info: ValidationInfo) -> dict[str, Quantity]:
        """The quantities by key that a value of the file stands for."""
        context = reading(info)

        def plain(value: object, provenance: Provenance) -> dict[str, Quantity]:
            found = self._plain(value, context)
            filled = {key: replace(one, provenance=fill(one.provenance, provenance)) for key, one in found.items()}
            return like(found, filled)

        return self._in_one_unit(read_long_form(raw, plain) if is_long_form(raw) else self._plain(raw, context))

    def _plain(self, raw: object, context: Reading | None) -> dict[str, Quantity]:
        if not isinstance(raw, dict) or not raw:
            raise fault(f"expected values by {self.key}, for example '{{2027: {self.kind.example}}}'")
        if "file" in raw:
            return self._of_file(raw, context)
        found: list[Fault] = []
        values: dict[str, Quantity] = {}
        for key, value in raw.items():
            try:
                self.check(str(key))
                values[str(key)] = self.kind.read(value)
            except PydanticCustomError as error:
                found += below(error, key)
            except ValueError as error:
                found.append(Fault(f"unknown key: {error}", (key,)))
        if found:
            raise faults(found)
        return values

    def _in_one_unit(self, values: dict[str, Quantity]) -> dict[str, Quantity]:
        unit = next(iter(values.values())).canonical_unit
        converted: dict[str, Quantity] = {}
        for key, one in values.items():
            try:
                converted[key] = one if one.canonical_unit == unit else one.to(unit)
            except UnitError:
                message = f"'{one}' does not fit the unit of the first, {unit}"
                raise faults([fault_of(values, message, (key,), key)]) from None
        return like(values, converted)

    def _of_file(self, raw: dict[str, object], context: Reading | None) -> dict[str, Quantity]:
        found = [Fault("unknown key, expected file and column", (key,)) for key in raw if key not in self.keys]
        found += [Fault(f"expected a text for '{key}'", (key,)) for key in raw if not isinstance(raw[key], str)]
        if found:
            raise faults(found)
        name = str(raw["file"])
        return self.rows(name, read_beside(name, context), str(raw.get("column", self.column)))

    def rows(self, name: str, text: str, column: str) -> CsvValues:
        """The values of one column of a CSV. The unit stands in its header, `price [EUR/MWh]`, or in a column `unit`.

        Raises
        ------
        PydanticCustomError : with every fault, each with file, line and column.
        """
        table = csv_rows(name, text)
        at = table.column(self.key, column, self.kind, "unit")
        of_unit = table.names.index("unit") if "unit" in table.names and not table.units[at] else None
        found: list[Fault] = [*table.wrong, *table.mixed(at)]
        values: dict[str, Quantity] = {}
        places: dict[str, CsvPlace] = {}
        for row in table.rows:
            key = table.number(row, 0)
            try:
                self.check(key)
            except ValueError as error:
                found.append(table.place(row.line).fault(str(error)))
                continue
            if key in values:
                found.append(table.place(row.line).fault(f"{self.key} {key} stands there twice"))
            own = "" if self.kind.bare else table.units[at] if of_unit is None else row.cells[of_unit]
            places[key] = table.place(row.line, at)
            try:
                values[key] = self.kind.plain(f"{table.number(row, at)} {own}".strip())
            except PydanticCustomError as error:
                found.append(places[key].fault(f"column '{column}': {below(error)[0].message}"))
        if not values and not found:
            found.append(table.place(1).fault("no rows"))
        if found:
            raise faults(found)
        first = table.rows[0].line
        return CsvValues(values, places, table.place(1, at) if of_unit is None else table.place(first, of_unit))
