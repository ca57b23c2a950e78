"""Cash-flow maths on arrays: present values, rates of return, payback, depreciation, debt, cover, levelised cost.

+ is cash received. `npv` and `irr` take one flow a period, the first at t = 0; `xnpv` and `xirr` take payment dates
and count ACT/365F years from the first date of the list. Debt and its ratios take one number a service period; a
rate is that of the whole period.
"""

from valuation.finance.debt import bullet, equal_principal, level_schedule
from valuation.finance.depreciation import by_yearly_shares, declining_balance, residual_deduction, straight_line
from valuation.finance.discount import npv, xnpv
from valuation.finance.irr import IrrResult, IrrStatus, irr, irr_status, xirr, xirr_status
from valuation.finance.levelised import (
    capital_recovery_factor,
    fixed_charge_rate,
    lcoe,
    lcoe_after_tax,
    lcoe_fixed_charge,
    levelised_price,
)
from valuation.finance.macrs import MACRS_HALF_YEAR_PERCENT, macrs_shares
from valuation.finance.measures import discounted_payback, mirr, moic, payback
from valuation.finance.ratios import LeastCover, average_dscr, dscr, llcr, minimum_dscr, plcr
from valuation.finance.sculpting import Sculpted, SculptingStatus, sculpted, sculpted_for
from valuation.finance.sizing import GEARING, DebtExceedsUses, Sizing, size_by_dscr
from valuation.finance.spending import s_curve

__all__ = [
    "DebtExceedsUses",
    "GEARING",
    "IrrResult",
    "IrrStatus",
    "LeastCover",
    "MACRS_HALF_YEAR_PERCENT",
    "Sculpted",
    "SculptingStatus",
    "Sizing",
    "average_dscr",
    "bullet",
    "by_yearly_shares",
    "capital_recovery_factor",
    "declining_balance",
    "discounted_payback",
    "dscr",
    "equal_principal",
    "fixed_charge_rate",
    "irr",
    "irr_status",
    "lcoe",
    "lcoe_after_tax",
    "lcoe_fixed_charge",
    "level_schedule",
    "levelised_price",
    "llcr",
    "macrs_shares",
    "minimum_dscr",
    "mirr",
    "moic",
    "npv",
    "payback",
    "plcr",
    "residual_deduction",
    "s_curve",
    "sculpted",
    "sculpted_for",
    "size_by_dscr",
    "straight_line",
    "xirr",
    "xirr_status",
    "xnpv",
]
