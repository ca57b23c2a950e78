"""The base NPV when one or two of the inputs had other values: the plan's own rows, computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.flows import base_flows, present_value
from valuation.plan.model import Argument, Input, Payment, Plan, Row, Table, operand
from valuation.spec.leasing import leases_of
from valuation.units import parse_unit

if TYPE_CHECKING:
    from valuation.spec.contract import Contract
    from valuation.spec.quantity import Quantity, Schedule

    Stated = Quantity | Schedule | None
    """A number of the contract, one for all time or by date."""


@dataclass(frozen=True)
class Lever:
    """An input of the plan that a study moves. ``scale`` turns its value as written into ``unit``, which has money in
    units of its currency."""

    input: Input
    unit: str
    scale: float


def lever(plan: Plan, stated: Stated) -> Lever | None:
    """The lever that a number of the contract is; None where the plan has no such input, or it changes by date."""
    quantity = getattr(stated, "constant", stated)
    found = None if quantity is None else next((item for item in plan.inputs if item.name == quantity.path), None)
    if quantity is None or found is None:
        return None
    return Lever(found, *plain_money(found.unit))


class WhatIf:
    """The base NPV as a function of some inputs. Only the rows that they reach are computed again.

    Parameters
    ----------
    base : base case as it stands.
    names : names of the inputs that will change.
    """

    def __init__(self, base: Base, *names: str) -> None:
        touched = _touched(base, set(names))
        project = base.plan.project_payments
        paid = tuple(p for p in project if p.row in touched or p.date in touched)
        rows = _needed(base.plan, touched, {name for p in paid for name in (p.row, p.date)} | {"rates.discount"})
        self._plan = _reduced(base, rows, touched, paid)
        rest = tuple(p for p in project if p not in paid)
        self._rest = base_flows(replace(base.plan, payments=rest), base.values)

    def npv(self, changes: Mapping[str, float]) -> float:
        """NPV after tax with new values by the input's name, in the unit of the input [contract currency]."""
        inputs = tuple(replace(item, value=changes.get(item.name, item.value)) for item in self._plan.inputs)
        base = Base.of(replace(self._plan, inputs=inputs))
        return present_value(base.rate, self._rest, self._rest.net) + base.npv


def _reads(row: Row) -> set[str]:
    """Names that a row reads in the base case."""
    arguments = (row.base,) if row.base is not None else (*row.args, row.opening)
    return {name for argument in arguments if (name := operand(argument)[0]) is not None}


def _touched(base: Base, names: set[str]) -> set[str]:
    """Rows that some inputs reach, over last month's values too."""
    known = [row for row in base.plan.rows if row.name in base.values.scalar or row.name in base.values.month]
    touched = set(names)
    while True:
        more = {row.name for row in known if row.name not in touched and _reads(row) & touched}
        if not more:
            return touched
        touched |= more


def _needed(plan: Plan, touched: set[str], outputs: set[str]) -> list[Row]:
    """Touched rows that the outputs need, and outputs that are not touched, in the order of the plan."""
    todo, wanted = list(outputs), set(outputs)
    while todo:
        name = todo.pop()
        if name in touched and name in plan.row_of:
            new = _reads(plan.row_of[name]) - wanted
            wanted |= new
            todo += new
    return [row for row in plan.rows if row.name in wanted]


def _reduced(base: Base, rows: list[Row], touched: set[str], paid: tuple[Payment, ...]) -> Plan:
    """A plan of the touched rows; what they read of the others stands as numbers, months as a table."""
    plan, values = base.plan, base.values
    inputs = list(plan.inputs)
    tables, made = list(plan.tables), [Row(_MONTH, "month", "sum", (f"{_MONTH}.prev", 1.0))]
    for row in rows:
        if row.name in touched:
            made.append(row)
        elif row.name in values.month:
            tables.append(Table(f"{row.name}.as_it_stands", (("value", values.month[row.name]),), (row.unit,)))
            args, opening = (f"{row.name}.as_it_stands:value", _MONTH), _opening(base, row)
            made.append(replace(row, op="month_value", args=args, base=None, opening=opening))
        else:
            inputs.append(Input(row.name, values.scalar[row.name], row.unit))
    return replace(
        plan, inputs=tuple(inputs), tables=tuple(tables), rows=tuple(made), payments=paid, measures=(), records=()
    )


def _opening(base: Base, row: Row) -> Argument:
    """The number that a row opens at; what it is read from may be no part of the reduced plan."""
    name, _, sign = operand(row.opening)
    return row.opening if name is None else sign * base.values.series(name, 1)[0]


_MONTH = "what_if.month"


def plain_money(unit: str) -> tuple[str, float]:
    """A unit with its money in units of the currency, and the factor to it: ``MUSD/MW`` → ``USD/MW``, 1e6."""
    currencies = parse_unit(unit).currencies if unit and not unit.startswith("%") else ()
    for currency in currencies:
        for prefix in ("k", "M", "bn"):
            for written in (f"{prefix} {currency}", f"{prefix}{currency}"):
                if unit.startswith(written):
                    plain = currency + unit.removeprefix(written)
                    return plain, parse_unit(unit).scale_to(parse_unit(plain))
    return unit, 1.0


def rent_price(contract: Contract) -> Stated:
    """Price of the first lease."""
    return next((getattr(lease, "price", None) for lease in leases_of(contract).values()), None)


def capex_cost(contract: Contract) -> Stated:
    """Cost of the first capex clause that has one."""
    return _first(contract, "capex", "cost")


def power_price(contract: Contract) -> Stated:
    """Fixed price of the first power supply that has one; else the price, or the strike, of the first clause that sells
    or settles energy."""
    supply = _first(contract, "power_supply", "fixed_price")
    if supply is not None:
        return supply
    fixed = [one for one in contract.clauses.values() if one.may_end]
    prices = (getattr(one, key, None) for one in fixed for key in ("price", "strike"))
    return next((p for p in prices if p is not None and p.quantities[0].canonical_unit.endswith("/MWh")), None)


def operating_cost(contract: Contract) -> Stated:
    """Price of the first fixed cost that counts as operating."""
    return _first(contract, "fixed_cost", "price", passes="operating")


def _first(contract: Contract, structure: str, field: str, **also: str) -> Stated:
    for clause in contract.clauses.values():
        same = getattr(clause, "structure", "") == structure and all(getattr(clause, k) == v for k, v in also.items())
        if same and getattr(clause, field) is not None:
            found: Stated = getattr(clause, field)
            return found
    return None
