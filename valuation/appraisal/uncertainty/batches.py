"""The paths of a run in batches, each with parameters of its own: lowered one after the other, simulated together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valuation.appraisal.uncertainty.draws import Uncertain
from valuation.errors import ValuationError
from valuation.kernel.arrays import BLOCK
from valuation.plan.assemble import Assembly, assemble
from valuation.plan.evaluate import Once
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.simulate import Batch, OtherShape, Simulation, simulate_batches
from valuation.spec.load import Source

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

FEWEST_DRAWS = 10
"""Draws below which a standard deviation over them says little."""

MEASURES, RECORDS = ("npv", "irr"), ("margin",)
"""What is looked at with drawn parameters."""


class CannotDraw(ValuationError):
    """A contract whose parameters cannot be drawn, or that does not hold with some that were."""


@dataclass(frozen=True)
class Drawing:
    """A contract with the values of its estimates by draw.

    Parameters
    ----------
    contract, view, plan : as they are valued with the stated values.
    uncertain : the estimates, P of them.
    values : by draw and estimate, in the estimates' units, shape [B, P].
    """

    contract: Contract
    view: str
    plan: Plan
    uncertain: tuple[Uncertain, ...]
    values: Sequence[Sequence[float]]


def batch_bounds(paths: int, draws: int) -> tuple[tuple[int, int], ...]:
    """First path of each batch and the one behind its last: whole blocks of 256 paths, as equal as can be.

    Raises
    ------
    CannotDraw : fewer than ten whole blocks, or fewer than ten draws asked for.
    """
    count = min(draws, paths // BLOCK)
    if count < FEWEST_DRAWS:
        raise CannotDraw(
            f"{paths} paths in {draws} draws of the parameters: expected at least {FEWEST_DRAWS} draws, and "
            f"{BLOCK} paths for each, which is {FEWEST_DRAWS * BLOCK} paths"
        )
    blocks = -(-paths // BLOCK)
    edges = [number * blocks // count for number in range(count + 1)]
    return tuple((first * BLOCK, min(end * BLOCK, paths)) for first, end in zip(edges, edges[1:], strict=False))


def simulate_drawn(
    drawing: Drawing,
    bounds: Sequence[tuple[int, int]],
    *,
    seed: int,
    threads: int | None,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Simulates every batch with its values; loans stay as they are sized with the stated ones.

    Raises
    ------
    CannotDraw : a contract that does not hold with the values of a draw; it names them.
    """
    lean = _lean(drawing.plan)
    known = Once.of(lean)
    source = Source.read(drawing.contract.source_file)

    def made() -> Iterator[Batch]:
        for draw, (first, end) in enumerate(bounds):
            try:
                assembly = _assembly(source, drawing, dict(enumerate(drawing.values[draw])), known)
            except (ValuationError, ArithmeticError) as error:
                raise _refused(source, drawing, draw, known, error) from error
            yield Batch(assembly, first // BLOCK, -(-(end - first) // BLOCK))

    try:
        return simulate_batches(
            assemble(lean, known.values), made(), paths=bounds[-1][1], seed=seed, threads=threads, progress=progress
        )
    except OtherShape as error:
        values = _values(drawing, error.batch)
        raise CannotDraw(
            f"draw {error.batch} of the parameters moves a date of payment or what is reported: {values}"
        ) from None


def _lean(plan: Plan) -> Plan:
    """The plan with the outputs that are looked at."""
    return replace(
        plan,
        measures=tuple(one for one in plan.measures if one.name in MEASURES),
        records=tuple(one for one in plan.records if one.name in RECORDS),
        payments=plan.project_payments,
    )


def _assembly(source: Source, drawing: Drawing, values: dict[int, float], known: Once) -> Assembly:
    """The program with values of some estimates, by their place; the others as stated."""
    contract = drawing.contract
    settings = [drawing.uncertain[place].setting(value) for place, value in values.items()]
    drawn = source.contract(contract.scenario, (*contract.overrides, *settings), drawing.view)
    plan = _lean(resolve(drawn, view=drawing.view, debt=drawing.plan.solved))
    return assemble(plan, known.again(plan))


def _refused(
    source: Source, drawing: Drawing, draw: int, known: Once, error: ValuationError | ArithmeticError
) -> CannotDraw:
    """Which of the values of a draw the contract does not take: those that fail alone, else all together."""
    alone = []
    for place, value in enumerate(drawing.values[draw]):
        try:
            _assembly(source, drawing, {place: value}, known)
        except (ValuationError, ArithmeticError):
            alone.append(place)
    why = str(error).splitlines()[0] if str(error) else type(error).__name__
    return CannotDraw(f"draw {draw} of the parameters cannot be valued with {_values(drawing, draw, alone)}: {why}")


def _values(drawing: Drawing, draw: int, places: Sequence[int] = ()) -> str:
    shown = places or range(len(drawing.uncertain))
    of_draw = drawing.values[draw]
    return ", ".join(
        f"{drawing.uncertain[at].quantity.path} = {of_draw[at]:.6g} {drawing.uncertain[at].quantity.unit}".rstrip()
        for at in shown
    )
