"""The result as pandas data frames, units in the names of the columns. Only the frames of the report speak pandas."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from valuation.tables import Claim, Line, Tables

if TYPE_CHECKING:
    import pandas as pd

_MOMENTS = ("mean", "se", "sd", "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99")
_MONEY = ("cash", "revenue", "ebitda")


@dataclass(frozen=True)
class BaseFrames:
    """The base case by month and by calendar year, one line of the contract a column; what is paid is negative."""

    monthly: pd.DataFrame
    yearly: pd.DataFrame


def summary_frame(tables: Tables) -> pd.DataFrame:
    """NPV, IRR and margin: base case, moments and percentiles over the paths."""
    import pandas as pd

    money, base = tables.audit.currency, tables.base
    measures = {
        f"npv [{money}]": (base.npv, tables.npv),
        f"npv_pre_tax [{money}]": (base.npv_pre_tax, tables.npv_pre_tax),
        f"npv_risk_free [{money}]": (base.npv_risk_free, tables.npv_risk_free),
        "irr [1/year]": (base.irr, tables.irr.distribution),
        "irr_pre_tax [1/year]": (base.irr_pre_tax, tables.irr_pre_tax.distribution),
        "margin [1]": (base.margin, tables.margin),
    }
    columns = {
        name: [of_base, *(getattr(spread, moment) for moment in _MOMENTS)]
        for name, (of_base, spread) in measures.items()
    }
    return pd.DataFrame(columns, index=pd.Index(("base", *_MOMENTS), name="statistic"), dtype=float)


def base_frames(tables: Tables) -> BaseFrames:
    """Monthly lines, and their years: sums, last values, or means weighted by the days of the months."""
    import pandas as pd

    index = pd.Index(tables.month_ends, name="month_end")
    columns = {_column(line): [line.sign * value + 0.0 for value in line.values] for line in tables.lines}
    monthly = pd.DataFrame(columns, index=index)
    years = pd.Index([day.year for day in tables.month_ends], name="year")
    days = pd.Series([float(day.day) for day in tables.month_ends], index=index)

    def of_years(line: Line) -> pd.Series[float]:
        months = monthly[_column(line)]
        if line.roll == "mean":
            return (months * days).groupby(years).sum() / days.groupby(years).sum()
        return months.groupby(years).agg({"sum": "sum", "end": "last"}[line.roll])

    yearly = pd.DataFrame({_column(line): of_years(line) for line in tables.lines})
    return BaseFrames(monthly, yearly)


def yearly_frame(tables: Tables) -> pd.DataFrame:
    """Cash, revenue, EBITDA, margin, survival and utilisation by calendar year: base case and paths."""
    import pandas as pd

    def unit(name: str) -> str:
        return tables.audit.currency if name.startswith(_MONEY) else "1"

    rows = [asdict(row) for row in tables.years]
    names = [name for name in rows[0] if name != "year"]
    columns = {f"{name} [{unit(name)}]": [row[name] for row in rows] for name in names}
    return pd.DataFrame(columns, index=pd.Index([row["year"] for row in rows], name="year"), dtype=float)


def indicators_frame(tables: Tables) -> pd.DataFrame:
    """One row an indicator and year."""
    import pandas as pd

    rows: list[dict[str, Any]] = [
        {
            "name": indicator.name,
            "when": indicator.when,
            "over": indicator.over,
            "year": year.year,
            "given_alive [1]": year.given_alive,
            "and_alive [1]": year.and_alive,
            "alive [1]": year.alive,
        }
        for indicator in tables.indicators
        for year in indicator.years
    ]
    names = ("name", "when", "over", "year", "given_alive [1]", "and_alive [1]", "alive [1]")
    return pd.DataFrame(rows, columns=list(names))


def claims_frame(tables: Tables) -> pd.DataFrame:
    """One row a claim."""
    import pandas as pd

    def row(claim: Claim) -> dict[str, Any]:
        return {("with" if name == "with_" else name): value for name, value in asdict(claim).items()}

    names = ["quote", "source", "check", "value", "unit", "verdict", "with", "note"]
    return pd.DataFrame([row(claim) for claim in tables.claims], columns=names)


def _column(line: Line) -> str:
    return f"{line.name} [{line.unit or '1'}]"
