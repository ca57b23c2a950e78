"""The base NPV at the ends of the stated ranges, against the contract read again with the end written into it."""

from __future__ import annotations

import pytest

from valuation.appraisal.assumptions import assumptions
from valuation.appraisal.base import Base
from valuation.appraisal.range_effects import npv_of, range_effects
from valuation.resolve import resolve
from valuation.shipped import shipped
from valuation.spec import Source
from valuation.tables import RangeEffect


def effects(name: str) -> tuple[float, tuple[RangeEffect, ...], Source]:
    source = Source.read(shipped("contracts") / name)
    contract = source.contract()
    plan = resolve(contract)
    base = Base.of(plan)
    return base.npv, range_effects(contract, base, assumptions(contract, plan)), source


def text(one: RangeEffect, end: float | str) -> str:
    return end if isinstance(end, str) else f"{end * (100 if one.unit.startswith('%') else 1):.12g} {one.unit}".rstrip()


@pytest.mark.slow
def test_each_end_is_what_the_contract_gives_when_it_is_written_there() -> None:
    npv, found, source = effects("crusoe-polar-drangedal.yaml")
    moved = [one for one in found if one.swing(npv) > 0.0]
    assert moved
    for one in found[: len(moved) + 2]:
        for end, got in ((one.low, one.npv_low), (one.high, one.npv_high)):
            if got is not None:
                assert got == pytest.approx(npv_of(source, {one.path: text(one, end)}), rel=1e-9), one.path


@pytest.fixture(scope="module")
def bitzero() -> tuple[float, tuple[RangeEffect, ...]]:
    return effects("bitzero.yaml")[:2]


def test_the_widest_swing_comes_first_and_the_discount_rate_moves_all_cash(
    bitzero: tuple[float, tuple[RangeEffect, ...]],
) -> None:
    npv, found = bitzero
    swings = [one.swing(npv) for one in found]
    assert swings == sorted(swings, reverse=True)
    rate = next(one for one in found if one.path == "discount_rate")
    low, high = rate.changes(npv)
    assert low == pytest.approx(97.71e6, rel=1e-3) and high == pytest.approx(-116.35e6, rel=1e-3)


def test_what_only_paths_feel_leaves_the_base_case(bitzero: tuple[float, tuple[RangeEffect, ...]]) -> None:
    npv, found = bitzero
    volatility = next(one for one in found if one.path == "risks.utilisation.logit_sd")
    assert (volatility.npv_low, volatility.npv_high) == (npv, npv)


@pytest.mark.slow
def test_a_value_that_the_contract_does_not_take_has_a_reason() -> None:
    _, found, _ = effects("crusoe-polar-drangedal.yaml")
    date = next(one for one in found if one.path == "risks.option.date")
    assert date.npv_high is None and date.reason
