"""Present values and rates of return against published answers: one table, each row with its source."""

import math
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import pytest

from valuation.finance import IrrStatus, irr, irr_status, mirr, npv, xirr, xnpv

EXCEL_DATES = [date(1992, 1, 1), date(1992, 3, 1), date(1992, 10, 30), date(1993, 2, 15), date(1993, 4, 1)]
EXCEL_FLOWS = [-10_000, 2_750, 4_250, 3_250, 2_750]
EXCEL_IRR = [-70_000, 12_000, 15_000, 18_000, 21_000]
EXCEL_MIRR = [-120_000, 39_000, 30_000, 21_000, 37_000, 46_000]
SAM_PRE_TAX = [-900e6] + [173.36e6 - 33.00e6] * 15
SAM_AFTER_TAX = [-900e6] + [140.36e6 - 0.22 * (140.36e6 - 60e6)] * 15
SAM_LOAN = 540e6 * 0.07 / (1 - 1.07**-15)


def sam_geared() -> list[float]:
    """60 % debt at 7 % in 15 level payments; interest is deductible in its year."""
    flows, balance = [-360e6], 540e6
    for _ in range(15):
        interest = 0.07 * balance
        flows.append(140.36e6 - SAM_LOAN - 0.22 * (140.36e6 - 60e6 - interest))
        balance -= SAM_LOAN - interest
    return flows


class Row(NamedTuple):
    name: str
    ours: Callable[[], float]
    expected: float
    tolerance: float
    source: str


EXCEL = "Microsoft's documentation of the function, recomputed with more digits"
SAM = "NREL SAM (PySAM) single owner, 110 MW flat, capex 900 M, 15 annual end-of-year flows, 8 %"
SAM_TAXED = SAM + ", 22 % tax in the year, straight line"

TABLE = [
    Row("XIRR", lambda: xirr(EXCEL_DATES, EXCEL_FLOWS), 0.3733625335, 1e-10, EXCEL),
    Row("XIRR as Excel prints it", lambda: xirr(EXCEL_DATES, EXCEL_FLOWS), 0.373362535, 1e-8, EXCEL),
    Row("XNPV at 9 %", lambda: xnpv(0.09, EXCEL_DATES, EXCEL_FLOWS), 2_086.647602, 1e-6, EXCEL),
    Row("MIRR 10 %, 12 %", lambda: mirr(EXCEL_MIRR, 0.10, 0.12), 0.12609413, 5e-9, EXCEL),
    Row("IRR, four years", lambda: irr(EXCEL_IRR), -0.0212448, 5e-8, EXCEL),
    Row("IRR, five years", lambda: irr([*EXCEL_IRR, 26_000]), 0.0866309, 5e-8, EXCEL),
    Row("SAM NPV", lambda: npv(0.08, SAM_PRE_TAX), 301_408_428.64, 0.005, SAM),
    Row("SAM IRR", lambda: irr(SAM_PRE_TAX), 0.13151625, 2e-7, SAM),
    Row("SAM NPV after tax", lambda: npv(0.08, SAM_AFTER_TAX), 150_083_693.02, 0.005, SAM_TAXED),
    Row("SAM IRR after tax", lambda: irr(SAM_AFTER_TAX), 0.10639929, 2e-7, SAM_TAXED),
    Row("SAM NPV geared", lambda: npv(0.08, sam_geared()), 232_674_929.67, 0.005, SAM_TAXED + ", 60 % debt at 7 %"),
    Row("SAM IRR geared", lambda: irr(sam_geared()), 0.17748625, 2e-7, SAM_TAXED + ", 60 % debt at 7 %"),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_published_answer(row: Row) -> None:
    assert abs(row.ours() - row.expected) <= row.tolerance, row.source


class RootRow(NamedTuple):
    flows: list[float]
    rate: float
    status: IrrStatus
    all_roots: list[float]
    """Roots of either direction: zeros of the polynomial in 1/(1 + r), by mpmath."""


ROOT_RULE = [
    RootRow([-50, -100, 600, 300, -100], 1.854418, IrrStatus.OK, [1.854418, -0.768895]),
    RootRow([-100, 100, 0, -7], -0.083300, IrrStatus.OK, [-0.678894, -0.083300]),
    RootRow([-100, *[30] * 10, -180], 0.207585834, IrrStatus.OK, [0.207585834, -0.0355858]),
    RootRow([1, 2, 3], math.nan, IrrStatus.NO_INVESTMENT, []),
    RootRow([0, 0, 0], math.nan, IrrStatus.NO_INVESTMENT, []),
    RootRow([-100, 0, 0], math.nan, IrrStatus.TOTAL_LOSS, []),
    RootRow([100, -150, 100], math.nan, IrrStatus.NO_ROOT, []),
    RootRow([100, -110], math.nan, IrrStatus.NO_ROOT, [0.10]),
    RootRow([-1678.87, 771.96, 1814.05, 3520.30, 3552.95, 3584.99, 4789.91, -1], 1.00427, IrrStatus.OK, [1.004270]),
]


@pytest.mark.parametrize("row", ROOT_RULE, ids=lambda row: str(row.flows)[:30])
def test_root_rule(row: RootRow) -> None:
    result = irr_status(row.flows)
    assert result.status is row.status
    assert result.rate == pytest.approx(row.rate, abs=1e-6, nan_ok=True)
    assert len(result.roots) == (1 if row.status is IrrStatus.OK else 0)
    gross = sum(abs(flow) for flow in row.flows)
    for root in row.all_roots:
        assert abs(npv(root, row.flows)) < 1e-3 * gross
