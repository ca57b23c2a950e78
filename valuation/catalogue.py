"""Imports every file of structures/ and factors/, so that the registry is full: a new clause is one new file."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import valuation.factors
import valuation.structures

for _package in (valuation.structures, valuation.factors):
    for _module in iter_modules(_package.__path__):
        import_module(f"{_package.__name__}.{_module.name}")
