"""Imports every file of structures/ and factors/, so that the registry is full: a new clause is one new file.

A clause or factor may also come from another installed package, without a line changed here: it names its module under
the entry point group `valuate`, and the module enters its class with `registry.clause` or `registry.factor`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules

import valuation.factors
import valuation.structures
from valuation.errors import ValuationError

EXTENSIONS = "valuate"
"""Entry point group of packages that bring clauses or factors of their own."""


class BrokenExtension(ValuationError):
    """A package that offers clauses or factors and cannot be imported."""


def _extend(point: EntryPoint) -> None:
    """Imports a module of another package."""
    try:
        point.load()
    except (ImportError, AttributeError, SyntaxError, ValueError) as error:
        raise BrokenExtension(
            f"the extension '{point.name}' ({point.value}) cannot be loaded: {error}; mend or uninstall its package"
        ) from error


for _package in (valuation.structures, valuation.factors):
    for _module in iter_modules(_package.__path__):
        import_module(f"{_package.__name__}.{_module.name}")
for _point in entry_points(group=EXTENSIONS):
    _extend(_point)
