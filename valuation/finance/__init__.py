"""Cash-flow maths on arrays: present values, rates of return, payback, depreciation.

+ is cash received. `npv` and `irr` take one flow a period, the first at t = 0; `xnpv` and `xirr` take payment dates
and count ACT/365F years from the first date of the list.
"""

from valuation.finance.depreciation import declining_balance, residual_deduction, straight_line
from valuation.finance.discount import npv, xnpv
from valuation.finance.irr import IrrResult, IrrStatus, irr, irr_status, xirr, xirr_status
from valuation.finance.measures import discounted_payback, mirr, moic, payback

__all__ = [
    "IrrResult",
    "IrrStatus",
    "declining_balance",
    "discounted_payback",
    "irr",
    "irr_status",
    "mirr",
    "moic",
    "npv",
    "payback",
    "residual_deduction",
    "straight_line",
    "xirr",
    "xirr_status",
    "xnpv",
]
