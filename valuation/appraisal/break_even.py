"""Break-evens: the rent, the investment and the power price at which the base NPV after tax is 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from valuation.appraisal import what_if
from valuation.appraisal.base import Base
from valuation.appraisal.flows import added
from valuation.tables import BreakEven

if TYPE_CHECKING:
    from valuation.appraisal.what_if import Stated
    from valuation.spec.contract import Contract

TOLERANCE = 1e-9
"""Relative width to which a break-even is found."""

ROUNDING = 1e-12
"""Share of the gross cash that two NPVs may differ by though nothing changed."""

WIDEST = 1000.0
"""Break-evens are looked for up to so many times the value in the file."""


def break_evens(contract: Contract, base: Base) -> dict[str, BreakEven]:
    """Break-evens of the first lease's price, the first investment and the first fixed power price, money in units."""
    stated = {
        "rent": (what_if.rent_price(contract), "the contract has no lease"),
        "capex": (what_if.capex_cost(contract), "the contract has no investment with a single cost"),
        "power_price": (what_if.power_price(contract), "the contract has no supply at a fixed price"),
    }
    return {name: _break_even(base, quantity, reason) for name, (quantity, reason) in stated.items()}


def _break_even(base: Base, stated: Stated, missing: str) -> BreakEven:
    if stated is None:
        return BreakEven("", None, "", missing)
    quantity = getattr(stated, "constant", stated)
    if quantity is None:
        return BreakEven(stated.path, None, "", f"{stated.path} changes by date, so there is no one value")
    found = what_if.lever(base.plan, quantity)
    if found is None:
        return BreakEven(quantity.path, None, "", f"{quantity.path} moves no cash of the {base.plan.view}")
    noise = ROUNDING * added(abs(amount) for amount in base.flows.net)
    study = what_if.WhatIf(base, quantity.path)
    value, reason = solve(lambda x: study.npv({quantity.path: x}), found.input.value, base.npv, noise)
    at = None if value is None else value * found.scale
    return BreakEven(quantity.path, at, found.unit, reason, found.input.value * found.scale)


def solve(npv: Callable[[float], float], start: float, at_start: float, noise: float = 0.0) -> tuple[float | None, str]:
    """A value at or above 0 at which the NPV is 0; None with the reason where there is none.

    It is the one nearest the start where the NPV is monotone on each side of it. Where it is not, a nearer root on the
    other side, or two roots within one step, are passed over.

    Steps of 10 %, 20 %, 40 % … of the start go out on the side that the slope points to until the sign changes; then
    false position, halved where it stalls (Illinois). The NPV bends where tax losses or caps do, so Newton alone may
    run away.

    Parameters
    ----------
    npv : NPV by value, ``at_start`` at the start.
    noise : difference of two NPVs that may be rounding alone.
    """
    if at_start == 0.0:
        return start, ""
    size = abs(start) or 1.0
    step = 0.1 * size
    up = npv(start + step)
    if abs(up - at_start) <= noise:
        return None, "the base NPV does not move with it"
    rises = (up - at_start) * (1.0 if at_start < 0.0 else -1.0) > 0.0
    low, f_low = start, at_start
    high, f_high = (start + step, up) if rises else (max(0.0, start - step), npv(max(0.0, start - step)))
    while f_high * at_start > 0.0:
        step *= 2.0
        low, f_low = high, f_high
        high = start + step if rises else max(0.0, start - step)
        if high == low or step > WIDEST * size:
            far = f"no value up to {WIDEST:g} times the one in the file brings the base NPV to 0"
            return None, far if rises else "even at 0 the base NPV is not 0"
        f_high = npv(high)
    return _false_position(npv, low, f_low, high, f_high), ""


def _false_position(npv: Callable[[float], float], a: float, f_a: float, b: float, f_b: float) -> float:
    """Root between a and b, whose NPVs differ in sign."""
    for _ in range(200):
        if f_b == 0.0 or math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-300):
            return b
        x = b - f_b * (b - a) / (f_b - f_a)
        f_x = npv(x)
        if (f_x > 0.0) != (f_b > 0.0):
            a, f_a = b, f_b
        else:
            f_a *= 0.5
        # the value no longer moves: a is a far end that false position leaves where it is
        done = abs(x - b) <= TOLERANCE * abs(x)
        b, f_b = x, f_x
        if done:
            return b
    return b
