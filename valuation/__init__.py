"""Values long-term power and compute-capacity contracts.

``value(path)`` gives a ``Result``, ``solve(path, vary, to)`` the value of a number at which a result is what is wanted,
``compare(path, other)`` puts cases side by side, ``sensitivity(path)`` says what moves the NPV and which risk its
spread comes from; ``load_contract(path)`` reads and checks a contract. All are imported on first use, so that
``import valuation`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from valuation.errors import SpecError, ValuationError
    from valuation.run import Result, load_contract, value
    from valuation.studies.compare import compare
    from valuation.studies.sensitivity import sensitivity
    from valuation.studies.solve import solve

__version__ = "0.1.0"

__all__ = [
    "Result",
    "SpecError",
    "ValuationError",
    "__version__",
    "compare",
    "load_contract",
    "sensitivity",
    "solve",
    "value",
]

_LAZY = {
    "Result": "valuation.run",
    "SpecError": "valuation.errors",
    "ValuationError": "valuation.errors",
    "compare": "valuation.studies.compare",
    "load_contract": "valuation.run",
    "sensitivity": "valuation.studies.sensitivity",
    "solve": "valuation.studies.solve",
    "value": "valuation.run",
}


def __getattr__(name: str) -> object:
    """Names of the public API on their first use (PEP 562)."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'valuation' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
