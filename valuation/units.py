"""Units of the trade: `MW`, `USD/kW/month`, `øre/kWh`, `%/year`, `/sqrt(year)`. Exact factors, no conversion by guess.

A unit is a product of base dimensions times a factor. Base dimensions are power (MW), the hour, the day, the year, the
hectare, the GPU and each currency by itself. Hour, day and year do not convert into each other: whether a year has
8,760 hours is a convention of the contract, which belongs to the calendar and not to a unit.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from valuation.errors import UnitError

CURRENCIES: tuple[str, ...] = (
    "USD", "EUR", "NOK", "SEK", "DKK", "ISK", "GBP", "CHF", "PLN", "CZK", "HUF", "RON", "TRY",
    "CAD", "AUD", "NZD", "JPY", "CNY", "HKD", "SGD", "KRW", "TWD", "INR", "MYR", "THB", "IDR",
    "BRL", "MXN", "CLP", "ZAR", "AED", "SAR", "QAR", "KWD", "ILS",
)  # fmt: skip
"""ISO 4217 codes that a contract may use; each is a dimension of its own."""

Dims = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class Unit:
    """A unit: `factor` times a product of powers of base dimensions. Equal units are equal objects.

    Parameters
    ----------
    factor : exact size in base dimensions; `kW` has 1/1000 [MW].
    dims : (base, power) in alphabetical order, no zero powers. Powers are halves at the least (`/sqrt(year)`).
    """

    factor: Fraction
    dims: Dims = ()

    def __mul__(self, other: Unit) -> Unit:
        powers = dict(self.dims)
        for base, power in other.dims:
            powers[base] = powers.get(base, Fraction(0)) + power
        return Unit(self.factor * other.factor, tuple(sorted((b, p) for b, p in powers.items() if p)))

    def __truediv__(self, other: Unit) -> Unit:
        return self * other**-1

    def __pow__(self, power: int | Fraction) -> Unit:
        power = Fraction(power)
        if power.denominator != 1 and self.factor != 1:
            raise UnitError(f"no root of '{self}': only whole base units such as year have one")
        factor = self.factor**power.numerator if power.denominator == 1 else Fraction(1)
        return Unit(factor, tuple((base, own * power) for base, own in self.dims if own * power))

    @property
    def dimensionless(self) -> bool:
        """Whether this is a pure number, such as `%`."""
        return not self.dims

    @property
    def currencies(self) -> tuple[str, ...]:
        """Currencies in the unit; `USD/EUR` has both."""
        return tuple(base for base, _ in self.dims if base in _CURRENCY_SET)

    def converts_to(self, other: Unit) -> bool:
        """Whether both measure the same thing."""
        return self.dims == other.dims

    def scale_to(self, other: Unit) -> float:
        """The number that turns a value in this unit into one in `other`.

        Raises
        ------
        UnitError : when they do not measure the same thing.
        """
        if self.dims != other.dims:
            raise UnitError(f"'{self}' does not convert to '{other}'")
        return float(self.factor / other.factor)

    def __str__(self) -> str:
        return _text(self)


ONE = Unit(Fraction(1))
"""The unit of a pure number."""


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """The unit that a text names.

    Parameters
    ----------
    text : factors joined by `·`, `*` or `/`, each a name, `name^power`, `sqrt(name)` or a number: `USD/kW/month`.
        A leading `/` means one over: `/year`. An empty text is a pure number.

    Raises
    ------
    UnitError : for a name that is not known (with the nearest that is) or a text that is not a unit.
    """
    stripped = text.strip()
    if not stripped:
        return ONE
    tokens = re.split(r"\s*([*/·])\s*", stripped)
    if tokens[0] == "":
        if len(tokens) < 3 or tokens[1] != "/":
            raise UnitError(f"'{text}' is not a unit")
        tokens = ["1", *tokens[1:]]
    unit = _factor(tokens[0], text)
    for operator, name in zip(tokens[1::2], tokens[2::2], strict=True):
        unit = unit / _factor(name, text) if operator == "/" else unit * _factor(name, text)
    return unit


_NUMBER = re.compile(r"\d+(\.\d+)?(e[+-]?\d+)?\Z")
_POWER = re.compile(r"(?P<name>[^\^]+)\^(?P<power>-?\d{1,2}(/2)?)\Z")
_ROOT = re.compile(r"sqrt\((?P<name>[^()]+)\)\Z")


def _factor(token: str, text: str) -> Unit:
    if not token:
        raise UnitError(f"'{text}' is not a unit")
    if match := _ROOT.match(token):
        return _named(match["name"].strip(), text) ** Fraction(1, 2)
    if match := _POWER.match(token):
        return _named(match["name"].strip(), text) ** Fraction(match["power"])
    if _NUMBER.match(token):
        if not (number := Fraction(token)):
            raise UnitError(f"'{text}' is not a unit: a factor of zero")
        return Unit(number)
    return _named(token, text)


def _named(name: str, text: str) -> Unit:
    if unit := _NAMES.get(" ".join(name.split())):
        return unit
    near = [n for n in _NAMES if n.lower() == name.lower()][:1] or difflib.get_close_matches(name, _NAMES, 1, 0.6)
    hint = f", did you mean '{text.replace(name, near[0])}'?" if near else ""
    raise UnitError(f"unknown unit '{text}'{hint}")


def _names() -> dict[str, Unit]:
    """Every name, from the base dimensions up."""

    def base(name: str, size: Fraction | int = 1) -> Unit:
        return Unit(Fraction(size), ((name, Fraction(1)),))

    milli, mega = Fraction(1, 1000), Fraction(1_000_000)
    names: dict[str, Unit] = {}
    for prefix, size in (("", milli / 1000), ("k", milli), ("M", Fraction(1)), ("G", Fraction(1000)), ("T", mega)):
        names[f"{prefix}W"] = base("MW", size)
        names[f"{prefix}Wh"] = base("MW", size) * base("hour")
    for spelling in ("hour", "hours", "h"):
        names[spelling] = base("hour")
    for spelling in ("day", "days"):
        names[spelling] = base("day")
    for spelling, size in (("year", Fraction(1)), ("quarter", Fraction(1, 4)), ("month", Fraction(1, 12))):
        names[spelling] = names[f"{spelling}s"] = base("year", size)
    for code in CURRENCIES:
        for prefix, size in (("", Fraction(1)), ("k", Fraction(1000)), ("M", mega), ("bn", mega * 1000)):
            names[f"{prefix}{code}"] = base(code, size)
            if prefix:
                names[f"{prefix} {code}"] = base(code, size)
    names["øre"] = base("NOK", Fraction(1, 100))
    names["GPU"] = names["GPUs"] = base("GPU")
    names["GPU-hour"] = names["GPU-hours"] = base("GPU") * base("hour")
    names["ha"] = base("ha")
    names["acre"] = names["acres"] = base("ha", Fraction(40468564224, 10**11))
    names["%"] = Unit(Fraction(1, 100))
    names["bp"] = Unit(Fraction(1, 10_000))
    return names


_NAMES = _names()
_CURRENCY_SET = frozenset(CURRENCIES)


@lru_cache(maxsize=4096)
def _text(unit: Unit) -> str:
    """A text that reads back to the same unit, in trade spelling where there is one: `USD/kW/month`, `%`, `MWh`."""
    for candidate in _spellings(unit):
        if parse_unit(candidate) == unit:
            return candidate
    plain = _join(dict(unit.dims))
    number = str(unit.factor.numerator) + (f"/{unit.factor.denominator}" if unit.factor.denominator != 1 else "")
    return number + (plain if plain.startswith("/") else f"·{plain}" if plain else "")


def _spellings(unit: Unit) -> list[str]:
    """Texts to try, the plainest first."""
    if unit.dimensionless:
        return ["1", "%", "bp"]
    powers = dict(unit.dims)
    texts = [_join(powers, power, time) for time in ("year", "month", "quarter") for power in ("MW", "kW")]
    for base in unit.currencies:
        if powers[base] == 1:
            texts += [_join({f"{p}{b}" if b == base else b: n for b, n in powers.items()}) for p in ("k", "M", "bn")]
    texts += [_join(powers, power) for power in ("GW", "W", "TW")]
    if unit.dims == (("NOK", Fraction(1)),):
        texts.append("øre")
    if not any(power > 0 for power in powers.values()):
        texts += [f"%{text}" for text in texts[:]]
    return texts


def _join(powers: dict[str, Fraction], power_name: str = "MW", time_name: str = "year") -> str:
    """Numerator, then each denominator behind its own slash; power times hours is energy."""
    left = dict(powers)
    energy = {}
    if "MW" in left and "hour" in left and left["MW"] == left["hour"]:
        energy = {f"{power_name}h": left.pop("MW")}
        left.pop("hour")
    named = {**energy, **{{"MW": power_name, "year": time_name}.get(base, base): power for base, power in left.items()}}

    def word(name: str, power: Fraction) -> str:
        if power == 1:
            return name
        return f"sqrt({name})" if power == Fraction(1, 2) else f"{name}^{power}"

    order = sorted(named, key=lambda name: (name[-3:] not in _CURRENCY_SET, name == time_name, name))
    top = "·".join(word(name, named[name]) for name in order if named[name] > 0)
    bottom = "".join(f"/{word(name, -named[name])}" for name in order if named[name] < 0)
    return top + bottom
