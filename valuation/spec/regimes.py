"""Regimes of a price: how they are stated, and the Markov chain that they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import fsum
from typing import Annotated

from valuation.processes.matrix import Matrix
from valuation.processes.regimes import NoStationaryRegime, generator, stationary
from valuation.spec.faults import fault
from valuation.spec.kinds import Kind, NumberOr, Share
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Quantity

SHIFT = NumberOr("a shift", "0.5")
MULTIPLE = Kind("a number", "1.5", ("",), low=0.0, high=20.0)
LASTS = Kind("a duration", "2.5 years", ("month",), above=0.0)
STATIONARY = "stationary"
"""Word for a start with the long-run probabilities."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
MOST = 8
"""Regimes that are computed with."""


class Regime(SpecModel):
    """A state in which a price stands for a time, and what it does to the price."""

    shift: Annotated[Quantity, SHIFT]
    """What is added to the transformed price [1; unit of the price for `arithmetic`]; only differences count."""
    volatility_multiple: Annotated[Quantity, MULTIPLE] = default(1.0)
    """Multiple of the diffusion's deviation while the regime holds [1]."""
    lasts: Annotated[Quantity, LASTS]
    """Mean time until it changes [month]."""
    to: dict[str, Share] | None = None
    """Shares of its changes that lead to each of the others, adding to 100 %; needed from three regimes on."""


def chain(regimes: Mapping[str, Regime], starts_in: str) -> tuple[Matrix, list[float]]:
    """Generator of the regimes [1/year] and their probabilities on the market's date.

    Raises
    ------
    PydanticCustomError : with the place below `regimes` or at `starts_in`: too few or too many, shares that do not add
        to 100 %, an unknown name, a start in long-run probabilities that there are none of.
    """
    names = list(regimes)
    if not 2 <= len(names) <= MOST:
        raise fault(f"expected two to {MOST} regimes, got {len(names)}", "regimes")
    for name in names:
        if not _NAME.fullmatch(name):
            raise fault(f"'{name}' is no name of a regime: letters, digits and _, such as 'dry'", "regimes", name)
    if STATIONARY in names:
        raise fault(f"'{STATIONARY}' is the word for a start with the long-run probabilities, no name", "regimes")
    rows = [_shares(name, own, names) for name, own in regimes.items()]
    rates = generator([own.lasts.canonical / 12.0 for own in regimes.values()], rows)
    if starts_in in names:
        return rates, [float(name == starts_in) for name in names]
    if starts_in != STATIONARY:
        raise fault(f"there is no regime '{starts_in}', expected {', '.join(names)} or {STATIONARY}", "starts_in")
    try:
        return rates, stationary(rates)
    except NoStationaryRegime:
        message = "some regime is never left for the others, so there are no long-run probabilities: name a regime"
        raise fault(message, "starts_in") from None


def _shares(name: str, own: Regime, names: list[str]) -> list[float]:
    others = [other for other in names if other != name]
    if own.to is None:
        if len(others) > 1:
            example = ", ".join(f"{other}: {100 / len(others):.3g} %" for other in others)
            raise fault(f"say where it changes to, for example 'to: {{{example}}}'", "regimes", name)
        return [float(other != name) for other in names]
    for other in own.to:
        if other not in others:
            raise fault(f"'{other}' is not one of the other regimes: {', '.join(others)}", "regimes", name, "to", other)
    total = fsum(share.canonical for share in own.to.values())
    if abs(total - 1.0) > 1e-9:
        raise fault(f"the shares add to {100 * total:.6g} %, expected 100 %", "regimes", name, "to")
    return [own.to[other].canonical if other in own.to else 0.0 for other in names]
