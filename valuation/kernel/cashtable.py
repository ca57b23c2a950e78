"""What is made of a block's cash table after its last month: sums by date, cash by year, present values, rates of
return."""

import numpy as np

from valuation.kernel.arrays import BLOCK, IRR, NPV
from valuation.kernel.elementary import NOT_A_NUMBER
from valuation.kernel.irr import block_irr, irr_workspace
from valuation.kernel.jit import compiled, compiled_inner, compiled_inside
from valuation.kernel.months import fill, lane_sum
from valuation.kernel.multiples import block_multiple


@compiled_inner
def used_dates(pay_book, pay_date, dates, rows):
    """1 for each row of the cash table to which a payment can fall: uint8 [rows]."""
    used = np.zeros(rows, np.uint8)
    for q in range(pay_book.size):
        for t in range(pay_date.shape[1]):
            if pay_date[q, t] >= 0:
                used[pay_book[q] * dates + pay_date[q, t]] = 1
    return used


@compiled_inner
def clear(cash, used):
    """Empty the dates of a book [D, BLOCK] that can hold something."""
    for d in range(used.size):
        if used[d]:
            for j in range(BLOCK):
                cash[d, j] = 0.0


@compiled_inner
def sum_by_date(cash, used, valid, record, scratch):
    """Lane sums of one book [D, BLOCK] into ``record`` [D]."""
    for d in range(used.size):
        record[d] = lane_sum(cash[d], valid, scratch) if used[d] else 0.0


@compiled_inner
def add_book(cash, tax, used):
    """Add the tax book to the cash book, both [D, BLOCK]."""
    for d in range(used.size):
        if used[d]:
            for j in range(BLOCK):
                cash[d, j] += tax[d, j]


@compiled_inner
def record_years(cash, date_year, base, valid, record, year):
    """Cash of every path by calendar year of payment into ``record`` [Y, n]; ``year`` [Y, BLOCK] is scratch."""
    for y in range(record.shape[0]):
        for j in range(BLOCK):
            year[y, j] = 0.0
    for d in range(date_year.size):
        y = date_year[d]
        for j in range(BLOCK):
            year[y, j] += cash[d, j]
    for y in range(record.shape[0]):
        for j in range(valid):
            record[y, base + j] = year[y, j]


@compiled_inner
def present_value(discount, cash, value):
    """Net present value of every lane at discount factors ``discount`` [D or more]: ``value`` [BLOCK]."""
    for j in range(BLOCK):
        value[j] = 0.0
    for d in range(cash.shape[0]):
        factor = discount[d]
        for j in range(BLOCK):
            value[j] += factor * cash[d, j]


@compiled_inside
def record_measures(
    kind,
    of_book,
    near,
    reinvest,
    discount,
    date_gap,
    gap_years,
    book,
    base,
    valid,
    cash,
    record,
    statuses,
    counts,
    space,
):
    """The measures of one book: 0 before tax, 1 after tax (``cash`` [D, BLOCK] then holds both), 2 equity.

    A rate of return after tax is looked for from the one before tax of the same path; that of the equity, a series of
    its own, from its discount rate.

    ``record``, ``statuses`` and ``counts`` are [M, n]; ``space`` is what ``workspace`` makes.
    """
    value, status, roots, guess, irr_space = space
    if book != 1:
        fill(guess, NOT_A_NUMBER)
    for m in range(kind.size):
        if of_book[m] == book:
            if kind[m] == IRR:
                block_irr(cash, date_gap, gap_years, near[m], valid, guess, value, status, roots, irr_space)
            else:
                if kind[m] == NPV:
                    present_value(discount[m], cash, value)
                else:
                    block_multiple(kind[m], cash, date_gap, gap_years, discount[m], reinvest[m], value, irr_space[0])
                for j in range(BLOCK):
                    status[j] = 0
                    roots[j] = 0
            for j in range(valid):
                record[m, base + j] = value[j]
                statuses[m, base + j] = status[j]
                counts[m, base + j] = roots[j]


@compiled
def workspace(dates, gaps):
    """Working space of the measures of one block: values, statuses, numbers of roots, guesses of the rates."""
    return (
        np.zeros(BLOCK),
        np.zeros(BLOCK, np.int64),
        np.zeros(BLOCK, np.int64),
        np.zeros(BLOCK),
        irr_workspace(dates, gaps),
    )
