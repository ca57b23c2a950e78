"""Prices of a profile: a base price in the same unit, with which their spread may move under the logarithm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.market import driver_of
from valuation.spec.price import PriceFactor
from valuation.units import parse_unit


def _base_prices(contract: Contract) -> Iterator[Finding]:
    """A profile is one of a price that is modelled, in its unit."""
    for name, factor, base, at in _profiles(contract):
        if not isinstance(base, PriceFactor):
            process = getattr(base, "process", "factor")
            message = (
                f"'{factor.of}' is a {process}, expected a price with a process such as two_ou, not one made of it"
            )
            yield Finding((*at, "of"), message)
        elif parse_unit(base.unit) != parse_unit(factor.unit):
            yield Finding((*at, "unit"), f"'{factor.unit}' is not the unit of '{factor.of}', which is in {base.unit}")
        elif base.transform != "log":
            for position, entry in enumerate(contract.market.correlation):
                try:
                    pair = {driver_of(text, contract.factors)[0] for text in entry.of}
                except KeyError:
                    continue  # its factor is wrong and reported as such
                if pair == {name, factor.of}:
                    message = (
                        f"the spread of '{name}' cannot move with '{factor.of}' under 'transform: {base.transform}': "
                        "its mean would not be the ratio times the forward; expected 'transform: log', or no such entry"
                    )
                    yield Finding(("market", "correlation", position, "of"), message)


def _profiles(contract: Contract) -> Iterator[tuple[str, Any, Any, Loc]]:
    """Name, factor, base price and place of each."""
    for name, factor in contract.factors.items():
        if getattr(factor, "process", "") == "profile":
            at: Loc = ("market", "factors", name) if name in contract.market.factors else ("risks", name)
            yield name, factor, contract.factors.get(getattr(factor, "of", "")), at


PROFILES: dict[Check, frozenset[str]] = {_base_prices: frozenset({"market", "risks"})}
"""The check of this file, and the parts of the contract of which it needs everything."""
