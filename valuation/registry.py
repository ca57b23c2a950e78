"""Where clauses and factors are entered under their names.

The two registries are the only module-level state that changes. A spec class enters itself with a decorator:

    @clause("capacity_lease")
    class CapacityLease(Clause): ...

The catalogue, which imports every file of structures/ and factors/, stands higher than the readers that ask for a
class; so it is named here by text and imported at the first question, not at import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TypeVar

Spec = TypeVar("Spec", bound=type)

_CATALOGUE = "valuation.catalogue"
_CLAUSES: dict[str, type] = {}
_FACTORS: dict[str, type] = {}


def clause(name: str) -> Callable[[Spec], Spec]:
    """Enters a spec class as the clause with this `structure`."""
    return _enter(_CLAUSES, name)


def factor(name: str) -> Callable[[Spec], Spec]:
    """Enters a spec class as the factor or hazard with this `process`."""
    return _enter(_FACTORS, name)


def clauses() -> Mapping[str, type]:
    """Clause classes by `structure`, in alphabetical order."""
    return _full(_CLAUSES)


def factors() -> Mapping[str, type]:
    """Factor and hazard classes by `process`, in alphabetical order."""
    return _full(_FACTORS)


def _enter(book: dict[str, type], name: str) -> Callable[[Spec], Spec]:
    def enter(cls: Spec) -> Spec:
        known = book.setdefault(name, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise ValueError(f"'{name}' is entered twice: {known.__module__} and {cls.__module__}")
        return cls

    return enter


def _full(book: dict[str, type]) -> Mapping[str, type]:
    import_module(_CATALOGUE)
    return MappingProxyType(dict(sorted(book.items())))
