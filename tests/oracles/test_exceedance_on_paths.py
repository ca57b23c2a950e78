"""The value that each factor exceeds with 90 %, counted on simulated paths, at three horizons."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from valuation import registry
from valuation.lowering.financing.cases import exceedance_row
from valuation.lowering.grid import lay_grid
from valuation.plan.assemble import assemble
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import once
from valuation.plan.model import Record
from valuation.resolve import _begin
from valuation.simulate import simulate
from valuation.spec.load import load

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts" / "examples" / "minimal-lease.yaml"
PATHS = 100_000
YEARS = (2026, 2027, 2033)
P90 = 0.9

RISKS = {
    "log": "{process: two_ou, unit: EUR/MWh, forward: {flat: 30 EUR/MWh}, slow: {reversion: 1.2 /year, volatility: "
    "0.5 /sqrt(year)}, fast: {reversion: 40 /year, volatility: 1 /sqrt(year)}, yearly_level: {sd: 0.2}}",
    "asinh": "{process: two_ou, transform: asinh, scale: 12 EUR/MWh, unit: EUR/MWh, forward: {flat: 20 EUR/MWh}, "
    "slow: {reversion: 0.8 /year, volatility: 0.5 /sqrt(year)}, risk_premium: 1.5 EUR/MWh}",
    "month_end": "{process: two_ou, unit: EUR/MWh, settlement: month_end, forward: {flat: 30 EUR/MWh}, slow: "
    "{reversion: 0 /year, volatility: 0.15 /sqrt(year)}, fast: {reversion: 20 /year, volatility: 1 /sqrt(year)}}",
    "regimes": "{process: regime_switching, unit: EUR/MWh, forward: {flat: 30 EUR/MWh}, starts_in: stationary, "
    "regimes: {wet: {shift: -0.5, lasts: 2.5 years}, dry: {shift: 0.6, lasts: 2 years, volatility_multiple: 1.6}}, "
    "diffusion: {reversion: 6 /year, volatility: 1 /sqrt(year)}}",
    "amounts": "{process: ou, transform: arithmetic, unit: EUR/MWh, forward: 4 EUR/MWh, reversion: 2 /year, "
    "volatility: 12 EUR/MWh/sqrt(year)}",
    "schwartz": "{process: schwartz, unit: EUR/MWh, spot: 50 EUR/MWh, long_run: 30 EUR/MWh, price_of_risk: 0, "
    "reversion: 0.5 /year, volatility: 0.4 /sqrt(year)}",
    "smith": "{process: schwartz_smith, unit: EUR/MWh, forward: 30 EUR/MWh, short_term: {reversion: 1.5 /year, "
    "volatility: 0.3 /sqrt(year)}, long_term: {volatility: 0.15 /sqrt(year)}, correlation: 0.3}",
    "lucia": "{process: lucia_schwartz, unit: EUR/MWh, forward: 30 EUR/MWh, short_term: {reversion: 3 /year, "
    "volatility: 0.7 /sqrt(year)}}",
    "wet": "{process: yearly_level, unit: EUR/MWh, forward: 30 EUR/MWh, sd: 0.4}",
    "gbm": "{process: gbm, unit: USD/GBP, forward: 1.3 USD/GBP, volatility: 0.12 /sqrt(year)}",
    "prices": "{process: index, rate: 3 %/year}",
    "cpi": "{process: inflation_ou, rate: 2 %/year, current: 4 %/year, reversion: 0.9 /year, volatility: "
    "2 %/year/sqrt(year)}",
    "nibor": "{process: vasicek, forward: 3 %/year, reversion: 0.3 /year, volatility: 1 %/year/sqrt(year)}",
    "gpu": "{process: gpu_rental, unit: EUR/GPU/hour, volatility: 0.4 /sqrt(year), reversion: 0.2 /year, generations: "
    "[{from: 2026-07-01, price: 2.35 EUR/GPU/hour, decay: 40 %/year}]}",
    "logit": "{process: logit_ou, mean: 70 %, logit_sd: 1.1, reversion: 1 /year}",
    "share": "{process: jacobi, mean: 92 %, reversion: 2 /year, volatility: 0.4 /sqrt(year)}",
    "filling": "{process: jacobi, mean: 60 %, reversion: 0.5 /year, volatility: 0.6 /sqrt(year), start: 85 %}",
    "use": "{process: beta_ar, mean: 90 %, sd: 8 %, reversion: 2 /year}",
    "level": "{process: cir, forward: 3 %/year, reversion: 0.4 /year, volatility: 0.6 /sqrt(year)}",
    "volume": "{process: volume_index, yearly_sd: 12 %, monthly_sd: 25 %, estimate_sd: 8 %}",
    "nodes": "{process: outages, nodes: 40, up_time: 9 months, repair: 4 days}",
    "site": "{process: outages, nodes: 12, up_time: 2 years, repair: 30 h, common_mode: {rate: 2 /year, repair: 10 h}}",
    "clients": "{process: customers, start: 80, arrivals: 30 /year, churn: 40 %/year}",
}
TOGETHER = [
    "market.factors.power.example.fast={reversion: 20 /year, volatility: 2 /sqrt(year)}",
    "market.correlation=[{of: [power.example.slow, power.example.fast], value: 0.7}]",
]
NAMES = [*RISKS, "power.example"]


@pytest.fixture(scope="module", params=[[], ["market.as_of=2026-06-12", "dates.start=2026-03-01"]])
def drawn(request):
    """Values on paths by factor [years, paths], and the value that is exceeded by factor and year."""
    risks = f"risks={{{', '.join(f'{name}: {text}' for name, text in RISKS.items())}}}"
    contract = load(EXAMPLE, overrides=[risks, *TOGETHER, *request.param])
    grid = lay_grid(contract)
    b = PlanBuilder(grid.first_month, grid.months, grid.first_period, grid.valuation, contract.currency)
    ctx = _begin(contract, b, grid, contract.view, True)
    for name, factor in contract.factors.items():
        ctx.factors[name] = factor.lower(name, ctx)
    rows = {name: exceedance_row(ctx, name, name, P90) for name in NAMES}
    records = tuple(Record(name, ctx.factors[name].value, "yearly") for name in NAMES)
    plan = replace(b.build("test", ctx.view), records=records)
    assembly = assemble(plan)
    found = simulate(assembly, paths=PATHS, seed=5).yearly
    places = [assembly.years.index(year) for year in YEARS]
    values = once(plan)
    decembers = [12 * year + 11 - grid.first_month for year in YEARS]
    return {
        name: ([found[name][at] for at in places], [values.series(rows[name], plan.months)[t] for t in decembers])
        for name in NAMES
    }


def test_every_process_that_can_has_a_case():
    able = {name for name, cls in registry.factors().items() if hasattr(cls, "exceeded")}
    assert able == {text.partition("process: ")[2].partition(",")[0] for text in RISKS.values()}


@pytest.mark.parametrize("name", NAMES)
def test_one_path_in_ten_lies_below(drawn, name):
    """Within four standard errors of the binomial count; a whole number has at most 10 % below, at least 10 % with
    itself."""
    error = 4.0 * np.sqrt(P90 * (1.0 - P90) / PATHS)
    for paths, value in zip(*drawn[name], strict=True):
        close = 1e-12 * abs(value)
        assert np.mean(paths < value - close) <= 1.0 - P90 + error
        assert np.mean(paths <= value + close) >= 1.0 - P90 - error


def test_the_test_can_fail(drawn):
    """A spread 3 % off is seen at this number of paths."""
    paths, values = drawn["log"]
    wrong = 30.0 * (values[1] / 30.0) ** 1.03
    assert abs(np.mean(paths[1] < wrong) - 0.1) > 4.0 * np.sqrt(0.09 / PATHS)
