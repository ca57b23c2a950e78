"""Levelised cost and price of energy, in the fixed-charge form and in the cash-flow form."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from valuation.finance.discount import cash_flows


def capital_recovery_factor(rate: float, years: int) -> float:
    """Level yearly payment, at the year's end, that pays back 1 with its return: r / (1 − (1 + r)^(−years)).

    Parameters
    ----------
    rate : effective rate per year [fraction], above −100 %; at 0 the factor is 1/years.
    years : number of payments [year].

    Returns
    -------
    float : share of the capital a year [fraction per year].

    Raises
    ------
    ValueError : rate at or below −100 %, fewer than one year.
    """
    if not (math.isfinite(rate) and rate > -1.0):
        raise ValueError(f"a rate must be above -100 %, got {rate}")
    if years < 1:
        raise ValueError(f"capital is recovered over at least one year, got {years}")
    if rate == 0.0:
        return 1.0 / years
    return -rate / math.expm1(-years * math.log1p(rate))


def fixed_charge_rate(rate: float, years: int, tax_rate: float, pv_depreciation: float) -> float:
    """Yearly revenue that a unit of capital needs: CRF(rate, years)·(1 − T·PVDEP) / (1 − T).

    NREL's Annual Technology Baseline, which calls the second factor the project finance factor. A real rate gives a
    real charge, a nominal rate a nominal one; depreciation is always discounted at the nominal rate.

    Parameters
    ----------
    rate : weighted cost of capital after tax [fraction per year].
    years : years over which the capital is recovered [year].
    tax_rate : T, share of profit paid as tax [fraction], 0 to below 1.
    pv_depreciation : PVDEP, present value of the tax depreciation of 1 of capital [1].

    Returns
    -------
    float : share of the capital a year [fraction per year].

    Raises
    ------
    ValueError : as `capital_recovery_factor`; tax_rate not within 0 to below 1; pv_depreciation not finite.
    """
    if not 0.0 <= tax_rate < 1.0:
        raise ValueError(f"a tax rate must lie between 0 and below 1, got {tax_rate}")
    if not math.isfinite(pv_depreciation):
        raise ValueError(f"the present value of depreciation must be finite, got {pv_depreciation}")
    return capital_recovery_factor(rate, years) * (1.0 - tax_rate * pv_depreciation) / (1.0 - tax_rate)


def lcoe_fixed_charge(
    fcr: float, capex: float, fixed_opex: float, variable_opex_per_mwh: float, mwh: float
) -> float | None:
    """Levelised cost in the fixed-charge form: (FCR·capex + fixed opex)/MWh + variable opex.

    W. Short, D. J. Packey, T. Holt, A Manual for the Economic Evaluation of Energy Efficiency and Renewable Energy
    Technologies, NREL/TP-462-5173, 1995; SAM's calculator of LCOE by fixed charge rate.

    Parameters
    ----------
    fcr : fixed charge rate [fraction per year].
    capex : capital cost [money].
    fixed_opex : fixed operating cost of a year [money per year].
    variable_opex_per_mwh : variable operating cost [money/MWh].
    mwh : energy of a year [MWh per year].

    Returns
    -------
    float : levelised cost [money/MWh]; None without energy (0 or less).
    """
    if mwh <= 0.0:
        return None
    return (fcr * capex + fixed_opex) / mwh + variable_opex_per_mwh


def lcoe(costs: ArrayLike, mwh: ArrayLike, factors: ArrayLike) -> float | None:
    """Levelised cost in the cash-flow form: Σ cost_t·DF_t / Σ MWh_t·DF_t.

    Costs hold capital, operation, fuel, tax and decommissioning, as the question asks. With nominal costs and factors
    it is a price that stays the same in nominal money; with real ones, in real money.

    Parameters
    ----------
    costs : cost of each period [n] [money], + is paid out.
    mwh : energy of each period [n] [MWh].
    factors : discount factor of each period [n] [1].

    Returns
    -------
    float : levelised cost [money/MWh]; None where the present value of energy is 0 or less.

    Raises
    ------
    ValueError : numbers not finite, lengths that differ.
    """
    return _levelised(costs, mwh, factors)


def levelised_price(revenue: ArrayLike, mwh: ArrayLike, factors: ArrayLike) -> float | None:
    """Levelised price of energy sold: Σ revenue_t·DF_t / Σ MWh_t·DF_t (SAM's LPPA).

    Parameters
    ----------
    revenue : revenue of each period [n] [money], + is received.
    mwh, factors : as `lcoe`.

    Returns and errors as `lcoe`.
    """
    return _levelised(revenue, mwh, factors)


def lcoe_after_tax(pv_revenue: float, after_tax_npv: float, pv_mwh: float) -> float | None:
    """Revenue less value, per MWh: (PV revenue − after-tax NPV) / PV MWh; SAM's `lcoe_nom`.

    With tax it is not the price at which the NPV is 0: at a lower price less tax is paid too, so with a tax rate T and
    losses used at once that price is (PV revenue − NPV/(1 − T)) / PV MWh.

    Parameters
    ----------
    pv_revenue : present value of the revenue [money].
    after_tax_npv : net present value after tax at the same rate [money].
    pv_mwh : energy discounted at the same rate [MWh].

    Returns
    -------
    float : levelised cost [money/MWh]; None where the present value of energy is 0 or less.
    """
    if pv_mwh <= 0.0:
        return None
    return (pv_revenue - after_tax_npv) / pv_mwh


def _levelised(money: ArrayLike, mwh: ArrayLike, factors: ArrayLike) -> float | None:
    amounts, energy, discounting = cash_flows(money), cash_flows(mwh), cash_flows(factors)
    if not amounts.size == energy.size == discounting.size:
        raise ValueError(f"{amounts.size} amounts and {energy.size} energies for {discounting.size} discount factors")
    present_mwh = math.fsum(energy * discounting)
    return math.fsum(amounts * discounting) / present_mwh if present_mwh > 0.0 else None
