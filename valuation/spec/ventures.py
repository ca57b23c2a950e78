"""Joint ventures: whose business a party has a part of, and what the program cannot share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from valuation.spec.finding import Check, Finding

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


def stakes(contract: Contract, venture: str) -> Mapping[str, Any]:
    """Clauses by name that give partners a part of a party's business."""
    return {name: clause for name, clause in _ventures(contract).items() if clause.payer == venture}


def venture_of(contract: Contract, party: str) -> str:
    """The party whose business a party's cash is a part of: the venture of a partner, else the party itself."""
    return next((str(clause.payer) for clause in _ventures(contract).values() if clause.payee == party), party)


def part_of(contract: Contract, party: str) -> float | None:
    """The part that a party has of its venture [1]: a partner his share, a host what he has not given away; None for a
    party in no venture."""
    partners = stakes(contract, venture_of(contract, party))
    if not partners:
        return None
    own = [clause.share.canonical for clause in partners.values() if clause.payee == party]
    return float(own[0] if own else 1.0 - sum(clause.share.canonical for clause in partners.values()))


def _ventures(contract: Contract) -> dict[str, Any]:
    return {
        name: clause for name, clause in contract.clauses.items() if getattr(clause, "structure", "") == "joint_venture"
    }


def _shares(contract: Contract) -> Iterator[Finding]:
    """What is given away is at most the whole."""
    given: dict[str, float] = {}
    for name, clause in _ventures(contract).items():
        given[clause.payer] = given.get(clause.payer, 0.0) + clause.share.canonical
        if given[clause.payer] > 1.0 + 1e-12:
            message = (
                f"the partners of '{clause.payer}' have {100 * given[clause.payer]:g} % in all, expected 100 % at most"
            )
            yield Finding(("clauses", name, "share"), message)


def _partners(contract: Contract) -> Iterator[Finding]:
    """A partner is nobody else: one venture, no other clause, and no venture of its own."""
    ventures = _ventures(contract)
    seen: dict[str, str] = {}
    for name, clause in ventures.items():
        partner, at = clause.payee, ("clauses", name, "payee")
        if "outside" in (clause.payer, partner):
            end = "payer" if clause.payer == "outside" else "payee"
            message = "'outside' is everybody who is no party; name the venture and its partner among the parties"
            yield Finding(("clauses", name, end), message)
            continue
        if partner in seen:
            yield Finding(at, f"'{partner}' is a partner in '{seen[partner]}' already; write it as two parties")
        elif any(other.payer == partner for other in ventures.values()):
            yield Finding(
                at, f"'{partner}' has partners of its own; write each one's share of '{clause.payer}' instead"
            )
        elif own := next(_other_roles(contract, partner), None):
            message = (
                f"'{partner}' is in {own} too: a partner's cash is its part of the venture's alone; write its other "
                "business as another party"
            )
            yield Finding(at, message)
        seen.setdefault(partner, name)


def _other_roles(contract: Contract, party: str) -> Iterator[str]:
    """Where else a party pays or is paid, or is taxed by itself."""
    for name, clause in contract.clauses.items():
        if getattr(clause, "structure", "") != "joint_venture" and party in (clause.payer, clause.payee):
            yield f"clauses.{name}"
    for name, hazard in contract.hazards.items():
        payment = getattr(hazard, "compensation", None)
        if payment is not None and party in (payment.payer, payment.payee):
            yield f"risks.{name}.compensation"
    if party in contract.tax:
        yield f"tax.{party}"


VENTURES: dict[Check, frozenset[str]] = {_shares: frozenset({"clauses"}), _partners: frozenset({"clauses", "risks"})}
"""Every check of this file, and the parts of the contract of which it needs everything."""
