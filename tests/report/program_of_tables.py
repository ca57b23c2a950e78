"""A program for tables that were made up without one: lines looked up month by month, their sums, their payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from valuation import timeline
from valuation.appraisal.live import SPARE, days_counted, paid_rows
from valuation.lowering.timeaxis import lower_time
from valuation.plan.builder import PlanBuilder
from valuation.plan.evaluate import base_case
from valuation.plan.model import Origin
from valuation.tables import Tables
from valuation.tables.live import LiveInput, LiveModel


def program_of(tables: Tables) -> LiveModel:
    """The live model of tables whose cash is earned at month ends, tax in halves on 15 February and 15 April."""
    deal, own = tables.deal, len(tables.month_ends)
    first = timeline.month_number(timeline.serial(tables.month_ends[0])) - SPARE.before
    months = SPARE.before + own + SPARE.after
    b = PlanBuilder(first, months, 0, timeline.serial(deal.valuation), deal.currency)
    valuation = b.input("dates.valuation", b.valuation, "date", "Valuation date", Origin("dates.valuation"))
    rate = b.input("discount_rate", deal.discount_rate, "%/year", "Discount rate", Origin("discount_rate"))
    with b.in_section("Time"):
        discount = b.scalar("rates.discount", "convert", rate, 1.0, unit="1/year")
        time = lower_time(b, valuation, discount)
        number = b.month("time.number", "sum", time.t, 1.0)
    for line in tables.lines:
        more = {"unit": line.unit, "label": line.label, "roll": line.roll, "sign": line.sign, "total": line.total}
        with b.in_section(line.section):
            if line.parts:
                b.month(line.name, "sum", *line.parts, note=line.note, **more)
                continue
            values = (0.0,) * SPARE.before + line.values + (0.0,) * SPARE.after
            table = b.table(f"{line.name}.given", {"value": values}, (line.unit,), line.label, Origin(line.name))
            b.month(line.name, "month_value", f"{table}:value", number, note=line.note, **more)
    for name, margin in (("margin", tables.base.margin), ("margin_undiscounted", tables.base.margin_undiscounted)):
        b.month(f"accounts.{name}", "set", margin or 0.0, section="Earnings")
    for line in tables.lines:
        if line.cash:
            b.pay(line.name, time.month_end, line.sign)
    half = b.month("tax.half", "mul", "tax.assessed", 0.5, unit=deal.currency)
    next_year = b.month("tax.next_year", "sum", time.year, 1.0)
    for month in (2.0, 4.0):
        day = b.month(f"tax.day_{month:.0f}", "day_of_year", next_year, month, 15.0, unit="date")
        b.pay(half, b.month(f"tax.date_{month:.0f}", "date_if", time.year_ends, day, unit="date"), -1, "tax")
    plan = b.build(deal.name, deal.view)
    plan = replace(plan, rows=(*plan.rows, *days_counted(months)))
    plan, paid = paid_rows(plan, ("cash", "tax"))
    ends = tuple(_end(first + t) for t in range(months))
    lines = tuple(
        replace(line, values=(0.0,) * SPARE.before + line.values + (0.0,) * SPARE.after) for line in tables.lines
    )
    return LiveModel(
        plan=plan,
        values=base_case(plan),
        before=SPARE.before,
        after=SPARE.after,
        month_ends=ends,
        lines=lines,
        shown={line.name: line.name for line in tables.lines},
        paid={day: (rows[0], rows[1]) for day, rows in paid.items()},
        owners={},
        inputs=(LiveInput("dates.valuation", "live", whole=True), LiveInput("discount_rate", "live", least=-1.0)),
    )


def _end(month: int) -> date:
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
