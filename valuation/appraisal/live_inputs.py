"""What may be done with each number of a contract in a workbook of its base case: which are live, and within what
bounds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.plan.model import Input, Origin, Plan, Table
from valuation.spec.fields import kind_at
from valuation.spec.kinds import Kind
from valuation.spec.locate import find
from valuation.spec.paths import values
from valuation.spec.quantity import Quantity
from valuation.tables.live import LiveInput, TableCells, Use

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

STRUCTURAL = {
    "every": "it says how many generations of equipment there are",
    "expires": "it says how far back a banked volume is kept",
}
"""Ends of the paths of numbers that change which rows a plan has, with the reason."""


def live_inputs(contract: Contract, plan: Plan, in_tables: tuple[Input, ...], read: set[str]) -> tuple[LiveInput, ...]:
    """The use of every input of the plan, in its order, and of the numbers that its tables hold.

    Parameters
    ----------
    in_tables : as ``stated_in_tables`` gives them.
    read : names that the base case reads.
    """
    read = read | {rate for measure in plan.measures for rate in measure.rates}
    stated = {value.path for value in values(contract)}
    owners = {_owner(contract, table) for table in plan.tables if table.name in read} - {""}
    uses = {item.name: _use(contract, plan, item, item.name in read, owners, stated) for item in plan.inputs}
    beside = _beside(plan.inputs)
    found = []
    for item in plan.inputs:
        later_than, earlier_than = beside.get(item.name, ("", ""))
        made = LiveInput(item.name, *uses[item.name], later_than=later_than, earlier_than=earlier_than)
        found.append(bounded(contract, item, made))
    return (*found, *(bounded(contract, item, LiveInput(item.name, "live")) for item in in_tables))


def discounted_to(plan: Plan) -> str:
    """The input of the date to which flows are discounted."""
    return "dates.inception" if any(item.name == "dates.inception" for item in plan.inputs) else "dates.valuation"


_STEP = re.compile(r"(.+)\.(\d{4}-\d\d-\d\d)\.date")


def _beside(inputs: tuple[Input, ...]) -> dict[str, tuple[str, str]]:
    """By input of the date of a step, those of the steps before and after it: a schedule is in order of time, and the
    rows of a plan are in the order of its steps."""
    steps: dict[str, list[tuple[float, str]]] = {}
    for item in inputs:
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
    if contract.from_inception and item.name == discounted_to(plan):
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


def bounded(contract: Contract, item: Input, live: LiveInput) -> LiveInput:
    """A use with the bounds of the contract language in the unit of the input, and whether it must be whole."""
    path = item.origin.path
    if item.unit == "date":
        return replace(live, whole=True)
    kind, quantity = _kind(contract, path), _quantities(contract).get(path)
    if kind is None and _must_be_positive(contract, path):
        return replace(live, least=0.0, above=True)
    if kind is None:
        return replace(live, least=1.0, whole=True) if path.endswith(".months") and item.unit == "" else live
    scale = 1.0 if quantity is None or quantity.unit.startswith("%") or not quantity.unit else quantity.scale
    least = kind.low if kind.low is not None else kind.above
    if least is None and _must_be_positive(contract, path):
        return replace(live, least=0.0, above=True)
    return replace(
        live,
        least=None if least is None else least / scale,
        most=None if kind.high is None else kind.high / scale,
        whole=kind.whole,
        per=scale if kind.whole else 1.0,
        above=kind.low is None and kind.above is not None,
    )


def _must_be_positive(contract: Contract, path: str) -> bool:
    """Whether it is an exchange rate, or of the forward of a factor that cannot fall to 0."""
    if path.startswith("market.stated_rates."):
        return True
    owner = next((name for name in contract.factors if path.startswith(f"market.factors.{name}.")), "")
    of_owner = path.removeprefix(f"market.factors.{owner}.")
    is_level = re.fullmatch(r"forward(\.flat|\.month_shape\.\d+|(\.curve)?\.\d{4}-\d\d-\d\d)?", of_owner) is not None
    return bool(owner) and is_level and contract.factors[owner].stays_positive


def _kind(contract: Contract, path: str) -> Kind | None:
    try:
        at = find(contract.tree, path) if path else ()
        while at and isinstance(at[-1], int):
            at = at[:-1]  # one of several numbers of a kind
        return kind_at(contract.tree, at) if at else None
    except (LookupError, ValueError):
        return None


def _quantities(contract: Contract) -> dict[str, Quantity]:
    return {value.path: value for value in values(contract) if isinstance(value, Quantity)}


def table_cells(contract: Contract, plan: Plan, read: set[str]) -> TableCells:
    """Where each number of a table stands in the file, of the tables that the base case reads and of which all do."""
    known, found = _quantities(contract), TableCells()
    for table in plan.tables:
        columns = dict(table.columns)
        if not table.origin.path or table.name not in read or set(columns) not in _COLUMNS:
            continue
        if "month" in columns:
            keys = [str(int(month) - 1) for month in columns["month"]]
        else:
            keys = [timeline.date_of(day).isoformat() for day in columns["date"]]
        stands = [known.get(f"{table.origin.path}.{key}") for key in keys]
        if all(one is not None and one.canonical == x for one, x in zip(stands, columns["value"], strict=True)):
            found[table.name, "value"] = tuple((one.path, _factor(one)) for one in stands if one is not None)
    return found


_COLUMNS = ({"month", "value"}, {"date", "value"})
"""Columns of the tables that a person writes."""


def _factor(quantity: Quantity) -> float:
    """From the unit in which a number is shown to the one that is computed with."""
    return 1.0 if quantity.unit.startswith("%") or not quantity.unit else quantity.scale


def stated_in_tables(contract: Contract, cells: TableCells) -> tuple[Input, ...]:
    """The numbers of tables as inputs, each named by its path, in the unit as written; percentages as fractions."""
    known, found = _quantities(contract), dict[str, Input]()
    for path, _ in (cell for column in cells.values() for cell in column):
        quantity = known[path]
        percent = quantity.unit.startswith("%")
        unit = f"%{quantity.canonical_unit.removeprefix('1')}" if percent else quantity.unit
        value = quantity.value if _factor(quantity) != 1.0 else quantity.canonical
        found[path] = Input(path, value, unit, origin=Origin(path))
    return tuple(found.values())
