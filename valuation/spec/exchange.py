"""The way from one currency to another over rates of exchange: the shortest, each rate either way round."""

from __future__ import annotations

from collections.abc import Sequence

from valuation.spec.market import exchange_pair

Leg = tuple[str, str, int]
"""From a currency to the next, by the rate at a position."""


def chain_of_rates(units: Sequence[str], source: str, target: str) -> list[Leg]:
    """The shortest chain of rates from one currency to another, of several the one whose rates stand first.

    Parameters
    ----------
    units : units of the rates, `USD/EUR`, in the order in which they are tried; any other unit is no rate.

    Returns
    -------
    legs from `source` to `target`; empty where no way leads there, or none is needed.
    """
    reached: dict[str, list[Leg]] = {source: []}
    todo = [source]
    while todo:
        one = todo.pop(0)
        for position, unit in enumerate(units):
            got, per = exchange_pair(unit) or ("", "")
            for left, right in ((got, per), (per, got)):
                if left == one and right not in reached:
                    reached[right] = [*reached[one], (one, right, position)]
                    todo.append(right)
    return reached.get(target, [])
