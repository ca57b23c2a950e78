"""The base NPV when one or two of the inputs had other values: the plan's own rows, computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.plan.model import Input, Plan
from valuation.units import parse_unit

if TYPE_CHECKING:
    from valuation.spec.contract import Contract
    from valuation.spec.quantity import Quantity


@dataclass(frozen=True)
class Lever:
    """An input of the plan that a study moves. ``scale`` turns its value as written into ``unit``, which has money in
    units of its currency."""

    input: Input
    unit: str
    scale: float


def lever(plan: Plan, quantity: Quantity | None) -> Lever | None:
    """The lever that a quantity of the contract is; None where the plan has no such input."""
    found = None if quantity is None else next((item for item in plan.inputs if item.name == quantity.path), None)
    if quantity is None or found is None:
        return None
    return Lever(found, *plain_money(found.unit))


def base_npv(plan: Plan, changes: Mapping[str, float]) -> float:
    """NPV of the base case with other values of some inputs [contract currency].

    Parameters
    ----------
    changes : new values by the input's name, in the unit of the input.
    """
    inputs = tuple(replace(item, value=changes.get(item.name, item.value)) for item in plan.inputs)
    return Base.of(replace(plan, inputs=inputs)).npv


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


def rent_price(contract: Contract) -> Quantity | None:
    """Price of the first capacity lease."""
    return _first(contract, "capacity_lease", "price")


def capex_cost(contract: Contract) -> Quantity | None:
    """Cost of the first capex clause that has one."""
    return _first(contract, "capex", "cost")


def power_price(contract: Contract) -> Quantity | None:
    """Fixed price of the first power supply that has one."""
    return _first(contract, "power_supply", "fixed_price")


def operating_cost(contract: Contract) -> Quantity | None:
    """Price of the first fixed cost that counts as operating."""
    return _first(contract, "fixed_cost", "price", passes="operating")


def _first(contract: Contract, structure: str, field: str, **also: str) -> Quantity | None:
    for clause in contract.clauses.values():
        same = getattr(clause, "structure", "") == structure and all(getattr(clause, k) == v for k, v in also.items())
        if same and getattr(clause, field) is not None:
            found: Quantity = getattr(clause, field)
            return found
    return None
