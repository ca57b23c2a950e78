"""The long form of a value: `{value: …, source: …, status: …, range: …, se: …, law: …, note: …}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from pydantic_core import PydanticCustomError

from valuation.spec.faults import Fault, faults, one_of, shown
from valuation.spec.quantity import LAWS, STATUSES, Estimate, Law, Provenance, Status

KEYS: tuple[str, ...] = ("value", "source", "status", "range", "se", "law", "note")
_BRACKETED = re.compile(r"\[\s*(?P<low>[^,\]]+?)\s*,\s*(?P<high>[^,\]]+?)\s*\]\s*(?P<unit>.*)\Z", re.DOTALL)

COMMA = "; is it the rest of a text with a comma? Quote such a text: note: 'one, two'"
"""Hint at a key without a value inside `{ }`: there a comma ends an entry."""

Value = TypeVar("Value")


def is_long_form(raw: object) -> bool:
    """Whether a mapping is a value with its provenance and not, say, steps by date."""
    return isinstance(raw, dict) and any(key in KEYS for key in raw)


def read_long_form(
    raw: object,
    plain: Callable[..., Value],
    range_of: Callable[[object], float] | None = None,
    se_of: Callable[[object], float] | None = None,
) -> Value:
    """Reads a value in short or long form.

    Parameters
    ----------
    raw : value of the file.
    plain : reads the short form; called as `plain(value, provenance)`.
    range_of : reads one end of a range into the canonical unit; None where a range makes no sense.
    se_of : reads a standard error into the canonical unit; None where there is no single number that could have one.

    Raises
    ------
    PydanticCustomError : with every fault of the mapping.
    """
    if not isinstance(raw, dict):
        return plain(raw, Provenance())
    found: list[Fault] = []
    if not is_long_form(raw):
        found.append(Fault(f"got a mapping, expected a value or a long form with the keys {', '.join(KEYS)}"))
        raise faults(found)
    for key in raw:
        if key not in KEYS:
            hint = COMMA if raw[key] is None else ""
            found.append(Fault(one_of(key, KEYS, "key") + hint, (key,)))
    if "value" not in raw:
        found.append(Fault("missing key 'value'"))
    provenance = Provenance(
        source=_text(raw, "source", found), status=_status(raw, found), note=_text(raw, "note", found)
    )
    if "range" in raw:
        low, high = _range(raw["range"], range_of, found)
        provenance = replace(provenance, low=low, high=high)
    se, law = _se(raw, se_of, found), _law(raw, found)
    if se is not None:
        provenance = replace(provenance, estimate=Estimate(se, law))
    value: Value | None = None
    if "value" in raw:
        try:
            value = plain(raw["value"], provenance)
        except PydanticCustomError as error:
            found += below(error, "value")
    if found or value is None:
        raise faults(found)
    return value


def below(error: PydanticCustomError, *at: str | int) -> list[Fault]:
    """The faults of an error, seen from further up."""
    inner: tuple[Fault, ...] = (error.context or {})["faults"]
    return [replace(one, at=(*at, *one.at)) for one in inner]


def document_provenance() -> dict[str, Any]:
    """JSON Schema of the keys beside `value`."""
    ends = {"type": "array", "minItems": 2, "maxItems": 2}
    return {
        "source": {"type": "string", "description": "Id of docs/sources.md."},
        "status": {"enum": list(STATUSES), "description": "How far the value can be relied on."},
        "range": {**ends, "description": "Lowest and highest plausible value, for sensitivities."},
        "se": {"type": ["string", "number"], "description": "Standard error of the value, in its unit."},
        "law": {"enum": list(LAWS), "description": "Law of the estimate: value its mean, se its standard deviation."},
        "note": {"type": "string", "description": "The reasoning in a sentence."},
    }


def document_long_form(short: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of a value that may stand in short or long form."""
    long = {
        "type": "object",
        "properties": {"value": short, **document_provenance()},
        "required": ["value"],
        "additionalProperties": False,
    }
    return {"anyOf": [short, long]}


def _text(raw: dict[str, object], key: str, found: list[Fault]) -> str | None:
    text = raw.get(key)
    if text is None or isinstance(text, str):
        return text
    found.append(Fault(f"expected a text, got {shown(text)}", (key,)))
    return None


def _status(raw: dict[str, object], found: list[Fault]) -> Status | None:
    given = raw.get("status")
    for status in STATUSES:
        if given == status:
            return status
    if given is not None:
        found.append(Fault(one_of(given, STATUSES), ("status",)))
    return None


def _se(raw: dict[str, object], se_of: Callable[[object], float] | None, found: list[Fault]) -> float | None:
    """The standard error in the canonical unit."""
    if "se" not in raw and "law" in raw:
        found.append(Fault("a 'law' says how an estimate with a standard error is spread; add 'se'", ("law",)))
    if "se" not in raw:
        return None
    if se_of is None:
        message = "a standard error belongs to a single number; here there is none, or there are several by date"
        found.append(Fault(message, ("se",)))
        return None
    try:
        return se_of(raw["se"])
    except PydanticCustomError as error:
        found += below(error, "se")
        return None


def _law(raw: dict[str, object], found: list[Fault]) -> Law | None:
    given = raw.get("law")
    for law in LAWS:
        if given == law:
            return law
    if given is not None:
        found.append(Fault(one_of(given, LAWS), ("law",)))
    return None


def _range(
    raw: object, range_of: Callable[[object], float] | None, found: list[Fault]
) -> tuple[float | None, float | None]:
    """Both ends in the canonical unit. `[0.02 USD/kWh, 0.043 USD/kWh]`, or `[0.02, 0.043] USD/kWh`."""
    if range_of is None:
        found.append(Fault("a range makes no sense here", ("range",)))
        return None, None
    match = _BRACKETED.match(raw) if isinstance(raw, str) else None
    ends: object = [f"{match['low']} {match['unit']}", f"{match['high']} {match['unit']}"] if match else raw
    if not isinstance(ends, list) or len(ends) != 2:
        found.append(Fault("expected a range of two values, for example '[5 MUSD/MW, 12 MUSD/MW]'", ("range",)))
        return None, None
    values: list[float | None] = []
    for position, end in enumerate(ends):
        try:
            values.append(range_of(end))
        except PydanticCustomError as error:
            found += below(error, "range") if match else below(error, "range", position)
            values.append(None)
    low, high = values
    if low is not None and high is not None and low > high:
        found.append(Fault("the range runs from high to low", ("range",)))
    return low, high
