"""Sections of the contract that its clauses and events cannot do without, and what its offtakes sell together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Schedule

EXAMPLES = {
    "capacity": "{basis: grid, connection: 12 MW, contracted: 10 MW, pue: 1.2, utilisation: 85 %}",
    "generation": "{capacity: 50 MW, p50: 150 GWh/year}",
}
"""What to write for a section that is missing."""


def _needed(contract: Contract) -> Iterator[Finding]:
    for name, clause in contract.clauses.items():
        for section, why in clause.needs().items():
            if getattr(contract, section) is None:
                yield Finding(("clauses", name), f"{why}, and {_missing(section)}")


def _missing(section: str) -> str:
    if section == "power":
        both = " or ".join(f"'{one}: {example}'" for one, example in EXAMPLES.items())
        return f"the contract has neither 'capacity' nor 'generation'; add for example {both}"
    return f"the contract has no '{section}'; add for example '{section}: {EXAMPLES[section]}'"


def _asked_for(contract: Contract) -> Iterator[Finding]:
    """What conditions and compensations read of a section."""
    if contract.capacity is None and contract.generation is None:
        places: list[tuple[Loc, str]] = [
            (("indicators", at, "when"), one.when.name) for at, one in enumerate(contract.indicators)
        ]
        places += [
            (("claims", at, "check"), one.check.name) for at, one in enumerate(contract.claims) if one.check is not None
        ]
        for loc, word in places:
            if word == "mwh":
                yield Finding(loc, f"'mwh' is what a site draws or produces, and {_missing('generation')}")
        for name, hazard in contract.hazards.items():
            terms = getattr(hazard, "compensation", None)
            if terms is not None and terms.of == "capex_straight_line" and terms.share.canonical:
                message = (
                    "'capex_straight_line' runs over the phases of a site's power, and the contract has neither "
                    "'capacity' nor 'generation'; write 'of: schedule' with the share of the capex by date"
                )
                yield Finding(("risks", name, "compensation", "of"), message)


def _volume_factor(contract: Contract) -> Iterator[Finding]:
    """The volume of a site is scaled by a factor with mean 1."""
    own = contract.generation.volume if contract.generation is not None else None
    if own is not None and own in contract.factors and getattr(contract.factors[own], "process", "") != "volume_index":
        process = getattr(contract.factors[own], "process", "")
        yield Finding(("generation", "volume"), f"'{own}' is a {process}, expected a factor with mean 1: volume_index")
    if contract.generation is not None and own is None and contract.generation.capture.falls_with_volume.canonical:
        message = "it falls with the volume index, and the volume is certain; add 'volume' or leave this out"
        yield Finding(("generation", "capture", "falls_with_volume"), message)


def _share_taken(contract: Contract) -> Iterator[Finding]:
    """What a buyer takes is a share or a bare multiple of the contract quantity."""
    for name, clause in contract.clauses.items():
        taken = getattr(clause, "taken", None)
        if isinstance(taken, str) and taken in contract.factors and contract.factors[taken].measured_as == "unit":
            unit = getattr(contract.factors[taken], "unit", "")
            message = (
                f"'{taken}' is measured in '{unit}', expected a share or a bare number: a logit_ou or a volume_index"
            )
            yield Finding(("clauses", name, "taken"), message)


def _in_the_place_of(contract: Contract) -> Iterator[Finding]:
    """Only what takes a share of the production can be replaced, and only where an event can end it."""
    for name, clause in contract.clauses.items():
        other = getattr(clause, "instead_of", None)
        if other is None or other not in contract.clauses:
            continue
        at: Loc = ("clauses", name, "instead_of")
        named = contract.clauses[other]
        if other == name or not named.sells_production or getattr(named, "instead_of", None) is not None:
            yield Finding(at, f"'{other}' takes no share of the production of its own, so nothing is sold in its place")
        elif not any(_only_ends(hazard, other, name) for hazard in contract.hazards.values()):
            message = f"no event ends '{other}' and leaves '{name}'; write a hazard with 'ends: [{other}]'"
            yield Finding(at, message, warning=True)


def _only_ends(hazard: object, one: str, other: str) -> bool:
    ends = getattr(hazard, "ends", None)
    return ends is not None and one in ends and other not in ends


def _sold_once(contract: Contract) -> Iterator[Finding]:
    """The shares of the production that clauses take together, on each day on which one changes."""
    shares: dict[str, Schedule] = {}
    for name, clause in contract.clauses.items():
        own = getattr(clause, "share", None)
        if clause.sells_production and getattr(clause, "instead_of", None) is None and isinstance(own, Schedule):
            shares[name] = own
    if contract.generation is None or not shares:
        return
    start = contract.dates.start.date
    days = {max(start, day or start) for own in shares.values() for day, _ in own.steps}
    for day in sorted(days | {start}):
        parts = {name: _on(own, day) for name, own in shares.items()}
        total = sum(parts.values())
        said = " + ".join(f"{name} {100.0 * part:g} %" for name, part in parts.items() if part)
        if total > 1.0 + 1e-9:
            message = f"{100.0 * total:g} % of the production is sold from {day} ({said}): let 'share' add to 100 %"
            yield Finding(("clauses", list(parts)[-1], "share"), message)
            return
        if total < 1.0 - 1e-9:
            message = (
                f"{100.0 * total:g} % of the production is sold from {day} ({said or 'nothing'}): the rest earns "
                "nothing; a pay_as_produced with 'spot' sells it at the market"
            )
            yield Finding(("generation",), message, warning=True)
            return


def _on(share: Schedule, day: date) -> float:
    """A share on a day; nothing before its first date."""
    return next((q.canonical for since, q in reversed(share.steps) if since is None or since <= day), 0.0)


SECTIONS: dict[Check, frozenset[str]] = {
    _needed: frozenset({"clauses", "capacity", "generation"}),
    _asked_for: frozenset({"capacity", "generation", "risks"}),
    _volume_factor: frozenset({"generation", "risks"}),
    _share_taken: frozenset(),
    _in_the_place_of: frozenset({"clauses", "risks"}),
    _sold_once: frozenset({"clauses", "generation", "dates.start"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
