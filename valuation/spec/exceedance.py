"""Cases of a financing, each with a factor at the value that it exceeds with a probability: which factors have one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from valuation import registry
from valuation.spec.finding import Check, Finding

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


def _cases(contract: Contract) -> Iterator[Finding]:
    """A case is about a factor that can say what it exceeds with a probability, and that varies."""
    cases = contract.financing.cases if contract.financing is not None else {}
    able = [name for name, cls in registry.factors().items() if hasattr(cls, "exceeded")] if cases else []
    for name, case in cases.items():
        factor, at = contract.factors.get(case.factor), ("financing", "cases", name, "factor")
        if factor is None:
            continue  # the reader says so
        process = getattr(factor, "process", "factor")
        if process not in able:
            fits = [one for one, other in contract.factors.items() if getattr(other, "process", "") in able]
            instead = f"name one of {', '.join(fits)}" if fits else "size on the base case and leave this one out"
            message = (
                f"'{case.factor}' is a {process}, which has no value that is exceeded with a probability: {instead} "
                f"(processes that have: {', '.join(able)})"
            )
            yield Finding(at, message)
        elif process == "index":
            message = f"'{case.factor}' is an index and does not vary: the case is the base case; name another factor"
            yield Finding(at, message, warning=True)


EXCEEDANCE: dict[Check, frozenset[str]] = {_cases: frozenset({"financing", "risks", "market"})}
"""Every check of this file, and the parts of the contract of which it needs everything."""
