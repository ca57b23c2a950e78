"""Jumps so heavy that a price has a mean but no variance: the error of its simulated mean cannot be relied on."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.processes.jump_sizes import INFINITE
from valuation.processes.jumps import log_moments
from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.jumps import JumpingPrice

A_YEAR = [1.0 / 12.0] * 13


def _no_variance(contract: Contract) -> Iterator[Finding]:
    for name, factor in contract.factors.items():
        if not isinstance(factor, JumpingPrice) or factor.transform == "arithmetic":
            continue
        at: Loc = ("market", "factors", name) if name in contract.market.factors else ("risks", name)
        for part in factor.jump_parts():
            weights = (2.0, -2.0) if factor.transform == "asinh" else (2.0,)
            found = [log_moments(part.jumps, weight, A_YEAR, average=factor.averages)[-1] for weight in weights]
            if INFINITE in found:
                size = part.jumps.sizes
                message = (
                    f"with a mean size of {abs(size.mean):g} the price has a mean but no finite variance: the mean "
                    "over paths settles slowly and its standard error cannot be relied on; below 0.5 there is one"
                )
                yield Finding((*at, part.name, "mean_size"), message, warning=True)


HEAVY_JUMPS: dict[Check, frozenset[str]] = {_no_variance: frozenset({"market", "risks"})}
"""The check of this file, and the parts of the contract of which it needs everything."""
