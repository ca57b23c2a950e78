"""The equity book: what owners pay in and get out, on a calendar of its own, measured alone."""

from datetime import date

import numpy as np
import pytest

from valuation import timeline
from valuation.appraisal.digest import result_digest
from valuation.appraisal.flows import base_equity_flows, base_flows, mean_equity_flows, mean_flows
from valuation.finance import xirr_status
from valuation.plan.assemble import assemble
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import base_case, once
from valuation.plan.join import join
from valuation.plan.model import Measure, Record
from valuation.plan.reference import reference_run
from valuation.plan.text import parse_program, program_text
from valuation.simulate import simulate

VALUATION = timeline.serial(date(2026, 6, 30))
MONTHS = 40
PROJECT = ("npv", "irr")


def venture(equity=True, project=True):
    """An outlay and random rent; owners pay half of the outlay and get some of the rent in March."""
    b = PlanBuilder(2026 * 12 + 5, MONTHS, 0, VALUATION)
    b.input("rate", 0.08, "%/year")
    b.scalar("rates.discount", "set", "rate", unit="%/year")
    b.input("owners_rate", 0.11, "%/year")
    b.month("t", "sum", "t.prev", 1.0, opening=-1.0)
    b.month("end", "month_end", float(b.first_month), "t", unit="date")
    b.month("z", "draw_uniform", 1.0, stream="test/z", base=0.5)
    b.month("begins", "below", "t", 3.0)
    b.month("outlay", "mul", "begins", 40.0)
    b.month("rent", "mul", "z", 8.0)
    b.month("tax", "mul", "rent", 0.1)
    b.month("runs", "above", "t", 3.0)
    b.month("month", "calendar_month", "end")
    b.month("march", "equal", "month", 3.0)
    b.month("due", "mul", "march", "runs")
    b.month("service", "date_if", "due", "end", unit="date")
    b.month("tax_day", "add_days", "end", 40.0, unit="date")
    b.month("paid_in", "mul", "outlay", 0.5)
    b.month("rolling", "sum", "rolling.prev", "rent", "-rent.prev12")
    b.month("paid_out", "mul", "rolling", 0.4)
    b.month("sunk", "set", VALUATION - 9.0, unit="date")
    if project:
        b.pay("outlay", "end", -1)
        b.pay("rent", "end", 1)
        b.pay("tax", "tax_day", -1, "tax")
        b.measures += [Measure(name, name, "all", "rate") for name in PROJECT]
        b.measures += [Measure(f"{name}_pre_tax", name, "cash", "rate") for name in PROJECT]
    if equity:
        b.pay("paid_in", "end", -1, "equity")
        b.pay("paid_out", "service", 1, "equity")
        b.pay("paid_out", "sunk", 1, "equity")
        b.measures += [Measure(f"equity_{name}", name, "equity", "owners_rate") for name in PROJECT]
    b.records += [Record(name, "rolling", "final") for name in ("margin", "event_time", "event_cause")]
    return b.build("venture", "host")


@pytest.fixture(scope="module")
def run():
    return simulate(assemble(venture()), paths=700, seed=3, threads=1)


def test_its_dates_are_its_own(run):
    days = [timeline.date_of(day) for day in run.equity_dates]
    assert days == [
        date(2026, 6, 30),
        date(2026, 7, 31),
        date(2026, 8, 31),
        *(date(y, 3, 31) for y in (2027, 2028, 2029)),
    ]
    assert len(run.dates) == MONTHS * 2
    assert run.dated_equity.shape == (6,) and run.equity_year.shape == (len(run.years), 700)
    assert run.dated_equity[:3] / 700 == pytest.approx([-20.0] * 3)
    assert run.equity_year[run.years.index(2026)] == pytest.approx([-60.0] * 700)
    by_year = [run.dated_equity[at] for at in (3, 4, 5)]
    assert run.equity_year.sum(axis=1)[1:4] == pytest.approx(by_year, rel=1e-12)


def test_it_is_measured_alone(run):
    """Against the finance functions on the cash of the first paths."""
    first = np.array([run.equity_year[at, :40] for at in (1, 2, 3)])
    flows = np.concatenate([np.full((3, 40), -20.0), first])
    years = (np.array(run.equity_dates) - VALUATION) / 365.0
    npv = (flows * (1.11**-years)[:, None]).sum(axis=0)
    assert run.measure["equity_npv"][:40] == pytest.approx(npv, abs=1e-12)
    for path in range(40):
        found = xirr_status(np.array(run.equity_dates), flows[:, path])
        assert run.measure["equity_irr"][path] == pytest.approx(found.rate, abs=1e-12)
        assert run.status["equity_irr"][path] == found.status


def test_no_bit_of_the_project_moves(run):
    alone = simulate(assemble(venture(equity=False)), paths=700, seed=3, threads=1)
    for name in alone.measure:
        assert np.array_equal(run.measure[name], alone.measure[name], equal_nan=True), name
    assert np.array_equal(run.cash_year, alone.cash_year) and run.dates == alone.dates
    assert np.array_equal(run.dated_cash, alone.dated_cash) and np.array_equal(run.dated_tax, alone.dated_tax)
    assert alone.equity_dates == () and alone.dated_equity.size == alone.equity_year.size == 0


def test_no_bit_of_the_equity_hangs_on_the_project(run):
    alone = simulate(assemble(venture(project=False)), paths=700, seed=3, threads=2, chunk=256)
    for name in alone.measure:
        assert np.array_equal(run.measure[name], alone.measure[name], equal_nan=True), name
    assert np.array_equal(run.dated_equity, alone.dated_equity) and alone.dates == ()
    assert np.array_equal(run.equity_year[: len(alone.years)], alone.equity_year)


def test_the_reference_interpreter_agrees():
    plan = venture()
    draws = {"z": np.random.default_rng(1).random((MONTHS, 6))}
    known = once(plan)
    got = reference_run(plan, {**known.scalar, **known.month}, draws)
    rent = 8.0 * draws["z"]
    paid = [0.4 * rent[max(0, t - 11) : t + 1].sum(axis=0) for t in (9, 21, 33)]
    some = got.equity.any(axis=1)  # it keeps the dates of amounts that are 0
    assert got.equity[some] == pytest.approx(np.array([*[np.full(6, -20.0)] * 3, *paid]), abs=1e-12)
    assert got.cash_year[2026] == pytest.approx(-120.0 + rent[:7].sum(axis=0) - 0.1 * rent[:5].sum(axis=0))
    assert got.equity_year[2028] == pytest.approx(paid[1])


def test_the_base_case_keeps_it_apart():
    plan = venture()
    values = base_case(plan)
    flows, project = base_equity_flows(plan, values), base_flows(plan, values)
    ahead = flows.ahead()
    assert ahead.net == pytest.approx([-20.0, -20.0, -20.0, 0.4 * 40.0, 0.4 * 48.0, 0.4 * 48.0])
    assert flows.sunk == pytest.approx(sum(values.month["paid_out"]))
    assert project == base_flows(venture(equity=False), values)
    assert base_equity_flows(venture(equity=False), values).dates == ()


def test_means_by_date(run):
    flows = mean_equity_flows(run, venture())
    assert flows.dates == run.equity_dates and flows.net[0] == pytest.approx(-20.0)
    assert flows.net[4] == pytest.approx(0.4 * 12 * 4.0, rel=0.02)
    assert mean_flows(run, venture()).dates == run.dates


def test_no_side_of_the_contract_has_it():
    sides = join({"host": venture()}).sides
    assert {payment.book for payment in sides["host"].payments} == {"cash", "tax"}


def test_it_is_part_of_the_text_and_of_the_digest(run):
    plan = venture()
    assert "pay paid_in on end sign -1 book equity" in program_text(plan)
    assert parse_program(program_text(plan)).digest == plan.digest
    whole = result_digest(plan, run)
    for array in (run.measure["equity_irr"], run.dated_equity, run.equity_year):
        array[..., 0] += 1.0
        assert result_digest(plan, run) != whole
        array[..., 0] -= 1.0
