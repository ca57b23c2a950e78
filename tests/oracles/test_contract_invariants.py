"""What holds for every contract: transfers between the parties add to zero, doubling all money doubles the value, the
base case is the run without noise, a likelier end is worth no more.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_deal import MARKET, Deal, dated, merged, same, total, write
from small_deal_strategies import PARTIES, contracts

from valuation.plan.assemble import assemble
from valuation.plan.evaluate import base_case
from valuation.plan.text import explain_text, parse_program, program_text
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

SHIPPED = Path(__file__).resolve().parents[2] / "contracts"
BITZERO = SHIPPED / "bitzero.yaml"
NO_NOISE = (
    "market.factors.power.NO4.slow.volatility=0 /sqrt(year)",
    "market.factors.power.NO4.fast.volatility=0 /sqrt(year)",
    "market.factors.power.NO4.yearly_level.sd=0",
    "market.factors.fx.EURUSD.volatility=0 /sqrt(year)",
    "risks.utilisation.logit_sd=0",
    "risks.revocation.rate.value=0 %/year",
)
few = settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a contract that fails is readable without shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def make(tmp_path):
    """A deal from a drawn contract."""

    def of(contract, market, view=None, **how):
        from io import StringIO

        from small_deal import _yaml

        texts = []
        for tree in (contract, market):
            out = StringIO()
            _yaml().dump(tree, out)
            texts.append(out.getvalue())
        return Deal(write(tmp_path, *texts), view, **how)

    return of


@pytest.mark.slow
@few
@given(made=contracts())
def test_transfers_add_to_zero_on_every_path(make, made):
    """Cash before tax, over all parties, by date and path."""
    runs = {view: make(*made(), view=view).paths(6, seed=5) for view in PARTIES}
    for path in range(6):
        flows = [dated(run, path) for run in runs.values()]
        scale = max(abs(amount) for flow in flows for amount in flow.values())
        assert all(abs(amount) <= 1e-9 * scale for amount in total(*flows).values())


@pytest.mark.slow
@few
@given(made=contracts())
def test_doubling_all_money(make, made):
    """NPV doubles, IRR and margin stay."""
    one, two = (make(*made(k)).paths(6, seed=5) for k in (1.0, 2.0))
    for name in ("npv", "npv_pre_tax"):
        assert two.measure[name] == pytest.approx(2 * one.measure[name], rel=1e-9, abs=1e-3)
    assert two.final["margin"] == pytest.approx(one.final["margin"], rel=1e-12, nan_ok=True)
    assert two.status["irr"].tolist() == one.status["irr"].tolist()
    assert two.measure["irr"] == pytest.approx(one.measure["irr"], abs=1e-7, nan_ok=True)


@pytest.mark.slow
@few
@given(made=contracts())
def test_the_base_case_is_the_run_without_noise(make, made):
    """All σ = 0, no event strikes: every dated flow before and after tax, to 1e-12."""
    contract, market = made()
    still = {"slow": {"volatility": "0 /sqrt(year)"}}
    market = merged(market, {"factors": {"power": still, "eur": {"volatility": "0 /sqrt(year)"}}})
    if "use" in contract["risks"]:
        contract = merged(contract, {"risks": {"use": {"logit_sd": 0}}})
    deal = make(contract, market)
    lapse = {f"rent.renewal_{place}.uniform": [0.99] for place in (1, 2)}  # as in the base case
    run = deal.paths(1, first=[1e6], second=[1e6], taken=[1e6], **lapse)
    for book in ("cash", "tax"):
        first = date(2026, 6, 30)
        base = {day: amount for day, amount in deal.flows(book).items() if day >= first}
        same(dated(run, 0, book), base, 1e-12)
    assert run.final["margin"][0] == pytest.approx(deal.values.month["accounts.margin"][-1], rel=1e-12, nan_ok=True)


@pytest.mark.slow
@few
@given(made=contracts())
def test_text_and_back(make, made):
    plan = make(*made()).plan
    for text in (program_text(plan), explain_text(plan)):
        again = parse_program(text)
        assert again.digest == plan.digest
        assert base_case(again).month["accounts.ebitda"] == base_case(plan).month["accounts.ebitda"]


@settings(few, max_examples=8)
@given(
    rates=st.tuples(st.floats(0.1, 30), st.floats(0.1, 30)).map(sorted),
    waits=st.lists(st.floats(0.001, 3), min_size=3, max_size=3),
    notice=st.integers(0, 30),
)
def test_a_likelier_end_is_worth_no_more(make, rates, waits, notice):
    """Rent only, on the same exponentials: path by path."""
    values = []
    for rate in rates:
        hazard = {"process": "hazard", "rate": {"value": f"{rate!r} %/year", "evidence": "historical"}}
        risks = {"gone": hazard | {"notice": f"{notice} months"}}
        values.append(make({"risks": risks}, {}).paths(3, gone=waits).measure["npv"])
    assert (values[1] <= values[0] + 1e-6).all()


@pytest.mark.parametrize("scenario", [None, "net_of_power", "credit"], ids=str)
def test_bitzero_adds_to_zero(scenario):
    """In the kernel, every party with the same seed; discounted at one rate, path by path."""
    contract = load(BITZERO, scenario=scenario)
    views = [*contract.parties, "outside"]
    runs = [simulate(assemble(resolve(contract, view=view)), paths=512, seed=3, threads=1) for view in views]
    sums = sum(run.measure["npv_pre_tax"] for run in runs)
    gross = sum(np.abs(run.measure["npv_pre_tax"]) for run in runs)
    assert np.abs(sums / gross).max() < 1e-12
    by_date = {}
    for run in runs:
        for day, cash in zip(run.dates, run.dated_cash, strict=True):
            by_date[day] = by_date.get(day, 0.0) + cash
    largest = max(np.abs(run.dated_cash).max() for run in runs)
    assert max(map(abs, by_date.values())) < 1e-12 * largest


def test_bitzero_without_noise_is_its_base_case():
    """NPV, IRR, margin of a path, and every dated flow, to 1e-12 of the largest."""
    plan = resolve(load(BITZERO, overrides=NO_NOISE))
    run = simulate(assemble(plan), paths=256, seed=1, threads=1)
    values = base_case(resolve(load(BITZERO)))
    base = {"cash": {}, "tax": {}}
    for payment in plan.payments:
        days, amounts = values.series(payment.date, plan.months), values.series(payment.row, plan.months)
        for day, amount in zip(days, amounts, strict=True):
            base[payment.book][day] = base[payment.book].get(day, 0.0) + payment.sign * amount
    for book, sums in (("cash", run.dated_cash), ("tax", run.dated_tax)):
        got = dict(zip(run.dates, sums / 256, strict=True))
        want = {day: amount for day, amount in base[book].items() if day}
        largest = max(map(abs, want.values()))
        assert all(abs(got.get(day, 0.0) - want.get(day, 0.0)) <= 1e-12 * largest for day in {*got, *want})
    assert run.final["margin"] == pytest.approx(np.full(256, values.month["accounts.margin"][-1]), rel=1e-12)
    npv = sum(
        amount * (1.09 ** (-(day - plan.valuation) / 365)) for of in base.values() for day, amount in of.items() if day
    )
    gross = sum(abs(amount) for of in base.values() for amount in of.values())
    assert np.abs(run.measure["npv"] - npv).max() <= 1e-12 * gross


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_contracts_as_text_and_back(path):
    if path.parent.name == "markets":
        assert "as_of" in path.read_text(encoding="utf-8")
        return
    contract = load(path)
    for scenario in (None, *contract.scenarios):
        plan = resolve(load(path, scenario=scenario))
        assert parse_program(program_text(plan)).digest == plan.digest
        assert parse_program(explain_text(plan)).digest == plan.digest


def test_the_market_of_the_small_contract_is_noisy():
    assert "volatility: 0.8" in MARKET
