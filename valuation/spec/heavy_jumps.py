"""Prices whose mean no simulation finds: jumps so heavy that there is no variance, or a law so wide that the mean hangs
on paths that are not drawn."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.processes.jump_sizes import INFINITE
from valuation.processes.jumps import log_moments
from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.jumps import JumpingPrice
from valuation.spec.price import PriceFactor
from valuation.timeline import edate, serial

A_YEAR = [1.0 / 12.0] * 13
WIDEST = 3.0
"""Standard deviation of a logarithm beyond which the error of a mean over 100,000 paths is 28 % of it and more."""


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


def _mean_out_of_reach(contract: Contract) -> Iterator[Finding]:
    """√(v + K(2) − 2K(1)) of the last month: that of a lognormal with the same mean and second moment."""
    end = edate(serial(contract.dates.start.date), round(contract.dates.term.canonical))
    years = (end - serial(contract.market.as_of.date)) / 365.25
    if years <= 0.25:
        return
    steps = [years - 1.0 / 12.0, 1.0 / 12.0]
    for name, factor in contract.factors.items():
        if not isinstance(factor, PriceFactor) or factor.transform == "arithmetic":
            continue
        between, up = factor.between(steps, 1, 1), factor.deviation(steps).at(1)[1]
        wide = between.covariance + (between.joint(1.0, 1.0) - 2.0 * up if between.joint else 0.0)
        if WIDEST * WIDEST < wide < INFINITE:
            at: Loc = ("market", "factors", name) if name in contract.market.factors else ("risks", name)
            message = (
                f"its logarithm has a standard deviation of {wide**0.5:.3g} at the end of the term: the expected price "
                "hangs on paths so rare that a simulation hardly draws them, so that the mean over paths lies below it "
                f"and the standard error does not tell; expected at most {WIDEST:g}: a lower volatility, or a faster "
                "reversion"
            )
            yield Finding(at, message, warning=True)


HEAVY_JUMPS: dict[Check, frozenset[str]] = {
    _no_variance: frozenset({"market", "risks"}),
    _mean_out_of_reach: frozenset({"market", "risks", "dates"}),
}
"""The checks of this file, and the parts of the contract of which they need everything."""
