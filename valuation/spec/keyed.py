"""Quantities by a key that is no date, such as a delivery period or a year: a mapping, or a CSV beside the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from valuation.errors import UnitError
from valuation.spec.context import Reading, reading
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Kind
from valuation.spec.longform import below, document_long_form, is_long_form, read_long_form
from valuation.spec.quantity import Provenance, Quantity
from valuation.spec.schedule import cell_column, fill, read_beside


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
            return {key: replace(one, provenance=fill(one.provenance, provenance)) for key, one in found.items()}

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
                raise fault(f"'{one}' does not fit the unit of the first, {unit}", key) from None
        return converted

    def _of_file(self, raw: dict[str, object], context: Reading | None) -> dict[str, Quantity]:
        found = [Fault("unknown key, expected file and column", (key,)) for key in raw if key not in self.keys]
        found += [Fault(f"expected a text for '{key}'", (key,)) for key in raw if not isinstance(raw[key], str)]
        if found:
            raise faults(found)
        name = str(raw["file"])
        return self.rows(name, read_beside(name, context), str(raw.get("column", self.column)))

    def rows(self, name: str, text: str, column: str) -> dict[str, Quantity]:
        """The values of one column of a CSV. The unit stands in its header, `price [EUR/MWh]`, or in a column `unit`.

        Raises
        ------
        PydanticCustomError : with every fault, each with file, line and column.
        """
        rows, lines = list(csv.reader(io.StringIO(text))), text.splitlines()

        def wrong(message: str, line: int, index: int = 0) -> Fault:
            source = lines[line - 1] if 0 < line <= len(lines) else ""
            return Fault(message, (), name, line, source, cell_column(source, index))

        headers = [cell.strip() for cell in rows[0]] if rows else []
        names = [header.partition("[")[0].strip() for header in headers]
        if names[:1] != [self.key]:
            raise faults([wrong(f"the first column must be '{self.key}'", 1)])
        if column not in names[1:]:
            raise faults([wrong(f"no column '{column}', there are {', '.join(names[1:]) or 'none'}", 1)])
        at = names.index(column)
        unit = headers[at].partition("[")[2].removesuffix("]").strip()
        of_unit = names.index("unit") if "unit" in names else None
        if not (unit or self.kind.bare or of_unit is not None):
            example = f"a header such as '{column} [EUR/MWh]', or a column 'unit'"
            raise faults([wrong(f"column '{column}' has no unit, expected {example}", 1, at)])
        found: list[Fault] = []
        values: dict[str, Quantity] = {}
        for line, row in enumerate(rows[1:], start=2):
            cells = [cell.strip() for cell in row] + [""] * (len(names) - len(row))
            if not any(cells):
                continue
            try:
                self.check(cells[0])
            except ValueError as error:
                found.append(wrong(str(error), line))
                continue
            if cells[0] in values:
                found.append(wrong(f"{self.key} {cells[0]} stands there twice", line))
            own = "" if self.kind.bare else unit or (cells[of_unit] if of_unit is not None else "")
            try:
                values[cells[0]] = self.kind.plain(f"{cells[at]} {own}".strip())
            except PydanticCustomError as error:
                found.append(wrong(f"column '{column}': {below(error)[0].message}", line, at))
        if not values and not found:
            found.append(wrong("no rows", 1))
        if found:
            raise faults(found)
        return values
