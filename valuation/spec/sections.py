"""Sections of the contract that its clauses and events cannot do without, and what its offtakes sell together."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding

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


SECTIONS: dict[Check, frozenset[str]] = {
    _needed: frozenset({"clauses", "capacity", "generation"}),
    _asked_for: frozenset({"capacity", "generation", "risks"}),
    _volume_factor: frozenset({"generation", "risks"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
