"""A case by the reference tool: the System Advisor Model's single-owner model, through PySAM.

Every input that a case does not state is set to 0: the tool's defaults hold reserves, taxes, incentives and a debt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import PySAM.Singleowner as single_owner
from sam_case import HOURS, SamCase

NOTHING = {
    "FinancialParameters": (
        "construction_financing_cost cost_debt_closing cost_debt_fee cost_other_financing debt_option debt_percent "
        "dscr dscr_limit_debt_fraction dscr_reserve_months equip1_reserve_cost equip1_reserve_freq "
        "equip2_reserve_cost equip2_reserve_freq equip3_reserve_cost equip3_reserve_freq equip_reserve_depr_fed "
        "equip_reserve_depr_sta inflation_rate insurance_rate loan_moratorium months_receivables_reserve "
        "months_working_reserve payment_option prop_tax_assessed_decline prop_tax_cost_assessed_percent "
        "property_tax_rate real_discount_rate reserves_interest salvage_percentage system_heat_rate term_int_rate "
        "term_tenor"
    ),
    "SystemCosts": (
        "add_om_num_types annual_fuel_usage om_capacity_escal om_fixed_escal om_fuel_cost_escal "
        "om_opt_fuel_1_cost_escal om_opt_fuel_1_usage om_opt_fuel_2_cost_escal om_opt_fuel_2_usage "
        "om_production_escal om_replacement_cost_escal system_recapitalization_cost "
        "system_recapitalization_escalation system_use_recapitalization"
    ),
    "LandLease": "land_area om_land_lease_escal",
    "TaxCreditIncentives": (
        "itc_fed_amount_deprbas_fed itc_fed_amount_deprbas_sta itc_fed_percent_deprbas_fed itc_fed_percent_deprbas_sta "
        "itc_sta_amount_deprbas_fed itc_sta_amount_deprbas_sta itc_sta_percent_deprbas_fed itc_sta_percent_deprbas_sta "
        "ptc_fed_escal ptc_fed_term ptc_sta_escal ptc_sta_term"
    ),
    "Depreciation": (
        "depr_alloc_custom_percent depr_alloc_macrs_15_percent depr_alloc_macrs_5_percent depr_alloc_sl_15_percent "
        "depr_alloc_sl_20_percent depr_alloc_sl_39_percent depr_alloc_sl_5_percent depr_bonus_fed depr_bonus_sta "
        "depr_fedbas_method depr_stabas_method"
    ),
    "CapacityPayments": "cp_battery_nameplate cp_capacity_payment_esc cp_capacity_payment_type",
    "BatterySystem": "en_batt en_standalone_batt en_wave_batt",
    "GridLimits": "grid_curtailment_price_esc",
    "HybridFin": "is_hybrid",
    "Lifetime": "system_use_lifetime_output",
}
"""Inputs that are numbers, by the tool's own groups; a case lays its own over some of them."""
NOTHING_BY_YEAR = {
    "SystemCosts": "om_capacity om_fixed om_fuel_cost om_opt_fuel_1_cost om_opt_fuel_2_cost om_production",
    "LandLease": "om_land_lease",
    "TaxCreditIncentives": (
        "itc_fed_amount itc_fed_percent itc_fed_percent_maxvalue itc_sta_amount itc_sta_percent "
        "itc_sta_percent_maxvalue ptc_fed_amount ptc_sta_amount"
    ),
    "PaymentIncentives": "pbi_fed_amount pbi_oth_amount pbi_sta_amount pbi_uti_amount",
    "CapacityPayments": "cp_capacity_credit_percent cp_capacity_payment_amount",
    "GridLimits": "grid_curtailment_price",
    "FinancialParameters": "federal_tax_rate state_tax_rate",
    "Depreciation": "depr_custom_schedule",
}
"""Inputs that are lists, one number or one a year."""
INCENTIVES = {
    "cbi": ("amount", "deprbas_fed", "deprbas_sta", "maxvalue", "tax_fed", "tax_sta"),
    "ibi": (
        *("amount", "amount_deprbas_fed", "amount_deprbas_sta", "amount_tax_fed", "amount_tax_sta", "percent"),
        *("percent_deprbas_fed", "percent_deprbas_sta", "percent_maxvalue", "percent_tax_fed", "percent_tax_sta"),
    ),
    "pbi": ("escal", "for_ds", "tax_fed", "tax_sta", "term"),
}
"""Capacity, investment and production based incentives, each from four payers."""
TOLERANCE = 1e-9
"""Of the price that is solved for a rate of return [cent/kWh]; the tool's own 1e-5 is too coarse."""


@dataclass(frozen=True)
class SamResult:
    """What the tool finds. Yearly lines have years + 1 values, the first of them year 0; costs and tax paid are > 0."""

    energy: np.ndarray
    """[MWh]."""
    revenue: np.ndarray
    fixed_cost: np.ndarray
    capacity_cost: np.ndarray
    volume_cost: np.ndarray
    operating_cost: np.ndarray
    ebitda: np.ndarray
    depreciation: np.ndarray
    interest: np.ndarray
    principal: np.ndarray
    balance: np.ndarray
    """At the year's end, year 0 = when drawn."""
    reserve: np.ndarray
    """At the year's end, year 0 = when drawn."""
    taxable: np.ndarray
    tax: np.ndarray
    cfads: np.ndarray
    """Before tax, as long as the debt lasts."""
    dscr: np.ndarray
    """0 where nothing is served."""
    before_tax: np.ndarray
    """The owner's flow before tax."""
    equity: np.ndarray
    """The owner's flow after tax."""
    uses: float
    """Cost, fees, closing cost and first reserve [currency]."""
    fees: float
    """Fees that are a share of the debt [currency]."""
    debt: float
    npv: float
    """Of ``equity`` at the nominal discount rate [currency]."""
    printed_irr: float
    """[1/year]; good to 2e-7 only: it stops early."""
    nominal_rate: float
    min_dscr: float
    price: float
    """Of year 1 [currency/MWh]."""
    lcoe_nominal: float
    """[currency/MWh], as the next three."""
    lcoe_real: float
    levelised_price_nominal: float
    levelised_price_real: float


def run_sam(case: SamCase) -> SamResult:
    """The case by the tool."""
    model = single_owner.new()
    model.assign(_inputs(case))
    model.execute(0)
    return _result(model.Outputs)


def _inputs(case: SamCase) -> dict[str, dict[str, Any]]:
    inputs: dict[str, dict[str, Any]] = {}
    for groups, zero in ((NOTHING, 0.0), (NOTHING_BY_YEAR, (0.0,))):
        for group, names in groups.items():
            inputs.setdefault(group, {}).update(dict.fromkeys(names.split(), zero))
    for kind, parts in INCENTIVES.items():
        for payer in ("fed", "sta", "uti", "oth"):
            inputs["PaymentIncentives"].update({f"{kind}_{payer}_{part}": 0.0 for part in parts})
    for group, more in _stated(case).items():
        inputs.setdefault(group, {}).update(more)
    return inputs


def _stated(case: SamCase) -> dict[str, dict[str, Any]]:
    """What the case states, in the tool's units: kW, kWh, percent, currency/kWh."""
    size = case.capacity * 1000.0
    solve = case.target_irr is not None
    always = [[1] * 24] * 12
    escalation = 100.0 * case.cost_escalation
    return {
        "SystemOutput": {
            "gen": (size * case.capacity_factor,) * HOURS,
            "system_capacity": size,
            "degradation": (100.0 * case.degradation,),
        },
        "Revenue": {
            "ppa_soln_mode": 0 if solve else 1,
            "ppa_price_input": (case.price / 1000.0,),
            "ppa_escalation": 100.0 * case.price_escalation,
            "flip_target_percent": 100.0 * (case.target_irr or 0.0),
            "flip_target_year": case.years,
            "ppa_soln_min": 0.0,
            "ppa_soln_max": 100.0,
            "ppa_soln_max_iterations": 100,
            "ppa_soln_tolerance": TOLERANCE,
            "ppa_multiplier_model": 0,
            "dispatch_tod_factors": (1.0,) * 9,
            "dispatch_sched_weekday": always,
            "dispatch_sched_weekend": always,
        },
        "SystemCosts": {
            "total_installed_cost": case.cost,
            "om_fixed": (case.fixed_cost,),
            "om_fixed_escal": escalation,
            "om_capacity": (case.capacity_cost,),
            "om_capacity_escal": escalation,
            "om_production": (case.volume_cost,),
            "om_production_escal": escalation,
        },
        "FinancialParameters": {
            "analysis_period": case.years,
            "federal_tax_rate": (100.0 * case.tax_rate,),
            "inflation_rate": 100.0 * case.inflation,
            "real_discount_rate": 100.0 * case.real_rate,
            "dscr_maximum_debt_fraction": 100.0,  # has no effect without its switch, and may not be 0
            **_loan(case),
        },
        # Own use is bought apart: there is none, but the tool solves for a price only where this is said.
        "ElectricityRates": {"en_electricity_rates": 1},
        "Depreciation": {
            "depr_alloc_custom_percent": 100.0 if case.depreciation else 0.0,
            "depr_custom_schedule": tuple(100.0 * share for share in case.depreciation) or (0.0,),
        },
    }


def _loan(case: SamCase) -> dict[str, Any]:
    loan = case.loan
    if loan is None:
        return {}
    terms: dict[str, Any] = {
        "term_int_rate": 100.0 * loan.rate,
        "term_tenor": loan.tenor,
        "loan_moratorium": loan.grace,
        "cost_debt_fee": 100.0 * loan.fee,
        "cost_debt_closing": loan.closing_cost,
        "dscr_reserve_months": loan.reserve_months,
    }
    if loan.dscr is not None:
        terms |= {"debt_option": 1, "dscr": loan.dscr}
        if loan.max_gearing is not None:
            terms |= {"dscr_limit_debt_fraction": 1, "dscr_maximum_debt_fraction": 100.0 * loan.max_gearing}
        return terms
    assert loan.gearing is not None
    return terms | {
        "debt_option": 0,
        "debt_percent": 100.0 * percent_of_uses(loan.gearing, loan.fee),
        "payment_option": 1 if loan.repayment == "equal_principal" else 0,
    }


def percent_of_uses(gearing: float, fee: float) -> float:
    """What to tell the tool so that the debt is ``gearing`` of all uses, its own fee among them [1].

    With C for cost and closing cost the debt is D = g·(C + f·D) = g·C/(1 − g·f). The tool stops after one step: told p,
    it draws p·C·(1 + p·f). So p·(1 + p·f) = g/(1 − g·f).
    """
    if fee == 0.0:
        return gearing
    wanted = gearing / (1.0 - gearing * fee)
    return float((np.sqrt(1.0 + 4.0 * fee * wanted) - 1.0) / (2.0 * fee))


def _result(out: Any) -> SamResult:
    def line(name: str) -> np.ndarray:
        return np.array(getattr(out, name), dtype=float)

    return SamResult(
        energy=line("cf_energy_sales") / 1000.0,
        revenue=line("cf_energy_value"),
        fixed_cost=line("cf_om_fixed_expense"),
        capacity_cost=line("cf_om_capacity_expense"),
        volume_cost=line("cf_om_production_expense"),
        operating_cost=line("cf_operating_expenses"),
        ebitda=line("cf_ebitda"),
        depreciation=line("cf_feddepr_total"),
        interest=line("cf_debt_payment_interest"),
        principal=line("cf_debt_payment_principal"),
        balance=line("cf_debt_balance"),
        reserve=line("cf_reserve_debtservice"),
        taxable=line("cf_fedtax_income_with_incentives"),
        tax=-line("cf_fedtax") - line("cf_statax"),
        cfads=line("cf_cash_for_ds"),
        dscr=line("cf_pretax_dscr"),
        before_tax=line("cf_project_return_pretax"),
        equity=line("cf_project_return_aftertax"),
        uses=out.cost_installed,
        fees=out.cost_debt_upfront,
        debt=out.size_of_debt,
        npv=out.project_return_aftertax_npv,
        printed_irr=out.project_return_aftertax_irr / 100.0,
        nominal_rate=out.nominal_discount_rate,
        min_dscr=out.min_dscr,
        price=10.0 * out.ppa,
        lcoe_nominal=10.0 * out.lcoe_nom,
        lcoe_real=10.0 * out.lcoe_real,
        levelised_price_nominal=10.0 * out.lppa_nom,
        levelised_price_real=10.0 * out.lppa_real,
    )
