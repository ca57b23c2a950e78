"""Every number and switch of the contract and its market, as written, with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from valuation import timeline
from valuation.plan.model import Input, Plan, Table
from valuation.spec.model import SpecModel
from valuation.spec.quantity import BY_DEFAULT, NOWHERE, Dated, MonthDay, Provenance, Quantity, Schedule, Switch
from valuation.spec.tax import Tax
from valuation.tables import Assumption

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

Value = Quantity | Dated | Switch

_WATCHED = ("indicators", "claims", "scenarios", "parties")
"""Parts of the file that state no assumption."""

_TITLES = {
    "clauses": "Clause",
    "risks": "Risk",
    "tax": "Tax",
    "capacity": "Capacity",
    "generation": "Generation",
    "financing": "Financing",
}

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_NAMES = ("structure", "process", "id", "currency")
"""Words that say what a thing is and change no number by themselves."""

_REFERENCES = ("payer", "payee", "spot", "ends", "process", "by", "factor", "requires") + (
    "moves_with",
    "covers",
    "guarantor",
    "after",
    "uptime",
    "price",
)
"""Names that a clause or factor reads: who pays whom, which price, which index, which leases an event ends, what
it hangs on, where a market rent or an uptime stands."""

_WORDS = {
    "compensation.payer": "compensation paid by",
    "damages.payer": "damages paid by",
    "damages.payee": "damages paid to",
    "base": "in the base case",
    "compensation.payee": "compensation paid to",
    "guarantor": "security drawn from",
    "covers": "security drawn after",
    "after": "let again after",
    "financing.service": "debt is served every",
    "financing.cfads": "cash for debt service is",
    "financing.draws": "drawn first",
    "size.dscr": "cover asked for in the base case",
    "size.max_gearing": "largest share of the uses",
    "debt_service.months": "debt service reserve holds months of service",
    "debt_service.filled": "debt service reserve filled",
    "maintenance.months": "maintenance reserve saves for months",
    "payer": "paid by",
    "payee": "paid to",
    "spot": "spot price",
    "ends": "an event ends",
    "process": "process",
    "index.by": "index",
    "rises_with.factor": "rises with",
    "market.as_of": "market data as of",
    "passes": "passed through as",
    "take_or_pay.per": "take-or-pay settled by",
    "hedge.volume": "hedge volume",
    "hedge.of": "hedge is a share of",
    "payment.in": "paid in",
    "payment.lag": "payment lag after the month",
    "compensation.of": "compensation is a share of",
    "compensation.lag": "compensation paid after",
    "rate.evidence": "evidence for the rate",
    "paid": "tax paid",
    "losses": "tax losses",
    "residual": "tax balance at the end",
    "year_start": "tax year starts",
    "index.lag": "lag of the index",
    "resale_discount": "discount on power sold again after the event",
    "index.frequency": "index applied",
    "base_case": "renewal in the base case",
    "moves_with": "price moves with",
    "uptime": "uptime",
    "index.share": "share that is indexed",
    "index.fixed": "growth of the share that is not indexed",
    "requires": "paid on the condition of",
    "of": "charged on",
}
"""Ends of paths whose words mean nothing without the file; of several that fit, the first."""


def assumptions(contract: Contract, plan: Plan) -> tuple[Assumption, ...]:
    """Assumptions in the order of the file, grouped by section; what the file leaves out stands there as a default.

    Labels, and the sections of clauses and risks, are those of the plan where the number is in it.
    """
    items: tuple[Input | Table, ...] = (*plan.inputs, *plan.tables)
    known = {item.origin.path or item.name: (item.label, item.section) for item in items}
    factors = tuple(contract.market.factors)
    unread = {name for name in factors if not any(path.startswith(f"market.factors.{name}.") for path in known)}
    made = [
        _assumption(path, value, known, factors)
        for path, value in written(contract)
        if not _of_unread(contract, path, unread)
    ]
    if contract.market_file:
        # Its name only: the folder is that of one computer.
        name = PurePath(contract.market_file).name
        made.append(Assumption("Market", "Market file", "market", name, "", "", "", "", None, None))
    made = [_named(contract, one) for one in (*made, *_defaults(plan, {one.path for one in made}))]
    made = [_of_scenario(contract, one) for one in made]
    order: dict[str, int] = {}
    for one in made:
        order.setdefault(one.section, len(order))
    of_part: dict[str, int] = {}
    for one in made:
        of_part.setdefault(_part(one.path), len(of_part))
    return tuple(sorted(made, key=lambda one: (order[one.section], of_part[_part(one.path)])))


def _of_unread(contract: Contract, path: str, unread: set[str]) -> bool:
    """Whether a value belongs to a factor of the market that nothing of this contract reads."""
    parts = path.split(".")
    if pair := _correlated(contract, parts):
        return any(text == name or text.startswith(f"{name}.") for text in pair for name in unread)
    return any(path.startswith(f"market.factors.{name}.") for name in unread)


def _correlated(contract: Contract, parts: Sequence[str]) -> tuple[str, ...]:
    """The two that a correlation joins, of the path of its value; empty for any other path."""
    lists = ((["market", "correlation"], contract.market.correlation), (["correlation"], contract.correlation))
    for head, entries in lists:
        at = len(head)
        if list(parts[:at]) == head and len(parts) > at and parts[at].isdigit():
            return entries[int(parts[at])].of
    return ()


SET_BY = "set by the scenario "
"""How the note of a value begins that the scenario of the run gives."""


def _of_scenario(contract: Contract, one: Assumption) -> Assumption:
    """A value that the scenario of the run sets says so before what its author notes."""
    scenario = contract.scenarios.get(contract.scenario or "")
    if scenario is None or not any(one.path == path or one.path.startswith(f"{path}.") for path in scenario.set):
        return one
    return replace(one, note="; ".join(text for text in (f"{SET_BY}{contract.scenario}", one.note) if text))


def _part(path: str) -> str:
    """The clause, risk or tax that a path lies in; the head of any other."""
    parts = path.split(".")
    return ".".join(parts[:2]) if parts[0] in ("clauses", "risks", "tax") else parts[0]


def _defaults(plan: Plan, shown: set[str]) -> Iterator[Assumption]:
    """Inputs of the plan that no line of the contract states: what a structure takes where the file says nothing."""
    for item in plan.inputs:
        path, origin = item.origin.path or item.name, item.origin
        if path in shown or path.startswith("constant.") or path.removesuffix(".date") in shown:
            continue
        value: float | str = timeline.date_of(item.value).isoformat() if item.unit == "date" else item.value
        yield Assumption(
            item.section or "Dates and rates", item.label or _label(path, ()), path, value, item.unit,
            origin.status, origin.source, origin.note, origin.low, origin.high,
        )  # fmt: skip


def _driver(contract: Contract, text: str) -> str:
    """What a correlation joins, with the component that a factor's bare name means: `power.NO4 (slow)`."""
    factor = contract.factors.get(text)
    if factor is None or len(factor.joined) < 2:
        return text
    component = next(iter(factor.joined))
    return f"{text} ({component})" if component else text


def _named(contract: Contract, one: Assumption) -> Assumption:
    """A label that reads without the file: it names the clause, risk, factor or party that it belongs to."""
    parts = one.path.split(".")
    label, note = one.label, one.note
    if pair := _correlated(contract, parts):
        return replace(one, label=f"Correlation of {' and '.join(_driver(contract, text) for text in pair)}")
    if parts[-2:-1] == ["correlation_of_estimates"] and parts[-1].isdigit():
        stated = (contract.market if parts[0] == "market" else contract).correlation_of_estimates
        return replace(one, label=f"Correlation of estimates: {' and '.join(stated[int(parts[-1])].of)}")
    if parts[-2:-1] == ["month_shape"] and parts[-1] != "0":
        note = ""  # that of January is for all twelve
    if words := next((w for end, w in _WORDS.items() if f".{one.path}".endswith(f".{end}") and _is_word(one)), ""):
        label = words
    owner = _owner(parts, tuple(contract.market.factors))
    if owner and owner.lower() not in label.lower().replace("_", " "):
        # 'PUE' and 'Take-or-pay' differ in their second letter
        label = f"{owner}: {label if label[1:2].isupper() else label[:1].lower() + label[1:]}"
    if parts[:2] == ["capacity", "contracted"] and len(parts) > 2:
        label = f"{label}, from {parts[2]}"
    return replace(one, label=label[:1].upper() + label[1:] if not owner or "." not in owner else label, note=note)


def _is_word(one: Assumption) -> bool:
    """Whether the end of a path may be replaced: rows of the fixed words only, not an input called so by chance."""
    return one.path.startswith(("clauses.", "risks.", "tax.", "financing.", "market.as_of"))


def _owner(parts: list[str], factors: tuple[str, ...]) -> str:
    if parts[0] in ("clauses", "risks", "tax") and len(parts) > 2:
        return parts[1].replace("_", " ").capitalize()
    if parts[:2] in (["financing", "debt"], ["financing", "cases"]) and len(parts) > 3:
        return parts[2].replace("_", " ").capitalize()
    return _factor(".".join(parts), factors)


def written(model: SpecModel, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Value]]:
    """Every value below a spec class with its path: quantities, dates, and choices among words."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        here = (*path, field.alias or name)
        if path and name in _REFERENCES and (said := _names(value)):
            yield ".".join(here), Switch(said, path=".".join(here))
            continue
        if (not path and name in _WATCHED) or name in _NAMES:
            continue
        if isinstance(value, str) and get_origin(field.annotation) is Literal:
            stated = name in model.model_fields_set
            if len(get_args(field.annotation)) > 1 and (stated or isinstance(model, Tax)):
                origin = NOWHERE if stated else BY_DEFAULT
                yield ".".join(here), Switch(value, path=".".join(here), provenance=origin)
        elif name == "paid" and name not in model.model_fields_set:
            yield from ((place, replace(one, provenance=BY_DEFAULT)) for place, one in _below(value, here))
        elif name == "paid" and isinstance(value, str):
            yield ".".join(here), Switch(value, path=".".join(here))
        else:
            yield from _below(value, here)


def _names(value: Any) -> str:
    """A name or several; nothing where the value is none, as a rate that stands for an index."""
    if isinstance(value, str):
        return value
    return ", ".join(value) if isinstance(value, tuple) and all(isinstance(one, str) for one in value) else ""


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
    elif isinstance(value, MonthDay) or (isinstance(value, tuple) and value and isinstance(value[0], MonthDay)):
        days = (value,) if isinstance(value, MonthDay) else value
        yield ".".join(here), Switch(" and ".join(f"{d.day} {_MONTHS[d.month - 1]}" for d in days), path=".".join(here))
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
        note="; ".join(part for part in (_span(value), _spread(value), origin.note or "") if part),
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


def _spread(value: Value) -> str:
    """How well an estimate is known, in words and in its unit as written."""
    estimate = value.provenance.estimate
    if estimate is None or not isinstance(value, Quantity):
        return ""
    se = f"{estimate.se / value.scale:.4g} {value.unit}".rstrip()
    return f"standard error {se}, {str(estimate.law).replace('_', '-')}"


def _section(path: str, known: dict[str, tuple[str, str]], factors: tuple[str, ...]) -> str:
    """Market and capacity by the path; a clause or risk as the plan heads it, or heads a number beside it."""
    head, _, rest = path.partition(".")
    if head == "market":
        factor = _factor(path, factors)
        return f"Market: {factor}" if factor else "Market"
    if head not in _TITLES:
        return "Dates and rates"
    if head in ("capacity", "generation", "tax", "financing"):
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
    elif parts[:2] in (["financing", "debt"], ["financing", "cases"]) and len(parts) > 3:
        of, parts = f"{parts[2]}: ".replace("_", " "), parts[3:]
    elif parts[0] in ("market", "capacity", "generation", "dates", "financing") and len(parts) > 1:
        parts = parts[1:]
    text = of + " ".join(parts).replace("_", " ")
    return text[:1].upper() + text[1:]
