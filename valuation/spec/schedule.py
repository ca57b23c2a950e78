"""Quantities that change with time: a number, steps by date, or a column of a CSV beside the contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from valuation.spec.context import Reading, reading
from valuation.spec.csv_rows import csv_rows
from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import ANY, INTENSITY, MEGAWATTS, NUMBER, RATE, Kind, RangeEnds, price, share
from valuation.spec.longform import KEYS, below, document_long_form, is_long_form, read_long_form
from valuation.spec.quantity import Provenance, Quantity, Schedule
from valuation.spec.words import read_day

MAX_CSV_BYTES = 4_000_000


@dataclass(frozen=True)
class ScheduleOf:
    """Metadata of a `Schedule`: the kind of its values, and whether all of them must have one unit and currency."""

    kind: Kind
    one_unit: bool = False

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        short = self.kind.document()
        step = document_long_form(short)
        steps = {"type": "object", "patternProperties": {r"^\d{4}-\d{2}-\d{2}$": step}, "additionalProperties": False}
        curve = {
            "type": "object",
            "properties": {"file": {"type": "string"}, "column": {"type": "string"}},
            "required": ["file", "column"],
            "additionalProperties": False,
        }
        return document_long_form({"anyOf": [short, {**steps, "minProperties": 1}, curve]})

    def read(self, raw: object, info: ValidationInfo) -> Schedule:
        """The schedule that a value of the file stands for."""
        schedule = self._read(raw, reading(info))
        units = sorted({quantity.canonical_unit for quantity in schedule.quantities})
        if self.one_unit and len(units) > 1:
            raise fault(f"the values are in {' and in '.join(units)}: write all of them in one")
        return schedule

    def _read(self, raw: object, context: Reading | None) -> Schedule:
        if not isinstance(raw, dict) or (is_long_form(raw) and not isinstance(raw.get("value"), dict)):
            quantity = self.kind.read(raw)
            return Schedule(((None, quantity),), provenance=quantity.provenance)

        def plain(value: object, provenance: Provenance) -> Schedule:
            return replace(self._steps(value, context), provenance=provenance)

        if is_long_form(raw):
            ends = RangeEnds(self.kind)
            schedule = read_long_form(raw, plain, ends)
            ends.must_measure(schedule.quantities[0])
            own = schedule.provenance
            return replace(
                schedule,
                steps=tuple((day, replace(q, provenance=fill(q.provenance, own))) for day, q in schedule.steps),
            )
        return self._steps(raw, context)

    def _steps(self, raw: object, context: Reading | None) -> Schedule:
        if not isinstance(raw, dict) or not raw:
            raise fault(f"expected steps by date, for example '{{2026-10-01: {self.kind.example}}}'")
        if "file" in raw or "column" in raw:
            return self._curve(raw, context)
        found: list[Fault] = []
        steps: list[tuple[date | None, Quantity]] = []
        last: date | None = None
        for key, value in raw.items():
            try:
                day = read_day(key)
                if last is not None and day <= last:
                    found.append(Fault(f"dates out of order: {day} stands after {last}", (key,)))
                last = day
            except PydanticCustomError:
                found.append(
                    Fault(
                        f"'{key}' is not a date; a value that changes with time is written by date, or as {KEYS[0]}: …",
                        (key,),
                    )
                )
                continue
            try:
                steps.append((day, self.kind.read(value)))
            except PydanticCustomError as error:
                found += below(error, key)
        if found:
            raise faults(found)
        return Schedule(tuple(steps))

    def _curve(self, raw: dict[str, object], context: Reading | None) -> Schedule:
        found = [Fault("unknown key, expected file and column", (key,)) for key in raw if key not in ("file", "column")]
        found += [Fault(f"missing key '{key}'") for key in ("file", "column") if not isinstance(raw.get(key), str)]
        if found:
            raise faults(found)
        name, column = str(raw["file"]), str(raw["column"])
        text = read_beside(name, context)
        return Schedule(tuple(_column(name, text, column, self.kind)), file=name, column=column)


def fill(own: Provenance, whole: Provenance) -> Provenance:
    """The provenance of a step: its own words, else those of the whole schedule."""
    return Provenance(
        own.source or whole.source, own.status or whole.status, own.note or whole.note,
        whole.low if own.low is None else own.low, whole.high if own.high is None else own.high, own.estimate,
    )  # fmt: skip


def read_beside(name: str, context: Reading | None) -> str:
    """The text of a CSV in the folder of the file being read; symlinks are followed before the place is judged."""
    if context is not None and context.recorded is not None:
        if name not in context.recorded:
            raise fault(f"the record of the run does not hold the file '{name}'", "file")
        context.remember(name, context.recorded[name])
        return context.recorded[name]
    if context is None or context.folder is None:
        raise fault("a CSV can only be read with the contract that stands beside it", "file")
    folder = context.folder.resolve()
    try:
        place = (folder / name).resolve()
        if Path(name).is_absolute() or not place.is_relative_to(folder):
            raise fault(f"'{name}' lies outside the contract's folder; a CSV must stand beside the contract", "file")
        if not place.is_file():
            raise fault(f"no file '{name}' beside the contract", "file")
        if place.stat().st_size > MAX_CSV_BYTES:
            raise fault(f"'{name}' is larger than {MAX_CSV_BYTES // 1_000_000} MB", "file")
        text = place.read_text(encoding="utf-8-sig")
    except PydanticCustomError:
        raise
    except UnicodeDecodeError as error:
        raise fault(f"'{name}' is not UTF-8 (byte {error.start}); save it as 'CSV UTF-8'", "file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise fault(f"cannot read '{name}': {reason}", "file") from None
    context.remember(name, text)
    return text


def _column(name: str, text: str, column: str, kind: Kind) -> list[tuple[date | None, Quantity]]:
    """The dated values of one column. The first column is `date`; the header gives the unit: `price [EUR/MWh]`."""
    table = csv_rows(name, text)
    index = table.column("date", column, kind)
    unit = "" if kind.bare else table.units[index]
    found: list[Fault] = [*table.wrong, *table.mixed(index)]
    steps: list[tuple[date | None, Quantity]] = []
    last: date | None = None
    for row in table.rows:
        at = 0
        try:
            day = read_day(row.cells[0])
            at = index
            if last is not None and day <= last:
                found.append(table.place(row.line).fault(f"dates out of order: {day} stands after {last}"))
            last = day
            steps.append((day, kind.plain(f"{table.number(row, index)} {unit}".strip())))
        except PydanticCustomError as error:
            found.append(table.place(row.line, at).fault(below(error)[0].message))
    if not steps and not found:
        found.append(table.place(1).fault("no rows"))
    if found:
        raise faults(found)
    return steps


PowerSchedule = Annotated[Schedule, ScheduleOf(MEGAWATTS)]
"""A power by date [MW]."""
EVENTS_A_YEAR = replace(INTENSITY, example="2 %/year")
"""An intensity of events, of which a year has few: 2 /year would be 200 %."""
IntensitySchedule = Annotated[Schedule, ScheduleOf(EVENTS_A_YEAR)]
"""An intensity by date [1/year]."""
RateSchedule = Annotated[Schedule, ScheduleOf(RATE)]
"""An effective yearly rate by date [1/year]."""
NumberSchedule = Annotated[Schedule, ScheduleOf(NUMBER)]
"""A bare number by date [1]."""
ShareSchedule = Annotated[Schedule, ScheduleOf(share())]
"""A share by date [1]."""
AnySchedule = Annotated[Schedule, ScheduleOf(ANY)]
"""A quantity by date in any unit."""
EnergyPrice = Annotated[Schedule, ScheduleOf(price("MWh", example="48 EUR/MWh"), one_unit=True)]
"""A price of energy by date, in one currency [currency/MWh]."""
