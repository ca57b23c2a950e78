"""On random plans the kernel gives what the independent NumPy interpreter gives, from draws of an independent
generator.

The tolerance is 1e-12 of the sum of absolute values of the terms that a number is made of (``rounding_terms.py``).
A path may part only where a comparison that decides something was closer than 1e-9 of its own terms, so that rounding
decides it; that may happen on 0.1 % of the paths, and every one that parts must have such a comparison.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from valuation.kernel.arrays import PlanArrays
from valuation.plan.assemble import assemble
from valuation.plan.model import Measure, Plan
from valuation.plan.reference import ReferenceRun, reference_run
from valuation.plan.text import parse_program, program_text
from valuation.simulate import Simulation, simulate

PATHS = 300
TOLERANCE = 1e-12
ALLOWED = 0.001
MOST_HANGING = 0.05
"""Share of the numbers that may hang on a close decision at all: some plans hold amounts that are equal by their
making, such as a + b − a against b."""


@dataclass
class Compared:
    """Paths on which something differs by more than the tolerance, those of them on which it hangs on no close
    decision, and what differs."""

    differing: np.ndarray = field(default_factory=lambda: np.zeros(PATHS, bool))
    unexplained: np.ndarray = field(default_factory=lambda: np.zeros(PATHS, bool))
    names: set[str] = field(default_factory=set)

    def hold(self, name: str, good: np.ndarray, hangs: np.ndarray) -> None:
        """Note the paths [..., n] that are not good, and whether the number ``hangs`` on a close decision there."""
        if not good.all():
            self.names.add(name)
            self.differing |= ~good.reshape(-1, PATHS).all(axis=0)
            self.unexplained |= (~good & ~hangs).reshape(-1, PATHS).any(axis=0)


class ValuesAlone:
    """A number's terms are at least as large as the number: where that bound is enough, as on two plans of three, the
    terms themselves need not be worked out. Nothing is forgiven."""

    def __init__(self, reference: ReferenceRun) -> None:
        self.reference = reference

    def months_of(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Size of a row [T, n]."""
        return _forgiving_nothing(self.reference.values[name])

    @property
    def equity(self) -> dict[float, tuple[np.ndarray, np.ndarray]]:
        """Size of the equity cash by date [n]."""
        run = self.reference
        return {date: _forgiving_nothing(flows) for date, flows in zip(run.equity_dates, run.equity, strict=True)}

    @property
    def books(self) -> dict[float, tuple[np.ndarray, np.ndarray]]:
        """Size of the cash by date [2, n]."""
        run = self.reference
        flows = zip(run.dates, run.cash, run.tax, strict=True)
        return {date: _forgiving_nothing(np.array([cash, tax])) for date, cash, tax in flows}

    def measure(self, item: Measure) -> tuple[np.ndarray, np.ndarray]:
        """Size of a present value or a rate of return [n]."""
        return _forgiving_nothing(self.reference.measure[item.name])


def _forgiving_nothing(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.abs(values), np.zeros(np.shape(values), bool)


def _ends(plan: Plan) -> list[int]:
    """Months in which a year's records are taken."""
    return [t for t in range(plan.months) if (plan.first_month + t) % 12 == 11 or t == plan.months - 1]


def _year(date: float) -> int:
    return int(str(np.datetime64("1899-12-30") + np.timedelta64(int(date), "D"))[:4])


def _numbers(
    plan: Plan, run: Simulation, reference: ReferenceRun, rounding: Any
) -> Iterator[tuple[str, np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]]:
    """Everything that the kernel gives by path: name, its value, the reference's, terms and where it hangs on a close
    decision."""
    ends = _ends(plan)
    for record in plan.records:
        terms, hangs = rounding.months_of(record.row)
        if record.kind == "final":
            yield f"final/{record.name}", run.final[record.name], reference.final[record.name], (terms[-1], hangs[-1])
        elif record.kind == "yearly":
            kernel = run.yearly[record.name][: len(ends)]
            yield f"yearly/{record.name}", kernel, reference.yearly[record.name], (terms[ends], hangs[ends])
    for measure in plan.measures:
        name = measure.name
        yield f"measure/{name}", run.measure[name], reference.measure[name], rounding.measure(measure)
    for k, year in enumerate(run.years):
        books = [book for date, book in rounding.books.items() if _year(date) == year]
        terms = np.sum([terms.sum(axis=0) for terms, _ in books] or [np.zeros(PATHS)], axis=0)
        hangs = np.any([hangs.any(axis=0) for _, hangs in books] or [np.zeros(PATHS, bool)], axis=0)
        yield f"cash/{year}", run.cash_year[k], reference.cash_year.get(year, np.zeros(PATHS)), (terms, hangs)
        if run.equity_dates:
            flows = [flows for date, flows in rounding.equity.items() if _year(date) == year]
            terms = np.sum([terms for terms, _ in flows] or [np.zeros(PATHS)], axis=0)
            hangs = np.any([hangs for _, hangs in flows] or [np.zeros(PATHS, bool)], axis=0)
            expected = reference.equity_year.get(year, np.zeros(PATHS))
            yield f"equity/{year}", run.equity_year[k], expected, (terms, hangs)


def _compare(plan: Plan, run: Simulation, reference: ReferenceRun, rounding: Any) -> Compared:
    result = Compared()
    for name, kernel, expected, (terms, hangs) in _numbers(plan, run, reference, rounding):
        with np.errstate(invalid="ignore"):
            same = (np.abs(kernel - expected) <= TOLERANCE * terms) | (kernel == expected)
        result.hold(name, same | (np.isnan(kernel) & np.isnan(expected)), hangs)
    for item in plan.measures:
        same = run.status[item.name] == reference.status[item.name]
        result.hold(f"status/{item.name}", same, rounding.measure(item)[1])
    return result


def _sums_apart(plan: Plan, run: Simulation, reference: ReferenceRun, rounding: Any) -> list[str]:
    """Sums over paths that do not agree: by date before and after tax, and of the counted rows at each year's end."""
    apart: list[str] = []
    ends = _ends(plan)
    for record in plan.records:
        if record.kind == "yearly_sum":
            expected, kernel = reference.yearly[record.name].sum(axis=1), run.count[record.name][: len(ends)]
            terms = rounding.months_of(record.row)[0][ends].sum(axis=1)
            same = (np.abs(kernel - expected) <= TOLERANCE * terms) | (np.isnan(kernel) & np.isnan(expected))
            apart += [] if same.all() else [record.name]
    row = {date: k for k, date in enumerate(reference.dates)}
    books = rounding.books
    for k, date in enumerate(run.dates):
        terms = books[date][0].sum(axis=1)
        for book, (kernel, flows) in enumerate(((run.dated_cash, reference.cash), (run.dated_tax, reference.tax))):
            off = abs(kernel[k] - flows[row[date]].sum())
            apart += [] if off <= TOLERANCE * terms[book] else [f"{('cash', 'tax')[book]} on {date}"]
    row = {date: k for k, date in enumerate(reference.equity_dates)}
    equity = rounding.equity
    for k, date in enumerate(run.equity_dates):
        off = abs(run.dated_equity[k] - reference.equity[row[date]].sum())
        apart += [] if off <= TOLERANCE * equity[date][0].sum() else [f"equity on {date}"]
    return apart


def _one(seed: int, factory: ModuleType, draws: ModuleType, rounding: ModuleType) -> Compared:
    plan = factory.random_plan(seed)
    assert parse_program(program_text(plan)).digest == plan.digest
    run = simulate(assemble(plan), paths=PATHS, seed=seed, threads=1)
    reference = reference_run(plan, {}, draws.plan_draws(plan, seed, PATHS))
    terms: Any = ValuesAlone(reference)
    compared = _compare(plan, run, reference, terms)
    if compared.differing.any():
        terms = rounding.Rounding(plan, reference, PATHS)
        compared = _compare(plan, run, reference, terms)
    if not compared.differing.any():
        apart = _sums_apart(plan, run, reference, terms)
        if apart and isinstance(terms, ValuesAlone):  # sums of nothing but rounding: their terms are larger than they
            apart = _sums_apart(plan, run, reference, rounding.Rounding(plan, reference, PATHS))
        assert not apart, f"plan {seed}: {apart}"
    return compared


def _hold(seeds: range, factory: ModuleType, draws: ModuleType, rounding: ModuleType) -> None:
    found = {seed: _one(seed, factory, draws, rounding) for seed in seeds}
    differing = {seed: (int(c.differing.sum()), sorted(c.names)) for seed, c in found.items() if c.differing.any()}
    unexplained = [seed for seed, c in found.items() if c.unexplained.any()]
    assert not unexplained, f"numbers part on which no close decision has any bearing: {differing}"
    paths = sum(count for count, _ in differing.values())
    print(f"{len(seeds)} plans of {PATHS} paths: {paths} paths differ, each by a close decision, {differing}")
    assert paths <= ALLOWED * PATHS * len(seeds), differing


MANY = int(os.environ.get("RANDOM_PLANS", "500"))
"""Plans that are compared; the environment may ask for more."""


@pytest.mark.slow
def test_kernel_equals_reference_on_many_plans(
    random_plan_factory: ModuleType, independent_draws: ModuleType, rounding_terms: ModuleType
) -> None:
    _hold(range(1000, 1000 + MANY), random_plan_factory, independent_draws, rounding_terms)


def _broken(
    wrong: Callable[[PlanArrays], PlanArrays], factory: ModuleType, draws: ModuleType, rounding: ModuleType
) -> Compared:
    """A plan whose arrays were spoiled after their assembly, against the reference."""
    plan = factory.random_plan(8)  # none of its comparisons is of two numbers that are equal by construction
    assembly = assemble(plan)
    run = simulate(replace(assembly, arrays=wrong(assembly.arrays)), paths=PATHS, seed=8, threads=1)
    reference = reference_run(plan, {}, draws.plan_draws(plan, 8, PATHS))
    return _compare(plan, run, reference, rounding.Rounding(plan, reference, PATHS))


def test_the_comparison_sees_a_small_error(
    random_plan_factory: ModuleType, independent_draws: ModuleType, rounding_terms: ModuleType
) -> None:
    """Constants off by 1e-11 of themselves must be found on most paths, or the tolerance means nothing."""

    def off(arrays: PlanArrays) -> PlanArrays:
        return arrays._replace(opening=arrays.opening * (1.0 + 1e-11))

    compared = _broken(off, random_plan_factory, independent_draws, rounding_terms)
    assert compared.differing.mean() > 0.9 and compared.unexplained.mean() > 0.9


def test_a_payment_of_the_wrong_sign_is_not_excused(
    random_plan_factory: ModuleType, independent_draws: ModuleType, rounding_terms: ModuleType
) -> None:
    def turned(arrays: PlanArrays) -> PlanArrays:
        return arrays._replace(pay_sign=-arrays.pay_sign)

    compared = _broken(turned, random_plan_factory, independent_draws, rounding_terms)
    assert compared.unexplained.all() and any(name.startswith("cash/") for name in compared.names)


def test_few_numbers_have_an_excuse(
    random_plan_factory: ModuleType, independent_draws: ModuleType, rounding_terms: ModuleType
) -> None:
    """Or the allowance would excuse a fault."""
    numbers = hanging = 0
    for seed in range(1100, 1115):
        plan = random_plan_factory.random_plan(seed)
        reference = reference_run(plan, {}, independent_draws.plan_draws(plan, seed, PATHS))
        rounding = rounding_terms.Rounding(plan, reference, PATHS)
        for record in plan.records:
            hangs = rounding.months_of(record.row)[1]
            numbers, hanging = numbers + hangs.size, hanging + int(hangs.sum())
    assert 0 < hanging <= MOST_HANGING * numbers
