"""The block interpreter on small plans written by hand: draws, series, last month's values, payments, records."""

import numpy as np
import pytest

from valuation.kernel.arrays import (
    BLOCK,
    EXPONENTIAL,
    IRR,
    IRR_OK,
    NORMAL,
    NPV,
    UNIFORM,
    PlanArrays,
    RunArrays,
)
from valuation.kernel.elementary import log
from valuation.kernel.engine import simulate_blocks
from valuation.kernel.normal import inverse_normal
from valuation.kernel.opcodes import CODES
from valuation.kernel.rng import START_BLOCK, philox, uniform

SEED = 0x1234567890ABCDEF
KEY = (SEED & 0xFFFFFFFF, SEED >> 32)
MONTHS = 10


def whole(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def plan_of(**fields: object) -> PlanArrays:
    """A plan that does nothing, but for the given fields."""
    nothing: dict[str, object] = {
        "opening": np.zeros(1),
        "start_stream": np.zeros(0, np.uint32),
        "start_kind": whole(),
        "start_register": whole(),
        "draw_stream": np.zeros(0, np.uint32),
        "draw_kind": whole(),
        "draw_register": whole(),
        "draw_on": np.zeros((0, MONTHS), np.uint8),
        "first_period": 0,
        "start_code": whole(),
        "start_arg": np.zeros((0, 7), np.int64),
        "code": whole(),
        "arg": np.zeros((0, 7), np.int64),
        "code_on": np.ones((np.size(fields.get("code", ())), MONTHS), np.uint8),
        "series": np.zeros((0, MONTHS)),
        "series_register": whole(),
        "shadow": np.zeros((0, 2), np.int64),
        "delay": np.zeros((0, 3), np.int64),
        "delay_on": np.ones((len(fields.get("delay", ())), MONTHS), np.uint8),
        "pay_register": whole(),
        "table": np.zeros(0),
        "pay_sign": np.zeros(0),
        "pay_book": whole(),
        "pay_date": np.zeros((0, MONTHS), np.int64),
        "date_year": whole(),
        "date_gap": whole(),
        "gap_years": np.zeros(0),
        "equity_date_year": whole(),
        "equity_date_gap": whole(),
        "equity_gap_years": np.zeros(0),
        "discount": np.zeros((0, 0)),
        "measure_kind": whole(),
        "measure_book": whole(),
        "measure_near": np.zeros(0),
        "measure_reinvest": np.zeros(0),
        "final_register": whole(),
        "yearly_register": whole(),
        "count_register": whole(),
        "year_end": np.full(MONTHS, -1, np.int64),
    }
    return PlanArrays(**{**nothing, **fields})


def run_of(plan: PlanArrays, paths: int, years: int = 1) -> RunArrays:
    """The plan run on ``paths`` paths; what is not written stays at −99."""
    blocks = -(-paths // BLOCK)
    measures = plan.measure_kind.size
    run = RunArrays(
        measure=np.full((measures, paths), -99.0),
        status=np.full((measures, paths), -99, np.int8),
        roots=np.full((measures, paths), -99, np.int8),
        final=np.full((plan.final_register.size, paths), -99.0),
        yearly=np.full((plan.yearly_register.size, years, paths), -99.0),
        cash_year=np.full((years, paths), -99.0),
        count_sum=np.full((blocks, plan.count_register.size, years), -99.0),
        dated_sum=np.full((blocks, 2, plan.date_year.size), -99.0),
        equity_year=np.full((years if plan.equity_date_year.size else 0, paths), -99.0),
        equity_sum=np.full((blocks, plan.equity_date_year.size), -99.0),
    )
    simulate_blocks(plan, np.uint64(SEED), 0, blocks, paths, run)
    return run


def op(name: str, *registers: int) -> np.ndarray:
    return np.array([*registers, *[0] * (7 - len(registers))])


def test_draws_once_a_path() -> None:
    plan = plan_of(
        opening=np.zeros(3),
        start_stream=np.array([7, 7, 2**32 - 1], np.uint32),
        start_kind=whole(NORMAL, UNIFORM, EXPONENTIAL),
        start_register=whole(0, 1, 2),
        final_register=whole(0, 1, 2),
    )
    final = run_of(plan, 300).final
    for path in (0, 1, 255, 256, 299):
        u = uniform(philox(path, 0, START_BLOCK, 7, *KEY)[0])
        v = uniform(philox(path, 0, START_BLOCK, 2**32 - 1, *KEY)[0])
        assert final[:, path].tolist() == [inverse_normal(u), u, -log(v)]


@pytest.mark.parametrize("first_period", [-6, -3, 0, 1, 2, 3, 5])
def test_monthly_draws(first_period: int) -> None:
    """The word of a month is its period's place in the block of four; 0 before the market's date and where switched
    off."""
    on = np.ones((3, MONTHS), np.uint8)
    on[1, 3:6] = 0
    plan = plan_of(
        opening=np.zeros(3),
        draw_stream=np.array([11, 12, 13], np.uint32),
        draw_kind=whole(NORMAL, UNIFORM, EXPONENTIAL),
        draw_register=whole(0, 1, 2),
        draw_on=on,
        first_period=first_period,
        yearly_register=whole(0, 1, 2),
        year_end=np.arange(MONTHS),
    )
    yearly = run_of(plan, 3, years=MONTHS).yearly
    for t in range(MONTHS):
        period = first_period + t
        for w, stream in enumerate((11, 12, 13)):
            u = uniform(philox(2, 0, period // 4, stream, *KEY)[period % 4]) if period >= 0 else None
            expected = 0.0 if u is None or not on[w, t] else (inverse_normal(u), u, -log(u))[w]
            assert yearly[w, t, 2] == expected


def test_series_and_last_months_value() -> None:
    """x = series; y = y.prev + x read in place; z = last month's w read after w is written, by its shadow."""
    series = np.array([[1.0, 1.0, 2.0, 2.0, 5.0, 0.0, 0.0, 7.0, 7.0, 1.0]])
    plan = plan_of(
        opening=np.array([0.0, 100.0, 0.0, 50.0, 0.0, 50.0]),  # x, y, spare, w, z, w's shadow
        series=series,
        series_register=whole(0),
        shadow=np.array([[3, 5]]),
        code=whole(CODES["add"], CODES["set"], CODES["add"], CODES["set"]),
        arg=np.array([op("add", 2, 1, 0), op("set", 1, 2), op("add", 3, 1, 0), op("set", 4, 5)]),
        yearly_register=whole(0, 1, 3, 4),
        year_end=np.arange(MONTHS),
    )
    x, y, w, z = run_of(plan, 2, years=MONTHS).yearly[:, :, 1]
    assert x.tolist() == series[0].tolist()
    assert y.tolist() == (100.0 + np.cumsum(series[0])).tolist()
    assert w.tolist() == (y + x).tolist()
    assert z.tolist() == [50.0, *w[:-1].tolist()]


def _paying_plan() -> PlanArrays:
    """A uniform a month, paid into two books on four dates in two years; an outlay on the first date."""
    dates = np.full((3, MONTHS), -1, np.int64)
    dates[0] = [0, 1, 1, 1, 2, 2, -1, 3, 3, 3]
    dates[1, 4:6] = [2, 3]
    dates[2, 0] = 0
    years = np.array([0.5, 1.0, 1.25, 2.0])
    return plan_of(
        opening=np.array([0.0, 3.0]),
        draw_stream=np.array([5], np.uint32),
        draw_kind=whole(UNIFORM),
        draw_register=whole(0),
        draw_on=np.ones((1, MONTHS), np.uint8),
        pay_register=whole(0, 0, 1),
        pay_sign=np.array([1.0, -1.0, -1.0]),
        pay_book=whole(0, 1, 0),
        pay_date=dates,
        date_year=whole(0, 0, 1, 1),
        date_gap=whole(1, 1, 0, 2),
        gap_years=np.array([0.25, 0.5, 0.75]),
        discount=np.array([1.08**-years, 1.08**-years, 1.2**-years]),
        measure_kind=whole(NPV, IRR, NPV),
        measure_book=whole(0, 1, 1),
        measure_near=np.array([0.08, 0.08, 0.2]),
        measure_reinvest=np.zeros(3),
        yearly_register=whole(0),
        count_register=whole(0, 1),
        year_end=np.array([-1, -1, -1, 0, -1, -1, -1, -1, -1, 1]),
    )


def _monthly_uniforms(paths: int) -> np.ndarray:
    return np.array(
        [[uniform(philox(path, 0, t // 4, 5, *KEY)[t % 4]) for path in range(paths)] for t in range(MONTHS)]
    )


def test_payments_measures_and_sums() -> None:
    paths = 300
    run = run_of(_paying_plan(), paths, years=2)
    u = _monthly_uniforms(paths)
    cash = np.array([u[0] - 3.0, u[1:4].sum(axis=0), u[4] + u[5], u[7:].sum(axis=0)])
    tax = np.array([0.0 * u[0], 0.0 * u[0], -u[4], -u[5]])
    years = np.array([0.5, 1.0, 1.25, 2.0])
    np.testing.assert_allclose(run.measure[0], (cash * (1.08**-years)[:, None]).sum(axis=0), rtol=1e-13)
    np.testing.assert_allclose(run.measure[2], ((cash + tax) * (1.2**-years)[:, None]).sum(axis=0), rtol=1e-12)
    assert (run.status[[0, 2]] == 0).all()
    found = run.status[1] == IRR_OK  # a few paths have no rate: nothing comes back
    assert found.mean() > 0.95 and (run.roots[1] == found).all() and np.isnan(run.measure[1][~found]).all()
    value = ((cash + tax) * (1.0 + run.measure[1]) ** -years[:, None]).sum(axis=0)
    assert np.abs(value[found]).max() < 1e-13
    np.testing.assert_allclose(run.cash_year, [(cash + tax)[:2].sum(axis=0), (cash + tax)[2:].sum(axis=0)], rtol=1e-14)
    assert run.yearly[0].tolist() == [u[3].tolist(), u[9].tolist()]
    for block, lanes in ((0, slice(0, BLOCK)), (1, slice(BLOCK, paths))):
        np.testing.assert_allclose(run.dated_sum[block, 0], cash[:, lanes].sum(axis=1), rtol=1e-13)
        np.testing.assert_allclose(run.dated_sum[block, 1], tax[:, lanes].sum(axis=1), rtol=1e-13)
        np.testing.assert_allclose(run.count_sum[block, 0], u[[3, 9]][:, lanes].sum(axis=1), rtol=1e-13)
        assert run.count_sum[block, 1].tolist() == [3.0 * (lanes.stop - lanes.start)] * 2


def test_registers_start_afresh_in_every_block() -> None:
    """A state that grows by its own value would carry over from block to block."""
    plan = plan_of(
        opening=np.array([1.0, 0.0]),
        code=whole(CODES["add"], CODES["set"]),
        arg=np.array([op("add", 1, 0, 0), op("set", 0, 1)]),
        final_register=whole(0),
    )
    assert (run_of(plan, 3 * BLOCK).final == 2.0**MONTHS).all()


def test_tax_on_a_date_without_other_cash_does_not_stay_for_the_next_block() -> None:
    plan = _paying_plan()
    dates = plan.pay_date.copy()
    dates[0, 4:6] = 1  # the third date is the tax's alone
    run = run_of(plan._replace(pay_date=dates), 3 * BLOCK, years=2)
    u = _monthly_uniforms(3 * BLOCK)
    assert (run.dated_sum[:, 0, 2] == 0.0).all()
    np.testing.assert_allclose(run.cash_year[1], u[7:].sum(axis=0) - u[4] - u[5], rtol=1e-13)


def test_blocks_elsewhere_stay_untouched() -> None:
    plan = _paying_plan()
    whole_run = run_of(plan, 1000, years=2)
    part = RunArrays(*(np.full_like(a, -99) for a in whole_run))
    simulate_blocks(plan, np.uint64(SEED), 1, 2, 1000, part)
    assert (part.measure[:, :BLOCK] == -99).all() and (part.measure[:, 3 * BLOCK :] == -99).all()
    assert np.array_equal(part.measure[:, BLOCK : 3 * BLOCK], whole_run.measure[:, BLOCK : 3 * BLOCK], equal_nan=True)
    assert (part.dated_sum[[0, 3]] == -99).all()
