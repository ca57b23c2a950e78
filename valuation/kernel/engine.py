"""The interpreter: blocks of paths through a plan, up to each path's measures and records.

One function, ``simulate_blocks``, is compiled for Python to call, once for all plans. It writes by path and block
index only, so neither chunks nor threads nor the number of paths change a path's bits; the last block is computed
full and cut.
"""

import numpy as np

from valuation.kernel._dispatch import run_ops
from valuation.kernel.arrays import BLOCK
from valuation.kernel.cashtable import (
    add_book,
    clear,
    record_measures,
    record_years,
    sum_by_date,
    used_dates,
    workspace,
)
from valuation.kernel.jit import compiled_entry
from valuation.kernel.months import (
    change_series,
    copy_shadows,
    delay_rings,
    draw_quarter,
    draw_start,
    fill,
    fill_rings,
    pay,
    record_paths,
    record_sums,
    take_draws,
    turn_rings,
)


@compiled_entry
def simulate_blocks(plan, seed, first_block, n_blocks, n_paths, run):
    """Simulate blocks ``first_block`` … ``first_block + n_blocks − 1`` of a run of ``n_paths`` paths into ``run``.

    plan: PlanArrays; seed: uint64; the others int64; run: RunArrays of all paths of the run.
    """
    dates = plan.date_year.size
    equity_dates = plan.equity_date_year.size
    register = np.zeros((plan.opening.size, BLOCK))
    buffer = np.zeros((plan.draw_stream.size, 4, BLOCK))
    words = np.zeros((4, BLOCK))
    tail = np.zeros(4 * BLOCK)
    place = np.zeros(4 * BLOCK, np.int64)
    ring = delay_rings(plan.delay)
    table = np.zeros((2 * dates + equity_dates, BLOCK))
    cash = table[:dates]
    tax = table[dates : 2 * dates]
    equity = table[2 * dates :]
    scratch = np.zeros(BLOCK)
    year = np.zeros((run.cash_year.shape[0], BLOCK))
    space = workspace(max(dates, equity_dates), max(plan.gap_years.size, plan.equity_gap_years.size))
    used = used_dates(plan.pay_book, plan.pay_date, dates, table.shape[0])
    used_cash = used[:dates]
    used_tax = used[dates : 2 * dates]
    used_equity = used[2 * dates :]
    start_on = np.ones((plan.start_code.size, 1), np.uint8)
    at_start = np.int64(0)  # a plain 0 is a type of its own, for which the ops would be compiled once more
    key = (np.int64(seed & np.uint64(0xFFFFFFFF)), np.int64(seed >> np.uint64(32)))
    for block in range(first_block, first_block + n_blocks):
        base = block * BLOCK
        valid = min(BLOCK, n_paths - base)
        for r in range(plan.opening.size):
            fill(register[r], plan.opening[r])
        draw_start(plan.start_stream, plan.start_kind, plan.start_register, base, key, register, words, tail, place)
        run_ops(plan.start_code, plan.start_arg, start_on, at_start, plan.table, register)
        fill_rings(plan.delay, register, ring)
        clear(cash, used_cash)
        clear(cash, used_tax)  # the block before has added its tax to these dates
        clear(tax, used_tax)
        clear(equity, used_equity)
        for t in range(plan.year_end.size):
            change_series(plan.series, plan.series_register, t, register)
            copy_shadows(plan.shadow, register)
            turn_rings(plan.delay, plan.delay_on, t, register, ring)
            period = plan.first_period + t
            if period >= 0 and (period % 4 == 0 or t == 0):
                draw_quarter(plan.draw_stream, plan.draw_kind, plan.draw_on, period, t, base, key, buffer, tail, place)
            take_draws(plan.draw_register, plan.draw_on, period, t, buffer, register)
            run_ops(plan.code, plan.arg, plan.code_on, t, plan.table, register)
            pay(plan.pay_register, plan.pay_sign, plan.pay_book, plan.pay_date, dates, t, register, table)
            y = plan.year_end[t]
            if y >= 0:
                record_paths(plan.yearly_register, base, valid, register, run.yearly[:, y])
                record_sums(plan.count_register, valid, register, run.count_sum[block, :, y], scratch)
        record_paths(plan.final_register, base, valid, register, run.final)
        sum_by_date(cash, used_cash, valid, run.dated_sum[block, 0], scratch)
        sum_by_date(tax, used_tax, valid, run.dated_sum[block, 1], scratch)
        sum_by_date(equity, used_equity, valid, run.equity_sum[block], scratch)
        for book in range(3):
            if book == 1:
                add_book(cash, tax, used_tax)
            flows, gap, gap_years = cash, plan.date_gap, plan.gap_years
            if book == 2:
                flows, gap, gap_years = equity, plan.equity_date_gap, plan.equity_gap_years
            record_measures(
                plan.measure_kind, plan.measure_book, plan.measure_near, plan.measure_reinvest, plan.discount, gap,
                gap_years, book, base, valid, flows, run.measure, run.status, run.roots, space
            )  # fmt: skip
        record_years(cash, plan.date_year, base, valid, run.cash_year, year)
        record_years(equity, plan.equity_date_year, base, valid, run.equity_year, year)
