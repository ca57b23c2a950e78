"""Defined names of the inputs, and the text by which formulas read inputs and table columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 200
"""A defined name may have 255 characters."""
_KNOWN = {"dates.valuation": "in_valuation_date", "discount_rate": "in_discount_rate"}
_SHORT = ("clauses.", "market.factors.", "market.stated_rates.", "market.", "risks.")


def input_names(inputs: Iterable[str], view: str, valuation: str) -> dict[str, str]:
    """A defined name for each input of a plan: ``in_rent_price``.

    Parameters
    ----------
    inputs : names of the inputs.
    view : the viewed party, whose discount rate is ``in_discount_rate``.
    valuation : name of the input from which flows are discounted: ``in_valuation_date``.
    """
    known = {f"discount_rate.{view}": "in_discount_rate", "discount_rate": "in_discount_rate"}
    known[valuation] = "in_valuation_date"
    found: dict[str, str] = {}
    taken = set[str]()
    for name in inputs:
        made = known.get(name) or _made(name, valuation)
        at = 2
        while made.casefold() in taken:
            made, at = f"{_made(name, valuation)}_{at}", at + 1
        taken.add(made.casefold())
        found[name] = made
    return found


def _made(name: str, valuation: str) -> str:
    if name == "dates.valuation" and name != valuation:
        return "in_stated_valuation_date"
    short = next((name.removeprefix(part) for part in _SHORT if name.startswith(part)), name)
    return "in_" + re.sub(r"\W", "_", short)[:_LONGEST]
