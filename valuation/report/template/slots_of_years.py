"""Slots of calendar years and of dates of payment: lists that charts are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.report.template.slots import Slot, Value, listed, table

if TYPE_CHECKING:
    from valuation.tables import Tables

_COLUMNS: dict[str, tuple[str, str]] = {
    "revenue_base": ("revenue, base case", "currency"),
    "revenue_mean": ("revenue, mean", "currency"),
    "ebitda_base": ("EBITDA, base case", "currency"),
    "ebitda_mean": ("EBITDA, mean", "currency"),
    "cash_base": ("cash after tax, base case", "currency"),
    "cash_mean": ("cash after tax, mean", "currency"),
    "cash_p5": ("cash after tax, 5th percentile", "currency"),
    "cash_p25": ("cash after tax, 25th percentile", "currency"),
    "cash_p50": ("cash after tax, median", "currency"),
    "cash_p75": ("cash after tax, 75th percentile", "currency"),
    "cash_p95": ("cash after tax, 95th percentile", "currency"),
    "margin_base": ("margin, base case", "1"),
    "margin_p5": ("margin, 5th percentile", "1"),
    "margin_p50": ("margin, median", "1"),
    "margin_p95": ("margin, 95th percentile", "1"),
    "with_revenue": ("share of the paths with revenue", "1"),
    "alive": ("share of the paths without an event at the year's end", "1"),
    "utilisation_mean": ("utilisation, mean", "1"),
    "utilisation_p5": ("utilisation, 5th percentile", "1"),
    "utilisation_p95": ("utilisation, 95th percentile", "1"),
}


def _yearly(field: str) -> Slot:
    words, unit = _COLUMNS[field]

    def values(tables: Tables) -> tuple[Value, ...]:
        return tuple(getattr(year, field) for year in tables.years)

    return listed(f"yearly_{field}", f"by year: {words}", unit, values)


def _net(base: tuple[float, ...], tax: tuple[float, ...]) -> tuple[Value, ...]:
    return tuple(a + b for a, b in zip(base, tax, strict=True))


YEARS: tuple[Slot, ...] = (
    listed("years", "calendar years of all lists by year", "number", lambda t: tuple(float(y.year) for y in t.years)),
    *(_yearly(field) for field in _COLUMNS),
    table("yearly", "all of these by year", ("year", *(f"{words} [{unit}]" for words, unit in _COLUMNS.values())),
          lambda t: tuple((float(y.year), *(getattr(y, field) for field in _COLUMNS)) for y in t.years)),
    listed("dscr_years", "calendar years with debt service", "number",
           lambda t: tuple(float(y.year) for y in (t.financing.years if t.financing else ()))),
    listed("yearly_dscr_base", "cover of debt service in these years, base case", "1",
           lambda t: tuple(y.base for y in (t.financing.years if t.financing else ()))),
    listed("yearly_dscr_p5", "cover of debt service in these years, 5th percentile", "1",
           lambda t: tuple(y.dscr.p5 for y in (t.financing.years if t.financing else ()))),
    listed("pay_dates", "dates of payment of the next lists", "date", lambda t: t.flows.dates),
    listed("pay_base_before_tax", "cash before tax on these dates, base case", "currency",
           lambda t: t.flows.base_pre_tax),
    listed("pay_base", "cash after tax on these dates, base case", "currency",
           lambda t: _net(t.flows.base_pre_tax, t.flows.base_tax)),
    listed("pay_mean_before_tax", "cash before tax on these dates, mean", "currency", lambda t: t.flows.mean_pre_tax),
    listed("pay_mean", "cash after tax on these dates, mean", "currency",
           lambda t: _net(t.flows.mean_pre_tax, t.flows.mean_tax)),
)  # fmt: skip
