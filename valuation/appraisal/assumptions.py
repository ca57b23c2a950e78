"""Every number and switch of the contract and its market, as written, with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from valuation.plan.model import Input, Plan, Table
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Dated, Provenance, Quantity, Schedule, Switch
from valuation.tables import Assumption

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

Value = Quantity | Dated | Switch

_WATCHED = ("indicators", "claims", "scenarios", "parties")
"""Parts of the file that state no assumption."""

_TITLES = {"clauses": "Clause", "risks": "Risk", "tax": "Tax", "market": "Market", "capacity": "Capacity"}

_NAMES = ("structure", "process", "id", "currency")
"""Words that say what a thing is and change no number by themselves."""


def assumptions(contract: Contract, plan: Plan) -> tuple[Assumption, ...]:
    """Assumptions in the order of the file, grouped by section; what the file leaves out stands there as a default.

    Labels and sections are those of the plan where the number is in it.
    """
    items: tuple[Input | Table, ...] = (*plan.inputs, *plan.tables)
    known = {item.origin.path or item.name: (item.label, item.section) for item in items}
    made = [_assumption(path, value, known) for path, value in written(contract)]
    order: dict[str, int] = {}
    for one in made:
        order.setdefault(one.section, len(order))
    return tuple(sorted(made, key=lambda one: order[one.section]))


def written(model: SpecModel, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Value]]:
    """Every value below a spec class with its path: quantities, dates, and choices among words."""
    for name, field in type(model).model_fields.items():
        if (not path and name in _WATCHED) or name in _NAMES:
            continue
        value = getattr(model, name)
        here = (*path, field.alias or name)
        if isinstance(value, str) and get_origin(field.annotation) is Literal:
            if len(get_args(field.annotation)) > 1 and name in model.model_fields_set:
                yield ".".join(here), Switch(value, path=".".join(here))
        else:
            yield from _below(value, here)


def _below(value: Any, here: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    if isinstance(value, (Quantity, Dated, Switch)):
        yield value.path or ".".join(here), value
    elif isinstance(value, Schedule):
        for day, quantity in value.steps:
            yield _step_path(value, day, quantity), quantity
    elif isinstance(value, SpecModel):
        yield from written(value, here)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _below(item, (*here, str(key)))
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _below(item, (*here, str(place)))


def _step_path(schedule: Schedule, day: Any, quantity: Quantity) -> str:
    base = quantity.path or schedule.path
    return base if day is None or base.endswith(day.isoformat()) else f"{base}.{day.isoformat()}"


def _assumption(path: str, value: Value, known: dict[str, tuple[str, str]]) -> Assumption:
    label, section = known.get(path, ("", ""))
    number, unit, low, high = _as_written(value)
    origin: Provenance = value.provenance
    return Assumption(
        section=_section(path, section, known),
        label=label or _label(path),
        path=path,
        value=number,
        unit=unit,
        status=origin.status or "",
        source=origin.source or "",
        note=origin.note or "",
        low=low,
        high=high,
    )


def _as_written(value: Value) -> tuple[float | str, str, float | None, float | None]:
    """Number, unit and range in the unit as written; percentages as fractions, dates and words as text."""
    origin = value.provenance
    if isinstance(value, Quantity):
        percent = value.unit.startswith("%")
        scale = 1.0 if percent else value.scale
        ends = tuple(None if end is None else end / scale for end in (origin.low, origin.high))
        return value.canonical if percent else value.value, value.unit, ends[0], ends[1]
    if isinstance(value, Dated):
        return value.date.isoformat(), "date", origin.low, origin.high
    return value.value, "", None, None


def _section(path: str, section: str, known: dict[str, tuple[str, str]]) -> str:
    """The plan's section of the number, or of the first number of the plan beside it; else a title made of the path."""
    if section:
        return section
    parts = path.split(".")
    depth = 3 if path.startswith("market.factors.") else 2
    if len(parts) > 1:
        beside = ".".join(parts[:depth]) + "."
        near = next((found for other, (_, found) in known.items() if other.startswith(beside) and found), "")
        if near and parts[0] not in ("dates",):
            return near
    if parts[0] not in _TITLES:
        return "Dates and rates"
    title = _TITLES[parts[0]]
    return title if len(parts) < 3 or parts[0] == "tax" else f"{title}: {parts[1]}"


def _label(path: str) -> str:
    """Words for a value without a label: ``clauses.power.hedge.volume`` → ``Power hedge volume``."""
    parts = path.split(".")
    own = parts[1:] if len(parts) > 1 and parts[0] in (*_TITLES, "dates") else parts
    text = " ".join(own).replace("_", " ")
    return text[:1].upper() + text[1:]
