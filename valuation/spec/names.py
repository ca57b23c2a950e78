"""The names that a contract file declares, read from the raw files so that every reference can be checked at once."""

from __future__ import annotations

from typing import Any

from valuation import registry
from valuation.spec.context import Declared, FactorWord, Names
from valuation.spec.factor import Factor
from valuation.spec.leasing import Letting


def names_of(tree: dict[str, Any]) -> Names:
    """Names declared in a contract and its market.

    Parameters
    ----------
    tree : contract file as plain data, its market file under `market`.
    """
    market = _mapping(_mapping(tree.get("market")).get("factors"))
    risks = _mapping(tree.get("risks"))
    clauses = _mapping(tree.get("clauses"))
    classes = registry.factors()
    letting = {word for word, cls in registry.clauses().items() if issubclass(cls, Letting)}
    factors: dict[str, FactorWord] = {}
    drivers: list[str] = []
    hazards: list[str] = []
    starts: list[str] = []
    for name, raw in {**market, **risks}.items():
        cls = classes.get(str(_mapping(raw).get("process")))
        if cls is None or not issubclass(cls, Factor):
            # An unknown process is an error of its own; its name counts as declared, so that it is the only one.
            factors[name] = FactorWord("number")
            drivers.append(name)
            hazards.append(name)
            starts.append(name)
        elif cls.of_start:
            starts.append(name)
        elif cls.event:
            hazards.append(name)
        else:
            field = cls.model_fields.get("unit")
            unit = _mapping(raw).get("unit", field.default if field is not None else None)
            factors[name] = FactorWord(cls.measured_as, unit if isinstance(unit, str) else "")
            if components := cls.components_of(_mapping(raw)):
                drivers += [name, *(f"{name}.{component}" for component in components)]
    declared: dict[Declared, tuple[str, ...]] = {
        "party": (*_mapping(tree.get("parties")), "outside"),
        "factor": tuple(factors),
        "driver": tuple(drivers),
        "hazard": tuple(hazards),
        "start event": tuple(starts),
        "lease": tuple(n for n, raw in clauses.items() if str(_mapping(raw).get("structure")) in letting),
        "lease or offtake": tuple(name for name, raw in clauses.items() if _may_end(_mapping(raw).get("structure"))),
        "clause": tuple(clauses),
        "scenario": tuple(_mapping(tree.get("scenarios"))),
    }
    return Names(declared, factors)


def _may_end(structure: object) -> bool:
    """Whether an event may end a clause of this structure; one that does not exist is an error of its own."""
    cls = registry.clauses().get(structure) if isinstance(structure, str) else None
    return cls is None or bool(getattr(cls, "may_end", False))


def market_names(names: Names, market: object) -> Names:
    """The names that a market file may point to: its own factors only, so that it serves every contract."""
    own = tuple(_mapping(_mapping(market).get("factors")))
    drivers = tuple(d for d in names.declared["driver"] if any(d == name or d.startswith(f"{name}.") for name in own))
    return Names(
        {"factor": own, "driver": drivers}, {name: names.factors[name] for name in own if name in names.factors}
    )


def _mapping(raw: object) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}
