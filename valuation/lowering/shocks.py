"""Shocks in the plan: the month position of the first one, and a price or rate with those of the contract on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.kernel.opcodes import NEVER

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


def first_arrival(ctx: Lowering, name: str, rate: str, label: str, since: str = "") -> str:
    """Row: month position of the first event of an intensity, 1e9 while there is none [position].

    ∫λ runs from the valuation date (or ``since``) and is held against one exponential a path; inside a month it is
    interpolated.

    Parameters
    ----------
    rate : row or input of the intensity [1/year].
    since : row of the position from which it is waited for; that of the valuation date where left out.
    """
    b, time = ctx.b, ctx.time
    begin = b.month(f"{name}.from", "clip", since or ctx.valuation_position, time.begin, time.end, unit="position")
    length = b.month(f"{name}.exposure", "span", time.end, begin, time.end, unit="month")
    years = b.month(f"{name}.exposure_years", "prod", length, ctx.years_per_month, unit="year")
    grows = b.month(f"{name}.step", "prod", rate, years)
    so_far = b.month(f"{name}.integrated", "sum", f"{name}.integrated.prev", grows)
    threshold = ctx.event_times.threshold(ctx, name)
    return b.month(
        f"{name}.time",
        "event_time",
        f"{name}.time.prev",
        f"{so_far}.prev",
        so_far,
        threshold,
        begin,
        time.end,
        unit="position",
        opening=NEVER,
        base=NEVER,
        label=label,
    )


def shocked(ctx: Lowering, price: str, *, clause: str = "", tax_of: str = "") -> str:
    """A price or a tax rate with the contract's shocks on it; the row itself where there is none.

    While a shock holds the price is the shock's, or the price times (1 + change): by the share of the month.

    Parameters
    ----------
    price : row or input of the price or the rate.
    clause, tax_of : the clause whose price it is, or the party whose tax rate.
    """
    b = ctx.b
    for name, risk in ctx.contract.risks.items():
        if getattr(risk, "process", "") != "shock":
            continue
        if (getattr(risk, "clause", None) or "", getattr(risk, "tax_of", None) or "") != (clause, tax_of):
            continue
        unit = b.unit_of(price) or ""
        on = f"{name}.on_{clause or tax_of}"
        if on in b.rows and b.rows[on].args[-1] == price:  # a tax rate is asked for once by each assessment
            price = on
            continue
        new = f"{name}.new_level"
        if new in b.rows:
            level = new
        else:
            level = b.month(f"{name}.level_of_{clause or tax_of}", "prod", price, f"{name}.factor", unit=unit)
        price = b.month(on, "blend", name, level, price, unit=unit)
    return price
