"""Leaving out what nobody reads changes no number: on random plans and on contracts that ship, against the same plans
with every op in every month. And what is left out, on plans small enough to say it by hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from valuation import timeline
from valuation.kernel.opcodes import CODES, NEVER, OPS
from valuation.kernel.twin import TWINS
from valuation.plan import assemble as assembling
from valuation.plan.builder import PlanBuilder
from valuation.plan.foreseen import MASKS
from valuation.plan.model import Measure, Plan, Record
from valuation.plan.months_needed import Needed, months_needed
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
FIRST = 2026 * 12 + 6
MONTHS = 12
SHIPPED = ("examples/project-finance.yaml", "examples/phased-construction.yaml", "examples/outages.yaml")


def _always(plan, rows, cold, pay) -> Needed:
    """Every row in every month."""
    found = months_needed(plan, rows, cold, pay)
    every = (1 << plan.months) - 1
    return Needed(dict.fromkeys(found.rows, every), dict.fromkeys(found.before, every))


def _results(plan: Plan, everything: bool = False) -> dict[str, np.ndarray]:
    with pytest.MonkeyPatch.context() as patch:
        if everything:
            patch.setattr(assembling, "months_needed", _always)
        made = assembling.assemble(plan)
    run = simulate(made, paths=256, seed=3, threads=1)
    parts = {"measure": run.measure, "status": run.status, "final": run.final, "yearly": run.yearly, "n": run.count}
    found = {f"{part}.{name}": value for part, named in parts.items() for name, value in named.items()}
    dated = {"cash": run.dated_cash, "tax": run.dated_tax, "equity": run.dated_equity, "year": run.cash_year}
    return {**found, **dated, "computed": made.arrays.code_on}


def _the_same(plan: Plan) -> float:
    """Holds the two runs against each other, −0 as 0; returns the part of the ops that is left."""
    some, every = _results(plan), _results(plan, everything=True)
    computed, full = some.pop("computed"), every.pop("computed")
    for name, value in every.items():
        assert np.array_equal(some[name], value, equal_nan=True), name
    assert full.all()
    return float(computed.mean()) if computed.size else 1.0


@pytest.mark.slow
def test_random_plans(random_plan_factory):
    left = [_the_same(random_plan_factory.random_plan(seed)) for seed in range(2000, 2060)]
    assert min(left) < 0.8


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_contracts_that_ship(name):
    assert _the_same(resolve(load(CONTRACTS / name))) < 0.9


@pytest.mark.parametrize(("name", "place"), [(name, place) for name, places in MASKS.items() for place in places])
def test_one_operand_of_0_settles_the_result(name, place):
    """Whatever the others are, as far as they are numbers; the sign of the 0 is free."""
    numbers = np.random.default_rng(CODES[name])
    for _ in range(50):
        operands = (numbers.standard_normal(len(OPS[name].operands)) * 10.0 ** numbers.integers(-3, 9)).tolist()
        operands[place] = 0.0
        assert TWINS[name](*operands) == (NEVER if name == "cover" else 0.0)


@pytest.fixture
def b():
    made = PlanBuilder(FIRST, MONTHS, 0, timeline.serial(date(2026, 6, 30)))
    made.month("t", "sum", "t.prev", 1.0, opening=-1.0)
    made.month("end", "month_end", float(FIRST), "t", unit="date")
    made.month("every_fourth", "every", "t", 4.0)
    made.month("late", "above", "t", 7.5)
    made.month("z", "draw_normal", 1.0, stream="test/z")
    return made


def computed(b, *finals):
    """Months in which each op runs, by op, and in which something is drawn; the plan gives the same without leaving
    anything out."""
    b.records += [Record(name, name, "final") for name in finals]
    plan = b.build("plan", "host")
    _the_same(plan)
    arrays = assembling.assemble(plan).arrays
    names = {code: name for name, code in CODES.items()}
    ops = [(names[code], np.flatnonzero(on).tolist()) for code, on in zip(arrays.code, arrays.code_on, strict=True)]
    return ops, [np.flatnonzero(on).tolist() for on in arrays.draw_on]


def test_what_is_read_once_is_computed_once(b):
    b.month("twice", "add", "z", "z")
    b.month("of_it", "exp", "twice")
    assert computed(b, "of_it") == ([("add", [11]), ("exp", [11])], [[11]])


def test_a_sum_of_all_months_needs_them_all(b):
    b.month("so_far", "add", "so_far.prev", "z")
    assert computed(b, "so_far") == ([("add", [*range(12)])], [[*range(12)]])


def test_what_a_flag_makes_0_is_written_once_and_what_it_would_read_is_left_out(b):
    """The flag is 1 in months 4 and 8: before, between and after them the 0 is written where something reads it."""
    b.month("large", "exp", "z")
    b.month("on_dates", "mul", "every_fourth", "large")
    b.month("shifted", "add", "on_dates", "t")
    b.month("so_far", "add", "so_far.prev", "shifted")
    ops, drawn = computed(b, "so_far")
    assert ops[:2] == [("exp", [4, 8]), ("mul", [0, 4, 5, 8, 9])]
    assert drawn == [[4, 8]]


def test_a_value_of_months_before_is_computed_in_its_own_month(b):
    b.month("large", "exp", "z")
    b.month("then", "mul", "every_fourth", "large.prev3")
    b.month("so_far", "add", "so_far.prev", "then")
    ops, drawn = computed(b, "so_far")
    assert ops[0] == ("exp", [1, 5]) and drawn == [[1, 5]]


def test_a_row_that_keeps_its_value_is_not_computed(b):
    """What is chosen on dates, the largest so far of what is 0 between them, and what is made of such rows alone."""
    b.month("chosen", "select", "every_fourth", "z", "chosen.prev")
    b.month("on_dates", "mul", "every_fourth", "z")
    b.month("largest", "higher_of", "largest.prev", "on_dates")
    b.month("both", "add", "chosen", "largest")
    b.month("so_far", "add", "so_far.prev", "both")
    ops, drawn = computed(b, "so_far")
    by_op = dict(ops)
    assert by_op["select"] == [0, 4, 8]
    assert by_op["higher_of"] == [0, 4, 5, 8, 9]
    assert ("add", [0, 4, 5, 8, 9]) in ops and drawn == [[4, 8]]


def test_dates_of_payments_are_needed_and_their_other_months_are_not(b):
    b.month("dates", "date_if", "every_fourth", "end", unit="date")
    b.input("rate", 0.08, "1/year")
    b.scalar("discount", "convert", "rate", 1.0, unit="1/year")
    b.month("large", "exp", "z", unit="")
    b.pay("large", "dates", 1)
    b.measures.append(Measure("npv", "npv", "cash", "discount"))
    assert computed(b) == ([("exp", [4, 8])], [[4, 8]])


def test_0_times_what_may_be_no_number_is_not_taken_for_0(b):
    b.month("share", "ratio", "z", "z")
    b.month("masked", "mul", "late", "share")
    b.month("so_far", "add", "so_far.prev", "masked")
    ops, _ = computed(b, "so_far")
    assert ops[0] == ("ratio", [*range(12)])
