"""What the interpreter reads and writes: a plan as arrays, and the arrays a run fills."""

from typing import NamedTuple

import numpy as np

BLOCK = 256
"""Paths that the interpreter carries side by side."""

NORMAL, UNIFORM, EXPONENTIAL = 0, 1, 2
"""Kinds of draw."""

NPV, IRR, MIRR, MOIC, PAYBACK = range(5)
"""Kinds of measure."""

IRR_OK, IRR_MULTIPLE, IRR_TOTAL_LOSS, IRR_NO_INVESTMENT, IRR_NO_ROOT, IRR_NOT_CONVERGED = range(6)
"""Status of an internal rate of return."""


class PlanArrays(NamedTuple):
    """A plan for the interpreter. R registers, T months, D payment dates, Y calendar years. Indices are int64.

    A register holds one value per path of the block. Each month, in this order: registers that changed are filled
    from ``series``; ``shadow`` copies keep last month's value of registers that are read after they are written, and
    ``delay`` copies hand out that of K months before; draws are written; ops run; payments add to the cash table; at a
    year's last month records are taken.

    The equity book has a calendar of its own, E dates: what is paid in it moves no bit of the other two.
    """

    opening: np.ndarray  # float64 [R]        value of every register before the first month (constants live here)
    # draws: once a path, and monthly
    start_stream: np.ndarray  # uint32 [S]
    start_kind: np.ndarray  # int64 [S]
    start_register: np.ndarray  # int64 [S]
    draw_stream: np.ndarray  # uint32 [W]
    draw_kind: np.ndarray  # int64 [W]
    draw_register: np.ndarray  # int64 [W]
    draw_on: np.ndarray  # uint8 [W, T]       0 = the register is 0.0 that month
    first_period: int  # months since as_of of month 0; a month with a negative period draws 0.0
    # program
    start_code: np.ndarray  # int64 [P0]
    start_arg: np.ndarray  # int64 [P0, 7]    out register, then up to six operands: registers, or a place in table
    code: np.ndarray  # int64 [P]
    arg: np.ndarray  # int64 [P, 7]
    code_on: np.ndarray  # uint8 [P, T]       0 = the op is left out that month: nothing reads what it would write
    table: np.ndarray  # float64 [N]          tables that ops look up, one after another; see lookup.py
    series: np.ndarray  # float64 [N, T]
    series_register: np.ndarray  # int64 [N]
    shadow: np.ndarray  # int64 [K, 2]        from register, to register
    delay: np.ndarray  # int64 [L, 3]         from register, to register, months K ≥ 2
    delay_on: np.ndarray  # uint8 [L, T]      0 = nobody reads it that month
    # cash
    pay_register: np.ndarray  # int64 [Q]
    pay_sign: np.ndarray  # float64 [Q]
    pay_book: np.ndarray  # int64 [Q]         0 cash (before tax), 1 tax, 2 equity
    pay_date: np.ndarray  # int64 [Q, T]      date in the book's calendar, -1 = none (no payment, or sunk)
    date_year: np.ndarray  # int64 [D]        calendar-year index of each date
    date_gap: np.ndarray  # int64 [D]         index into gap_years: from the date before (date 0: from the valuation)
    gap_years: np.ndarray  # float64 [G]      the distinct gaps, days/365
    equity_date_year: np.ndarray  # int64 [E]  the same of the equity book's dates
    equity_date_gap: np.ndarray  # int64 [E]
    equity_gap_years: np.ndarray  # float64 [H]
    discount: np.ndarray  # float64 [M, max(D, E)]  discount factors of each measure on the dates of its book
    # measures and records
    measure_kind: np.ndarray  # int64 [M]
    measure_book: np.ndarray  # int64 [M]     0 before tax, 1 after tax, 2 equity
    measure_near: np.ndarray  # float64 [M]   irr: the rate to which the nearest root is taken
    measure_reinvest: np.ndarray  # float64 [M]  mirr: the reinvestment rate
    final_register: np.ndarray  # int64 [F]
    yearly_register: np.ndarray  # int64 [V]
    count_register: np.ndarray  # int64 [C]
    year_end: np.ndarray  # int64 [T]         calendar-year index whose last month this is, -1 = not a year's last month


class RunArrays(NamedTuple):
    """What a run fills. n paths, B = ceil(n/256) blocks. Written by path or block index, so chunks and threads do not
    matter."""

    measure: np.ndarray  # float64 [M, n]     NaN where there is none; irr: −1 for a total loss
    status: np.ndarray  # int8 [M, n]         IRR status, 0 for any other measure
    roots: np.ndarray  # int8 [M, n]          IRR: number of falling roots found (capped at 127)
    final: np.ndarray  # float64 [F, n]
    yearly: np.ndarray  # float64 [V, Y, n]
    cash_year: np.ndarray  # float64 [Y, n]   cash after tax by calendar year of payment
    count_sum: np.ndarray  # float64 [B, C, Y]  lane sums per block, valid lanes only
    dated_sum: np.ndarray  # float64 [B, 2, D]  cash before tax and tax by date, lane sums per block, valid lanes only
    equity_year: np.ndarray  # float64 [Y, n]   equity cash by calendar year of payment; Y is 0 where there is none
    equity_sum: np.ndarray  # float64 [B, E]    equity cash by its date, as dated_sum
