"""Conditions of indicators and claims: `name[.statistic] (< | > | =) quantity`, read by a pattern, never evaluated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from valuation.spec.context import FactorWord, Names, reading
from valuation.spec.faults import fault, one_of
from valuation.spec.kinds import NUMBER, Kind, amount, money, price
from valuation.spec.quantity import Quantity

Operator = Literal["<", ">", "="]

_FORM = re.compile(r"(?P<name>[^<>=]+?)\s*(?P<operator>[<>=])\s*(?P<quantity>[^<>=]+)\Z")
_ZERO = re.compile(r"[+-]?0+(?:\.0*)?\Z")
_PERCENTILES = ("p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99")
_DISTRIBUTION = ("mean", "se", "sd", *_PERCENTILES, "se_p5", "se_p50", "se_p95")

_SHARE = Kind("a share", "45 %", ("1", "1/year"))
_MONEY = money("2.6 bnUSD")
_RATE = Kind("a rate", "8 %/year", ("1/year", "1"))
_COVER = Kind("a cover ratio", "1.30", ("",))
_PROBABILITIES = (
    "npv_negative",
    "npv_negative_risk_free",
    "irr_negative",
    "irr_below_hurdle",
    "no_irr",
    "revoked",
    "term_cut_short",
)

OWNERS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "npv_equity": (_MONEY, _DISTRIBUTION),
    "irr_equity": (_RATE, (*_DISTRIBUTION, "of_expected_flows")),
    "probability.npv_equity_negative": (_SHARE, ()),
}
"""Results of a financing that its owners read."""

LENDERS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    **dict.fromkeys(("dscr_min", "dscr_average", "llcr", "plcr"), (_COVER, _DISTRIBUTION)),
    "probability.default": (_SHARE, ()),
    "probability.locked_up": (_SHARE, ()),
}
"""Results of a financing that there are only with loans."""

RESULTS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "npv": (_MONEY, _DISTRIBUTION),
    "irr": (_RATE, (*_DISTRIBUTION, "of_expected_flows")),
    "margin": (_SHARE, _DISTRIBUTION),
    **{f"probability.{name}": (_SHARE, ()) for name in _PROBABILITIES},
    "contract_value": (_MONEY, ()),
    "cost_per_10mw": (price("year", example="24 MUSD/year"), ()),
    "rent": (price("kW/month", example="131.3 USD/kW/month"), ()),
    "power_cost": (price("MWh", example="0.02 USD/kWh"), ()),
    "price": (price("MWh", example="20 EUR/MWh"), ()),
    "mwh": (amount("MWh", "an energy", "963600 MWh"), ()),
    **OWNERS,
    **LENDERS,
}
"""Results that a condition may name: how each is measured, and its statistics."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition as data.

    Parameters
    ----------
    name : a factor of the file, or a key of `RESULTS`.
    statistic : `p50`, `mean`, …; None where the condition names none.
    operator : `<`, `>` or `=`.
    quantity : what is compared with, in the canonical unit of the name.
    text : as written.
    path : where it stands.
    """

    name: str
    statistic: str | None
    operator: Operator
    quantity: Quantity
    text: str
    path: str = ""

    def __str__(self) -> str:
        return self.text


def read_comparison(raw: object, names: Names | None) -> Comparison:
    """The condition that a text stands for.

    Parameters
    ----------
    raw : text of the file.
    names : declared names; None leaves factors unchecked.

    Raises
    ------
    PydanticCustomError : for another form, a name that is not permitted (with those that are), or a wrong unit. A bare
        0 needs none: it is the same in all.
    """
    match = _FORM.match(raw.strip()) if isinstance(raw, str) else None
    if not match:
        raise fault(f"'{raw}' is not a condition, expected name (< | > | =) quantity, for example 'utilisation > 92 %'")
    name, statistic = _name(match["name"].strip(), names)
    kind = _kind(name, names)
    written = match["quantity"].strip()
    quantity = _nothing(kind) if _ZERO.match(written) else kind.read(_number(written, kind))
    operator: Operator = "<" if match["operator"] == "<" else ">" if match["operator"] == ">" else "="
    return Comparison(name, statistic, operator, quantity, str(raw).strip())


def permitted(names: Names | None) -> tuple[str, ...]:
    """Every name that a condition may use."""
    return (*(names.factors if names else ()), *RESULTS)


def _name(text: str, names: Names | None) -> tuple[str, str | None]:
    known = permitted(names)
    if text in known:
        return text, None
    head, _, tail = text.rpartition(".")
    if head in RESULTS:
        statistics = RESULTS[head][1]
        if tail in statistics:
            return head, tail
        expected = f", expected one of {', '.join(statistics)}" if statistics else f": '{head}' has none"
        raise fault(f"unknown statistic '{tail}'{expected}")
    if names is None:
        return text, None
    message = one_of(text, known, "name")
    listed = "" if "expected one of" in message else f" Permitted: {', '.join(known)}"
    raise fault(message + listed)


def _kind(name: str, names: Names | None) -> Kind:
    if name in RESULTS:
        return RESULTS[name][0]
    word = names.factors.get(name, FactorWord("number")) if names else FactorWord("number")
    if word.measured_as == "share":
        return _SHARE
    if word.measured_as == "unit" and word.unit:
        return Kind(f"a value of {name}", f"20 {word.unit}", (word.unit,))
    return NUMBER


def _nothing(kind: Kind) -> Quantity:
    """A bare 0, in per cent where a share or a rate is measured."""
    in_percent = kind.units[:1] in (("1",), ("1/year",))
    return Quantity(0.0, "%", 0.0, "1", 0.01) if in_percent else Quantity(0.0, "", 0.0, "1", 1.0)


def _number(text: str, kind: Kind) -> str | float:
    if not kind.bare:
        return text
    try:
        return float(text)
    except ValueError:
        return text


@dataclass(frozen=True)
class _ConditionKind:
    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": "^[^<>=]+[<>=][^<>=]+$",
            "examples": ["utilisation > 92 %", "irr.p50 > 8 %"],
        }

    def read(self, raw: object, info: ValidationInfo) -> Comparison:
        context = reading(info)
        return read_comparison(raw, context.names if context else None)


Condition = Annotated[Comparison, _ConditionKind()]
"""A condition, `utilisation > 92 %`."""
