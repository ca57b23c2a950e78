"""What the program cannot value, refused with its place: names of the plan's own, power that is bought twice,
compensation of nothing. Lowering refuses some of it too, for contracts that are built in Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.exchange import route
from valuation.spec.finding import Check, Finding
from valuation.spec.leasing import leases_of
from valuation.spec.ventures import venture_of

RESERVED = frozenset(
    ("accounts", "capacity", "constant", "event", "fx", "generation", "indicators")
    + ("payment", "price_basis", "rates", "tax", "term", "time")
)
"""First words of the plan's own rows, which no clause or risk may have."""

OF_FINANCING = frozenset(("financing", "levered_tax"))
"""Those of a plan with a financing."""


def reserved(contract: Contract) -> frozenset[str]:
    """First words of the rows of a contract's plan, which none of its clauses and risks may have."""
    return RESERVED | OF_FINANCING if contract.financing is not None else RESERVED


def _of_structure(contract: Contract, structure: str) -> dict[str, Any]:
    return {name: clause for name, clause in contract.clauses.items() if _word(clause) == structure}


def _word(clause: object) -> str:
    return str(getattr(clause, "structure", ""))


def _names(contract: Contract) -> Iterator[Finding]:
    for part, names in (("clauses", contract.clauses), ("risks", contract.risks)):
        for name in names:
            if name in reserved(contract):
                message = f"the name '{name}' is the program's own; choose another, such as 'the_{name}'"
                yield Finding((part, name), message)


def _one_supply(contract: Contract) -> Iterator[Finding]:
    """A power supply buys what its payer's leases draw, so a second one would buy it again."""
    first: dict[str, str] = {}
    for name, supply in _of_structure(contract, "power_supply").items():
        if supply.payer in first:
            message = (
                f"'{supply.payer}' buys its whole load by '{first[supply.payer]}' already, and this clause would buy "
                "it once more; write one power_supply, whose 'hedge' says what share has the fixed price (the rest is "
                "at spot), and what is paid beside it per MWh as a volume_charge"
            )
            yield Finding(("clauses", name, "structure"), message)
        first.setdefault(supply.payer, name)


def _lagged_foreign(contract: Contract) -> Iterator[Finding]:
    """A dated payment that is put off converts at the rate of another month than the one that it accrues in."""
    units = [getattr(factor, "unit", "") for factor in contract.factors.values()]
    random = len(units)
    units += list(contract.market.stated_rates)
    viewed = venture_of(contract, contract.view)
    for name, clause in contract.clauses.items():
        currency = _dated_currency(contract, clause)
        if not currency or not clause.payment.lag.canonical or viewed not in (clause.payer, clause.payee):
            continue
        way = route(units, currency, contract.currency)
        if any(at < random for _, _, at in way):
            message = (
                f"a dated payment in {currency}, whose rate of exchange is random, cannot be put off by "
                f"{clause.payment.lag}: it would convert at the rate of another month; write the later dates themselves"
            )
            yield Finding(("clauses", name, "payment", "lag"), message)


def _dated_currency(contract: Contract, clause: Any) -> str | None:
    """Currency of an investment, a grant or a terminal value, None for clauses of another kind."""
    if _word(clause) == "grant" and clause.schedule is not None and clause.schedule.amounts:
        return str(clause.schedule.dated.quantities[0].currency)
    if _word(clause) in ("terminal_value", "grant"):
        own = clause.amount
        return own.currency if own is not None else _dated_currency(contract, contract.clauses.get(clause.of))
    if _word(clause) != "capex":
        return None
    return str((clause.cost or clause.schedule.dated.quantities[0]).currency)


def _compensation(contract: Contract) -> Iterator[Finding]:
    """A share of something that the payee does not have."""
    leases, capex = leases_of(contract), _of_structure(contract, "capex")
    for name, hazard in contract.hazards.items():
        terms = getattr(hazard, "compensation", None)
        if terms is None or terms.share.canonical == 0.0:
            continue
        at: Loc = ("risks", name, "compensation", "of")
        own = [clause for clause in capex.values() if clause.payer == terms.payee]
        ended = getattr(hazard, "ends", None)
        if terms.of == "multiple_of_annual_fee":
            groups = [lease for lease in leases if ended is None or lease in ended]
            if not any(leases[lease].payee == terms.payee for lease in groups):
                yield Finding(at, f"'{terms.payee}' is paid rent by no lease that {name} ends")
        elif terms.of == "termination_fee":
            groups = [lease for lease in leases if ended is None or lease in ended]
            if not any(leases[lease].payee == terms.payee and leases[lease].termination_fee for lease in groups):
                message = (
                    f"no lease that {name} ends and that pays rent to '{terms.payee}' has a 'termination_fee', for "
                    "example 'termination_fee: {2030-01-01: 24 months}'"
                )
                yield Finding(at, message)
        elif terms.of == "remaining_rent":
            yield from _rent_claimed(contract, name, terms.payee)
        elif capex and not own:
            yield Finding(at, f"'{terms.payee}' pays no capex clause, so there is nothing to compensate it for")
        elif capex and terms.of == "tax_basis" and not any(clause.depreciation for clause in own):
            message = f"no capex of '{terms.payee}' is written down for tax; give one a 'depreciation'"
            yield Finding(at, message)


def _rent_claimed(contract: Contract, hazard: str, payee: str) -> Iterator[Finding]:
    """A claim for rent needs a lease, and an end of it that is agreed."""
    at: Loc = ("risks", hazard, "compensation", "of")
    ended = getattr(contract.hazards[hazard], "ends", None)
    lost = {n: c for n, c in leases_of(contract).items() if c.payee == payee and (ended is None or n in ended)}
    if not lost:
        message = (
            f"'{payee}' is paid rent by no lease that {hazard} ends; what is lost with a sale of energy is not "
            "computed, write it as 'of: schedule'"
        )
        yield Finding(at, message)
    for name, lease in lost.items():
        if any(not renewal.certain or renewal.price is not None for renewal in lease.renewals):
            message = (
                f"'{name}' has renewals that may lapse or start at another rent, so what is lost to its agreed end is "
                "not known; claim 'of: multiple_of_annual_fee' instead"
            )
            yield Finding(at, message)


def _ground_rent(contract: Contract) -> Iterator[Finding]:
    """A share of the revenue of a payer who lets nothing."""
    landlords = {lease.payee for lease in leases_of(contract).values()}
    for name, clause in _of_structure(contract, "land_lease").items():
        if clause.share_of_revenue is not None and clause.payer not in landlords:
            message = (
                f"'{clause.payer}' is paid rent by no lease, so there is no revenue to share; write the ground rent as "
                "an amount, for example 'rent: 0.2 MEUR/year', also where it sells energy"
            )
            yield Finding(("clauses", name, "share_of_revenue"), message)


def _fee_without_event(contract: Contract) -> Iterator[Finding]:
    """A fee for leaving early that nothing makes due."""
    for name, lease in leases_of(contract).items():
        named = any(
            terms is not None and terms.of == "termination_fee" and terms.payee == lease.payee
            for hazard in contract.hazards.values()
            if (ended := getattr(hazard, "ends", None)) is None or name in ended
            for terms in [getattr(hazard, "compensation", None)]
        )
        if lease.termination_fee is not None and not named:
            message = (
                "nothing makes it due: give the hazard that ends the lease a 'compensation: {payer: "
                f"{lease.payer}, payee: {lease.payee}, share: 100 %, of: termination_fee}}'"
            )
            yield Finding(("clauses", name, "termination_fee"), message, warning=True)


REFUSALS: dict[Check, frozenset[str]] = {
    _names: frozenset(),
    _one_supply: frozenset(),
    _lagged_foreign: frozenset({"market", "clauses", "currency", "view"}),
    _compensation: frozenset({"clauses", "risks"}),
    _ground_rent: frozenset({"clauses"}),
    _fee_without_event: frozenset({"risks"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
