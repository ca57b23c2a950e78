"""Modified rate of return, multiple of invested capital and payback of a block of paths, from their dated flows.

A flow up to ``ZERO`` of a path's gross flows is a residue of rounding and none, as for the rate of return. Dates on
which a path has no flow do not count: its first and last date, and the interval in which it comes back, are those of
flows that are there. So neither other paths nor other books move these numbers.
"""

from valuation.kernel.arrays import BLOCK, MIRR, MOIC
from valuation.kernel.elementary import NOT_A_NUMBER, exp, log
from valuation.kernel.irr import ZERO
from valuation.kernel.jit import compiled_inner


@compiled_inner
def block_multiple(kind, cash, date_gap, gap_years, factor, reinvest, value, scratch):
    """A measure of every lane: ``cash`` [D, BLOCK] → ``value`` [BLOCK], not a number where it is not defined.

    ``factor`` [D or more] are the discount factors of the measure's rate from the valuation date, ``reinvest`` is the
    reinvestment rate of a modified rate of return. ``scratch`` [7 or more, BLOCK] is working space.
    """
    residue = scratch[0]
    for j in range(BLOCK):
        residue[j] = 0.0
    for d in range(cash.shape[0]):
        for j in range(BLOCK):
            residue[j] += abs(cash[d, j])
    for j in range(BLOCK):
        residue[j] *= ZERO
    if kind == MOIC:
        _multiple(cash, residue, value, scratch[1:3])
    elif kind == MIRR:
        _modified_rate(cash, date_gap, gap_years, factor, reinvest, residue, value, scratch[1:7])
    else:
        _payback(cash, date_gap, gap_years, factor, residue, value, scratch[1:3])


@compiled_inner
def _multiple(cash, residue, value, sums):
    """Sum of the inflows over the sum of the outflows."""
    for j in range(BLOCK):
        sums[0, j] = 0.0
        sums[1, j] = 0.0
    for d in range(cash.shape[0]):
        for j in range(BLOCK):
            flow = cash[d, j]
            sums[0, j] += flow if flow > residue[j] else 0.0
            sums[1, j] -= flow if flow < -residue[j] else 0.0
    for j in range(BLOCK):
        value[j] = sums[0, j] / sums[1, j] if sums[1, j] > 0.0 else NOT_A_NUMBER


@compiled_inner
def _modified_rate(cash, date_gap, gap_years, factor, reinvest, residue, value, sums):
    """(inflows carried to the last flow / outflows discounted to the first) ^ (1 / years between the two) − 1."""
    for j in range(BLOCK):
        sums[0, j] = 0.0  # inflows at the valuation date, at the reinvestment rate
        sums[1, j] = 0.0  # outflows at the valuation date
        sums[2, j] = -1.0  # factor of the first flow, and its years
        sums[3, j] = 0.0
        sums[4, j] = 1.0  # reinvestment factor of the last flow, and its years
        sums[5, j] = 0.0
    rate = log(1.0 + reinvest)
    years = 0.0
    for d in range(cash.shape[0]):
        years += gap_years[date_gap[d]]
        due = factor[d]
        grown = exp(-rate * years)
        for j in range(BLOCK):
            flow = cash[d, j]
            sums[0, j] += grown * flow if flow > residue[j] else 0.0
            sums[1, j] -= due * flow if flow < -residue[j] else 0.0
            here = abs(flow) > residue[j]
            first = here & (sums[2, j] < 0.0)
            sums[2, j] = due if first else sums[2, j]
            sums[3, j] = years if first else sums[3, j]
            sums[4, j] = grown if here else sums[4, j]
            sums[5, j] = years if here else sums[5, j]
    for j in range(BLOCK):
        growth = log((sums[0, j] / sums[4, j]) / (sums[1, j] / sums[2, j])) / (sums[5, j] - sums[3, j])
        value[j] = exp(growth) - 1.0 if (sums[0, j] > 0.0) & (sums[1, j] > 0.0) else NOT_A_NUMBER


@compiled_inner
def _payback(cash, date_gap, gap_years, factor, residue, value, sums):
    """Years from the valuation date after which the sum of the discounted flows, having been below 0, stays at 0 or
    above; straight between two flows."""
    for j in range(BLOCK):
        sums[0, j] = 0.0  # sum so far, and the years of the last flow
        sums[1, j] = 0.0
        value[j] = NOT_A_NUMBER
    years = 0.0
    for d in range(cash.shape[0]):
        years += gap_years[date_gap[d]]
        due = factor[d]
        for j in range(BLOCK):
            here = abs(cash[d, j]) > residue[j]
            flow = due * cash[d, j]
            before = sums[0, j]
            total = before + flow
            back = sums[1, j] - before / flow * (years - sums[1, j])
            value[j] = back if here & (before < 0.0) & (total >= 0.0) else value[j]
            sums[0, j] = total if here else before
            sums[1, j] = years if here else sums[1, j]
    for j in range(BLOCK):
        value[j] = value[j] if sums[0, j] >= 0.0 else NOT_A_NUMBER
