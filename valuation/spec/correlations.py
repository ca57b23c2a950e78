"""Whether the correlations of a market and of a contract can hold together; where not, the nearest that can."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from valuation.processes.covariance import NotPositiveDefinite, cholesky, correlation_matrix
from valuation.processes.nearest import nearest_correlation
from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.factor import Factor, JointKind
from valuation.spec.finding import Check, Finding
from valuation.spec.joint import WORDS, Mover, mover_of, movers_of, name_of
from valuation.spec.market import Correlation

_CHANGED = 0.005
"""A correlation that moves by less keeps its two decimals."""


@dataclass
class _Pairs:
    """Correlations of one kind that can be read: value and place by the two that it joins."""

    value: dict[tuple[str, str], float] = field(default_factory=dict)
    at: dict[frozenset[str], Loc] = field(default_factory=dict)


def _correlations(contract: Contract) -> Iterator[Finding]:
    everything: dict[str, Factor] = {**contract.market.factors, **contract.risks}
    found: dict[JointKind, _Pairs] = {"motion": _Pairs(), "year": _Pairs(), "event": _Pairs()}
    entries: list[tuple[Loc, Correlation]] = [
        *((("market", "correlation", place), entry) for place, entry in enumerate(contract.market.correlation)),
        *((("correlation", place), entry) for place, entry in enumerate(contract.correlation)),
    ]
    for name, factor in everything.items():
        for one, other, value in factor.own_correlations():
            two = name_of(name, factor, one), name_of(name, factor, other)
            found["motion"].value[two] = value.canonical
            found["motion"].at[frozenset(two)] = (*_place(contract, name), "correlation")
    for at, entry in entries:
        try:
            first, second = (mover_of(text, everything) for text in entry.of)
        except KeyError:
            continue  # its factor is wrong and reported as such
        if (wrong := _wrong(contract, everything, at, entry, (first, second))) is not None:
            yield wrong
            continue
        pairs, pair = found[first.kind], frozenset((first.name, second.name))
        if pair in pairs.at and pairs.at[pair][-1] == "correlation":
            owner = _owner(entry.of[0], everything)
            message = f"the factor '{owner}' states the correlation of its components itself, under 'correlation'"
            yield Finding((*at, "of"), message)
            continue
        if pair in pairs.at:
            yield Finding((*at, "of"), f"the pair stands twice, first as item {_item(pairs.at[pair])}")
        pairs.value[first.name, second.name] = entry.value.canonical
        pairs.at[pair] = at
    for kind, pairs in found.items():
        names = [mover.name for mover in movers_of(everything) if mover.kind == kind]
        yield from _not_together(names, pairs, dict(entries))


def _place(contract: Contract, name: str) -> Loc:
    return ("market", "factors", name) if name in contract.market.factors else ("risks", name)


def _item(at: Loc) -> str:
    return f"{at[-1]}" if at[0] == "correlation" else f"{at[-1]} of the market's"


def _wrong(
    contract: Contract, factors: Mapping[str, Factor], at: Loc, entry: Correlation, pair: tuple[Mover, Mover]
) -> Finding | None:
    """What is wrong with one correlation by itself."""
    first, second = pair
    if first.name == second.name:
        return Finding((*at, "of"), f"'{entry.of[0]}' and '{entry.of[1]}' are the same driver")
    owners = [_owner(text, factors) for text in entry.of]
    if at[0] == "correlation" and all(owner in contract.market.factors for owner in owners):
        file = contract.market_file or "the market file"
        message = f"both are factors of the market: their correlation belongs to {file}, for every contract on it"
        return Finding((*at, "of"), message)
    if first.kind != second.kind:
        return Finding((*at, "of"), _of_two_kinds(entry, first, second))
    if first.kind == "year" and factors[owners[0]].resets_in != factors[owners[1]].resets_in:
        months = [f"'{text}' in month {factors[owner].resets_in}" for text, owner in zip(entry.of, owners, strict=True)]
        return Finding((*at, "of"), f"the two are not drawn at the same time: {' and '.join(months)}; set one 'resets'")
    if abs(entry.value.canonical) == 1.0:
        return Finding(
            (*at, "value"),
            f"a correlation of {entry.value} is not possible: two drivers would be one; expected less than 1 in size, "
            f"for example {math.copysign(0.99, entry.value.canonical):g}",
        )
    return None


def _of_two_kinds(entry: Correlation, first: Mover, second: Mover) -> str:
    said = " and ".join(f"'{text}' {WORDS[mover.kind]}" for text, mover in zip(entry.of, (first, second), strict=True))
    hint = "expected two of one kind"
    if {first.kind, second.kind} == {"motion", "event"}:
        event = entry.of[0] if first.kind == "event" else entry.of[1]
        driver = entry.of[1] if first.kind == "event" else entry.of[0]
        written = f"rises_with: {{factor: {driver}, b: 0.5}}"
        hint += f"; an event that comes sooner while a factor is high is written '{written}' in {event}"
    return f"{said}: {hint}"


def _owner(text: str, factors: Mapping[str, Factor]) -> str:
    return text if text in factors else text.rpartition(".")[0]


def _not_together(names: list[str], pairs: _Pairs, entries: Mapping[Loc, Correlation]) -> Iterator[Finding]:
    """Correlations that no variables can have, with the nearest that some can."""
    matrix = correlation_matrix(names, pairs.value)
    try:
        cholesky(matrix)
        return
    except NotPositiveDefinite as error:
        bad = names[error.index]
    partners = [at for pair, at in pairs.at.items() if bad in pair]
    nearest = nearest_correlation(matrix)
    place = {name: i for i, name in enumerate(names)}
    told = []
    for (first, second), value in pairs.value.items():
        near = nearest[place[first]][place[second]]
        if abs(near - value) >= _CHANGED:
            entry = entries.get(pairs.at[frozenset((first, second))])
            of = ", ".join((first, second) if entry is None else entry.of)
            told.append(f"[{of}] {value:g} -> {near:.2f}")
    added = [
        f"[{names[j]}, {names[i]}] 0 -> {nearest[i][j]:.2f}"
        for i in range(len(names))
        for j in range(i)
        if frozenset((names[i], names[j])) not in pairs.at and abs(nearest[i][j]) >= _CHANGED
    ]
    listed = [at for at in partners if at in entries]
    yield Finding(
        (*max(listed, key=lambda at: (len(at), at[-1])), "value") if listed else partners[0],
        f"the correlations are not positive definite: those of {bad} cannot hold together with the others; the nearest "
        f"that can: {'; '.join([*told, *added])}",
    )


CORRELATIONS: dict[Check, frozenset[str]] = {_correlations: frozenset({"market", "risks", "correlation"})}
"""The check of this file, and the parts of the contract of which it needs everything."""
