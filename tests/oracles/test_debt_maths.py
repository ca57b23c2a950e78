"""Debt schedules, sizes and cover, levelised cost and MACRS against published answers and other programs."""

import math

import numpy as np
import numpy_financial
import pytest

from valuation.finance import (
    MACRS_HALF_YEAR_PERCENT,
    SculptingStatus,
    average_dscr,
    capital_recovery_factor,
    dscr,
    fixed_charge_rate,
    irr,
    lcoe,
    lcoe_after_tax,
    lcoe_fixed_charge,
    level_schedule,
    levelised_price,
    llcr,
    macrs_shares,
    minimum_dscr,
    npv,
    plcr,
    sculpted,
    sculpted_for,
    size_by_dscr,
)

YEARS = range(18)
SAM_RATES = [0.07] * 18
# SAM's published Generic System, Single Owner case: 18 years at 7 %, DSCR 1.30. Its cash of 18 years follows from
# 756,864 MWh/yr sold at 240 $/MWh rising 1 %/yr and operating costs of 83,646,400 $ rising 2.5 %/yr: years 1-3 and the
# present value come out to the last printed digit.
PUBLISHED_CFADS = [181_647_360.0 * 1.01**t - 83_646_400.0 * 1.025**t for t in YEARS]
# The same case as NREL-PySAM 7.1.1 ships it (CustomGenerationProfileSingleOwner): operating costs of 78,732,400 $.
SHIPPED_CFADS = [181_647_360.0 * 1.01**t - 78_732_400.0 * 1.025**t for t in YEARS]


def interest_and_balance(amount: float, rates: list[float], principal: tuple[float, ...]) -> tuple[list[float], float]:
    interest = []
    for rate, paid in zip(rates, principal, strict=True):
        interest.append(rate * amount)
        amount -= paid
    return interest, amount


def test_five_periods_at_rates_that_differ() -> None:
    # a worked example of sculpting: half-year rates 1, 1.875, 2, 2, 2 %, DSCR 1.35
    cfads, rates = [2000.0, 2200.0, 2100.0, 1800.0, 1500.0], [0.01, 0.01875, 0.02, 0.02, 0.02]
    loan = sculpted(cfads, 1.35, rates)
    assert loan.amount == pytest.approx(6_795.871, abs=5e-4)
    interest, left = interest_and_balance(loan.amount, rates, loan.principal)
    assert dscr(cfads, np.add(interest, loan.principal)) == pytest.approx([1.35] * 5, rel=1e-12)
    assert left == 0.0
    assert llcr(cfads, rates, loan.amount, 0, 4) == pytest.approx(1.35, rel=1e-12)
    assert llcr(cfads, rates, loan.amount - sum(loan.principal[:2]), 2, 4) == pytest.approx(1.35, rel=1e-12)


def test_sams_published_case() -> None:
    assert PUBLISHED_CFADS[:3] == pytest.approx([98_000_960.0, 97_726_273.60, 97_417_472.94], abs=5e-3)
    assert npv(0.07, [0.0, *PUBLISHED_CFADS]) == pytest.approx(954_981_183.7694, abs=1e-3)
    loan = sculpted(PUBLISHED_CFADS, 1.30, SAM_RATES)
    assert loan.amount == pytest.approx(734_600_910.5919, abs=1e-3)
    assert loan.status is SculptingStatus.OK
    interest, left = interest_and_balance(loan.amount, SAM_RATES, loan.principal)
    service = np.add(interest, loan.principal)
    assert service[:3] == pytest.approx([75_385_353.85, 75_174_056.62, 74_936_517.64], abs=5e-3)
    assert left == 0.0
    sized = size_by_dscr([("base", PUBLISHED_CFADS, 1.30)], SAM_RATES, 2e9, None)
    assert (sized.amount, sized.principal, sized.binding) == (loan.amount, loan.principal, "base")
    cover, same = sculpted_for(loan.amount, PUBLISHED_CFADS, SAM_RATES)
    assert cover == pytest.approx(1.30, rel=1e-12)
    assert same.principal == pytest.approx(loan.principal, rel=1e-9)


def test_the_case_that_pysam_ships() -> None:
    # outputs size_of_debt, cf_debt_payment_principal (years 1, 2, 18), cf_debt_payment_interest (year 18)
    loan = sculpted(SHIPPED_CFADS, 1.30, SAM_RATES)
    assert loan.amount == pytest.approx(779_839_384.738807, abs=1e-4)
    years = [loan.principal[year] for year in (0, 1, 17)]
    assert years == pytest.approx([24_576_596.914437346, 26_180_161.467678756, 68_529_917.90718691], abs=1e-4)
    assert 0.07 * years[2] == pytest.approx(4_797_094.253503024, abs=1e-4)


def test_pysam_level_debt_and_its_cover() -> None:
    # NREL-PySAM 7.1.1 Singleowner: capex 900 M, cash before tax 140.36 M/yr, 22 % tax with straight line over 15 years,
    # 60 % debt at 7 % in 15 level payments. SAM's own minimum DSCR is before tax; its after-tax flows give the others.
    principal = level_schedule(540e6, [0.07] * 15)
    interest, left = interest_and_balance(540e6, [0.07] * 15, principal)
    service = np.add(interest, principal)
    assert left == 0.0
    assert minimum_dscr(dscr([140.36e6] * 15, service))[0] == pytest.approx(2.367383, abs=5e-7)
    after_tax = 140.36e6 - 0.22 * (140.36e6 - 60e6 - np.array(interest))
    ratios = dscr(after_tax, service)
    least = minimum_dscr(ratios)
    assert least is not None
    assert (least.ratio, least.period) == (pytest.approx(2.083589, abs=5e-7), 14)
    assert average_dscr(ratios) == pytest.approx(2.155614, abs=5e-7)
    flows = [-360e6, *(after_tax - service)]
    assert npv(0.08, flows) == pytest.approx(232_674_929.67, abs=5e-3)
    assert irr(flows) == pytest.approx(0.17748625, abs=5e-9)
    assert llcr([140.36e6] * 15, [0.07] * 15, 540e6, 0, 14) == pytest.approx(140.36e6 / service[0], rel=1e-12)
    life = plcr([140.36e6] * 20, [0.07] * 20, 540e6, 0)  # five years of cash after the loan
    assert life == pytest.approx(140.36 / 540 / capital_recovery_factor(0.07, 20), rel=1e-12)


@pytest.mark.parametrize("rate", [0.0, 0.004, 0.035, 0.07, 0.12])
@pytest.mark.parametrize("n", [1, 7, 60])
def test_level_payments_are_numpy_financials(rate: float, n: int) -> None:
    principal = level_schedule(1_000.0, [rate] * n)
    interest, left = interest_and_balance(1_000.0, [rate] * n, principal)
    periods = np.arange(1, n + 1)
    assert left == 0.0
    assert np.add(interest, principal) == pytest.approx(-numpy_financial.pmt(rate, n, 1_000.0), rel=1e-9)
    if rate > 0.0:  # its ppmt divides by the rate
        assert principal == pytest.approx(-numpy_financial.ppmt(rate, periods, n, 1_000.0), rel=1e-8, abs=1e-8)
        assert interest == pytest.approx(-numpy_financial.ipmt(rate, periods, n, 1_000.0), rel=1e-8, abs=1e-8)
    factor = capital_recovery_factor(rate, n)
    assert factor == pytest.approx(-numpy_financial.pmt(rate, n, 1.0), rel=1e-12)


def test_levelised_cost_as_sam_states_it() -> None:
    # NREL-PySAM 7.1.1 CustomGenerationProfileSingleOwner: 25 years at 9.06 % nominal ((1 + 6.4 %)(1 + 2.5 %) − 1);
    # lcoe_nom and lppa_nom in cents/kWh, project_return_aftertax_npv 729,324,983.98 $
    rate = 1.064 * 1.025 - 1.0
    factors = [(1.0 + rate) ** -year for year in range(1, 26)]
    revenue, mwh = [181_647_360.0 * 1.01**t for t in range(25)], [756_864.0] * 25
    pv_revenue, pv_mwh = float(np.dot(revenue, factors)), float(np.dot(mwh, factors))
    assert pv_revenue == pytest.approx(1_923_098_304.7724736, rel=1e-12)
    assert lcoe_after_tax(pv_revenue, 729_324_983.9819832, pv_mwh) == pytest.approx(161.35648556147007, rel=1e-12)
    assert levelised_price(revenue, mwh, factors) == pytest.approx(259.935767069941370, rel=1e-12)


def test_fixed_charge_as_sam_states_it() -> None:
    # NREL-PySAM 7.1.1 LcoefcrDesign: 60 % debt at 7 %, equity return 13 %, inflation 2.5 %, tax 28 %, 25 years, 5-year
    # MACRS, capex 900 M, 20 M/yr, 12.50 $/MWh, 756,864 MWh: wacc, crf, pfin, fixed_charge_rate_calc, lcoe_fcr
    nominal = 0.4 * 0.13 + 0.6 * 0.07 * (1.0 - 0.28)
    real = (1.0 + nominal) / 1.025 - 1.0
    assert real == pytest.approx(0.055843902439024484, rel=1e-13)
    pv_depreciation = npv(nominal, [0.0, *macrs_shares(5)])
    charge = fixed_charge_rate(real, 25, 0.28, pv_depreciation)
    assert capital_recovery_factor(real, 25) == pytest.approx(0.07516445890223168, rel=1e-12)
    assert charge == pytest.approx(0.08080865242394795, rel=1e-12)
    assert lcoe_fixed_charge(charge, 900e6, 20e6, 12.5, 756_864.0) == pytest.approx(135.01578511007678, rel=1e-12)


def test_the_fixed_charge_is_the_cash_flow_form_of_level_cash() -> None:
    # With level costs and energy, no tax, both forms are one; with tax, at that price the NPV after tax is 0.
    factors = [1.08**-year for year in range(21)]
    mwh = [0.0] + [100.0] * 20
    no_tax = lcoe([1_000.0] + [20.0] * 20, mwh, factors)
    assert no_tax == pytest.approx(lcoe_fixed_charge(capital_recovery_factor(0.08, 20), 1_000.0, 20.0, 0.0, 100.0))
    shares = macrs_shares(15)
    depreciation = np.array([0.0, *shares, *[0.0] * 4]) * 1_000.0
    charge = fixed_charge_rate(0.08, 20, 0.25, float(np.dot(depreciation, factors)) / 1_000.0)
    price = lcoe_fixed_charge(charge, 1_000.0, 20.0, 0.0, 100.0)
    assert price is not None
    cash = np.array([-1_000.0] + [price * 100.0 - 20.0] * 20)
    tax = 0.25 * (np.array([0.0] + [price * 100.0 - 20.0] * 20) - depreciation)
    assert npv(0.08, cash - tax) == pytest.approx(0.0, abs=1e-9)


def test_after_tax_levelised_cost_is_not_the_break_even_price() -> None:
    factors = [1.08**-year for year in range(16)]
    mwh, price = np.array([0.0] + [100.0] * 15), 2.0
    depreciation = np.array([0.0] + [60.0] * 15)

    def after_tax(price: float) -> float:
        profit = np.array([0.0] + [price * 100.0 - 30.0] * 15)
        return npv(0.08, profit - 0.22 * (profit - depreciation) + np.array([-900.0] + [0.0] * 15))

    pv_mwh = float(np.dot(mwh, factors))
    stated = lcoe_after_tax(price * pv_mwh, after_tax(price), pv_mwh)
    break_even = (price * pv_mwh - after_tax(price) / (1.0 - 0.22)) / pv_mwh
    assert after_tax(break_even) == pytest.approx(0.0, abs=1e-9)
    assert stated is not None
    assert abs(after_tax(stated)) > 10.0


@pytest.mark.parametrize(("years", "percent"), MACRS_HALF_YEAR_PERCENT.items())
def test_macrs_follows_from_its_rule(years: int, percent: tuple[float, ...]) -> None:
    # 26 U.S.C. § 168(b): declining balance of 200 % (150 % from 15 years) with half a first year, straight line over
    # the rest of the life as soon as that is more. The IRS rounds to 0.01 (20 years: 0.001), and its columns add up.
    factor, digits = (2.0 if years <= 10 else 1.5), (3 if years == 20 else 2)
    left, expected = 100.0, []
    for year in range(years + 1):
        life_left = years - max(year - 0.5, 0.0)
        share = 1.0 if year > 0 else 0.5
        taken = left if year == years else share * max(left * factor / years, left / life_left)
        expected.append(taken)
        left -= taken
    assert percent == pytest.approx(expected, abs=1.01 * 10**-digits)
    assert math.fsum(percent) == pytest.approx(100.0, abs=1e-12)
    assert math.fsum(macrs_shares(years)) == pytest.approx(1.0, abs=1e-15)
