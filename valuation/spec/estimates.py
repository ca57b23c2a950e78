"""The estimates of a contract and its market: which values have a standard error, and how they go together."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation.processes.covariance import NotPositiveDefinite, cholesky, correlation_matrix
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.locate import split_path
from valuation.spec.market import EstimateCorrelation
from valuation.spec.quantity import Quantity

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


@dataclass(frozen=True)
class Estimates:
    """The values that the files call estimates.

    Parameters
    ----------
    values : those with a standard error, in the order of the classes, each once.
    correlation : of the standard normals that pick them, rows, shape [P, P].
    """

    values: tuple[Quantity, ...]
    correlation: tuple[tuple[float, ...], ...]


def estimates_of(contract: Contract) -> Estimates:
    """The estimates of a contract that has been checked."""
    found = tuple(_estimated(contract).values())
    paths = [one.path for one in found]
    pairs = {}
    for _, entry, (one, other) in _pairs(contract):
        if one in paths and other in paths:
            pairs[one, other] = entry.value.canonical
    return Estimates(found, correlation_matrix(paths, pairs))


def _estimated(contract: Contract) -> dict[str, Quantity]:
    return {one.path: one for one in contract.quantities() if one.provenance.estimate is not None}


def _pairs(contract: Contract) -> Iterator[tuple[Loc, EstimateCorrelation, tuple[str, str]]]:
    """Every stated correlation with its place and the two full paths; a market file's paths begin at its own root."""
    lists: tuple[tuple[Loc, str, tuple[EstimateCorrelation, ...]], ...] = (
        (("market", "correlation_of_estimates"), "market.", contract.market.correlation_of_estimates),
        (("correlation_of_estimates",), "", contract.correlation_of_estimates),
    )
    for at, root, entries in lists:
        for position, entry in enumerate(entries):
            one, other = (root + _full(text) for text in entry.of)
            yield (*at, position), entry, (one, other)


def _full(text: str) -> str:
    """A path without the quotes around keys that hold dots, and without the `value` of a long form."""
    try:
        parts = [part for part, _ in split_path(text)]
    except ValueError:
        return text
    return ".".join(parts[:-1] if parts[-1] == "value" else parts)


def _estimates(contract: Contract) -> Iterator[Finding]:
    numbers = {one.path for one in contract.quantities()}
    estimated = list(_estimated(contract))
    stated: dict[frozenset[str], Loc] = {}
    pairs: dict[tuple[str, str], float] = {}
    for at, entry, (one, other) in _pairs(contract):
        unknown = [path for path in (one, other) if path not in numbers]
        for path in unknown:
            near = difflib.get_close_matches(path, estimated, 1, 0.5) or estimated[:1]
            hint = f", did you mean '{near[0]}'?" if near else ": no value here has a standard error"
            yield Finding((*at, "of"), f"'{path}' is no number of the files{hint}")
        for path in (one, other):
            if path in numbers and path not in estimated:
                message = f"'{path}' has no standard error, so this correlation has no effect; add 'se' to its value"
                yield Finding((*at, "of"), message, warning=True)
        if unknown or one not in estimated or other not in estimated:
            continue
        if one == other:
            yield Finding((*at, "of"), f"'{one}' and '{other}' are the same estimate")
            continue
        if (pair := frozenset((one, other))) in stated:
            yield Finding((*at, "of"), f"the pair stands twice, first as item {stated[pair][-1]}")
            continue
        if abs(entry.value.canonical) == 1.0:
            yield Finding((*at, "value"), f"a correlation of {entry.value} is not possible: the estimates would be one")
            continue
        stated[pair], pairs[one, other] = at, entry.value.canonical
    try:
        cholesky(correlation_matrix(estimated, pairs))
    except NotPositiveDefinite as error:
        bad = estimated[error.index]
        at = [place for pair, place in stated.items() if bad in pair][-1]
        message = f"the correlations are not positive definite: those of {bad} cannot hold together with the others"
        yield Finding((*at, "value"), message)


ESTIMATES: dict[Check, frozenset[str]] = {
    _estimates: frozenset({"market", "risks", "clauses", "capacity", "generation", "tax", "financing"})
}
"""The check of this file, and the parts of the contract of which it needs everything."""
