"""MACRS: yearly shares of cost that United States federal tax lets an owner write down.

IRS Publication 946 (How To Depreciate Property), appendix A, Table A-1: general depreciation system, half-year
convention. 3-, 5-, 7- and 10-year property by 200 % declining balance, 15- and 20-year property by 150 %, each changing
to straight line where that gives more (26 U.S.C. § 168(b), (d)). A half year counts in the year in which the asset
enters service, so recovery over N years takes N + 1 tax years.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MACRS_HALF_YEAR_PERCENT: Mapping[int, tuple[float, ...]] = MappingProxyType(
    {
        3: (33.33, 44.45, 14.81, 7.41),
        5: (20.00, 32.00, 19.20, 11.52, 11.52, 5.76),
        7: (14.29, 24.49, 17.49, 12.49, 8.93, 8.92, 8.93, 4.46),
        10: (10.00, 18.00, 14.40, 11.52, 9.22, 7.37, 6.55, 6.55, 6.56, 6.55, 3.28),
        15: (5.00, 9.50, 8.55, 7.70, 6.93, 6.23, 5.90, 5.90, 5.91, 5.90, 5.91, 5.90, 5.91, 5.90, 5.91, 2.95),
        20: (3.750, 7.219, 6.677, 6.177, 5.713, 5.285, 4.888, 4.522, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 4.462)
        + (4.461, 4.462, 4.461, 4.462, 4.461, 2.231),
    }
)
"""Recovery period [year]: share of the cost in each tax year, as printed [%]."""


def macrs_shares(recovery_years: int) -> tuple[float, ...]:
    """Shares of cost by tax year, the first that of entry into service; N + 1 of them, together 1.

    Parameters
    ----------
    recovery_years : recovery period [year]: 3, 5, 7, 10, 15 or 20.

    Returns
    -------
    tuple [N + 1] : share of the cost [fraction].

    Raises
    ------
    ValueError : a recovery period that Table A-1 does not have.
    """
    percent = MACRS_HALF_YEAR_PERCENT.get(recovery_years)
    if percent is None:
        known = ", ".join(str(years) for years in MACRS_HALF_YEAR_PERCENT)
        raise ValueError(f"MACRS recovery periods are {known} years, got {recovery_years}")
    return tuple(share / 100.0 for share in percent)
