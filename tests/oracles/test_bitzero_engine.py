"""The plan of contracts/bitzero.yaml, evaluated and simulated without noise, against the independent loop."""

import importlib.util
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from valuation import timeline
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import base_case
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

CONTRACT = Path(__file__).resolve().parents[2] / "contracts" / "bitzero.yaml"
STILL = (  # every volatility and every hazard at 0: simulation and base case are one
    "market.factors.power.NO4.slow.volatility=0 /sqrt(year)",
    "market.factors.power.NO4.fast.volatility=0 /sqrt(year)",
    "market.factors.power.NO4.yearly_level.sd=0",
    "market.factors.fx.EURUSD.volatility=0 /sqrt(year)",
    "risks.utilisation.logit_sd=0",
    "risks.revocation.rate.value=0 %/year",
)
ROWS = {  # line of the loop: row of the plan, in the contract's currency
    "mw": "capacity.contracted_mw",
    "load": "capacity.load",
    "rent": "rent.billed",
    "fixed_power": "power.fixed",
    "spot_power": "power.spot.USD",
    "grid_tariff": "grid_tariff.cost.USD",
    "consumption_tax": "consumption_tax.cost.USD",
    "operations": "operations.cost",
    "ebitda": "accounts.ebitda",
    "capex": "build.spend",
}


def _loop():
    spec = importlib.util.spec_from_file_location("bitzero_loop", Path(__file__).with_name("test_bitzero_loop.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


loop = _loop()
SCENARIOS = {None: {}, **loop.SCENARIOS}
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=str)


def dated(plan, values) -> dict[str, dict]:
    """Base-case cash and tax by date."""
    books = {"cash": {}, "tax": {}}
    for payment in plan.payments:
        amounts = values.series(payment.row, plan.months)
        for day, amount in zip(values.series(payment.date, plan.months), amounts, strict=True):
            if day > 0.0 and amount:
                when = timeline.date_of(day)
                books[payment.book][when] = books[payment.book].get(when, 0.0) + payment.sign * amount
    return books


def same(got: dict, want: dict, tolerance: float) -> None:
    scale = max([abs(amount) for amount in want.values()], default=1.0)
    for day in {*got, *want}:
        assert math.isclose(got.get(day, 0.0), want.get(day, 0.0), rel_tol=tolerance, abs_tol=tolerance * scale), (
            f"{day}: {got.get(day, 0.0)} is not {want.get(day, 0.0)}"
        )


@every_scenario
def test_dated_flows_and_margin(scenario):
    numbers = loop.BITZERO | SCENARIOS[scenario]
    plan = resolve(load(CONTRACT, scenario=scenario))
    values = base_case(plan)
    books = dated(plan, values)
    cash, tax = loop.dated_flows(numbers)
    same(books["cash"], cash, 1e-12)
    same(books["tax"], tax, 1e-11)
    assert values.month["accounts.margin"][-1] == pytest.approx(loop.measures(numbers)["margin"], rel=1e-12)


OTHER = {  # what the contract's own numbers leave at 0 or at a round month: overrides, and the loop's numbers
    "start inside a month": (("dates.start=2026-10-12",), {"start": date(2026, 10, 12)}),
    "start in a leap February": (
        ("dates.valuation=2027-12-31", "market.as_of=2027-12-31", "dates.start=2028-02-29",
         "clauses.build.schedule.from=2028-01-31", "clauses.build.schedule.months=1"),
        {"valuation": date(2027, 12, 31), "start": date(2028, 2, 29), "capex_from": date(2028, 1, 31),
         "capex_months": 1},
    ),
    "escalated, lossy, billed as used": (
        ("clauses.rent.escalator=3 %/year", "capacity.loss_share=2 %", "clauses.rent.take_or_pay.share=70 %",
         "clauses.power.hedge.share=35 %", "dates.term=127 months", "tax.host.rate=28 %",
         "clauses.build.depreciation.rate=20 %/year", "clauses.build.schedule.months=9"),
        {"rent_escalator": 0.03, "loss_share": 0.02, "take_or_pay": 0.7, "hedged_share": 0.35, "term_months": 127,
         "tax_rate": 0.28, "saldo_rate": 0.20, "capex_months": 9},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHER)
def test_other_numbers(case):
    overrides, changes = OTHER[case]
    numbers = loop.BITZERO | changes
    plan = resolve(load(CONTRACT, overrides=overrides))
    values = base_case(plan)
    books = dated(plan, values)
    cash, tax = loop.dated_flows(numbers)
    same(books["cash"], cash, 1e-12)
    same(books["tax"], tax, 1e-11)
    assert values.month["accounts.margin"][-1] == pytest.approx(loop.measures(numbers)["margin"], rel=1e-12)


@pytest.mark.parametrize("line", ROWS)
def test_monthly_line(line):
    plan = resolve(load(CONTRACT))
    values = base_case(plan).series(ROWS[line], plan.months)
    days = [timeline.date_of(timeline.month_end(plan.first_month + t)) for t in range(plan.months)]
    wanted = {row["last"]: row[line] for row in loop.monthly_lines(loop.BITZERO)}
    same(dict(zip(days, values, strict=True)), wanted, 1e-12)


@pytest.mark.parametrize("scenario", [None, "net_of_power"], ids=str)
def test_simulation_without_noise(scenario):
    """Every path has the loop's NPV, IRR and margin, before and after tax."""
    want = loop.measures(loop.BITZERO | SCENARIOS[scenario])
    plan = resolve(load(CONTRACT, scenario=scenario, overrides=STILL))
    result = simulate(assemble(plan), paths=300, seed=1, threads=1)
    for name in ("npv", "npv_pre_tax", "irr", "irr_pre_tax"):
        assert result.measure[name] == pytest.approx(np.full(300, want[name]), rel=1e-9), name
    assert result.final["margin"] == pytest.approx(np.full(300, want["margin"]), rel=1e-9)
    assert not result.status["irr"].any()
