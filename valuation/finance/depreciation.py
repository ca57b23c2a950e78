"""Depreciation for tax: straight line by months, declining balance and tables by years, and what becomes of the
residual."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from valuation.finance.discount import Floats, cash_flows

Residual: TypeAlias = Literal["written_off", "continues", "sold_at"]


def straight_line(cost: float, life: int, first: int, months: int) -> Floats:
    """Monthly depreciation cost/life in each of the `life` months from month `first`, cut at the grid's end.

    Parameters
    ----------
    cost : depreciable amount [money].
    life : months over which it is written down [month].
    first : month of the grid in which the asset enters service, which counts whole; may be before the grid (< 0).
    months : length of the grid [month].

    Returns
    -------
    array [months] : depreciation of each month [money], positive.

    Raises
    ------
    ValueError : life below one month.
    """
    if life < 1:
        raise ValueError(f"a depreciation life must be at least one month, got {life}")
    month = np.arange(months)
    in_life = (month >= first) & (month < first + life)
    return np.where(in_life, cost / life, 0.0)


def declining_balance(additions: ArrayLike, rate: float, opening: float = 0.0) -> tuple[Floats, Floats]:
    """Declining balance with the full rate on the balance at each year's end.

    depreciation_y = rate · (balance_{y−1} + additions_y); balance_y = (1 − rate) · (balance_{y−1} + additions_y).
    An addition late in a year is written down at the full rate in that year, as in the Norwegian saldo groups
    (skatteloven § 14-43). A sale enters as a negative addition.

    Parameters
    ----------
    additions : cost added to the group in each year [years] [money].
    rate : share of the balance written down a year [fraction], 0 to 1.
    opening : balance before the first year [money].

    Returns
    -------
    depreciation, balance : of each year, balance after depreciation [years] [money].

    Raises
    ------
    ValueError : rate outside 0 to 1.
    """
    if not 0.0 <= rate <= 1.0:
        raise ValueError(f"a depreciation rate must lie between 0 and 1, got {rate}")
    added = cash_flows(additions)
    depreciation, balance = np.empty_like(added), np.empty_like(added)
    basis = float(opening)
    for year, amount in enumerate(added):
        basis += float(amount)
        depreciation[year] = rate * basis
        basis -= depreciation[year]
        balance[year] = basis
    return depreciation, balance


def by_yearly_shares(cost: float, shares: ArrayLike, first: int, years: int) -> Floats:
    """Yearly depreciation by a table: cost·share_k in tax year first + k, cut at the grid's end.

    Parameters
    ----------
    cost : depreciable amount [money].
    shares : share of the cost in each tax year from entry into service [k] [fraction], 0 or more, together 1
        (`macrs_shares`, or a table of one's own).
    first : year of the grid in which the asset enters service; may be before the grid (< 0).
    years : length of the grid [year].

    Returns
    -------
    array [years] : depreciation of each year [money], positive.

    Raises
    ------
    ValueError : a share below 0, or shares that differ from 1 together by more than 1e-9.
    """
    table = cash_flows(shares)
    if (table < 0.0).any() or abs(float(table.sum()) - 1.0) > 1e-9:
        raise ValueError(f"shares must be 0 or more and add up to 1, got {table.tolist()}, together {table.sum():.9g}")
    begin, end = max(first, 0), min(first + table.size, years)
    depreciation = np.zeros(years)
    if begin < end:
        depreciation[begin:end] = cost * table[begin - first : end - first]
    return depreciation


def residual_deduction(balance: float, treatment: Residual, price: float | None = None) -> float:
    """Deduction at the end of the model for the tax basis that is left [money]; negative = a taxable gain.

    Parameters
    ----------
    balance : tax basis after the last year's depreciation [money].
    treatment : `written_off` deducts it whole; `continues` deducts nothing now, the owner goes on writing it down;
        `sold_at` deducts the balance less the price.
    price : sale price [money], for `sold_at` only.

    Raises
    ------
    ValueError : unknown treatment, a price missing for `sold_at`, or given for another.
    """
    if (treatment == "sold_at") != (price is not None):
        raise ValueError("a price belongs to the treatment 'sold_at', and to it alone")
    match treatment:
        case "written_off":
            return balance
        case "continues":
            return 0.0
        case "sold_at":
            return balance - float(price or 0.0)
        case _:
            raise ValueError(f"residual must be written_off, continues or sold_at, got {treatment!r}")
