"""The block's Newton steps towards the rates of return, in x = ln(1 + r).

h(x) = ln(PV of inflows / PV of outflows) is close to a straight line in x where the present value itself is far from
one. A lane that has converged is frozen, and the few that have not after the first steps go on gathered: neither
changes a bit of any lane.
"""

from valuation.kernel.arrays import BLOCK
from valuation.kernel.elementary import NOT_A_NUMBER, exp, log
from valuation.kernel.jit import compiled_inner, compiled_inside

STEPS = 7
GATHERED = 64
"""Lanes still moving are gathered when there are no more of them than this."""

FROZEN = 1e-7
"""A Newton step below this is the last: what is left is of the order of its square."""

LOWEST = -9.210340371976182
HIGHEST = 6.90875477931522
"""ln(1 + r) at −99.99 % and +100,000 % a year."""


@compiled_inner
def factors(x, gap_years, factor):
    """Discount factor of every distinct gap and lane: ``factor`` [G, lanes] = exp(−x·gap)."""
    for g in range(gap_years.size):
        gap = gap_years[g]
        for j in range(x.size):
            factor[g, j] = exp(-x[j] * gap)


@compiled_inner
def _newton_sums(cash, date_gap, gap_years, factor, s):
    """Net and gross flows at the first date and their derivatives in x, by Horner from the last date: ``s`` [4,
    lanes].

    Two dates at a time, so that the sums are read and written half as often.
    """
    dates = date_gap.size
    lanes = s.shape[1]
    for j in range(lanes):
        flow = cash[dates - 1, j]
        s[0, j] = flow
        s[1, j] = abs(flow)
        s[2, j] = 0.0
        s[3, j] = 0.0
    for d in range(dates - 2, 0, -2):
        g = date_gap[d + 1]
        g_before = date_gap[d]
        gap = gap_years[g]
        gap_before = gap_years[g_before]
        for j in range(lanes):
            f = factor[g, j]
            flow = cash[d, j]
            net_slope = f * (s[2, j] - gap * s[0, j])
            gross_slope = f * (s[3, j] - gap * s[1, j])
            net = flow + f * s[0, j]
            gross = abs(flow) + f * s[1, j]
            f = factor[g_before, j]
            flow = cash[d - 1, j]
            s[2, j] = f * (net_slope - gap_before * net)
            s[3, j] = f * (gross_slope - gap_before * gross)
            s[0, j] = flow + f * net
            s[1, j] = abs(flow) + f * gross
    if dates % 2 == 0:
        g = date_gap[1]
        gap = gap_years[g]
        for j in range(lanes):
            f = factor[g, j]
            flow = cash[0, j]
            net = s[0, j]
            gross = s[1, j]
            s[2, j] = f * (s[2, j] - gap * net)
            s[3, j] = f * (s[3, j] - gap * gross)
            s[0, j] = flow + f * net
            s[1, j] = abs(flow) + f * gross


@compiled_inner
def _newton_step(x, step, s):
    """One step of every lane that has not converged; ``step`` [lanes] holds the size of each lane's last step."""
    for j in range(x.size):
        inflow = s[1, j] + s[0, j]
        outflow = s[1, j] - s[0, j]
        slope = (s[3, j] + s[2, j]) / inflow - (s[3, j] - s[2, j]) / outflow
        move = -log(inflow / outflow) / slope
        move = 1.5 if move > 1.5 else (-1.5 if move < -1.5 else move)
        active = abs(step[j]) >= FROZEN
        moved = x[j] + move
        moved = HIGHEST if moved > HIGHEST else (LOWEST if moved < LOWEST else moved)
        x[j] = moved if active else x[j]
        step[j] = (move if slope < 0.0 else NOT_A_NUMBER) if active else step[j]


@compiled_inner
def _gather(cash, x, step, rows, place):
    """The flows of the lanes at ``place``, their x and step, into ``rows`` [D + 2, lanes]."""
    dates = cash.shape[0]
    for d in range(dates):
        for i in range(rows.shape[1]):
            rows[d, i] = cash[d, place[i]]
    for i in range(rows.shape[1]):
        rows[dates, i] = x[place[i]]
        rows[dates + 1, i] = step[place[i]]


@compiled_inside
def newton_steps(cash, date_gap, gap_years, x, step, s, factor, table, place):
    """Move ``x`` [BLOCK] from a first guess to the root of every lane, as far as the steps go.

    ``step`` [BLOCK] becomes the size of each lane's last step: below ``FROZEN`` where it converged, not a number where
    the value does not fall. ``s`` [4, BLOCK], ``factor`` [G, BLOCK], ``table`` [D + 2, GATHERED] and ``place`` [BLOCK]
    are working space.
    """
    dates = cash.shape[0]
    for j in range(BLOCK):
        step[j] = 1.0
    count = 0
    flows, lane_x, lane_step, sums, lane_factor = cash, x, step, s, factor
    for _ in range(STEPS):
        moving = 0
        for j in range(lane_step.size):
            moving += abs(lane_step[j]) >= FROZEN
        if moving == 0:
            break
        if moving <= GATHERED and count == 0:
            for j in range(BLOCK):
                place[count] = j
                count += abs(step[j]) >= FROZEN
            wide = (count + 7) // 8 * 8
            for i in range(count, wide):
                place[i] = place[0]  # whole vectors
            rows = table.ravel()[: (dates + 2) * wide].reshape((dates + 2, wide))
            _gather(cash, x, step, rows, place)
            flows, lane_x, lane_step = rows[:dates], rows[dates], rows[dates + 1]
            sums = s.ravel()[: 4 * wide].reshape((4, wide))
            lane_factor = factor.ravel()[: factor.shape[0] * wide].reshape((factor.shape[0], wide))
        factors(lane_x, gap_years, lane_factor)
        _newton_sums(flows, date_gap, gap_years, lane_factor, sums)
        _newton_step(lane_x, lane_step, sums)
    for i in range(count):
        x[place[i]] = lane_x[i]
        step[place[i]] = lane_step[i]
