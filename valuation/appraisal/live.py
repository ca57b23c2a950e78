"""The base case as a program with spare months, and what may be done with each number of the contract in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from valuation import timeline
from valuation.appraisal.base import MONTH_END_LEVEL, Base
from valuation.appraisal.lines import lines
from valuation.lowering.context import NOT_PAST
from valuation.lowering.grid import FirstPayment, Spare, first_flows, first_payments
from valuation.plan.base_rows import base_rows, names_read
from valuation.plan.model import Input, Plan, Row, Table
from valuation.resolve import resolve
from valuation.spec.fields import kind_at
from valuation.spec.kinds import Kind
from valuation.spec.locate import find
from valuation.spec.paths import values
from valuation.spec.quantity import Quantity
from valuation.tables.live import FirstPaid, LiveInput, LiveModel, Use

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

MOVABLE = 12
"""Months by which dates can be moved in a workbook without a run."""
SPARE = Spare(before=MOVABLE + 1, after=MOVABLE + 1)
"""Those, and one more on each side, which stays empty while nothing is lost: the checks look at it."""

STRUCTURAL = {
    "every": "it says how many generations of equipment there are",
    "expires": "it says how far back a banked volume is kept",
}
"""Ends of the paths of numbers that change which rows a plan has, with the reason."""


def live_model(contract: Contract, plan: Plan, view: str) -> LiveModel:
    """The base case of a contract for a workbook in which it can be changed.

    Parameters
    ----------
    plan : the plan of the run, whose loans are as it sized them.
    view : party whose cash is valued.
    """
    wide = resolve(contract, view=view, debt=plan.solved, spare=SPARE)
    wide = _from_first_month(contract, wide)
    wide = replace(wide, rows=(*wide.rows, *days_counted(wide.months)))
    made = lines(Base.of(wide))
    shown = {line.name: line.name for line in made}
    if MONTH_END_LEVEL in wide.row_of:
        of_line = Base.of(wide)
        deflated = [row for row in wide.rows if row.name in shown and of_line.is_deflated(row)]
        shown |= {row.name: f"{row.name}.shown" for row in deflated}
        wide = replace(wide, rows=(*wide.rows, *(_deflated(row) for row in deflated)))
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
        cells=_cells(contract, wide),
        follows=_follows(contract, wide),
    )
    return replace(model, inputs=_inputs(contract, wide, base_rows(wide, model.wanted)))


def _follows(contract: Contract, plan: Plan) -> dict[str, tuple[FirstPaid, ...]]:
    """The first payments that make the valuation date of a deal valued from its inception, and the financial close
    where none is stated; each with the input of its day."""
    days, found = _days(plan), dict[str, tuple[FirstPaid, ...]]()
    payments = first_payments(contract)

    def of(chosen: list[FirstPayment]) -> tuple[FirstPaid, ...]:
        return tuple(dict.fromkeys(FirstPaid(days.get((one.clause, one.day), ""), one) for one in chosen))

    if contract.from_inception and payments:
        found[_discounted_to(plan)] = of(payments)
    terms = contract.financing
    close = next((item for item in plan.inputs if item.name == "financing.close"), None)
    if terms is not None and terms.close is None and close is not None:
        own = {name for name, clause in contract.clauses.items() if clause.payer == terms.borrower}
        start = FirstPayment("", timeline.serial(contract.dates.start.date))
        chosen = [start, *(one for one in payments if one.at == "day" and one.clause in own)]
        if min(one.date for one in chosen) == close.value:
            found[close.name] = of(chosen)
    return found


def _discounted_to(plan: Plan) -> str:
    """The input of the date to which flows are discounted."""
    return "dates.inception" if any(item.name == "dates.inception" for item in plan.inputs) else "dates.valuation"


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
    made = [Row("time.next_day", "scalar", "add_days", (_discounted_to(plan), 1.0), unit="date", **more)]
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


def _inputs(contract: Contract, plan: Plan, rows: tuple[Row, ...]) -> tuple[LiveInput, ...]:
    read = names_read(rows)
    read |= {rate for measure in plan.measures for rate in measure.rates}
    stated = {value.path for value in values(contract)}
    owners = {_owner(contract, table) for table in plan.tables if table.name in read} - {""}
    found, beside = [], _beside(plan)
    for item in plan.inputs:
        use, reason = _use(contract, plan, item, item.name in read, owners, stated)
        bounds = _bounds(contract, item)
        found.append(LiveInput(item.name, use, reason, *bounds, *beside.get(item.name, ("", ""))))
    return tuple(found)


_STEP = re.compile(r"(.+)\.(\d{4}-\d\d-\d\d)\.date")


def _beside(plan: Plan) -> dict[str, tuple[str, str]]:
    """By input of the date of a step, those of the steps before and after it: a schedule is in order of time, and the
    rows of a plan are in the order of its steps."""
    steps: dict[str, list[tuple[float, str]]] = {}
    for item in plan.inputs:
        if item.unit == "date" and (step := _STEP.fullmatch(item.name)) is not None:
            steps.setdefault(step[1], []).append((item.value, item.name))
    found = dict[str, tuple[str, str]]()
    for dated in steps.values():
        names = ["", *(name for _, name in sorted(dated)), ""]
        found |= {names[k]: (names[k - 1], names[k + 1]) for k in range(1, len(names) - 1)}
    return found


def _use(
    contract: Contract, plan: Plan, item: Input, is_read: bool, owners: set[str], stated: set[str]
) -> tuple[Use, str]:
    path = item.origin.path
    if contract.from_inception and item.name == _discounted_to(plan):
        return "fixed", "the day of the first payment"
    if item.name.startswith("constant."):
        return "fixed", "a factor between units"
    if plan.solved is not None and not path:
        return "solved", "sized on the base case by the run"
    owner = next((one for one in owners if path.startswith((f"market.factors.{one}.", f"risks.{one}."))), "")
    if owner and not is_read:
        return "fixed", f"the expected path of {owner} follows from its law, which the run works out"
    if not is_read:
        return "simulation", ""
    if item.origin.status == "derived" and path not in stated and path.removesuffix(".date") not in stated:
        return "fixed", f"follows from other {'dates' if item.unit == 'date' else 'numbers'} of the contract"
    reason = STRUCTURAL.get(path.rpartition(".")[2], "") or _all_hedged(contract, path)
    return ("fixed", reason) if reason else ("live", "")


def _all_hedged(contract: Contract, path: str) -> str:
    """Why the hedged share of a supply without a spot price cannot be changed; empty for any other number."""
    clause = contract.clauses.get(path.removeprefix("clauses.").removesuffix(".hedge.share"))
    if clause is None or not path.endswith(".hedge.share") or getattr(clause, "spot", "") is not None:
        return ""
    return "what is not hedged needs the price of a spot market, which the contract does not name"


def _owner(contract: Contract, table: Table) -> str:
    """The factor whose law a table holds; empty for a table that a person wrote, or that belongs to none."""
    if table.origin.path:
        return ""
    return next((name for name in contract.factors if table.name.startswith(f"{name}.")), "")


def _bounds(contract: Contract, item: Input) -> tuple[float | None, float | None, bool]:
    """Bounds of the contract language in the unit of the input, and whether it must be whole."""
    if item.unit == "date":
        return None, None, True
    kind, quantity = _kind(contract, item.origin.path), _quantities(contract).get(item.origin.path)
    if kind is None:
        whole = item.origin.path.endswith(".months") and item.unit == ""
        return (1.0, None, True) if whole else (None, None, False)
    scale = 1.0 if quantity is None or quantity.unit.startswith("%") or not quantity.unit else quantity.scale
    least = kind.low if kind.low is not None else kind.above
    ends = (None if end is None else end / scale for end in (least, kind.high))
    return (*ends, kind.whole)  # type: ignore[return-value]


def _kind(contract: Contract, path: str) -> Kind | None:
    try:
        return kind_at(contract.tree, find(contract.tree, path)) if path else None
    except (LookupError, ValueError):
        return None


def _quantities(contract: Contract) -> dict[str, Quantity]:
    return {value.path: value for value in values(contract) if isinstance(value, Quantity)}


def _cells(contract: Contract, plan: Plan) -> dict[tuple[str, str], tuple[tuple[str, float], ...]]:
    """Where each number of a table stands in the file, of the tables of which all do."""
    known, found = _quantities(contract), dict[tuple[str, str], tuple[tuple[str, float], ...]]()
    for table in plan.tables:
        columns = dict(table.columns)
        if not table.origin.path or set(columns) not in ({"month", "value"}, {"date", "value"}):
            continue
        if "month" in columns:
            keys = [str(int(month) - 1) for month in columns["month"]]
        else:
            keys = [timeline.date_of(day).isoformat() for day in columns["date"]]
        stands = [known.get(f"{table.origin.path}.{key}") for key in keys]
        cells = []
        for one, number in zip(stands, columns["value"], strict=True):
            if one is None or one.canonical != number:
                break
            cells.append((one.path, 1.0 if one.unit.startswith("%") or not one.unit else one.scale))
        if len(cells) == len(keys):
            found[table.name, "value"] = tuple(cells)
    return found
