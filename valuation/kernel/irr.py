"""Internal rates of return of a block of paths, dated flows, effective annual.

Every lane takes the same few Newton steps in x = ln(1 + r) on h(x) = ln(PV of inflows / PV of outflows), which is
close to a straight line in x where the present value itself is far from one. A lane that has converged is frozen, so
no lane depends on its neighbours. At the root one pass over the running sums A_k of the discounted flows proves that
no other root counts: by Laguerre's theorem there are at most as many roots above it, and at most as many below it, as
A changes sign. None: it is the only root. One: both neighbours, if there, are roots where the value rises, and those
are not counted. Only the lanes without such a proof go to the complete search of ``irr_search.py``.
"""

from valuation.kernel.arrays import (
    BLOCK,
    IRR_NO_INVESTMENT,
    IRR_NOT_CONVERGED,
    IRR_OK,
    IRR_TOTAL_LOSS,
)
from valuation.kernel.elementary import INFINITY, NOT_A_NUMBER, exp, log
from valuation.kernel.irr_search import search_lane
from valuation.kernel.jit import compiled

STEPS = 6
FROZEN = 1e-9
"""A Newton step below this is the last: the next would be of the order of its square."""

ZERO = 1e-13
"""Sums below this share of the gross discounted flows count as zero, and so do single flows: residues of rounding."""

STEEP = 1e-6
"""Roots where the value falls more slowly than this share of the gross flows a year may be two: they are searched."""

LOWEST = -9.210340371976182
HIGHEST = 6.90875477931522
"""ln(1 + r) at −99.99 % and +100,000 % a year."""

EDGE = 1e-12
"""Both ends belong to the range, rounding or not."""


@compiled
def _factors(x, gap_years, factor):
    """Discount factor of every distinct gap and lane: ``factor`` [G, BLOCK] = exp(−x·gap)."""
    for g in range(gap_years.size):
        gap = gap_years[g]
        for j in range(BLOCK):
            factor[g, j] = exp(-x[j] * gap)


@compiled
def _newton_sums(cash, date_gap, gap_years, factor, s):
    """Net and gross flows at the first date and their derivatives in x, by Horner from the last date: ``s`` [4,
    BLOCK]."""
    dates = date_gap.size
    for j in range(BLOCK):
        flow = cash[dates - 1, j]
        s[0, j] = flow
        s[1, j] = abs(flow)
        s[2, j] = 0.0
        s[3, j] = 0.0
    for d in range(dates - 2, -1, -1):
        g = date_gap[d + 1]
        gap = gap_years[g]
        for j in range(BLOCK):
            flow = cash[d, j]
            net = s[0, j]
            gross = s[1, j]
            f = factor[g, j]
            s[2, j] = f * (s[2, j] - gap * net)
            s[3, j] = f * (s[3, j] - gap * gross)
            s[0, j] = flow + f * net
            s[1, j] = abs(flow) + f * gross


@compiled
def _newton_step(x, step, s):
    """One step of every lane that has not converged; ``step`` [BLOCK] holds the size of each lane's last step."""
    for j in range(BLOCK):
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


@compiled
def _running_sums(cash, date_gap, gap_years, factor, gross, v, total, moment, last, changes):
    """At the root: the running sums' last value, their changes of sign, and the first moment of the discounted
    flows."""
    for j in range(BLOCK):
        v[j] = 1.0
        total[j] = cash[0, j]
        moment[j] = 0.0
        zero = ZERO * gross[j]
        last[j] = 1.0 if total[j] > zero else (-1.0 if total[j] < -zero else 0.0)
        changes[j] = 0.0
    years = 0.0
    for d in range(1, date_gap.size):
        g = date_gap[d]
        years += gap_years[g]
        for j in range(BLOCK):
            weight = v[j] * factor[g, j]
            flow = cash[d, j] * weight
            running = total[j] + flow
            zero = ZERO * gross[j]
            before = last[j]
            sign = 1.0 if running > zero else (-1.0 if running < -zero else before)
            v[j] = weight
            total[j] = running
            moment[j] += flow * years
            changes[j] += 1.0 if sign * before < 0.0 else 0.0
            last[j] = sign


@compiled
def block_irr(cash, date_gap, gap_years, near, lanes, rate, status, roots, scratch, factor, search):
    """Rate, status and number of falling roots of every lane: ``cash`` [D, BLOCK] → ``rate``, ``status``, ``roots``
    [BLOCK].

    ``near`` is the rate to which the nearest root is taken; only the first ``lanes`` lanes are searched. ``scratch``
    [11, BLOCK], ``factor`` [G, BLOCK] and ``search`` [3, D] are working space.
    """
    if cash.shape[0] == 0:
        for j in range(BLOCK):
            rate[j] = NOT_A_NUMBER
            status[j] = IRR_NO_INVESTMENT
            roots[j] = 0
        return
    x = scratch[0]
    step = scratch[1]
    s = scratch[2:6]
    x_near = log(1.0 + near)
    for j in range(BLOCK):
        x[j] = x_near
        step[j] = 1.0
    for _ in range(STEPS):
        _factors(x, gap_years, factor)
        _newton_sums(cash, date_gap, gap_years, factor, s)
        _newton_step(x, step, s)
        moving = 0
        for j in range(BLOCK):
            moving += abs(step[j]) >= FROZEN
        if moving == 0:
            break
    _factors(x, gap_years, factor)
    gross = scratch[3]
    total = scratch[6]
    moment = scratch[7]
    changes = scratch[9]
    _running_sums(cash, date_gap, gap_years, factor, gross, scratch[10], total, moment, scratch[8], changes)
    for j in range(BLOCK):
        # one plain Newton step on the net value takes out the rounding of the logarithm
        root = x[j] + (total[j] / moment[j] if moment[j] > 0.0 else 0.0)
        proven = (
            (abs(total[j]) <= 1e-8 * gross[j])
            & (abs(step[j]) < FROZEN)
            & (changes[j] <= 1.0)
            & (moment[j] > STEEP * gross[j])
            & (root > LOWEST)
            & (root < HIGHEST)
        )
        rate[j] = exp(root) - 1.0
        status[j] = IRR_OK if proven else IRR_NOT_CONVERGED
        roots[j] = 1 if proven else 0
    for j in range(lanes):
        if status[j] != IRR_OK:
            rate[j], status[j], roots[j] = lane_irr(cash[:, j], date_gap, gap_years, near, x[j], search)


@compiled
def lane_irr(flows, date_gap, gap_years, near, start, search):
    """Rate, status and number of falling roots of one path that the block steps left open; ``flows`` [D]."""
    gross = 0.0
    for d in range(flows.size):
        gross += abs(flows[d])
    if not gross < INFINITY:
        return NOT_A_NUMBER, IRR_NOT_CONVERGED, 0
    residue = ZERO * gross
    positive = 0
    negative = 0
    for d in range(flows.size):
        positive += flows[d] > residue
        negative += flows[d] < -residue
    if negative == 0:
        return NOT_A_NUMBER, IRR_NO_INVESTMENT, 0
    if positive == 0:
        return -1.0, IRR_TOTAL_LOSS, 0
    return search_lane(flows, residue, date_gap, gap_years, near, start, LOWEST - EDGE, HIGHEST + EDGE, search)
