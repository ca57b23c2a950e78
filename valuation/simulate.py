"""Runs a plan on many paths: chunks of blocks on a pool of threads, results written by index."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.errors import ValuationError
from valuation.kernel.arrays import BLOCK, RunArrays
from valuation.plan.assemble import Assembly

Floats = NDArray[np.float64]

CHUNK = 20 * BLOCK
"""Paths per unit of work. Any multiple of 256 gives the same numbers; small ones keep Ctrl-C and progress lively."""


@dataclass(frozen=True)
class Simulation:
    """What every path gave. Arrays are indexed [path] or [year, path]; sums over paths are taken per block, then in
    order."""

    paths: int
    seed: int
    dates: tuple[float, ...]
    years: tuple[int, ...]
    measure: dict[str, Floats]
    status: dict[str, NDArray[np.int8]]
    roots: dict[str, NDArray[np.int8]]
    final: dict[str, Floats]
    yearly: dict[str, Floats]
    cash_year: Floats
    count: dict[str, Floats]
    """Sums over paths of 0/1 rows at each year's end, [year]."""
    dated_cash: Floats
    """Sum over paths of the cash before tax by date, [date]."""
    dated_tax: Floats
    equity_dates: tuple[float, ...] = ()
    """Dates of the equity book; empty where the plan has no payment in it, as are the two below."""
    dated_equity: Floats = field(default_factory=lambda: np.zeros(0))
    """Sum over paths of the equity cash by equity date, [equity date]."""
    equity_year: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """Equity cash by calendar year of payment and path."""


def simulate(
    assembly: Assembly,
    *,
    paths: int,
    seed: int,
    threads: int | None = None,
    chunk: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Simulates ``paths`` paths of a plan.

    Parameters
    ----------
    seed : key of the generator, 0 … 2⁶⁴ − 1.
    threads : workers, all cores by default. Neither this nor ``chunk`` changes a bit of the result.
    chunk : paths per unit of work, rounded up to whole blocks of 256.
    progress : called with the number of paths finished so far.
    """
    from valuation.kernel.engine import simulate_blocks

    blocks = -(-paths // BLOCK)
    per_chunk = max(1, -(-(chunk or CHUNK) // BLOCK))
    run = _empty(assembly, paths, blocks)
    # one block first: the compiler, or the cache, is asked once and not by every worker
    simulate_blocks(assembly.arrays, np.uint64(seed), 0, 1, paths, run)
    done = 0
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        pending = {
            pool.submit(
                simulate_blocks, assembly.arrays, np.uint64(seed), first, min(per_chunk, blocks - first), paths, run
            ): first
            for first in range(0, blocks, per_chunk)
        }
        while pending:
            finished, _ = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in finished:
                first = pending.pop(future)
                future.result()
                done += min(per_chunk, blocks - first) * BLOCK
            if progress and finished:
                progress(min(done, paths))
    return _named(assembly, run, paths, seed)


@dataclass(frozen=True)
class Batch:
    """Consecutive whole blocks of a run, and the program that they run."""

    assembly: Assembly
    first_block: int
    blocks: int


class OtherShape(ValuationError):
    """A batch whose program has other outputs, or pays on other dates, than that of the run. ``batch``: its number."""

    def __init__(self, batch: int) -> None:
        self.batch = batch
        super().__init__(f"batch {batch} has other outputs or other dates of payment than the run")


def simulate_batches(
    first: Assembly,
    batches: Iterable[Batch],
    *,
    paths: int,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Simulates paths that run different numbers in one program: a path has the draws that it has in ``simulate``.

    Parameters
    ----------
    first : a program with the outputs and the dates of payment of all.
    batches : made one by one while the workers run those before; together every block of the run once.
    threads, progress : as of ``simulate``.

    Raises
    ------
    OtherShape : a batch that does not fit.
    """
    from valuation.kernel.engine import simulate_blocks

    run = _empty(first, paths, -(-paths // BLOCK))
    simulate_blocks(
        first.arrays, np.uint64(seed), 0, 1, paths, run
    )  # the compiler is asked once; batch 0 overwrites it
    done, key = 0, np.uint64(seed)
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        pending = []
        for number, batch in enumerate(batches):
            if _shape(batch.assembly) != _shape(first):
                raise OtherShape(number)
            arrays = batch.assembly.arrays
            pending.append(pool.submit(simulate_blocks, arrays, key, batch.first_block, batch.blocks, paths, run))
            done += batch.blocks * BLOCK
            if progress:
                progress(min(done, paths))
        for future in pending:
            future.result()
    return _named(first, run, paths, seed)


def _shape(assembly: Assembly) -> tuple[object, ...]:
    return (
        *(assembly.dates, assembly.equity_dates, assembly.years),
        *(assembly.measures, assembly.finals, assembly.yearly, assembly.counts),
    )


def _empty(assembly: Assembly, paths: int, blocks: int) -> RunArrays:
    measures, years, dates = len(assembly.measures), len(assembly.years), len(assembly.dates)
    return RunArrays(
        measure=np.zeros((measures, paths)),
        status=np.zeros((measures, paths), np.int8),
        roots=np.zeros((measures, paths), np.int8),
        final=np.zeros((len(assembly.finals), paths)),
        yearly=np.zeros((len(assembly.yearly), years, paths)),
        cash_year=np.zeros((years, paths)),
        count_sum=np.zeros((blocks, len(assembly.counts), years)),
        dated_sum=np.zeros((blocks, 2, dates)),
        equity_year=np.zeros((years if assembly.equity_dates else 0, paths)),
        equity_sum=np.zeros((blocks, len(assembly.equity_dates))),
    )


def _named(assembly: Assembly, run: RunArrays, paths: int, seed: int) -> Simulation:
    if not (np.isfinite(run.dated_sum).all() and np.isfinite(run.equity_sum).all()):
        raise ValuationError(
            "the cash of some paths is no finite number: a price, an index or a rate of exchange grows beyond all "
            "bounds; is a volatility too large, or a reversion too small? 'valuate check' warns of those it finds"
        )
    counts, dated = _in_order(run.count_sum), _in_order(run.dated_sum)
    return Simulation(
        paths=paths,
        seed=seed,
        dates=assembly.dates,
        years=assembly.years,
        measure=_by_name(assembly.measures, run.measure),
        status=_by_name(assembly.measures, run.status),
        roots=_by_name(assembly.measures, run.roots),
        final=_by_name(assembly.finals, run.final),
        yearly=_by_name(assembly.yearly, run.yearly),
        cash_year=run.cash_year,
        count=_by_name(assembly.counts, counts),
        dated_cash=dated[0],
        dated_tax=dated[1],
        equity_dates=assembly.equity_dates,
        dated_equity=_in_order(run.equity_sum),
        equity_year=run.equity_year,
    )


def _in_order(blocks: Floats) -> Floats:
    """Sum over blocks, one after the other: the order, and so the last bit, does not depend on how they were
    computed."""
    total = np.zeros(blocks.shape[1:])
    for block in blocks:
        total += block
    return total


def _by_name(names: tuple[str, ...], array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    return {name: array[place] for place, name in enumerate(names)}
