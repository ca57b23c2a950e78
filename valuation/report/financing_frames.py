"""The financing as pandas data frames, units in the names of the columns."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from valuation.tables import Tables

if TYPE_CHECKING:
    import pandas as pd

_MOMENTS = ("mean", "se", "p5", "p10", "p25", "p50", "p75", "p90", "p95")
_SERVICE_MONEY = ("cfads", "interest", "principal", "debt", "reserves", "distribution", "paid_in")


@dataclass(frozen=True)
class FinancingFrames:
    """Cover by calendar year, base case and paths; the base case by service date; the lender's cases."""

    cover: pd.DataFrame
    schedule: pd.DataFrame
    cases: pd.DataFrame


def financing_frames(tables: Tables) -> FinancingFrames | None:
    """The frames; None where the view has no financing."""
    import pandas as pd

    found, money = tables.financing, tables.audit.currency
    if found is None:
        return None
    shares = ("below_lock_up", "below_one", "in_default")
    covers = [
        {
            "dscr_base [1]": year.base,
            **{f"dscr_{name} [1]": getattr(year.dscr, name) for name in _MOMENTS},
            **{f"{name} [1]": getattr(year, name) for name in shares},
        }
        for year in found.years
    ]
    dates = [
        {**{f"{name} [{money}]": getattr(date, name) for name in _SERVICE_MONEY}, "dscr [1]": date.dscr}
        for date in found.schedule
    ]
    units = {"debt_at_end": money, "equity_npv": money, "equity_irr": "1/year"}
    units |= dict.fromkeys(("dscr_min", "dscr_average", "llcr", "plcr"), "1")
    cases = [
        {f"{key} [{units[key]}]" if key in units else key: value for key, value in asdict(case).items()}
        for case in found.cases
    ]
    return FinancingFrames(
        pd.DataFrame(covers, index=pd.Index([year.year for year in found.years], name="year"), dtype=float),
        pd.DataFrame(dates, index=pd.Index([date.day for date in found.schedule], name="day"), dtype=float),
        pd.DataFrame(cases).set_index("name"),
    )
