"""Normal variables that are drawn together: yearly levels, and those behind the times of events.

A variable that is joined with others reads their draws by the rows of the Cholesky factor, in file order: the first of
them keeps its draws to the bit, and what stands alone is drawn as if nothing were joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from valuation.plan.model import Argument
from valuation.processes.covariance import cholesky, correlation_matrix
from valuation.spec.joint import mover_of, name_of

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.contract import Contract
    from valuation.spec.factor import JointKind


@dataclass(frozen=True)
class JointNormals:
    """Normal variables of one kind and their correlation."""

    names: tuple[str, ...]
    streams: tuple[str, ...]
    """Stream from which each is drawn."""
    correlation: Sequence[Sequence[float]]
    axis: str
    """`start`, once a path, or `month`, in the months that the asker names."""

    @cached_property
    def factor(self) -> list[list[float]]:
        """Lower Cholesky factor of the correlation."""
        return cholesky(self.correlation)

    def normal(self, ctx: Lowering, name: str, row: str, stream: str, months: Argument = 1.0) -> str:
        """Row of the variable, drawn in the months of a flag row; ``stream`` is its own."""
        others = self._before(name)
        if not others:
            return self._draw(ctx, row, stream, months)
        at = self.names.index(name)
        weights = self.factor[at]
        add = ctx.b.month if self.axis == "month" else ctx.b.start
        own = self._draw(ctx, f"{row}.alone", stream, months)
        running = add(f"{row}.part_0", "mul", own, weights[at])
        for place, j in enumerate(others, 1):
            drawn = self._draw(ctx, f"{row}.of_{self.names[j]}", self.streams[j], months)
            last = place == len(others)
            running = add(row if last else f"{row}.part_{place}", "mul_add", drawn, weights[j], running)
        return running

    def threshold(self, ctx: Lowering, event: str) -> str:
        """Row of the exponential variable at which the integrated hazard of an event strikes: −ln Φ(Z).

        The higher Z, the earlier the event: two events with a correlation above 0 come early together.
        """
        b, row, stream = ctx.b, f"{event}.threshold", f"{ctx.stream(event)}/exponential"
        if not self._before(event):
            return b.start(row, "draw_exponential", stream=stream)
        normal = self.normal(ctx, event, f"{event}.normal", stream)
        uniform = b.start(f"{event}.uniform", "normal_probability", normal)
        logarithm = b.start(f"{event}.log_uniform", "log", uniform)
        return b.start(row, "mul", logarithm, -1.0)

    def _before(self, name: str) -> list[int]:
        """Places of those before it in the file whose draws it reads as well."""
        at = self.names.index(name) if name in self.names else 0
        return [j for j in range(at) if self.factor[at][j] != 0.0]

    def _draw(self, ctx: Lowering, row: str, stream: str, months: Argument) -> str:
        if self.axis == "month":
            return ctx.b.month(row, "draw_normal", months, stream=stream)
        return ctx.b.start(row, "draw_normal", stream=stream)


def correlations_of(contract: Contract) -> dict[JointKind, dict[tuple[str, str], float]]:
    """Correlations of the market and of the contract by kind, each by the names of the two that it joins."""
    found: dict[JointKind, dict[tuple[str, str], float]] = {"motion": {}, "year": {}, "event": {}}
    everything = {**contract.market.factors, **contract.risks}
    for name, factor in everything.items():
        for first, second, value in factor.own_correlations():
            found["motion"][name_of(name, factor, first), name_of(name, factor, second)] = value.canonical
    for entry in (*contract.market.correlation, *contract.correlation):
        one, other = (mover_of(text, everything) for text in entry.of)
        found[one.kind][one.name, other.name] = entry.value.canonical
    return found


def joint_normals(contract: Contract, kind: JointKind, pairs: dict[tuple[str, str], float]) -> JointNormals:
    """The yearly levels, or the times of events, that some correlation joins."""
    joined = {name for pair in pairs for name in pair}
    names, streams = [], []
    for factor, what in {**contract.market.factors, **contract.risks}.items():
        owner = "" if factor in contract.market.factors else f"{contract.id}:"
        for component, own in what.joined.items():
            name = name_of(factor, what, component)
            if own == kind and name in joined:
                names.append(name)
                streams.append(f"{owner}{what.stream_of(factor, component)}")
    return JointNormals(
        tuple(names), tuple(streams), correlation_matrix(names, pairs), "month" if kind == "year" else "start"
    )
