"""The complete search for the roots of one path's present value, F(x) = Σ c_k·exp(−x·τ_k), x = ln(1 + r).

The range of x is cut where the running sums show that no root lies beyond (Laguerre), then halved until each piece is
settled by a second-order bound: with weights ω_k = |c_k|·exp(−m·τ_k) at the middle m of a piece of half width h, and
ρ the weighted mean of τ, G(x) = F(x)·exp((x − m)·ρ) has the roots of F, and |G''| ≤ Σ ω_k (τ_k − ρ)²·exp(h·max|τ −
ρ|). So no root can hide: a piece has none when |G(m)| exceeds what slope and curvature can take away, and at most one
when the slope cannot vanish. A piece narrower than 1e-9 that is still undecided holds a value that touches zero
without a measurable crossing.
"""

from valuation.kernel.arrays import IRR_MULTIPLE, IRR_NO_ROOT, IRR_NOT_CONVERGED, IRR_OK
from valuation.kernel.elementary import NOT_A_NUMBER, exp
from valuation.kernel.jit import compiled_inner

NARROWEST = 1e-9
LARGEST_COUNT = 127
ROUNDING = 4e-14
"""Rounding of a sum of discounted flows, as a share of their gross amount."""

PASSES = 200_000
"""Pieces after which the search gives up; a few hundred are usual."""


@compiled_inner
def _prepare(flows, residue, date_gap, gap_years, search):
    """Flows above the residue and their times in years from the first: rows 0 and 1 of ``search`` [3, D]; returns their
    number."""
    count = 0
    years = 0.0
    for d in range(flows.size):
        if d > 0:
            years += gap_years[date_gap[d]]
        if abs(flows[d]) > residue:
            search[0, count] = flows[d]
            search[1, count] = years
            count += 1
    first = search[1, 0]
    for k in range(count):
        search[1, k] -= first
    return count


@compiled_inner
def _weigh(x, count, search):
    """Flows discounted to the first date (x ≥ 0) or carried to the last (x < 0), so that nothing overflows: row 2."""
    reference = search[1, count - 1] if x < 0.0 else 0.0
    for k in range(count):
        search[2, k] = search[0, k] * exp(-x * (search[1, k] - reference))


@compiled_inner
def _value(x, count, search):
    """F(x), its slope F'(x) and its gross amount, all times the same positive factor."""
    _weigh(x, count, search)
    value = 0.0
    slope = 0.0
    gross = 0.0
    for k in range(count):
        value += search[2, k]
        slope -= search[2, k] * search[1, k]
        gross += abs(search[2, k])
    return value, slope, gross


@compiled_inner
def _sign(x, count, search):
    """Sign of F(x), 0 within rounding."""
    value, _, gross = _value(x, count, search)
    return 0 if abs(value) <= ROUNDING * gross else (1 if value > 0.0 else -1)


@compiled_inner
def _one_sided(x, count, forward, search):
    """Whether running sums at x never change sign: then no root lies above x (``forward``), or below it."""
    _weigh(x, count, search)
    seen = 0
    running = 0.0
    gross = 0.0
    for k in range(count):
        gross += abs(search[2, k])
    for k in range(count):
        running += search[2, k] if forward else search[2, count - 1 - k]
        if abs(running) <= ROUNDING * gross:
            return False
        sign = 1 if running > 0.0 else -1
        if seen != 0 and sign != seen:
            return False
        seen = sign
    return True


@compiled_inner
def _cut(low, high, forward, count, search):
    """The range with the end cut off beyond which no root lies, found by halving to 1/64 of the range."""
    outer = high if forward else low
    inner = low if forward else high
    if not _one_sided(outer, count, forward, search):
        return outer
    if _one_sided(inner, count, forward, search):
        return inner
    for _ in range(6):
        middle = 0.5 * (outer + inner)
        if _one_sided(middle, count, forward, search):
            outer = middle
        else:
            inner = middle
    return outer


@compiled_inner
def _settle(low, high, count, search):
    """What a piece holds: 0 = no root, 1 = at most one (monotone), 2 = undecided."""
    m = 0.5 * (low + high)
    h = 0.5 * (high - low)
    _weigh(m, count, search)
    value = 0.0
    slope = 0.0
    gross = 0.0
    first = 0.0
    for k in range(count):
        flow = search[2, k]
        value += flow
        slope -= flow * search[1, k]
        gross += abs(flow)
        first += abs(flow) * search[1, k]
    mean = first / gross
    spread = 0.0
    for k in range(count):
        away = search[1, k] - mean
        spread += abs(search[2, k]) * away * away
    slope += mean * value
    span = max(search[1, count - 1] - mean, mean)
    if h * span > 20.0:
        return 2
    curvature = spread * exp(h * span) * 1.000001
    rounding = ROUNDING * gross
    if abs(value) > h * abs(slope) + 0.5 * h * h * curvature + rounding:
        return 0
    if abs(slope) > h * curvature + rounding * (1.0 + span):
        return 1
    return 2


@compiled_inner
def _bracketed(low, high, start, count, search):
    """The root in a piece where F falls from above 0 to below, by Newton kept inside the bracket."""
    x = start if low < start < high else 0.5 * (low + high)
    for _ in range(200):
        value, slope, gross = _value(x, count, search)
        if value > 0.0:
            low = x
        else:
            high = x
        moved = x - value / slope if slope < 0.0 else 0.5 * (low + high)
        if not low <= moved <= high:
            moved = 0.5 * (low + high)
        if abs(moved - x) <= 2e-16 * max(1.0, abs(x)) or abs(value) <= 1e-16 * gross:
            return moved
        x = moved
    return x


@compiled_inner
def search_lane(flows, residue, date_gap, gap_years, near, start, lowest, highest, search):
    """Rate nearest to ``near``, status and number of the falling roots of ``flows`` [D] on ``lowest`` ≤ x ≤
    ``highest``.

    Flows up to ``residue`` are none. ``start`` is where to begin inside a bracket, ``search`` [3, D] working space.
    """
    count = _prepare(flows, residue, date_gap, gap_years, search)
    low = lowest
    high = highest
    for forward in (True, False):
        if low < high:
            end = _cut(low, high, forward, count, search)
            high = end if forward else high
            low = low if forward else end
    if not low < high:
        return NOT_A_NUMBER, IRR_NO_ROOT, 0
    found = 0
    best = NOT_A_NUMBER
    passes = 0
    x = low  # the last point at which the sign of F is beyond rounding, and that sign
    sign = _sign(low, count, search)
    lower = [low]
    upper = [high]
    while len(lower) > 0:  # from left to right
        a = lower.pop()
        b = upper.pop()
        passes += 1
        if passes > PASSES:
            return NOT_A_NUMBER, IRR_NOT_CONVERGED, found
        held = _settle(a, b, count, search)
        if held == 2 and b - a > NARROWEST:
            m = 0.5 * (a + b)
            lower.append(m)
            upper.append(b)
            lower.append(a)
            upper.append(m)
            continue
        sign_b = _sign(b, count, search)
        if sign > 0 and sign_b < 0:
            rate = exp(_bracketed(x, b, start, count, search)) - 1.0
            found = min(found + 1, LARGEST_COUNT)
            if not abs(best - near) <= abs(rate - near):
                best = rate
        if sign_b != 0:
            sign = sign_b
            x = b
    if found == 0:
        return NOT_A_NUMBER, IRR_NO_ROOT, 0
    return best, IRR_OK if found == 1 else IRR_MULTIPLE, found
