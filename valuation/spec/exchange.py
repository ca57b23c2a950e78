"""The way from one currency to another over the rates of the market; rates that would contradict each other are
refused, and one that is not at its forward is warned of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.market import driver_of, exchange_pair
from valuation.spec.paths import quantities
from valuation.spec.quantity import Quantity
from valuation.timeline import edate, serial
from valuation.units import parse_unit

DAYS_A_YEAR = 365.25


class Leg(NamedTuple):
    """A step of the way: the quote taken, from which currency to which."""

    source: str
    target: str
    quote: int


def route(pairs: Sequence[str], source: str, target: str) -> list[Leg]:
    """Shortest chain of quotes, each `USD/EUR`, from one currency to another; of equal ones the first in the list.

    A pair that is none, such as `EUR/MWh`, is passed over.
    """
    reached: dict[str, list[Leg]] = {source: []}
    todo = [source]
    while todo:
        one = todo.pop(0)
        for quote, pair in enumerate(pairs):
            a, b = exchange_pair(pair) or ("", "")
            for left, right in ((a, b), (b, a)):
                if left == one and right not in reached:
                    reached[right] = [*reached[one], Leg(one, right, quote)]
                    todo.append(right)
    return reached.get(target, [])


def _closed(contract: Contract) -> Iterator[Finding]:
    """A rate between two currencies that others connect already follows from them: drawn or stated by itself it would
    be another on every path. Two quotes of one pair, and rates that are all stated, are left alone."""
    quotes: list[tuple[str, str, Loc]] = []
    for name, factor in contract.factors.items():
        at: Loc = ("market", "factors", name) if name in contract.market.factors else ("risks", name)
        quotes.append((name, getattr(factor, "unit", ""), at))
    random = len(quotes)
    quotes += [(unit, unit, ("market", "stated_rates", unit)) for unit in contract.market.stated_rates]
    for place, (name, unit, at) in enumerate(quotes):
        got, per = exchange_pair(unit) or ("", "")
        legs = route([other for _, other, _ in quotes[:place]], per, got) if got else []
        if len(legs) < 2 or min(leg.quote for leg in legs) >= random:
            continue
        others = " and ".join(quotes[leg.quote][0] for leg in legs)
        yield Finding(
            at,
            f"'{name}' closes a ring of exchange rates with {others}, from which {unit} follows on every path: a rate "
            f"of its own would contradict them; take '{name}' away, and state how the others move together under "
            "'correlation'",
        )


def _not_at_forward(contract: Contract) -> Iterator[Finding]:
    """A random rate that is turned round, or joined over two correlated ones, has a mean beside its forwards.

    With z = +1 for a leg as quoted and −1 for one turned round, E[Π S^z] = Π F^z·exp(g·t) after t years, g = Σ σ² over
    the turned legs + Σ z_i·z_j·ρ_ij·σ_i·σ_j over every two legs.
    """
    factors = contract.factors
    random = {name: unit for name, factor in factors.items() if exchange_pair(unit := getattr(factor, "unit", ""))}
    names, pairs = list(random), [*random.values(), *contract.market.stated_rates]
    end = edate(serial(contract.dates.start.date), round(contract.dates.term.canonical))
    years = (end - 1.0 - serial(contract.market.as_of.date)) / DAYS_A_YEAR
    for currency in sorted(_foreign(contract)):
        legs = [leg for leg in route(pairs, currency, contract.currency) if leg.quote < len(names)]
        signs = {names[leg.quote]: 1.0 if pairs[leg.quote] == f"{leg.target}/{leg.source}" else -1.0 for leg in legs}
        growth = _growth(contract, signs)
        if growth:
            turned = " and ".join(name if sign > 0.0 else f"{name} turned round" for name, sign in signs.items())
            first = next(iter(signs))
            yield Finding(
                ("market", "factors", first) if first in contract.market.factors else ("risks", first),
                f"amounts in {currency} are converted by {turned}: their mean is not the rate of the forwards but "
                f"e^({growth:.3g}·t) times it, {math.expm1(growth * years):+.1%} at the end of the term",
                warning=True,
            )


def _foreign(contract: Contract) -> set[str]:
    """Currencies of the contract's money beside its own."""
    parts = (contract.clauses, contract.tax, contract.risks)
    found = {quantity.currency for part in parts for quantity in quantities(part) if quantity.currency}
    for clause in contract.clauses.values():
        spot = contract.factors.get(str(getattr(clause, "spot", "")))
        found |= set(parse_unit(getattr(spot, "unit", "")).currencies) if spot is not None else set()
    return found - {contract.currency}


def _growth(contract: Contract, signs: dict[str, float]) -> float:
    """g of the chain of rates [1/year]."""
    factors = contract.factors
    stated = {name: getattr(factors[name], "volatility", None) for name in signs}
    sigma = {name: quantity.canonical for name, quantity in stated.items() if isinstance(quantity, Quantity)}
    total = math.fsum(sigma[name] ** 2 for name in sigma if signs[name] < 0.0)
    for entry in contract.market.correlation:
        try:
            one, other = (driver_of(text, factors)[0] for text in entry.of)
        except KeyError:
            continue  # its factor is wrong and reported as such
        if one in sigma and other in sigma and one != other:
            total += signs[one] * signs[other] * entry.value.canonical * sigma[one] * sigma[other]
    return total


EXCHANGE: dict[Check, frozenset[str]] = {
    _closed: frozenset({"market"}),
    _not_at_forward: frozenset({"market", "currency", "clauses", "dates.start", "dates.term"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
