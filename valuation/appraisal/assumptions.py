"""Every number and switch of the contract and its market, as written, with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from valuation import timeline
from valuation.plan.model import Input, Plan, Table
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Dated, Provenance, Quantity, Schedule, Switch
from valuation.tables import Assumption

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

Value = Quantity | Dated | Switch

_WATCHED = ("indicators", "claims", "scenarios", "parties")
"""Parts of the file that state no assumption."""

_TITLES = {"clauses": "Clause", "risks": "Risk", "tax": "Tax", "capacity": "Capacity"}

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_NAMES = ("structure", "process", "id", "currency")
"""Words that say what a thing is and change no number by themselves."""


def assumptions(contract: Contract, plan: Plan) -> tuple[Assumption, ...]:
    """Assumptions in the order of the file, grouped by section; what the file leaves out stands there as a default.

    Labels, and the sections of clauses and risks, are those of the plan where the number is in it.
    """
    items: tuple[Input | Table, ...] = (*plan.inputs, *plan.tables)
    known = {item.origin.path or item.name: (item.label, item.section) for item in items}
    factors = tuple(contract.market.factors)
    made = [_assumption(path, value, known, factors) for path, value in written(contract)]
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


def _assumption(path: str, value: Value, known: dict[str, tuple[str, str]], factors: tuple[str, ...]) -> Assumption:
    number, unit, low, high = _as_written(value)
    origin: Provenance = value.provenance
    return Assumption(
        section=_section(path, known, factors),
        label=known.get(path, ("", ""))[0] or _label(path, factors),
        path=path,
        value=number,
        unit=unit,
        status=origin.status or "",
        source=origin.source or "",
        note="; ".join(part for part in (_span(value), origin.note or "") if part),
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
        return value.date.isoformat(), "date", None, None
    return value.value, "", None, None


def _span(value: Value) -> str:
    """The range of a date in words, since a range in numbers would read as days since 1899."""
    low, high = value.provenance.low, value.provenance.high
    if not isinstance(value, Dated) or low is None or high is None:
        return ""
    return f"range {timeline.date_of(low).isoformat()} to {timeline.date_of(high).isoformat()}"


def _section(path: str, known: dict[str, tuple[str, str]], factors: tuple[str, ...]) -> str:
    """Market and capacity by the path; a clause or risk as the plan heads it, or heads a number beside it."""
    head, _, rest = path.partition(".")
    if head == "market":
        factor = _factor(path, factors)
        return f"Market: {factor}" if factor else "Market"
    if head not in _TITLES:
        return "Dates and rates"
    if head in ("capacity", "tax"):
        return _TITLES[head]
    own = known.get(path, ("", ""))[1]
    beside = f"{head}.{rest.partition('.')[0]}."
    near = own or next((section for other, (_, section) in known.items() if other.startswith(beside) and section), "")
    return near or f"{_TITLES[head]}: {rest.partition('.')[0]}"


def _factor(path: str, factors: tuple[str, ...]) -> str:
    """The market factor that a path lies in; the longest, since names have dots."""
    inside = [name for name in factors if path.startswith(f"market.factors.{name}.")]
    return max(inside, key=len, default="")


def _label(path: str, factors: tuple[str, ...]) -> str:
    """Words for a value without a label: ``clauses.power.hedge.volume`` → ``Power: hedge volume``."""
    factor = _factor(path, factors)
    parts = path.removeprefix(f"market.factors.{factor}.").split(".") if factor else path.split(".")
    if parts[-2:-1] == ["month_shape"] and parts[-1].isdigit():
        parts[-1] = f"in {_MONTHS[int(parts[-1])]}"
    of = ""
    if parts[0] in ("clauses", "risks", "tax") and len(parts) > 2:
        of, parts = f"{parts[1]}: ".replace("_", " "), parts[2:]
    elif parts[0] in ("market", "capacity", "dates") and len(parts) > 1:
        parts = parts[1:]
    text = of + " ".join(parts).replace("_", " ")
    return text[:1].upper() + text[1:]
