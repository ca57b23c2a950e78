"""The values of the estimates in each batch of paths: named streams, a Gaussian copula, the law of each estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation.errors import PlanError
from valuation.kernel.normal import inverse_normal
from valuation.kernel.rng import MASK, START_BLOCK, philox, uniform
from valuation.plan.assemble import stream_number
from valuation.plan.model import Plan
from valuation.processes.covariance import cholesky
from valuation.processes.estimated import FARTHEST, estimate_at
from valuation.spec.estimates import Estimates, estimates_of
from valuation.spec.quantity import Estimate, Quantity

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

_FACTORS = "market.factors."


@dataclass(frozen=True)
class Uncertain:
    """An estimate whose value is drawn: as stated, and the name of its random stream. Numbers are in its unit as
    written."""

    quantity: Quantity
    stream: str

    @property
    def estimate(self) -> Estimate:
        """How well it is known."""
        found = self.quantity.provenance.estimate
        if found is None:
            raise ValueError(f"{self.quantity.path} is no estimate")
        return found.times(1.0 / self.quantity.scale)

    def at(self, z: float) -> float:
        """The value at a standard normal."""
        known = self.estimate
        cut = min(max(z, -FARTHEST), FARTHEST)
        return estimate_at(str(known.law), self.quantity.value, known.se, cut, known.least, known.most)

    def setting(self, value: float) -> str:
        """What to set in the contract so that it has a value, as on the command line."""
        return f"{self.quantity.path}={value!r} {self.quantity.unit}".rstrip()


def uncertain_values(contract: Contract, plan: Plan) -> tuple[tuple[Uncertain, ...], tuple[tuple[float, ...], ...]]:
    """The estimates of a contract that its plan reads, and the Cholesky factor of their correlations.

    A factor of the market that the plan leaves out has nothing to draw. A market's estimate has a stream of its own
    name, so that all contracts on it draw the same; a contract's own is named after the contract.
    """
    estimates = estimates_of(contract)
    kept = [place for place, one in enumerate(estimates.values) if _read(one.path, plan)]
    found = tuple(_uncertain(contract, estimates.values[place]) for place in kept)
    words: dict[int, str] = {}
    for one in found:
        if words.setdefault(stream_number(one.stream), one.stream) != one.stream:
            raise PlanError(f"streams of '{one.stream}' and '{words[stream_number(one.stream)]}' share a word")
    return found, _factor(estimates, kept)


def drawn(
    uncertain: Sequence[Uncertain], factor: Sequence[Sequence[float]], seed: int, draws: int
) -> list[list[float]]:
    """Values of the estimates by draw, in their units as written. [B, P]

    Draw b of a stream is the first word of Philox at (b, 0, the block of what is drawn once, the stream's number), so
    it is the same whatever else is uncertain and however many draws there are.
    """
    key = (seed & MASK, seed >> 32)
    numbers = [stream_number(one.stream) for one in uncertain]
    found = []
    for draw in range(draws):
        own = [inverse_normal(uniform(philox(draw, 0, START_BLOCK, number, *key)[0])) for number in numbers]
        together = [sum(weight * z for weight, z in zip(row, own, strict=True)) for row in factor]
        found.append([one.at(z) for one, z in zip(uncertain, together, strict=True)])
    return found


def _read(path: str, plan: Plan) -> bool:
    """Whether a plan reads what stands at a path; of the market's factors some may have no row in it."""
    if not path.startswith(_FACTORS):
        return True
    inside = path.removeprefix(_FACTORS)
    return any(inside.startswith(f"{row.name}.") for row in plan.rows)


def _uncertain(contract: Contract, quantity: Quantity) -> Uncertain:
    owner = "" if quantity.path.startswith("market.") else f"{contract.id}:"
    return Uncertain(quantity, f"{owner}{quantity.path}/estimate")


def _factor(estimates: Estimates, kept: Sequence[int]) -> tuple[tuple[float, ...], ...]:
    matrix = [[estimates.correlation[i][j] for j in kept] for i in kept]
    return tuple(tuple(row) for row in cholesky(matrix))
