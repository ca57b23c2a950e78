"""Rent, investment, power, margin and a tax year of the shipped deals, by a pocket calculator.

The figures are the published ones that the files name; nothing of the engine is used to reckon with them.
"""

from __future__ import annotations

from calendar import monthrange
from functools import cache

import pytest

from valuation.appraisal.base import Base
from valuation.appraisal.figures import deal_figures
from valuation.plan.evaluate import Values, base_case
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.shipped import shipped
from valuation.spec.load import load

EUR, NOK = 1.1515, 0.10436
SHAPE = (1.253, 1.213, 1.103, 0.984, 0.901, 0.856, 0.835, 0.832, 0.859, 0.934, 1.057, 1.187)


@cache
def plan_of(deal: str, scenario: str | None, view: str | None) -> tuple[Plan, Values]:
    plan = resolve(load(shipped("contracts") / f"{deal}.yaml", scenario=scenario), view=view)
    return plan, base_case(plan)


class Deal:
    """Base case of a deal by calendar year."""

    def __init__(self, deal: str, scenario: str | None = None, view: str | None = None) -> None:
        self.plan, self.values = plan_of(deal, scenario, view)

    def months(self, row: str) -> dict[tuple[int, int], float]:
        first = self.plan.first_month
        series = self.values.series(row, self.plan.months)
        return {divmod(first + t, 12): value for t, value in enumerate(series)}

    def year(self, row: str, year: int) -> float:
        return sum(value for (y, _), value in self.months(row).items() if y == year)

    def whole(self, row: str) -> float:
        return sum(self.months(row).values())


def hours(year: int, month: int) -> float:
    return 24.0 * monthrange(year, month)[1]


def growing(first: float, rate: float, years: range) -> float:
    return sum(first * (1.0 + rate) ** year for year in years)


class TestVivoPower:
    def test_price_per_mw_and_its_parts(self) -> None:
        deal = Deal("vivopower-mo-i-rana")
        assert 4 * 10 / 41.5 == pytest.approx(0.96, abs=0.005)
        assert deal.whole("purchase.purchase") == pytest.approx(20e6)
        assert deal.whole("purchase.costs_paid") == pytest.approx(1.2e6)
        assert deal.whole("purchase.repayment_1") == deal.whole("purchase.repayment_2") == pytest.approx(10e6)
        assert deal.whole("purchase.interest_1") == pytest.approx(20e6 * 0.06)
        assert deal.whole("purchase.interest_2") == pytest.approx(10e6 * (1.06 ** (366 / 365) - 1.0))

    def test_the_cohosting_is_what_was_published(self) -> None:
        """31 MUSD a year on 41.5 MW are 62 USD per kW and month; 10 of EBITDA are 32 %."""
        deal = Deal("vivopower-mo-i-rana", "mining_on")
        assert 31e6 / 41_500 / 12 == pytest.approx(62.25, abs=0.005)
        revenue = deal.year("accounts.revenue", 2027)
        assert revenue == pytest.approx(41_500 * 62.25 * 12) == pytest.approx(31e6, rel=1e-3)
        before_land = deal.year("accounts.ebitda", 2027) + deal.year("land.cost", 2027)
        assert before_land / revenue == pytest.approx(10 / 31, abs=0.01)
        assert 41.5 * 8760 * 0.035 == pytest.approx(12_700, rel=0.01)  # kUSD

    def test_rent_of_eleven_months_and_of_fifteen_years(self) -> None:
        deal = Deal("vivopower-mo-i-rana")
        assert deal.whole("cohosting.billed") == pytest.approx(11 * 41_500 * 62.25)
        assert deal.whole("anchor.billed") == pytest.approx(growing(12 * 41_500 * 104, 0.03, range(15)))

    def test_what_is_built(self) -> None:
        deal = Deal("vivopower-mo-i-rana")
        assert deal.whole("conversion.spend") == pytest.approx(41.5 * 6.7e6)
        assert deal.whole("accounts.capital") == pytest.approx(
            -(41.5 * 6.7e6 + 41.2e6 + 1.2e6 + 10e6 * (1.06 ** (366 / 365) - 1.0))
        )

    def test_tax_of_2029(self) -> None:
        """Everything passes through: nine months of rent at 1.03 and three at 1.03², less 10 % of the 81 % of the
        conversion that are left."""
        deal = Deal("vivopower-mo-i-rana")
        rent = 41_500 * 104 * (9 * 1.03 + 3 * 1.03**2)
        assert deal.year("accounts.ebitda", 2029) == pytest.approx(rent)
        assert deal.year("tax.assessed", 2029) == pytest.approx(0.22 * (rent - 0.1 * 0.81 * 41.5 * 6.7e6))

    def test_the_expansion_is_not_in_the_base_case(self) -> None:
        assert max(Deal("vivopower-mo-i-rana").months("anchor.billed").values()) < 81_500 * 104


class TestNscale:
    def test_microsofts_sum_and_what_it_rests_on(self) -> None:
        deal = Deal("nscale-narvik", "whole_venture")
        assert 6.2e9 / 60 / 230_000 == pytest.approx(449.3, abs=0.05)
        assert 6.2e9 / 60 / 135_000 == pytest.approx(765.4, abs=0.05)
        assert 6.2e9 / 60 / 20_000 == pytest.approx(5_167, abs=0.5)
        assert deal.whole("computing.billed") == pytest.approx(60 * 230_000 * 449.3)
        assert deal.year("computing.billed", 2026) == pytest.approx(3 * 20_000 * 449.3)

    def test_fifty_million_a_mw_and_then_eighteen(self) -> None:
        deal = Deal("nscale-narvik", "whole_venture")
        assert deal.whole("first_phase.spend") / 20 == pytest.approx(50e6)
        assert (790 + 790) / 0.75 / 115 == pytest.approx(18.3, abs=0.05)
        assert deal.whole("accounts.capital") == pytest.approx(-(1000e6 + 210 * 18.3e6))

    def test_power_of_the_first_three_months(self) -> None:
        deal = Deal("nscale-narvik", "whole_venture")
        load = {month: 20 * 0.85 * hours(2026, month) for month in (10, 11, 12)}
        fixed = 0.8 * 30 * EUR * sum(load.values())
        spot = 0.2 * 28.5 * EUR * sum(mwh * SHAPE[month - 1] for month, mwh in load.items())
        assert deal.year("power.fixed.USD", 2026) == pytest.approx(fixed)
        assert deal.year("power.spot.USD", 2026) == pytest.approx(spot)

    def test_each_owner_has_half(self) -> None:
        whole = Deal("nscale-narvik", "whole_venture")
        for view in ("owner", "partner"):
            half = Deal("nscale-narvik", view=view)
            for row in ("accounts.revenue", "accounts.ebitda", "accounts.capital"):
                assert half.whole(row) == pytest.approx(0.5 * whole.whole(row))

    def test_gpus_that_fit(self) -> None:
        """100,000 on 230 MW are 2.3 kW each, so 20 MW hold 8,700; 6.2 bn USD are 1.4 USD for an hour of each."""
        assert 20_000 / (230_000 / 100_000) == pytest.approx(8_700, rel=0.001)
        assert 6.2e9 / 5 / 8760 / 100_000 == pytest.approx(1.4, abs=0.05)


class TestCrusoe:
    def test_rent_of_twelve_mw_and_with_the_option(self) -> None:
        twelve = growing(12 * 12_000 * 125, 0.03, range(15))
        forty = growing(12 * 40_000 * 125, 0.03, range(2, 15))  # the escalator counts from the start of the contract
        assert Deal("crusoe-polar-drangedal").whole("rent.billed") == pytest.approx(twelve)
        assert Deal("crusoe-polar-drangedal", "option_taken").whole("rent.billed") == pytest.approx(twelve + forty)
        assert growing(125, 0.03, range(15)) / 15 == pytest.approx(155, abs=0.5)

    def test_twelve_and_thirty_six_are_forty_eight(self) -> None:
        pipeline = load(shipped("contracts") / "crusoe-polar-drangedal.yaml", scenario="pipeline_48")
        assert pipeline.power is not None
        assert max(quantity.canonical for quantity in pipeline.power.quantities) == 12 + 36

    def test_what_is_built(self) -> None:
        assert Deal("crusoe-polar-drangedal").whole("accounts.capital") == pytest.approx(-12 * 9e6)
        assert Deal("crusoe-polar-drangedal", "option_taken").whole("accounts.capital") == pytest.approx(-52 * 9e6)

    def test_power_of_the_first_year_is_the_tenants(self) -> None:
        deal = Deal("crusoe-polar-drangedal")
        load = {month: 12 * 1.2 * 0.85 * hours(2026, month) for month in range(1, 13)}
        fixed = 0.5 * 65 * EUR * sum(load.values())
        spot = 0.5 * 65 * EUR * sum(mwh * SHAPE[month - 1] for month, mwh in load.items())
        assert deal.year("power.fixed.USD", 2026) == pytest.approx(fixed)
        assert deal.year("power.spot.USD", 2026) == pytest.approx(spot)
        assert deal.year("accounts.ebitda", 2026) == pytest.approx(12_000 * 125 * 12)

    def test_what_the_tenant_keeps_in_the_first_year(self) -> None:
        """250 USD per kW and month of its customers, less rent, power, grid, tax on power and operations."""
        deal = Deal("crusoe-polar-drangedal", view="tenant")
        load = {month: 12 * 1.2 * 0.85 * hours(2026, month) for month in range(1, 13)}
        power = 65 * EUR * sum(mwh * (0.5 + 0.5 * SHAPE[month - 1]) for month, mwh in load.items())
        grid = 12_000 * 1.2 * 135 * NOK  # at the meter
        tax = 5.8 * NOK * sum(load.values())
        operations = 12_000 * 20 * 12
        kept = 12_000 * 12 * (250 - 125) - power - grid - tax - operations
        assert deal.year("accounts.ebitda", 2026) == pytest.approx(kept)


class TestBitzero:
    def test_the_rent_is_the_value_of_the_letter(self) -> None:
        deal = Deal("bitzero")
        assert 2.6e9 / 180 / 110_000 == pytest.approx(131.3, abs=0.05)
        assert deal.whole("rent.billed") == pytest.approx(131.3 * 1000 * (3 * 40 + 177 * 110))

    def test_the_tax_shock_is_a_third_of_two_cents(self) -> None:
        """963.6 GWh at 6.55 øre more are 63 MNOK, 6.6 MUSD a year."""
        more = 110 * 8760 * 1000 * (0.0713 - 0.0058)
        assert more == pytest.approx(63.1e6, rel=1e-3)
        assert more * NOK / (110 * 8760 * 1000) == pytest.approx(0.0068, abs=5e-5)


@pytest.mark.parametrize(
    ("deal", "scenario", "power", "year"),
    [
        ("bitzero", None, 110.0, 2027),
        ("crusoe-polar-drangedal", None, 12.0, 2026),
        ("crusoe-polar-drangedal", "option_taken", 52.0, 2028),
        ("vivopower-mo-i-rana", None, 41.5, 2028),  # 2026 begins in May, 2027 has six months of works
        ("nscale-narvik", None, 230.0, 2029),
    ],
)
def test_the_deal_in_figures_is_that_of_the_base_case(deal: str, scenario: str | None, power: float, year: int) -> None:
    """A phase that the base case takes as refused is none of its megawatts."""
    contract = load(shipped("contracts") / f"{deal}.yaml", scenario=scenario)
    figures = deal_figures(contract, Base.of(resolve(contract)))
    assert (figures.power_mw, figures.full_year) == (power, year)
