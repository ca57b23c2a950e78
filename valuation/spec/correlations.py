"""Whether the correlations of a market can hold together."""

from __future__ import annotations

import math
from collections.abc import Iterator

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.market import driver_of


def _correlations(contract: Contract) -> Iterator[Finding]:
    factors = contract.market.factors
    drivers = [(name, component) for name, factor in factors.items() for component in factor.moving]
    index = {driver: position for position, driver in enumerate(drivers)}
    matrix = [[float(row == column) for column in range(len(drivers))] for row in range(len(drivers))]
    given: dict[frozenset[tuple[str, str]], int] = {}
    own: dict[frozenset[tuple[str, str]], Loc] = {}
    for name, factor in factors.items():
        for one, other, value in factor.own_correlations():
            i, j = index[name, one], index[name, other]
            matrix[i][j] = matrix[j][i] = value.canonical
            own[frozenset(((name, one), (name, other)))] = ("market", "factors", name, "correlation")
    for position, entry in enumerate(contract.market.correlation):
        at: Loc = ("market", "correlation", position)
        try:
            first, second = (driver_of(text, factors) for text in entry.of)
        except KeyError:
            continue  # its factor is wrong and reported as such
        if first == second:
            yield Finding((*at, "of"), f"'{entry.of[0]}' and '{entry.of[1]}' are the same driver")
            continue
        if (pair := frozenset((first, second))) in given:
            yield Finding((*at, "of"), f"the pair stands twice, first as item {given[pair]}")
        if pair in own:
            message = f"the factor '{first[0]}' states the correlation of its components itself, under 'correlation'"
            yield Finding((*at, "of"), message)
            continue
        given[pair] = position
        if abs(entry.value.canonical) == 1.0:
            message = (
                f"a correlation of {entry.value} is not possible: two drivers would be one; expected less than 1 in "
                f"size, for example {math.copysign(0.99, entry.value.canonical):g}"
            )
            yield Finding((*at, "value"), message)
            continue
        i, j = index[first], index[second]
        matrix[i][j] = matrix[j][i] = entry.value.canonical
    if (bad := _first_bad_pivot(matrix)) is not None:
        partners = [drivers[other] for other in range(bad + 1) if other != bad and matrix[bad][other]]
        pairs = [frozenset((drivers[bad], partner)) for partner in partners]
        listed = [given[pair] for pair in pairs if pair in given]
        at = ("market", "correlation", max(listed), "value") if listed else own[pairs[0]]
        name = ".".join(drivers[bad])
        message = f"the correlations are not positive definite: those of {name} cannot hold together with the others"
        yield Finding(at, message)


def _first_bad_pivot(matrix: list[list[float]]) -> int | None:
    """First row at which a Cholesky factorisation fails, None for a positive definite matrix."""
    lower = [[0.0] * len(matrix) for _ in matrix]
    for i, row in enumerate(matrix):
        for j in range(i + 1):
            left = row[j] - sum(lower[i][k] * lower[j][k] for k in range(j))
            if i != j:
                lower[i][j] = left / lower[j][j]
            elif left < 1e-10:
                return i
            else:
                lower[i][i] = math.sqrt(left)
    return None


CORRELATIONS: dict[Check, frozenset[str]] = {_correlations: frozenset({"market"})}
"""The check of this file, and the part of the contract of which it needs everything."""
