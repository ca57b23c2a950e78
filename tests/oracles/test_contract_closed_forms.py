"""Whole contracts, read from YAML and simulated, against closed forms within 4 standard errors at a fixed seed.

A lease of 10 MW at 1 USD/kW/month from the day after the valuation date, 15 years, at 8 %: what an event leaves of it
is an integral over each month of the chance that the lease still runs.
"""

import json  # JSON is YAML
import math
from calendar import monthrange
from datetime import date

import numpy as np
import pytest

from valuation.plan.assemble import assemble
from valuation.processes import hazard
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

PATHS, SEED, MONTHS, RENT = 200_000, 11, 180, 10_000.0
TODAY = date(2026, 6, 30)
CONSTANT = [0.0], [0.02]


def market() -> dict:
    price = {
        "process": "two_ou", "transform": "log", "unit": "USD/MWh", "forward": {"flat": "35 USD/MWh"},
        "slow": {"reversion": "1 /year", "volatility": "0.5 /sqrt(year)"},
    }  # fmt: skip
    return {"as_of": "2026-06-30", "risk_free": "4 %/year", "factors": {"power.TEST": price}}


def lease(risks: dict, **clauses: dict) -> dict:
    rent = {
        "structure": "capacity_lease", "payer": "tenant", "payee": "host", "lease": "gross", "price": "1 USD/kW/month",
        "take_or_pay": {"share": "100 %", "per": "month"},
    }  # fmt: skip
    return {
        "id": "closed_form", "name": "Closed form", "stage": "test", "currency": "USD",
        "parties": {"host": "Host", "tenant": "Tenant", "state": "State"}, "view": "host", "market": "market.yaml",
        "dates": {"valuation": "2026-06-30", "start": "2026-07-01", "term": "15 years"},
        "discount_rate": {"value": "8 %/year"},
        "capacity": {
            "basis": "grid", "connection": "10 MW", "contracted": "10 MW", "pue": 1.2, "utilisation": "90 %",
        },
        "clauses": {"rent": rent, **clauses},
        "risks": risks,
    }  # fmt: skip


def event(rate: str | dict, **more) -> dict:
    return {"process": "hazard", "rate": {"value": rate, "evidence": "historical"}, **more}


@pytest.fixture
def simulated(tmp_path):
    def run(contract: dict, paths: int = PATHS):
        (tmp_path / "market.yaml").write_text(json.dumps(market()), encoding="utf-8")
        (tmp_path / "contract.yaml").write_text(json.dumps(contract), encoding="utf-8")
        plan = resolve(load(tmp_path / "contract.yaml"))
        return simulate(assemble(plan), paths=paths, seed=SEED, threads=2)

    return run


def month_end(t: int) -> date:
    year, month = divmod(2026 * 12 + 6 + t, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def discount(t: int) -> float:
    return 1.08 ** (-(month_end(t) - TODAY).days / 365)


def share_running(t: int, notice: float, starts, rates, cure: float = 0.0) -> float:
    """E[share of month t before τ + notice]: Simpson over the month of the chance that the stop is still to come."""
    total = 0.0
    for weight, at in zip([1, 4, 2, 4, 1], [0, 0.25, 0.5, 0.75, 1], strict=True):
        years = max(0.0, t + at - notice) / 12
        total += weight / 12 * hazard.survival(starts, rates, years, cure)
    return total


def expected_rent(notice: float, starts, rates, cure: float = 0.0) -> float:
    shares = (share_running(t, notice, starts, rates, cure) for t in range(MONTHS))
    return math.fsum(RENT * discount(t) * share for t, share in enumerate(shares))


def near(sample, want: float) -> None:
    sample = np.asarray(sample, float)
    error = sample.std(ddof=1) / math.sqrt(sample.size)
    assert abs(sample.mean() - want) <= 4 * error, f"{sample.mean()} is not {want}: standard error {error}"


def struck(result) -> np.ndarray:
    """Paths with an event inside the term, which begins with the grid."""
    return result.final["event_time"] < MONTHS


def test_no_event_is_the_annuity(simulated):
    result = simulated(lease({}), paths=256)
    want = math.fsum(RENT * discount(t) for t in range(MONTHS))
    assert np.asarray(result.measure["npv"]) == pytest.approx(np.full(256, want), rel=1e-12)


def test_piecewise_hazard(simulated):
    """models.md 3.1: 0.5 % for 2 years, 2 % to 5, 4 % to 15: S(15) = .625002268283. Notice 6 months."""
    rate = {"2026-07-01": "0.5 %/year", "2028-07-01": "2 %/year", "2031-07-01": "4 %/year"}
    starts, rates = [0.0, 2.0, 5.0], [0.005, 0.02, 0.04]
    result = simulated(lease({"revocation": event(rate, notice="6 months")}))
    near(result.measure["npv"], expected_rent(6, starts, rates))
    near(struck(result), 1 - 0.625002268283)
    near(result.final["event_stop"] < MONTHS, 1 - hazard.survival(starts, rates, 14.5))


def test_cured_hazard(simulated):
    result = simulated(lease({"revocation": event("4 %/year", notice="3 months", cure="25 %")}))
    near(result.measure["npv"], expected_rent(3, [0.0], [0.04], cure=0.25))
    near(struck(result), 1 - math.exp(-0.04 * 15 * 0.75))


def test_hazard_that_rises_with_the_price(simulated):
    """models.md 3.1, Cox: 2 % e^X, OU (1, .5), 15 years: survival .7276693, which the trapezoid
    over months keeps to 2e-6."""
    rises = {"factor": "power.TEST.slow", "b": 1, "normalise": False}
    result = simulated(lease({"revocation": event("2 %/year", rises_with=rises)}))
    near(struck(result), 1 - 0.7276693)


def test_normalised_hazard_keeps_its_expected_rate(simulated):
    """E[∫λ] = λ̄T exactly, so survival lies between e^−λ̄T and the Cox value without normalisation."""
    rises = {"factor": "power.TEST.slow", "b": 1}
    result = simulated(lease({"revocation": event("2 %/year", rises_with=rises)}))
    survival = 1 - struck(result).mean()
    error = math.sqrt(0.25 / PATHS)
    assert math.exp(-0.3) - 4 * error < survival < math.exp(-0.3) + 0.006


def test_two_hazards_compete(simulated):
    both = {"revocation": event("4 %/year"), "default": event("2 %/year")}
    result = simulated(lease(both))
    cause = np.where(struck(result), result.final["event_cause"], 0)
    one, two = hazard.first_shares([0.04, 0.02], 15.0)
    near(cause == 1, one)
    near(cause == 2, two)


def test_resale_loss_with_spot_at_its_forward(simulated):
    """The host owes its supplier K = 40 on the whole load; after an event that is resold for 12 months at spot less 5.

    With E[spot] = F = 35, independent of the event: cost K on the share served, K − F + 5 on the share wound up."""
    supply = {
        "structure": "power_supply", "payer": "host", "payee": "outside", "fixed_price": "40 USD/MWh",
        "hedge": {"volume": "as_consumed", "share": "100 %", "of": "consumption"}, "spot": "power.TEST",
        "survives": {"revocation": {"wind_up": "12 months", "resale_discount": "5 USD/MWh"}},
    }  # fmt: skip
    risks = {"revocation": event("2 %/year", notice="6 months")}
    served_npv, loss = expected_rent(6, *CONSTANT), 0.0
    for t in range(MONTHS):
        mwh = 10 * 0.9 * 24 * month_end(t).day
        served = share_running(t, 6, *CONSTANT)
        wound_up = share_running(t, 18, *CONSTANT) - served
        served_npv -= discount(t) * mwh * 40 * served
        loss += discount(t) * mwh * (40 - 35 + 5) * wound_up
    whole = simulated(lease(risks, power=supply)).measure["npv"]
    at_once = {**supply, "survives": {"revocation": {"wind_up": "0 months"}}}
    ended = simulated(lease(risks, power=at_once)).measure["npv"]
    near(ended, served_npv)
    near(ended - whole, loss)  # on the same paths, so that the error is that of the loss alone
