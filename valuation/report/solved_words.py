"""Numbers of a solution in words: a value of the contract in its unit, a result in its scale."""

from __future__ import annotations

import math

from valuation.report.numbers import finite, percent


def value_of(value: float, unit: str, error: float | None = None) -> str:
    """A value of the contract: ``131.3 USD/kW/month``, to a tenth of its standard error where it has one."""
    return f"{digits(value, error)} {unit}".strip()


def digits(value: float, error: float | None = None) -> str:
    """A number to six digits that count, or to two digits of its error."""
    finite(value, "value")
    if not error:
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    decimals = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:,.{min(decimals, 12)}f}"


def amount_of(value: float | None, unit: str) -> str:
    """A result: rates and shares in per cent, money in millions from 100,000 on."""
    if value is None:
        return "n/a"
    if unit.startswith("%"):
        return percent(value, 2)
    if not unit[:3].isupper():
        return f"{finite(value, unit):,.6g} {unit}".strip()
    scale, prefix = (1e6, "M ") if abs(value) >= 1e5 else (1.0, "")
    return f"{round(finite(value, unit) / scale, 2) + 0.0:,.2f} {prefix}{unit}"
