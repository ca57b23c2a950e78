"""Indicators: conditions that are watched year by year, as 0/1 rows that the kernel counts over paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.lowering.events import site_group
from valuation.lowering.exchange import exchange_rate
from valuation.lowering.starts import site_comes
from valuation.plan.model import Record
from valuation.units import parse_unit

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.claims import Indicator
    from valuation.spec.expression import Comparison


def lower_indicators(ctx: Lowering, in_term: str) -> None:
    """Rows ``alive``, ``indicator_i`` and ``indicator_i_and_alive`` with their yearly counts.

    ``in_term`` flags the months of which the term has a part; outside them the last value stands, so a year in which
    the term ends is judged on the term's months.
    """
    b = ctx.b
    with b.in_section("Indicators"):
        bounds = (ctx.end.position, ctx.time.end)
        if ctx.end.moved or ctx.end.possible:
            until = b.month("indicators.until", "lower_of", *bounds, unit="position")
        else:
            until = b.month("indicators.until", "clip", bounds[0], 0.0, bounds[1], unit="position")
        alive = b.month("indicators.alive", "select", _survives(ctx, until), 1.0, 0.0, label="No event so far")
        b.records.append(Record("alive", alive, "yearly_sum"))
        for place, indicator in enumerate(ctx.contract.indicators):
            row = f"indicator_{place}"
            _lower(ctx, row, indicator, in_term)
            both = b.month(f"{row}.and_alive", "mul", f"{row}.true", alive)
            b.records.append(Record(row, f"{row}.true", "yearly_sum"))
            b.records.append(Record(f"{row}_and_alive", both, "yearly_sum"))


def _survives(ctx: Lowering, until: str) -> str:
    """1 while no event has happened up to the month's end, or the term's; 0 where no lease ever begins."""
    struck = ctx.b.month("indicators.struck", "below", site_group(ctx).time, until)
    alive = ctx.b.month("indicators.not_struck", "opposite", struck)
    comes = site_comes(ctx)
    return ctx.b.month("indicators.begun_and_not_struck", "prod", alive, comes) if comes else alive


def _lower(ctx: Lowering, row: str, indicator: Indicator, in_term: str) -> None:
    b, reset = ctx.b, ctx.time.year_begins
    condition = indicator.when
    watched = _in_the_money_of(ctx, row, watched_row(ctx, condition.name), condition)
    unit = b.unit_of(watched) or ""
    over = "year_end" if condition.name == "margin" and indicator.over == "year_average" else indicator.over
    if over == "year_average":
        inside = b.month(f"{row}.value", "mul", watched, in_term, unit=unit)
        total = b.month(f"{row}.sum", "year_to_date", inside, f"{row}.sum.prev", reset, unit=unit)
        count = b.month(f"{row}.months", "year_to_date", in_term, f"{row}.months.prev", reset)
        some = b.month(f"{row}.some_months", "higher_of", count, 1.0)
        average = b.month(f"{row}.average", "divide", total, some, unit=unit)
        _compare(ctx, f"{row}.true", average, condition)
    elif over == "year_end":
        now = _compare(ctx, f"{row}.now", watched, condition)
        b.month(f"{row}.true", "select", in_term, now, f"{row}.true.prev", label=indicator.name)
    else:
        now = _compare(ctx, f"{row}.now", watched, condition)
        any_month = over == "any_month"
        new = b.month(f"{row}.new_year", "select", reset, 0.0 if any_month else 1.0, f"{row}.true.prev")
        both = b.month(f"{row}.so_far", "higher_of" if any_month else "lower_of", new, now)
        b.month(f"{row}.true", "select", in_term, both, new, label=indicator.name, opening=0.0 if any_month else 1.0)


def watched_row(ctx: Lowering, name: str) -> str:
    """Row that a condition names: a factor, the price of the supply, or the load."""
    if name in ctx.factors:
        return ctx.factors[name].value
    if name == "margin":
        row = "indicators.margin_of_year"
        year = ("accounts.ebitda_of_year", "accounts.revenue_of_year")
        return row if row in ctx.b.rows else ctx.b.month(row, "ratio", *year, label="EBITDA margin of the year so far")
    if name == "mwh":
        from valuation.lowering.generation import produced
        from valuation.lowering.leases import load

        return load(ctx) if ctx.contract.capacity is not None else produced(ctx)
    if name == "price":
        spot = next(s for s in (getattr(c, "spot", None) for c in ctx.contract.clauses.values()) if s)
        return ctx.factors[spot].value
    raise ValueError(f"an indicator cannot watch {name!r}")


def _in_the_money_of(ctx: Lowering, row: str, watched: str, condition: Comparison) -> str:
    """The watched row in the currency that the condition is written in, at each month-end's rate."""
    own, unit = condition.quantity.currency, ctx.b.unit_of(watched) or ""
    currencies = parse_unit(unit).currencies if unit else ()
    if own is None or not currencies or currencies[0] == own:
        return watched
    rate = exchange_rate(ctx, currencies[0], own)
    return ctx.b.month(f"{row}.watched", "prod", watched, rate, unit=unit.replace(currencies[0], own))


def _compare(ctx: Lowering, row: str, value: str, condition: Comparison) -> str:
    op = {"<": "below", ">": "above", "=": "equal"}[condition.operator]
    return ctx.b.month(row, op, value, condition.quantity.canonical)
