"""On random plans the kernel gives what the independent NumPy interpreter gives, from draws of an independent
generator.

The tolerance is 1e-12 of the sum of absolute values of the terms that a number is made of. That sum is measured: the
reference runs again with a noise of 1e-9 on every value it computes, and what comes out moves by at most 1e-9 of it.
Where a comparison is decided within that noise (two amounts equal but for rounding) the two may part; this may happen
on 0.1 % of the paths.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
import pytest

from valuation.plan.assemble import assemble
from valuation.plan.model import Plan
from valuation.plan.reference import ReferenceRun, reference_run
from valuation.plan.text import parse_program, program_text
from valuation.simulate import Simulation, simulate

PATHS = 300
NOISE = 1e-9
TOLERANCE = 1e-12
ALLOWED = 0.001


@dataclass
class Compared:
    """Paths on which anything differs by more than the tolerance, and where."""

    differing: np.ndarray
    names: set[str]


def _pairs(plan: Plan, run: Simulation, ends: int) -> Iterator[tuple[str, np.ndarray]]:
    """Everything that the kernel gives by path."""
    for record in plan.records:
        if record.kind == "final":
            yield f"final/{record.name}", run.final[record.name]
        elif record.kind == "yearly":
            yield f"yearly/{record.name}", run.yearly[record.name][:ends]
    for measure in plan.measures:
        yield f"measure/{measure.name}", run.measure[measure.name]
    yield "cash", run.cash_year


def _of_reference(key: str, reference: ReferenceRun, years: tuple[int, ...], paths: int) -> np.ndarray:
    kind, _, name = key.partition("/")
    if kind == "cash":
        return np.array([reference.cash_year.get(year, np.zeros(paths)) for year in years])
    return {"final": reference.final, "yearly": reference.yearly, "measure": reference.measure}[kind][name]


def _compare(plan: Plan, run: Simulation, twice: ReferenceRun) -> Compared:
    """``twice``: the paths without noise, then with it."""
    result = Compared(np.zeros(PATHS, bool), set())
    ends = next(iter(twice.yearly.values())).shape[0]
    for key, kernel in _pairs(plan, run, ends):
        both = _of_reference(key, twice, run.years, 2 * PATHS)
        expected, noisy = both[..., :PATHS], both[..., PATHS:]
        with np.errstate(invalid="ignore"):
            terms = np.fmax(np.abs(expected), np.abs(noisy - expected) / NOISE)
            good = (np.abs(kernel - expected) <= TOLERANCE * terms) | (np.isnan(kernel) & np.isnan(expected))
        if not good.all():
            result.names.add(key)
            result.differing |= ~good.reshape(-1, PATHS).all(axis=0)
    for measure in plan.measures:
        differs = run.status[measure.name] != twice.status[measure.name][:PATHS]
        result.differing |= differs
        if differs.any():
            result.names.add(f"status/{measure.name}")
    return result


def _sums_hold(plan: Plan, run: Simulation, twice: ReferenceRun) -> None:
    """Sums over paths: by date before and after tax, and of the counted rows at each year's end."""
    ends = next(iter(twice.yearly.values())).shape[0]
    for record in plan.records:
        if record.kind == "yearly_sum":
            values, kernel = twice.yearly[record.name][:, :PATHS], run.count[record.name][:ends]
            expected, size = values.sum(axis=1), np.abs(values).sum(axis=1)
            held = np.abs(kernel - expected) <= 1e-9 * (size + 1.0)
            assert np.all(held | ~np.isfinite(expected) | (np.isnan(kernel) & np.isnan(expected))), record.name
    row = {date: k for k, date in enumerate(twice.dates)}
    for k, date in enumerate(run.dates):
        for kernel, book in ((run.dated_cash, twice.cash), (run.dated_tax, twice.tax)):
            expected = book[row[date], :PATHS]
            assert abs(kernel[k] - expected.sum()) <= 1e-9 * (np.abs(expected).sum() + 1.0)


def _twice(plan: Plan, seed: int, draws: ModuleType) -> ReferenceRun:
    """The reference on the plan's paths, then on the same paths with a noise on every value."""
    drawn = draws.plan_draws(plan, seed, PATHS)
    numbers = np.random.default_rng(seed)

    def nudge(values: np.ndarray) -> np.ndarray:
        noise = 1.0 + NOISE * numbers.uniform(-1.0, 1.0, PATHS)
        return values * np.concatenate([np.ones(PATHS), noise])

    return reference_run(plan, {}, {name: np.concatenate([d, d], axis=-1) for name, d in drawn.items()}, nudge)


def _one(seed: int, factory: ModuleType, draws: ModuleType) -> Compared:
    plan = factory.random_plan(seed)
    assert parse_program(program_text(plan)).digest == plan.digest
    run = simulate(assemble(plan), paths=PATHS, seed=seed, threads=1)
    twice = _twice(plan, seed, draws)
    compared = _compare(plan, run, twice)
    if not compared.differing.any():
        _sums_hold(plan, run, twice)
    return compared


def _hold(seeds: range, factory: ModuleType, draws: ModuleType) -> None:
    found = {seed: _one(seed, factory, draws) for seed in seeds}
    differing = {seed: (int(c.differing.sum()), sorted(c.names)) for seed, c in found.items() if c.differing.any()}
    share = sum(count for count, _ in differing.values()) / (PATHS * len(seeds))
    assert share <= ALLOWED, differing


def test_kernel_equals_reference_on_200_plans(random_plan_factory: ModuleType, independent_draws: ModuleType) -> None:
    _hold(range(200), random_plan_factory, independent_draws)


@pytest.mark.slow
def test_kernel_equals_reference_on_2000_plans(random_plan_factory: ModuleType, independent_draws: ModuleType) -> None:
    _hold(range(1000, 3000), random_plan_factory, independent_draws)


def test_the_comparison_sees_a_small_error(random_plan_factory: ModuleType, independent_draws: ModuleType) -> None:
    """Constants off by 1e-9 of themselves must be found on most paths, or the tolerance means nothing."""
    plan = random_plan_factory.random_plan(7)
    assembly = assemble(plan)
    wrong = assembly.arrays._replace(opening=assembly.arrays.opening * (1.0 + 1e-9))
    run = simulate(replace(assembly, arrays=wrong), paths=PATHS, seed=7, threads=1)
    assert _compare(plan, run, _twice(plan, 7, independent_draws)).differing.mean() > 0.9
