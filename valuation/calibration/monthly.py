"""Monthly means of a daily history, for models that live on months."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from valuation.calibration.history import History, gaps_of, months_between

LEAST_SHARE = 0.8
"""Share of a month's days that must be there for its mean to count."""


def by_month(history: History) -> History:
    """The history with a value a month: the mean of its days; NaN where fewer than four fifths of them are there."""
    months = months_between(history.first, history.last)
    at = np.array([(day.year * 12 + day.month) for day in history.dates])
    values = np.full(len(months), np.nan)
    for where, month in enumerate(months):
        number = month.year * 12 + month.month
        own = history.values[at == number]
        following = months[where + 1] if where + 1 < len(months) else None
        length = (following - month).days if following is not None else 30
        known = own[~np.isnan(own)]
        if known.size >= LEAST_SHARE * length:
            values[where] = float(known.mean())
    known_at = np.flatnonzero(~np.isnan(values))
    if known_at.size:
        part = slice(int(known_at[0]), int(known_at[-1]) + 1)
        months, values = months[part], values[part]
    return replace(history, step="month", dates=months, values=values, gaps=gaps_of(months, values, {}))
