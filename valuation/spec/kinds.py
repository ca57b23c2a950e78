"""Kinds of quantity: which unit a field wants, in which it computes, and what it says when it gets something else.

A spec class writes `price: Annotated[Quantity, price("kW/month")]`. Every kind reads the short form,
`131.3 USD/kW/month`, and the long form `{value: …, source: …, status: …, range: …, se: …, law: …, note: …}`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from valuation.errors import UnitError
from valuation.spec.estimated import as_estimated
from valuation.spec.faults import fault, shown
from valuation.spec.longform import document_long_form, read_long_form
from valuation.spec.quantity import NOWHERE, Provenance, Quantity
from valuation.units import CURRENCIES, Unit, parse_unit

LARGEST = 1e24
"""Largest number that is computed with: sums, squares and products of some such numbers are still finite."""

_WRITTEN = re.compile(r"(?P<number>[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>.*)\Z", re.DOTALL)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+(?![\d_])")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_MONEY_FIRST = re.compile(
    r"(?P<money>[$€£¥]|[A-Z]{3})\s*(?P<number>[+-]?[\d.][\d_.,]*)\s*(?P<rest>[kM]|bn)?(?P<per>(/.*)?)\Z"
)
_SHORT_TIMES = {
    "y": "years", "yr": "years", "yrs": "years", "Y": "years", "a": "years", "q": "quarters", "Q": "quarters",
    "m": "months", "mo": "months", "mos": "months", "mth": "months", "mths": "months", "M": "months",
    "d": "days", "D": "days",
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of quantity, used as pydantic metadata.

    Parameters
    ----------
    noun : what it is, for messages: `a power`.
    example : a value that would do: `110 MW`.
    units : canonical units, of which the first that fits is taken; `¤` stands for any currency. Empty: any unit.
    low, high : bounds on the canonical value, included.
    above : bound on the canonical value, excluded.
    whole : whether the canonical value must be a whole number.
    """

    noun: str
    example: str
    units: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    above: float | None = None
    whole: bool = False

    @property
    def bare(self) -> bool:
        """Whether the field takes a number without a unit."""
        return self.units == ("",)

    @property
    def least(self) -> float | None:
        """The lower bound, whether a value may lie on it or not."""
        return self.low if self.low is not None else self.above

    @property
    def wanted(self) -> str:
        """What it is and in which unit, for messages: `a price in currency/kW/month`."""
        spoken = {"1": "%", "1/year": "%/year", "1/sqrt(year)": "/sqrt(year)"}
        if "month" in self.units:
            times = ["days", "months", "quarters", "years"][self.units[0] != "day" :]
            return f"{self.noun} in {', '.join(times[:-1])} or {times[-1]}"
        units = " or ".join(dict.fromkeys(spoken.get(unit, unit.replace("¤", "currency")) for unit in self.units))
        return f"{self.noun} in {units}" if units else f"{self.noun} with a unit"

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return document_long_form(self.document())

    def document(self) -> dict[str, Any]:
        """JSON Schema of the short form."""
        if self.bare:
            return {"type": "integer" if self.whole else "number", "examples": [float(self.example)]}
        return {"type": "string", "pattern": r"^\s*[-+]?[0-9._]+([eE][-+]?[0-9]+)?\s*\S.*$", "examples": [self.example]}

    def read(self, raw: object) -> Quantity:
        """The quantity that a value of the file stands for, in short or long form."""
        ends, spread = RangeEnds(self), RangeEnds(self, "se")
        quantity = read_long_form(raw, self.plain, ends, spread)
        ends.must_measure(quantity)
        spread.must_measure(quantity)
        return as_estimated(quantity, self.least, self.high, self.whole)

    def plain(self, raw: object, provenance: Provenance = NOWHERE, *, bounded: bool = True) -> Quantity:
        """The quantity that a short form stands for."""
        value, text = self._split(raw)
        unit = self._unit(text)
        target, currency = self._target(unit, raw)
        scale = unit.scale_to(parse_unit(target))
        quantity = Quantity(value, text, value * scale, target or "1", scale, currency, provenance)
        if abs(quantity.canonical) > LARGEST:
            raise fault(f"'{quantity}' is too large to compute with, expected {self.noun} such as '{self.example}'")
        if bounded:
            self._bound(quantity)
        return quantity

    def _split(self, raw: object) -> tuple[float, str]:
        if isinstance(raw, (int, float)) and not isinstance(raw, bool):
            if not math.isfinite(raw):
                raise fault(f"{raw} is not a finite number, expected {self.noun} such as '{self.example}'")
            if not self.bare:
                raise fault(f"{raw} has no unit, expected {self.wanted}, for example '{self.example}'")
            return float(raw), ""
        if not isinstance(raw, str):
            raise fault(f"got {shown(raw)}, expected {self.noun} such as '{self.example}'")
        match = _WRITTEN.match(raw.strip())
        first = _MONEY_FIRST.match(raw.strip()) if not match else None
        if first and (code := _SIGNS.get(first["money"], first["money"])) in CURRENCIES:
            number = first["number"].replace(",", "_")
            mended = f"{number} {first['rest'] or ''}{code}{first['per']}"
            raise fault(f"'{raw}' has the currency in front; write {code}: '{mended}'")
        if not match or match["unit"].startswith(","):
            hint = "; write thousands as 1_000 and decimals with a point" if match else ""
            raise fault(f"'{raw}' is not {self.noun}, expected for example '{self.example}'{hint}")
        if apart := _THOUSANDS.match(raw.strip()):
            mended = "_".join(apart[0].split()) + raw.strip()[apart.end() :]
            raise fault(f"'{raw}' has a space between thousands; write '{mended}'")
        value, unit = float(match["number"].replace("_", "")), match["unit"].strip()
        if not math.isfinite(value):
            raise fault(f"'{raw}' is not a finite number")
        if self.bare and unit:
            raise fault(f"'{raw}' has a unit, expected a bare number such as {self.example}")
        if not self.bare and not unit:
            raise fault(f"'{raw}' has no unit, expected {self.wanted}, for example '{self.example}'")
        return value, unit

    def _unit(self, text: str) -> Unit:
        for sign, code in _SIGNS.items():
            if sign in text:
                raise fault(f"unknown unit '{text}', did you mean '{text.replace(sign, code)}'?")
        if "month" in self.units and text in _SHORT_TIMES:
            raise fault(f"unknown unit '{text}', did you mean '{_SHORT_TIMES[text]}'?")
        if re.match(r"-\d\d-\d\d\Z", text):
            raise fault(f"this is a date, expected {self.noun} such as '{self.example}'")
        if re.match(r"\d", text) and not text.startswith("1/"):
            raise fault(f"'{text}' is not a unit, expected {self.noun} such as '{self.example}'")
        try:
            return parse_unit(text)
        except UnitError as error:
            raise fault(str(error)) from None

    def _target(self, unit: Unit, raw: object) -> tuple[str, str | None]:
        """The canonical unit that fits, and its currency."""
        currency = unit.currencies[0] if len(unit.currencies) == 1 else None
        if not self.units:
            return str(unit), currency
        for pattern in self.units:
            if "¤" in pattern and currency is None:
                continue
            target = pattern.replace("¤", currency or "")
            if parse_unit(target).converts_to(unit):
                return target, currency if "¤" in pattern else None
        if "month" in self.units and unit.converts_to(parse_unit("day")):
            raise fault(f"'{raw}' is in days, expected {self.wanted}: it runs in months; write {self._in_months(raw)}")
        raise fault(f"'{raw}' has the wrong unit, expected {self.wanted}, for example '{self.example}'")

    def _in_months(self, raw: object) -> str:
        """What to write for days: months of 365/12 days."""
        match = _WRITTEN.match(str(raw).strip())
        if self.whole or not match:
            return f"for example '{self.example}'"
        months = float(match["number"].replace("_", "")) * parse_unit(match["unit"].strip()).scale_to(parse_unit("day"))
        return f"'{months * 12.0 / 365.0:.3g} months'"

    def _bound(self, quantity: Quantity) -> None:
        low, high, value = self.low, self.high, quantity.canonical
        if low is not None and value < low:
            raise fault(f"'{quantity}' is below {_bound_text(low, quantity)}")
        if self.above is not None and value <= self.above:
            raise fault(f"'{quantity}' must be above {_bound_text(self.above, quantity)}")
        if high is not None and value > high:
            raise fault(f"'{quantity}' is above {_bound_text(high, quantity)}")
        if self.whole and value != round(value):
            unit = "" if quantity.canonical_unit == "1" else f" of {quantity.canonical_unit}s"
            raise fault(f"'{quantity}' is not a whole number{unit}, expected for example '{self.example}'")


class RangeEnds:
    """Reads the ends of a range, and sees to it that they are in the unit and the currency of the value.

    ``key``: where they stand in the long form; a standard error is read the same way.
    """

    def __init__(self, kind: Kind, key: str = "range") -> None:
        self._kind = kind
        self._key = key
        self._units: set[str] = set()

    def __call__(self, raw: object) -> float:
        end = self._kind.plain(raw, bounded=False)
        self._units.add(end.canonical_unit)
        return end.canonical

    def must_measure(self, quantity: Quantity) -> None:
        """Raises where an end is measured otherwise than the value, for example in another currency."""
        for unit in self._units - {quantity.canonical_unit}:
            raise fault(f"the {self._key} is in {unit} and the value in {quantity.canonical_unit}", self._key)


def _bound_text(bound: float, quantity: Quantity) -> str:
    return f"{bound / quantity.scale:g} {quantity.unit}".rstrip()


class NumberOr(Kind):
    """A bare number, or a quantity with a unit: what is measured as the transform of a price is, `0.45` or
    `12 EUR/MWh`."""

    @property
    def wanted(self) -> str:
        """What it is, for messages."""
        return f"{self.noun}, or an amount in the unit of the price"

    def plain(self, raw: object, provenance: Provenance = NOWHERE, *, bounded: bool = True) -> Quantity:
        """The quantity that a short form stands for."""
        match = _WRITTEN.match(str(raw).strip())
        units = ("",) if match and not match["unit"].strip() else self.units
        kind = Kind(self.noun, self.example, units, self.low, self.high, self.above, self.whole)
        return kind.plain(raw, provenance, bounded=bounded)

    def document(self) -> dict[str, Any]:
        """JSON Schema of the short form."""
        return {"anyOf": [{"type": "number"}, super().document()]}


def amount(unit: str, noun: str, example: str, **bounds: Any) -> Kind:
    """A physical amount in a fixed unit, not below 0 unless `low` says otherwise."""
    return Kind(noun, example, (unit,), **{"low": 0.0, **bounds})


def price(*per: str, example: str = "", low: float | None = None) -> Kind:
    """A price in any currency per something: `price("kW/month")`; several where the clause takes several."""
    return Kind("a price", example or f"20 EUR/{per[0]}", tuple(f"¤/{unit}" if unit else "¤" for unit in per), low=low)


def money(example: str = "1.2 MUSD", low: float | None = None) -> Kind:
    """An amount of money in any currency."""
    return Kind("an amount of money", example, ("¤",), low=low)


def share(high: float | None = 1.0) -> Kind:
    """A share of something; a fraction when computed with."""
    return Kind("a share", "80 %", ("1",), low=0.0, high=high)


MEGAWATTS = amount("MW", "a power", "110 MW")
RATE = Kind("an effective yearly rate", "9 %/year", ("1/year",), above=-1.0, high=1000.0)  # the bounds of an IRR
INTENSITY = Kind("an intensity per year", "2 /year", ("1/year",), low=0.0)
VOLATILITY = Kind("a volatility", "0.07 /sqrt(year)", ("1/sqrt(year)",), low=0.0)
MOVEMENT = Kind("a volatility", "0.9 /sqrt(year)", low=0.0)
DURATION = Kind("a duration", "6 months", ("month",), low=0.0)
WHOLE_MONTHS = Kind("a duration", "15 years", ("month",), above=0.0, whole=True)
LAG = Kind("a waiting time", "30 days", ("day", "month"), low=0.0, whole=True)
NUMBER = Kind("a number", "0.5", ("",))
ANY = Kind("a quantity", "28.5 EUR/MWh")

Megawatts = Annotated[Quantity, MEGAWATTS]
"""A power [MW]."""
Share = Annotated[Quantity, share()]
"""A share, 0 to 100 % [1]."""
Rate = Annotated[Quantity, RATE]
"""An effective yearly rate [1/year]."""
Intensity = Annotated[Quantity, INTENSITY]
"""A continuous intensity [1/year]."""
Volatility = Annotated[Quantity, VOLATILITY]
"""A volatility [1/sqrt(year)]."""
Movement = Annotated[Quantity, MOVEMENT]
"""Volatility of a transformed price [1/sqrt(year); unit of the price/sqrt(year) under `transform: arithmetic`]."""
Duration = Annotated[Quantity, DURATION]
"""A duration [month] of exactly 1/12 year each."""
Term = Annotated[Quantity, WHOLE_MONTHS]
"""A duration in whole calendar months [month]."""
Lag = Annotated[Quantity, LAG]
"""Calendar days [day] or calendar months [month]."""
Number = Annotated[Quantity, NUMBER]
"""A bare number [1]."""
Money = Annotated[Quantity, money()]
"""An amount of money [currency]."""
