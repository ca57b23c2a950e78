"""What must hold of present values, rates of return and payback for every series."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.finance import (
    IrrStatus,
    discounted_payback,
    irr_status,
    moic,
    npv,
    payback,
    xirr_status,
    xnpv,
)

money = st.integers(-1_000_000, 1_000_000).map(float)
series = st.lists(money, min_size=2, max_size=30)
rates = st.floats(-0.5, 2.0)
outflows_then_inflows = st.builds(
    lambda spent, earned: [-float(x) for x in spent] + [float(x) for x in earned],
    st.lists(st.integers(0, 1_000), min_size=1, max_size=4).filter(any),
    st.lists(st.integers(0, 1_000), min_size=1, max_size=20),
)


@given(series, st.floats(1e-6, 1e6))
def test_scaling_leaves_the_rate_of_return(flows: list[float], factor: float) -> None:
    plain, scaled = irr_status(flows), irr_status([factor * flow for flow in flows])
    if IrrStatus.NOT_CONVERGED in {plain.status, scaled.status}:
        return
    if plain.status is scaled.status:  # a double root may appear or vanish with the last bit
        assert scaled.rate == pytest.approx(plain.rate, rel=1e-6, abs=1e-6, nan_ok=True)
    else:
        assert min(abs(npv(root, flows)) for root in [*plain.roots, *scaled.roots]) <= 1e-9 * sum(map(abs, flows))


@given(series, series, rates, st.floats(-10.0, 10.0))
def test_npv_is_linear(one: list[float], other: list[float], rate: float, factor: float) -> None:
    length = min(len(one), len(other))
    a, b = np.array(one[:length]), np.array(other[:length])
    size = npv(rate, np.abs(a)) + abs(factor) * npv(rate, np.abs(b))
    assert abs(npv(rate, a + factor * b) - npv(rate, a) - factor * npv(rate, b)) <= 1e-12 * size


@given(series, st.data(), st.integers(-20_000, 20_000))
def test_shifting_every_date_changes_nothing(flows: list[float], data: st.DataObject, shift: int) -> None:
    days = st.lists(st.integers(0, 10_000), min_size=len(flows), max_size=len(flows))
    dates = [46_000.0 + day for day in data.draw(days)]
    later = [date + shift for date in dates]
    before, after = xirr_status(dates, flows), xirr_status(later, flows)
    assert (before.status, before.roots) == (after.status, after.roots)
    assert xnpv(0.08, dates, flows) == xnpv(0.08, later, flows)


@given(series, rates)
def test_yearly_dates_make_xnpv_the_npv(flows: list[float], rate: float) -> None:
    dates = [46_000.0 + 365 * year for year in range(len(flows))]
    assert xnpv(rate, dates, flows) == npv(rate, flows)


@given(outflows_then_inflows, st.floats(-0.9, 5.0))
def test_irr_is_below_the_hurdle_where_npv_there_is_negative(flows: list[float], hurdle: float) -> None:
    result = irr_status(flows)
    if result.status is IrrStatus.NO_ROOT:  # its only root lies outside the range: below it or above it
        below = npv(-0.9999, flows) < 0.0
    else:
        below = result.status is IrrStatus.TOTAL_LOSS or result.rate < hurdle
        if result.status is IrrStatus.OK and abs(result.rate - hurdle) < 1e-9:
            return
    assert below == (npv(hurdle, flows) < 0.0)


@given(outflows_then_inflows, st.floats(0.0, 1.0))
def test_payback_and_its_discounted_form(flows: list[float], rate: float) -> None:
    plain, discounted = payback(flows), discounted_payback(rate, flows)
    assert math.isnan(plain) == (sum(flows) < 0.0)
    assert (moic(flows) >= 1.0) == (not math.isnan(plain))
    if not math.isnan(discounted):
        assert plain <= discounted + 1e-9
    if not math.isnan(plain):
        whole = int(plain)
        paid = sum(flows[: whole + 1]) + (plain - whole) * (flows[whole + 1] if whole + 1 < len(flows) else 0.0)
        assert paid == pytest.approx(0.0, abs=1e-6)


@given(outflows_then_inflows)
def test_payback_at_the_rate_of_return_is_the_end_of_the_last_inflow(flows: list[float]) -> None:
    result = irr_status(flows)
    if result.status is not IrrStatus.OK:
        return
    before, after = discounted_payback(result.rate - 1e-6, flows), discounted_payback(result.rate + 1e-6, flows)
    assert not math.isnan(before)
    assert math.isnan(after)
