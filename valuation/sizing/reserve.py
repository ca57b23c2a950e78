"""What reserves are to hold by date in the base case."""

from __future__ import annotations

import math
from collections.abc import Sequence


def debt_service_targets(service: Sequence[float], months: int, length: int) -> tuple[float, ...]:
    """What a debt service reserve is to hold after each service date, the completion first.

    The debt service of the coming ``months``; of a service period that lies in them in part, that part.

    Parameters
    ----------
    service : debt service of each period [n] [money].
    months : months to hold.
    length : months of a service period.

    Returns
    -------
    tuple [n + 1] : 0 at the end.
    """
    found = []
    for k in range(len(service) + 1):
        whole, part = divmod(months, length)
        coming = service[k : k + whole]
        rest = service[k + whole] * part / length if k + whole < len(service) else 0.0
        found.append(sum(coming, 0.0) + rest)
    return tuple(found)


def tax_targets(
    paid: Sequence[float], cash: Sequence[float], completion: int, length: int
) -> tuple[tuple[int, float], ...]:
    """What is to be held back for tax after each service date, the completion first: months of the grid and amounts;
    nothing in the last month.

    hold_k = tax_{k+1} + max(0, hold_{k+1} − max(0, cash_{k+1})): the tax until the next date, and of what is to be held
    then as much as the cash of the period does not bring, so that a last tax is held from the last revenue on.

    Parameters
    ----------
    paid : tax of each month [T] [money], + is paid.
    cash : cash of each month before tax and debt service [T] [money].
    completion : month of the completion.
    length : months of a service period.
    """
    last = len(paid) - 1
    dates = range(completion, last, length)
    found: list[tuple[int, float]] = []
    then = 0.0
    for t in reversed(dates):
        coming = slice(t + 1, t + 1 + length)
        then = max(math.fsum(paid[coming]), 0.0) + max(then - max(math.fsum(cash[coming]), 0.0), 0.0)
        found.append((t, then))
    return (*reversed(found), (last, 0.0))


def maintenance_targets(spent: Sequence[float], months: int, begin: int) -> tuple[float, ...]:
    """What a maintenance reserve is to hold at each month's end: each coming investment saved for in equal parts.

    Parameters
    ----------
    spent : investment of each month [T] [money], ≥ 0.
    months : months over which it is saved.
    begin : first month in which it can be saved.

    Returns
    -------
    tuple [T] : the whole amount in the month before it is spent.
    """
    targets = [0.0] * len(spent)
    for at, amount in enumerate(spent):
        if amount <= 0.0 or at < begin:
            continue
        first = max(begin, at - months)
        for t in range(first, at):
            targets[t] += amount * (t - first + 1) / (at - first)
    return tuple(targets)
