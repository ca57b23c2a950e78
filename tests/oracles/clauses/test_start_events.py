"""Events that act on a start, all together: drawn deals whose outcomes are sure, against a loop written apart.

With chances of 0 or 100 % and waits of a fixed length every path is the same, and the loop knows it.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_deal import Deal, discount, months, write

from valuation.plan.assemble import assemble
from valuation.simulate import simulate

GRID = months(date(2026, 7, 1), date(2032, 12, 31))
TODAY, START, END = date(2026, 6, 30), 3, 27
"""Positions count months from 30 June 2026: the term is that of October 2026 to September 2028."""


@st.composite
def deals(draw: st.DrawFn) -> SimpleNamespace:
    pick = lambda *options: draw(st.sampled_from(options))  # noqa: E731
    return SimpleNamespace(
        letter=pick(None, True, False),
        letter_day=pick(date(2026, 8, 15), date(2026, 9, 30)),
        permit=pick(None, True, False),
        permit_late=pick(0.0, 0.5, 2.25),
        delay=pick(None, 0.0, 0.75, 3.0, 7.5, 30.0),
        of_all=pick(True, False),
        moves=pick(True, False),
        long_stop=pick(None, 3.0, 5.0),
        damages=pick(None, "", "cap: 2.5 months", "cap: 10 %"),
        strikes=pick(None, 2.0, 7.25, 20.0),
        site_requires=pick(True, False),
    )


def text(deal: SimpleNamespace) -> str:
    """The drawn deal in the contract language."""
    sure = lambda yes: "100 %" if yes else "0 %"  # noqa: E731
    risks: dict[str, str] = {}
    if deal.letter is not None:
        risks["letter"] = f"process: conversion, probability: {sure(deal.letter)}, decided: {deal.letter_day}"
    if deal.permit is not None:
        risks["permit"] = (
            f"process: approval, of: rent, phase: 2, probability: {sure(deal.permit)}, date: 2026-11-30, "
            f"base: refused, later: {wait(deal.permit_late)}"
        )
    if deal.delay is not None:
        risks["late"] = f"process: delay, of: rent, phase: {'all' if deal.of_all else 2}, delay: {wait(deal.delay)}"
        risks["late"] += f", end: {'moves' if deal.moves else 'fixed'}"
        if deal.long_stop is not None:
            risks["late"] += f", long_stop: {deal.long_stop} months"
        if deal.damages is not None:
            terms = ", ".join(filter(None, ["payer: host, payee: tenant, price: 50 USD/kW/month", deal.damages]))
            risks["late"] += f", damages: {{{terms}}}"
    if deal.strikes is not None:  # a hazard so large that it strikes on its date
        day = GRID[int(deal.strikes)].first
        rate = f"{{value: {{2026-07-01: 0 %/year, {day}: 1000000000000 %/year}}, evidence: historical}}"
        risks["gone"] = f"process: hazard, notice: {deal.strikes % 1} months, rate: {rate}"
    hangs = [name for name in ("letter", "permit") if name in risks]
    site = "letter" if deal.letter is not None and deal.site_requires else ""
    return f"""
capacity: {{contracted: {{2026-10-01: 40 MW, 2027-01-01: 100 MW}}}}
clauses:
  care: {{structure: fixed_cost, payer: host, payee: outside, price: 2 USD/kW/month}}
  site: {{structure: fixed_cost, payer: host, payee: outside, price: 12 MUSD/year, requires: [{site}]}}
  build: {{structure: capex, payer: host, payee: outside, requires: [{", ".join(hangs)}],
          schedule: {{2026-08-10: 5 MUSD, 2026-09-30: 7 MUSD, 2026-12-05: 11 MUSD, 2027-01-20: 13 MUSD}}}}
  worth: {{structure: terminal_value, payer: outside, payee: host, amount: 30 MUSD}}
risks: {{{", ".join(f"{name}: {{{terms}}}" for name, terms in risks.items())}}}
"""


def wait(length: float) -> str:
    chance = "100 %" if length else "0 %"
    return f"{{probability: {chance}, distribution: fixed, mean: {length or 1.0} months}}"


def span(t: int, begin: float, end: float) -> float:
    return max(0.0, min(end, t + 1.0) - max(begin, float(t)))


def flows(deal: SimpleNamespace) -> dict[date, float]:
    """The loop: cash of the host by date."""
    never = 1e9
    late = deal.delay or 0.0
    in_time = deal.long_stop is None or late <= deal.long_stop
    phases: list[Any] = []
    for mw, due, second in ((40.0, 3.0, False), (60.0, 6.0, True)):
        agreed = deal.letter is not False
        if second and deal.permit is not None:
            agreed, due = agreed and deal.permit, due + deal.permit_late
        mine = deal.delay is not None and (deal.of_all or second)
        comes = agreed and (in_time or not mine)
        begin = due + (late if mine else 0.0)
        end = END + (late if mine and deal.moves and comes else 0.0)
        phases.append(SimpleNamespace(mw=mw, due=due, mine=mine, agreed=agreed, comes=comes, begin=begin, end=end))
    begins = any(phase.comes for phase in phases)
    stop = deal.strikes if deal.strikes is not None and begins else never
    over = max(phase.end for phase in phases)
    out: dict[date, float] = {}

    def pay(day: date, amount: float) -> None:
        if day > TODAY:
            out[day] = out.get(day, 0.0) + amount

    for t, month in enumerate(GRID):
        for phase in phases:
            if phase.comes:
                pay(month.last, 1e5 * phase.mw * span(t, phase.begin, min(stop, phase.end)))
                pay(month.last, -2e3 * phase.mw * span(t, phase.begin, min(stop + 3.0, phase.end)))
        site = span(t, START, min(stop + 3.0, over))
        if deal.letter is False and deal.site_requires:
            site = 0.0  # decided before the term
        pay(month.last, -1e6 * site)
    for phase in phases:
        if deal.damages is None or not (phase.mine and phase.agreed):
            continue
        until = min(phase.begin, stop, phase.end, phase.due + (deal.long_stop or never))
        left = 0.1 * 12 * 1e5 * phase.mw if deal.damages == "cap: 10 %" else never * 1e3
        if deal.damages == "cap: 2.5 months":
            until = min(until, phase.due + 2.5)
        for t, month in enumerate(GRID):
            owed = min(left, 5e4 * phase.mw * span(t, phase.due, until))
            left -= owed
            pay(month.last, -owed)
    planned = date(2026, 11, 30)
    decided = planned + timedelta(days={0.0: 0, 0.5: 15, 2.25: 69}[deal.permit_late])  # 15 December, 7 February
    built = {date(2026, 8, 10): 5e6, date(2026, 9, 30): 7e6, date(2026, 12, 5): 11e6, date(2027, 1, 20): 13e6}
    for day, amount in built.items():
        if deal.permit is not None and planned <= day:
            if not deal.permit or (deal.letter is False and day >= deal.letter_day):
                continue
            if day <= decided:
                day = next(month.last for month in GRID if month.first <= decided <= month.last)
        elif deal.letter is False and day >= deal.letter_day:
            continue
        pay(day, -amount)
    if stop >= over:
        moved = over > END
        month = GRID[-int(-over // 1) - 1]
        pay(month.last if moved else date(2028, 9, 30), 30e6)
    return out


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=deals())
def test_every_mixture_of_sure_outcomes(tmp_path, drawn):
    """NPV of the kernel, on every path, and of both sides, against the loop."""
    made = Deal(write(tmp_path, text(drawn)), view="host")
    run = simulate(assemble(made.plan), paths=256, seed=1)
    cash = flows(drawn)
    want = sum(amount * discount(0.08, day) for day, amount in cash.items())
    gross = sum(abs(amount) for amount in cash.values()) + 1e6
    assert np.abs(run.measure["npv"] - want).max() < 1e-6 * gross, drawn
    views = [made, *(Deal(made.path, view=view) for view in ("tenant", "outside"))]
    sums = [view.paths(4).cash.sum(axis=0) for view in views]
    assert np.abs(sum(sums)).max() < 1e-9 * gross
    assert sums[0] == pytest.approx(sum(cash.values()), abs=1e-6 * gross)
