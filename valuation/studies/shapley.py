"""Shapley weights: what each coalition of risks counts for in the share of one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import combinations
from math import factorial

Coalition = frozenset[str]
"""Risks that are on."""

EXACT = 8
"""Up to so many risks all 2^k coalitions are run."""

ORDERS = 32
"""Orders in which more than ``EXACT`` risks are switched on: half of them drawn, the others these reversed."""


def orders(players: Sequence[str], count: int, seed: int) -> list[tuple[str, ...]]:
    """Orders in pairs, one drawn and the same reversed (antithetic); the same seed gives the same on any machine."""
    found: list[tuple[str, ...]] = []
    for number in range(count // 2):
        drawn = sorted(players, key=lambda name: hashlib.sha256(f"{seed}/{number}/{name}".encode()).digest())
        found += [tuple(drawn), tuple(reversed(drawn))]
    return found


def all_weights(players: Sequence[str]) -> dict[Coalition, dict[str, float]]:
    """Weight of each coalition's value in each player's share, from the definition.

    φ_i = Σ_{Q ∌ i} |Q|!(k − |Q| − 1)!/k! · (w(Q ∪ i) − w(Q)), so w(Q) has the weight (|Q| − 1)!(k − |Q|)!/k! where i is
    in Q, and −|Q|!(k − |Q| − 1)!/k! where it is not (Shapley 1953).
    """
    size = len(players)
    weights: dict[Coalition, dict[str, float]] = {}
    for count in range(size + 1):
        inside = factorial(count - 1) * factorial(size - count) / factorial(size) if count else 0.0
        outside = factorial(count) * factorial(size - count - 1) / factorial(size) if count < size else 0.0
        for members in combinations(players, count):
            coalition = frozenset(members)
            weights[coalition] = {name: inside if name in coalition else -outside for name in players}
    return weights


def weights_of_orders(chosen: Sequence[Sequence[str]]) -> dict[Coalition, dict[str, float]]:
    """Weight of each coalition's value where the share is the mean over some orders of what a player adds to those
    before it."""
    weights: dict[Coalition, dict[str, float]] = {}
    for order in chosen:
        for place, name in enumerate(order):
            for members, sign in ((order[:place], -1.0), (order[: place + 1], 1.0)):
                of = weights.setdefault(frozenset(members), dict.fromkeys(order, 0.0))
                of[name] += sign / len(chosen)
    return weights
