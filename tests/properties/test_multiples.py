"""Modified rate of return, multiple of invested capital and payback of every path: the kernel gives what the finance
functions give on the dated cash of the independent interpreter."""

from dataclasses import replace
from datetime import date
from types import ModuleType

import numpy as np
import pytest

from valuation import timeline
from valuation.finance import discounted_payback, mirr, moic, payback
from valuation.plan.assemble import assemble
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import once
from valuation.plan.model import Measure, Plan
from valuation.plan.reference import RESIDUE, ReferenceRun, reference_run
from valuation.simulate import simulate

VALUATION = timeline.serial(date(2026, 6, 30))
MONTHS, PATHS = 30, 300
LOW, HIGH = 0.04, 0.11
BOOKS = ("cash", "all", "equity")
MEASURES = tuple(
    measure
    for book in BOOKS
    for measure in (
        Measure(f"mirr_{book}", "mirr", book, "low", "high"),
        Measure(f"moic_{book}", "moic", book),
        Measure(f"payback_{book}", "payback", book),
        Measure(f"discounted_{book}", "payback", book, "high"),
    )
)


def _plan() -> Plan:
    """An outlay at first and now and then another, rent on lucky paths, tax later; most of the rent goes to owners."""
    b = PlanBuilder(2026 * 12 + 5, MONTHS, 0, VALUATION)
    b.input("low", LOW, "%/year")
    b.input("high", HIGH, "%/year")
    b.month("t", "sum", "t.prev", 1.0, opening=-1.0)
    b.month("end", "month_end", float(b.first_month), "t", unit="date")
    b.month("u", "draw_uniform", 1.0, stream="test/u")
    b.start("luck", "draw_uniform", stream="test/luck")
    b.month("first", "equal", "t", 1.0)
    b.month("extra", "above", "u", 0.93)
    b.month("size", "sum", "first", "extra")
    b.month("outlay", "mul", "size", 2.0)
    b.month("lives", "below", "u", "luck")
    b.month("rent", "prod", "lives", "u", 0.9)
    b.month("tax", "mul", "rent", 0.2)
    b.month("tax_day", "add_days", "end", 40.0, unit="date")
    b.month("owners_day", "add_days", "end", 3.0, unit="date")
    b.month("distributed", "mul", "rent", 1.5)
    b.pay("outlay", "end", -1)
    b.pay("rent", "end", 1)
    b.pay("tax", "tax_day", -1, "tax")
    b.pay("distributed", "owners_day", 1, "equity")
    b.pay("outlay", "owners_day", -1, "equity")
    b.measures += MEASURES
    return b.build("plan", "host")


def _by_finance(measure: Measure, run: ReferenceRun) -> np.ndarray:
    """A measure of every path, of the flows that are there."""
    dates = run.equity_dates if measure.book == "equity" else run.dates
    every = {"cash": run.cash, "all": run.cash + run.tax, "equity": run.equity}[measure.book]
    years = (np.array(dates) - VALUATION) / 365.0
    found = []
    for flows in every.T:
        there = np.abs(flows) > RESIDUE * np.abs(flows).sum()
        flow, when = (flows[there], years[there]) if there.any() else (np.zeros(1), years[:1])
        if measure.kind == "mirr":
            found.append(mirr(flow, LOW, HIGH, when))
        elif measure.kind == "moic":
            found.append(moic(flow))
        else:
            found.append(discounted_payback(HIGH, flow, when) if measure.rate else payback(flow, when))
    return np.array(found)


def test_every_path_has_what_the_finance_functions_give(independent_draws: ModuleType) -> None:
    plan = _plan()
    run = simulate(assemble(plan), paths=PATHS, seed=4, threads=1)
    known = once(plan)
    reference = reference_run(plan, {**known.scalar, **known.month}, independent_draws.plan_draws(plan, 4, PATHS))
    defined = {}
    for measure in MEASURES:
        expected, got = _by_finance(measure, reference), run.measure[measure.name]
        assert np.array_equal(np.isnan(got), np.isnan(expected)), measure.name
        np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12, err_msg=measure.name)
        assert (run.status[measure.name] == 0).all() and (run.roots[measure.name] == 0).all()
        defined[measure.name] = np.isfinite(expected).mean()
    assert all(0.1 < share < 0.95 for name, share in defined.items() if "back" in name or "disc" in name), defined


def test_threads_chunks_and_company_move_no_bit() -> None:
    plan = _plan()
    one = simulate(assemble(plan), paths=1000, seed=4, threads=1, chunk=99_999).measure
    two = simulate(assemble(plan), paths=1000, seed=4, threads=2, chunk=1).measure
    for measure in MEASURES:
        assert np.array_equal(one[measure.name], two[measure.name], equal_nan=True)
        alone = simulate(assemble(replace(plan, measures=(measure,))), paths=300, seed=4, threads=1).measure
        assert np.array_equal(one[measure.name][:300], alone[measure.name], equal_nan=True)


@pytest.mark.parametrize("kind", ["mirr", "moic", "payback"])
def test_a_book_without_a_payment_has_no_measure(kind: str) -> None:
    measure = next(item for item in MEASURES if item.kind == kind and item.book == "equity")
    plan = replace(_plan(), measures=(measure,))
    plan = replace(plan, payments=tuple(p for p in plan.payments if p.book != "equity"))
    assert np.isnan(simulate(assemble(plan), paths=10, seed=4, threads=1).measure[measure.name]).all()
