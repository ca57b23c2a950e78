"""Internal rates of return of a block of paths, dated flows, effective annual.

Every lane takes the same few Newton steps (``irr_steps.py``). At the root one pass over the running sums A_k of the
discounted flows proves that no other root counts: by Laguerre's theorem there are at most as many roots above it, and
at most as many below it, as A changes sign. None: it is the only root. One: both neighbours, if there, are roots where
the value rises, and those are not counted.

Where A changes sign more often, its integral B over time is asked: at a distance u from the root the value is
u·∫A(τ)·exp(−u·τ)dτ, and by the same theorem the integral has at most as many roots with u > 0 as B changes sign, and
with u < 0 as B's last value less B. A side that stays open goes to the complete search of ``irr_search.py``.
"""

import numpy as np

from valuation.kernel.arrays import (
    BLOCK,
    IRR_NO_INVESTMENT,
    IRR_NOT_CONVERGED,
    IRR_OK,
    IRR_TOTAL_LOSS,
)
from valuation.kernel.elementary import INFINITY, NOT_A_NUMBER, exp, log
from valuation.kernel.irr_search import search_lane
from valuation.kernel.irr_steps import FROZEN, GATHERED, HIGHEST, LOWEST, factors, newton_steps
from valuation.kernel.jit import compiled, compiled_inner

ZERO = 1e-13
"""Sums below this share of the gross discounted flows count as zero, and so do single flows: residues of rounding."""

STEEP = 1e-6
"""Roots where the value falls more slowly than this share of the gross flows a year may be two: they are searched."""

EDGE = 1e-12
"""Both ends belong to the range, rounding or not."""

ASIDE = 0.01
"""A search of one side of a known root begins this far on its other side, so that the root itself is found too."""


@compiled
def irr_workspace(dates, gaps):
    """Working space of ``block_irr`` for D dates and G distinct gaps."""
    return (
        np.zeros((11, BLOCK)),
        np.zeros((gaps, BLOCK)),
        np.zeros((dates + 2, GATHERED)),
        np.zeros(BLOCK, np.int64),
        np.zeros(gaps),
        np.zeros((3, dates)),
    )


@compiled_inner
def _running_sums(cash, date_gap, gap_years, factor, gross, v, total, moment, last, changes):
    """At the root: the running sums' last value, their changes of sign, the gross amount and the first moment of the
    discounted flows.

    A sum is zero within a share of the gross amount up to its date.
    """
    for j in range(BLOCK):
        v[j] = 1.0
        total[j] = cash[0, j]
        gross[j] = abs(total[j])
        moment[j] = 0.0
        last[j] = 1.0 if total[j] > 0.0 else (-1.0 if total[j] < 0.0 else 0.0)
        changes[j] = 0.0
    years = 0.0
    for d in range(1, date_gap.size):
        g = date_gap[d]
        years += gap_years[g]
        for j in range(BLOCK):
            weight = v[j] * factor[g, j]
            flow = cash[d, j] * weight
            running = total[j] + flow
            size = gross[j] + abs(flow)
            zero = ZERO * size
            before = last[j]
            sign = 1.0 if running > zero else (-1.0 if running < -zero else before)
            v[j] = weight
            total[j] = running
            gross[j] = size
            moment[j] += flow * years
            changes[j] += 1.0 if sign * before < 0.0 else 0.0
            last[j] = sign


@compiled
def block_irr(cash, date_gap, gap_years, near, lanes, guess, rate, status, roots, space):
    """Rate, status and number of falling roots of every lane: ``cash`` [D, BLOCK] → ``rate``, ``status``, ``roots``
    [BLOCK].

    ``near`` is the rate to which the nearest root is taken; only the first ``lanes`` lanes are searched. ``guess``
    [BLOCK], as ln(1 + r), is where a lane begins, not a number to begin at ``near``; it becomes the root where the
    block finds one, for the same path after tax. ``space`` is what ``irr_workspace`` makes.
    """
    scratch, factor, table, place, lane_factor, search = space
    if cash.shape[0] == 0:
        for j in range(BLOCK):
            rate[j] = NOT_A_NUMBER
            status[j] = IRR_NO_INVESTMENT
            roots[j] = 0
        return
    x = scratch[0]
    step = scratch[1]
    x_near = log(1.0 + near)
    for j in range(BLOCK):
        x[j] = guess[j] if guess[j] == guess[j] else x_near
    newton_steps(cash, date_gap, gap_years, x, step, scratch[2:6], factor, table, place)
    factors(x, gap_years, factor)
    gross = scratch[3]
    total = scratch[6]
    moment = scratch[7]
    changes = scratch[9]
    _running_sums(cash, date_gap, gap_years, factor, gross, scratch[10], total, moment, scratch[8], changes)
    for j in range(BLOCK):
        # one plain Newton step on the net value takes out the rounding of the logarithm
        root = x[j] + (total[j] / moment[j] if moment[j] > 0.0 else 0.0)
        found = (
            (abs(total[j]) <= 1e-8 * gross[j])
            & (abs(step[j]) < FROZEN)
            & (moment[j] > STEEP * gross[j])
            & (root > LOWEST)
            & (root < HIGHEST)
        )
        proven = found & (changes[j] <= 1.0)
        x[j] = root
        guess[j] = root if found else NOT_A_NUMBER
        rate[j] = exp(root) - 1.0
        status[j] = IRR_OK if proven else IRR_NOT_CONVERGED
        roots[j] = 1 if proven else 0
        step[j] = 1.0 if found else 0.0
    for j in range(lanes):
        if status[j] != IRR_OK:
            known = step[j] > 0.0
            rate[j], status[j], roots[j] = lane_irr(
                cash[:, j], date_gap, gap_years, near, x[j], known, lane_factor, search
            )


@compiled_inner
def _open_sides(flows, date_gap, gap_years, root, factor):
    """Whether roots above, and whether roots below a root may count: the changes of sign of the integrated running
    sums, from the first date and from the last, are more than one. ``factor`` [G]
    is working space."""
    dates = flows.size
    gross = 0.0
    running = 0.0
    integral = 0.0
    years = 0.0
    weight = 1.0
    for g in range(gap_years.size):
        factor[g] = exp(-root * gap_years[g])
    for d in range(dates):
        if d > 0:
            weight *= factor[date_gap[d]]
            years += gap_years[date_gap[d]]
            integral += running * gap_years[date_gap[d]]
        running += flows[d] * weight
        gross += abs(flows[d]) * weight
    whole = integral
    zero = ZERO * gross * years
    weight = 1.0
    running = flows[0]
    integral = 0.0
    last_above = 0.0
    last_below = -1.0 if whole < -zero else (1.0 if whole > zero else 0.0)
    above = 0
    below = 0
    for d in range(1, dates):
        gap = gap_years[date_gap[d]]
        weight *= factor[date_gap[d]]
        integral += running * gap
        running += flows[d] * weight
        sign = 1.0 if integral > zero else (-1.0 if integral < -zero else last_above)
        above += sign * last_above < 0.0
        last_above = sign
        rest = whole - integral
        sign = 1.0 if rest > zero else (-1.0 if rest < -zero else last_below)
        below += sign * last_below < 0.0
        last_below = sign
    return above > 1, below > 1


@compiled_inner
def lane_irr(flows, date_gap, gap_years, near, root, known, factor, search):
    """Rate, status and number of falling roots of one path that the block left open; ``flows`` [D].

    ``root`` is where the block's steps ended, ``known`` whether that is a root at which the value falls. ``factor`` [G]
    and ``search`` [3, D] are working space.
    """
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
    low = LOWEST - EDGE
    high = HIGHEST + EDGE
    if known:
        above, below = _open_sides(flows, date_gap, gap_years, root, factor)
        if not above and not below:
            return exp(root) - 1.0, IRR_OK, 1
        low = low if below else max(low, root - ASIDE)
        high = high if above else min(high, root + ASIDE)
    return search_lane(flows, residue, date_gap, gap_years, near, root, low, high, search)
