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
    draw_quarter,
    draw_start,
    fill,
    pay,
    record_paths,
    record_sums,
    take_draws,
)


@compiled_entry
def simulate_blocks(plan, seed, first_block, n_blocks, n_paths, run):
    """Simulate blocks ``first_block`` … ``first_block + n_blocks − 1`` of a run of ``n_paths`` paths into ``run``.

    plan: PlanArrays; seed: uint64; the others int64; run: RunArrays of all paths of the run.
    """
    dates = plan.date_year.size
    register = np.zeros((plan.opening.size, BLOCK))
    buffer = np.zeros((plan.draw_stream.size, 4, BLOCK))
    words = np.zeros((4, BLOCK))
    tail = np.zeros(4 * BLOCK)
    place = np.zeros(4 * BLOCK, np.int64)
    books = np.zeros((2, dates, BLOCK))
    cash = books[0]
    scratch = np.zeros(BLOCK)
    year = np.zeros((run.cash_year.shape[0], BLOCK))
    space = workspace(dates, plan.gap_years.size)
    used = used_dates(plan.pay_book, plan.pay_date, dates)
    key = (np.int64(seed & np.uint64(0xFFFFFFFF)), np.int64(seed >> np.uint64(32)))
    for block in range(first_block, first_block + n_blocks):
        base = block * BLOCK
        valid = min(BLOCK, n_paths - base)
        for r in range(plan.opening.size):
            fill(register[r], plan.opening[r])
        draw_start(plan.start_stream, plan.start_kind, plan.start_register, base, key, register, words, tail, place)
        run_ops(plan.start_code, plan.start_arg, register)
        clear(cash, used[0])
        clear(cash, used[1])  # the block before has added its tax to these dates
        clear(books[1], used[1])
        for t in range(plan.year_end.size):
            change_series(plan.series, plan.series_register, t, register)
            copy_shadows(plan.shadow, register)
            period = plan.first_period + t
            if period >= 0 and (period % 4 == 0 or t == 0):
                draw_quarter(plan.draw_stream, plan.draw_kind, plan.draw_on, period, t, base, key, buffer, tail, place)
            take_draws(plan.draw_register, plan.draw_on, period, t, buffer, register)
            run_ops(plan.code, plan.arg, register)
            pay(plan.pay_register, plan.pay_sign, plan.pay_book, plan.pay_date, t, register, books)
            y = plan.year_end[t]
            if y >= 0:
                record_paths(plan.yearly_register, base, valid, register, run.yearly[:, y])
                record_sums(plan.count_register, valid, register, run.count_sum[block, :, y], scratch)
        record_paths(plan.final_register, base, valid, register, run.final)
        for book in range(2):
            sum_by_date(books[book], used[book], valid, run.dated_sum[block, book], scratch)
        for book in range(2):
            if book == 1:
                add_book(cash, books[1], used[1])
            record_measures(
                plan.measure_kind, plan.measure_book, plan.measure_near, plan.discount, plan.date_gap, plan.gap_years,
                book, base, valid, cash, run.measure, run.status, run.roots, space
            )  # fmt: skip
        record_years(cash, plan.date_year, base, valid, run.cash_year, year)
