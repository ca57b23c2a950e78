"""Grants against the investment that they are for: whose it is, what it costs, and what is left of its tax basis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from valuation.spec.finding import Check, Finding

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


def grants_of(contract: Contract, capex: str) -> Mapping[str, Any]:
    """Grants by name that lower what of an investment is written down for tax."""
    return {name: grant for name, grant in _grants(contract).items() if grant.of == capex and lowers(contract, grant)}


def lowers(contract: Contract, grant: Any) -> bool:
    """Whether a grant lowers the tax basis: where it says so, and by default where its investment is written down."""
    if grant.for_tax is not None:
        return bool(grant.for_tax == "reduces_basis")
    built: Any = contract.clauses.get(grant.of)
    return built is not None and built.depreciation is not None


def _grants(contract: Contract) -> dict[str, Any]:
    return {name: clause for name, clause in contract.clauses.items() if getattr(clause, "structure", "") == "grant"}


def _for_an_investment(contract: Contract) -> Iterator[Finding]:
    """What a grant is `of` is built by the one who gets it, and is there wherever the grant is paid."""
    capex = [name for name, clause in contract.clauses.items() if getattr(clause, "structure", "") == "capex"]
    for name, grant in _grants(contract).items():
        at = ("clauses", name, "of")
        if grant.of is None:
            continue
        if grant.of not in capex:
            listed = ", ".join(capex) or "none"
            yield Finding(at, f"'{grant.of}' is no capex clause; there are: {listed}")
            continue
        built: Any = contract.clauses[grant.of]
        if built.payer != grant.payee:
            message = f"'{grant.of}' is paid by '{built.payer}', who would get the grant for it, got '{grant.payee}'"
            yield Finding(("clauses", name, "payee"), message)
        missing = [event for event in built.requires if event not in grant.requires]
        if missing:
            message = (
                f"it is for '{grant.of}', which requires {' and '.join(missing)}, and it does not: it would be paid "
                f"for what was never built; write 'requires: [{', '.join(built.requires)}]'"
            )
            yield Finding(at, message)
        if lowers(contract, grant):
            yield from _lowers_what_is_there(contract, name, grant, built)


def _lowers_what_is_there(contract: Contract, name: str, grant: Any, built: Any) -> Iterator[Finding]:
    at = ("clauses", name, "for_tax")
    if built.depreciation is None:
        yield Finding(at, f"'{grant.of}' is never written down, so it has no tax basis; write 'income' or 'exempt'")
    more = [event for event in grant.requires if event not in built.requires]
    if more:
        message = (
            f"it requires {' and '.join(more)}, which '{grant.of}' does not: how much is written down would hang on "
            "it; write 'income' or 'exempt'"
        )
        yield Finding(at, message)
    cost, (_, currency) = _cost(contract, built), _amount(grant)
    if currency is not None and cost is not None and currency != cost[1]:
        message = f"a grant in {currency} cannot lower a cost in {cost[1]}; write it in {cost[1]}, or 'income'"
        yield Finding(at, message)


def _at_most_the_cost(contract: Contract) -> Iterator[Finding]:
    """Grants for an investment are at most what it costs, as far as that is in one currency."""
    shares: dict[str, float] = {}
    for name, grant in _grants(contract).items():
        built: Any = contract.clauses.get(grant.of) if grant.of is not None else None
        cost = _cost(contract, built) if getattr(built, "structure", "") == "capex" else None
        if cost is None:
            continue
        amount, currency = _amount(grant)
        if currency == cost[1] and amount > 0.0:
            share = amount / cost[0] if cost[0] > 0.0 else float("inf")
        else:
            share = grant.share.canonical if grant.share is not None else 0.0
        shares[grant.of] = shares.get(grant.of, 0.0) + share
        if shares[grant.of] > 1.0 + 1e-9:
            said = f"the grants for '{grant.of}' are {100.0 * shares[grant.of]:g} % of what it costs"
            yield Finding(("clauses", name), f"{said}, expected 100 % at most")


def _amount(grant: Any) -> tuple[float, str | None]:
    """A grant's amount and its currency; 0 and None where it is a share."""
    if grant.amount is not None:
        return grant.amount.canonical, grant.amount.currency
    if grant.schedule is not None and grant.schedule.amounts:
        parts = grant.schedule.dated.quantities
        return sum(part.canonical for part in parts), parts[0].currency
    return 0.0, None


def _cost(contract: Contract, built: Any) -> tuple[float, str] | None:
    """What an investment costs with its contingency, and the currency; None where a cost per MW has no power."""
    more = 1.0 + (built.contingency.canonical if built.contingency is not None else 0.0)
    if built.cost is None:
        parts = built.schedule.dated.quantities
        return more * sum(part.canonical for part in parts), str(parts[0].currency)
    amount, currency = more * built.cost.canonical, str(built.cost.currency)
    if not built.cost.canonical_unit.endswith("/MW"):
        return amount, currency
    if built.power is not None:
        return amount * built.power.canonical, currency
    if contract.power is None:
        return None
    return amount * max(quantity.canonical for quantity in contract.power.quantities), currency


GRANTS: dict[Check, frozenset[str]] = {
    _for_an_investment: frozenset({"clauses"}),
    _at_most_the_cost: frozenset({"clauses", "capacity.contracted", "generation"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
