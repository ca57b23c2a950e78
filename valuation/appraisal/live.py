"""The base case as a program with spare months around it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from valuation import timeline
from valuation.appraisal.base import MONTH_END_LEVEL, Base
from valuation.appraisal.lines import lines
from valuation.appraisal.live_inputs import bounded, discounted_to, live_inputs, stated_in_tables, table_cells
from valuation.appraisal.rules import CELL, limits, live_rules
from valuation.kernel.opcodes import NEVER
from valuation.lowering.context import NOT_PAST
from valuation.lowering.grid import FirstPayment, Spare, first_flows, first_payments, months_after
from valuation.plan.base_rows import base_rows, names_read
from valuation.plan.model import Input, Plan, Row
from valuation.resolve import resolve
from valuation.tables.live import FirstPaid, LiveInput, LiveModel

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

MOVABLE = 12
"""Months by which dates can be moved in a workbook without a run."""
SPARE = Spare(before=MOVABLE + 1, after=MOVABLE + 1)
"""Those, and one more on each side, which stays empty while nothing is lost: the checks look at it."""


def live_model(contract: Contract, plan: Plan, view: str) -> LiveModel:
    """The base case of a contract for a workbook in which it can be changed.

    Parameters
    ----------
    plan : the plan of the run, whose loans are as it sized them.
    view : party whose cash is valued.
    """
    wide = resolve(contract, view=view, debt=plan.solved, spare=SPARE)
    wide = _until_last_month(contract, plan, _from_first_month(contract, wide))
    wide = replace(wide, rows=(*wide.rows, *days_counted(wide.months)))
    made = lines(Base.of(wide))
    shown = {line.name: line.name for line in made}
    if MONTH_END_LEVEL in wide.row_of:
        of_line = Base.of(wide)
        deflated = [row for row in wide.rows if row.name in shown and of_line.is_deflated(row)]
        shown |= {row.name: f"{row.name}.shown" for row in deflated}
        wide = replace(wide, rows=(*wide.rows, *(_deflated(row) for row in deflated)))
    wide = _without_never(wide)
    wide, paid = paid_rows(wide, ("cash", "tax"))
    wide, owners = paid_rows(wide, ("equity",))
    base = Base.of(wide)
    model = LiveModel(
        plan=wide,
        values=base.values,
        before=SPARE.before,
        after=SPARE.after,
        month_ends=tuple(timeline.date_of(day) for day in base.row("time.month_end")),
        lines=made,
        shown=shown,
        paid={date: (rows[0], rows[1]) for date, rows in paid.items()},
        owners={date: rows[0] for date, rows in owners.items()},
        inputs=(),
        follows=_follows(contract, wide),
    )
    read = names_read(base_rows(wide, model.wanted))
    cells = table_cells(contract, wide, read)
    stated = stated_in_tables(contract, cells)
    positive = tuple(f"{name}.expected" for name, factor in contract.factors.items() if factor.stays_positive)
    model = replace(
        model,
        cells=cells,
        stated=stated,
        inputs=live_inputs(contract, wide, stated, read),
        positive=tuple(name for name in positive if name in read),
    )
    return _with_rules(contract, model)


def _with_rules(contract: Contract, model: LiveModel) -> LiveModel:
    """With the rules over several inputs. An input that only they read is live all the same: what it says limits what
    the others may be, so that one cannot be changed without the other."""

    def of(*uses: str) -> list[Input]:
        wanted = {one.name for one in model.inputs if one.use in uses} - set(model.follows)
        return [item for item in model.numbers if item.name in wanted]

    known = {item.origin.path for item in model.numbers}
    limiting = tuple(item for item in limits(contract) if item.origin.path not in known)
    model = replace(
        model,
        stated=(*model.stated, *limiting),
        inputs=(*model.inputs, *(bounded(contract, item, LiveInput(item.name, "simulation")) for item in limiting)),
    )
    live = {item.name for item in of("live")}
    read = {name for one in model.inputs if one.name in live for name in (one.later_than, one.earlier_than)}
    for rule in live_rules(contract, of("live", "simulation")):
        for part in rule.excess:
            cells = set(CELL.findall(part))
            read |= cells if cells & live else set()
    inputs = tuple(
        replace(one, use="live", reason=LIMITS) if one.use == "simulation" and one.name in read else one
        for one in model.inputs
    )
    model = replace(model, inputs=inputs)
    return replace(model, rules=live_rules(contract, of("live")))


LIMITS = "it limits other inputs, and no number of the base case depends on it"


def _follows(contract: Contract, plan: Plan) -> dict[str, tuple[FirstPaid, ...]]:
    """The first payments that make the valuation date of a deal valued from its inception, and the financial close
    where none is stated; each with the input of its day."""
    days, found = _days(plan), dict[str, tuple[FirstPaid, ...]]()
    payments = first_payments(contract)

    def of(chosen: list[FirstPayment]) -> tuple[FirstPaid, ...]:
        return tuple(dict.fromkeys(FirstPaid(days.get((one.clause, one.day), ""), one) for one in chosen))

    if contract.from_inception and payments:
        found[discounted_to(plan)] = of(payments)
    terms = contract.financing
    close = next((item for item in plan.inputs if item.name == "financing.close"), None)
    if terms is not None and terms.close is None and close is not None:
        own = {name for name, clause in contract.clauses.items() if clause.payer == terms.borrower}
        start = FirstPayment("", timeline.serial(contract.dates.start.date))
        chosen = [start, *(one for one in payments if one.at == "day" and one.clause in own)]
        if min(one.date for one in chosen) == close.value:
            found[close.name] = of(chosen)
    return found


def _days(plan: Plan) -> dict[tuple[str, float], str]:
    """The inputs that hold days, by clause and day; the start of the contract without a clause."""
    dates = [item for item in plan.inputs if item.unit == "date" and item.origin.path]
    found = {
        (item.origin.path.split(".")[1], item.value): item.name
        for item in reversed(dates)
        if item.origin.path.startswith("clauses.") and ".index." not in item.origin.path
    }
    return found | {("", item.value): item.name for item in dates if item.origin.path == "dates.start"}


def _from_first_month(contract: Contract, plan: Plan) -> Plan:
    """The plan in which what began in the past counts from the first month that a run on changed dates would have."""
    if not any(row.name.endswith(NOT_PAST) for row in plan.rows):
        return plan
    days = _days(plan)
    known = [days.get(flow, flow[1]) for flow in first_flows(contract)]
    close = [item.name for item in plan.inputs if item.origin.path == "financing.close"]
    more: dict[str, Any] = {"section": "Time"}
    today = timeline.serial(contract.market.as_of.date) + 1.0
    made = [Row("time.next_day", "scalar", "add_days", (discounted_to(plan), 1.0), unit="date", **more)]
    first: str | float = today
    for place, day in enumerate(dict.fromkeys([*known, *close, "time.next_day"])):
        made.append(Row(f"time.first_day_{place}", "scalar", "lower_of", (first, day), unit="date", **more))
        first = made[-1].name
    made += [
        Row("time.before_first", "scalar", "eomonth", (first, -1.0), unit="date", **more),
        Row(
            "time.first_needed",
            "scalar",
            "position_at_end",
            ("time.before_first", float(plan.first_month)),
            unit="position",
            label="First month that is computed",
            **more,
        ),
    ]
    rows = [
        replace(row, args=(row.args[0], "time.first_needed")) if row.name.endswith(NOT_PAST) else row
        for row in plan.rows
    ]
    return replace(plan, rows=(*made, *rows))


def _until_last_month(contract: Contract, run: Plan, plan: Plan) -> Plan:
    """The plan in which what is left is settled in the last month that a run would have, which moves with the term, and
    not in the last of the spare months: a December on or after the end of the term and what is paid after it."""
    if LAST_MONTH not in plan.row_of or "term.end" not in run.row_of:
        return plan
    before, after = months_after(contract)
    last = timeline.month_number(Base.of(run).values.scalar["term.end"] - 1.0) + before
    if last + 11 - last % 12 + after != run.first_month + run.months - 1:
        return plan  # something else than the term makes it the last
    more: dict[str, Any] = {"section": "Financing"}
    made = (
        Row("financing.term_ends", "scalar", "add_days", ("term.end", -1.0), unit="date", **more),
        Row(
            "financing.needed", "scalar", "eomonth", ("financing.term_ends", float(before + after)), unit="date", **more
        ),
        Row("financing.from_needed", "month", "from_date", ("time.month_end", "financing.needed"), **more),
        Row("financing.december", "month", "is_month", ("time.month_end", 12.0), **more),
        Row("financing.over", "month", "higher_of", ("financing.over.prev", f"{LAST_MONTH}.prev"), **more),
        Row("financing.not_over", "month", "opposite", ("financing.over",), **more),
        Row(LAST_MONTH, "month", "prod", ("financing.december", "financing.from_needed", "financing.not_over"), **more),
    )
    # After it there is no service date: the cash of its period would be counted again.
    until = Row(
        "financing.regular_until_last", "month", "mul", ("financing.regular_service", "financing.not_over"), **more
    )
    rows: list[Row] = []
    for row in plan.rows:
        if row.name == LAST_MONTH:
            rows += made
        elif row.name == "financing.service":
            rows += [until, replace(row, args=(until.name, LAST_MONTH))]
        else:
            rows.append(row)
    return replace(plan, rows=tuple(rows))


LAST_MONTH = "financing.last_month"


def days_counted(months: int) -> tuple[Row, ...]:
    """The days by which a year's mean weighs its months: 0 in spare months before those of the run, which may be part
    of its first year; those behind it are years of their own."""
    more: dict[str, Any] = {"section": "Time"}
    return (
        Row("time.days", "month", "divide", ("time.hours", 24.0), label="Days", **more),
        Row(
            "time.from_run",
            "month",
            "between",
            ("time.t", float(SPARE.before), float(months - 2)),
            label="Month of the run or after",
            **more,
        ),
        Row(
            "time.days_counted",
            "month",
            "select",
            ("time.from_run", "time.days", 0.0),
            label="Days that count in a year's mean",
            **more,
        ),
    )


def _without_never(plan: Plan) -> Plan:
    """The plan in which what never happens in the base case is that, and reads nothing: the notice after an event that
    does not strike is no input of the base case."""
    values = Base.of(plan).values

    def is_never(row: Row) -> bool:
        if row.unit != "position" or (row.name not in values.month and row.name not in values.scalar):
            return False
        return all(value >= NEVER for value in values.series(row.name, plan.months))

    rows = (
        replace(row, op="set", args=(NEVER,), base=None, opening=0.0) if is_never(row) else row for row in plan.rows
    )
    return replace(plan, rows=tuple(rows))


def _deflated(row: Row) -> Row:
    """What a report shows of an amount where the contract reports in real money."""
    return replace(row, name=f"{row.name}.shown", op="prod", args=(row.name, MONTH_END_LEVEL), base=None)


def paid_rows(plan: Plan, books: tuple[str, ...]) -> tuple[Plan, dict[str, tuple[str, ...]]]:
    """The plan with a row for all that is paid on the dates of a date row, by book; and those rows by date row."""
    sums: dict[str, dict[str, list[str]]] = {}
    for payment in plan.payments:
        if payment.book in books:
            of_date = sums.setdefault(payment.date, {book: [] for book in books})
            of_date[payment.book].append(f"{'-' if payment.sign < 0 else ''}{payment.row}")
    made, found = [], dict[str, tuple[str, ...]]()
    for date, of_date in sums.items():
        names = []
        for book, args in of_date.items():
            name = f"paid.{book}.{date}" if args else ""
            names.append(name)
            if args:
                label = f"{_BOOKS[book]}, {_when(plan, date)}"
                made.append(
                    Row(name, "month", "sum", tuple(args), plan.currency, label=label, section=PAID, roll="sum")
                )
        found[date] = tuple(names)
    return replace(plan, rows=(*plan.rows, *made)), found


PAID = "Cash by date of payment"
"""Section of the sums of what is paid."""
_BOOKS = {"cash": "Cash before tax", "tax": "Tax", "equity": "Owners' cash"}


def _when(plan: Plan, date: str) -> str:
    row = plan.row_of.get(date)
    said = (row.label if row is not None else "") or date.replace("_", " ").replace(".", ", ")
    return said[0].lower() + said[1:] if said[:2] != said[:2].upper() else said
