"""Claims held against each other: on one measure, which of them cannot hold together, and what each pair implies.

A rent R, a running cost C and a margin m of the same site obey m = 1 − C/R. So two of them give the third, and three
that are claimed can contradict each other whatever the model says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from valuation.appraisal.claims import rounding, scale_of
from valuation.tables import HOURS_OF_A_YEAR, ClaimConflict, ClaimedAmount, ClaimsAudit, ImpliedAmount

if TYPE_CHECKING:
    from valuation.appraisal.facts import Case
    from valuation.spec.claims import Claim

_KW_OF_10_MW = 10_000.0

READINGS = {
    "contract_value": "rent",
    "rent": "rent",
    "cost_per_10mw": "cost",
    "margin": "margin",
    "power_cost": "power",
}
"""What a condition is about, by the name it uses."""

Interval = tuple[float, float]
"""The values that a claim admits, lowest and highest."""


def audit_claims(case: Case) -> ClaimsAudit | None:
    """The claims about rent, cost, power and margin on one measure: money per kW of the largest contracted power and
    month of the term. None where fewer than two of them can be told.

    Parameters
    ----------
    case : the contract as it runs, with its base case.
    """
    amounts = []
    admitted: dict[int, Interval] = {}
    for place, claim in enumerate(case.contract.claims):
        found = _amount(case, place, claim)
        if found is not None:
            amount, interval = found
            amounts.append(amount)
            admitted[place] = interval
    if len(amounts) < 2:
        return None
    conflicts, implied = [], []
    for one, other in combinations(amounts, 2):
        if one.reading == other.reading and _apart(admitted[one.claim], admitted[other.claim]):
            conflicts.append(ClaimConflict((one.claim, other.claim), None, f"two claims of one {one.reading}"))
    of = {word: [a for a in amounts if a.reading == word] for word in ("rent", "cost", "margin")}
    for rent in of["rent"]:
        for cost in of["cost"]:
            implied.append(_margin_of(rent, cost))
            for margin in of["margin"]:
                span = _margins(admitted[rent.claim], admitted[cost.claim])
                if _apart(span, admitted[margin.claim]):
                    together = (rent.claim, cost.claim, margin.claim)
                    conflicts.append(ClaimConflict(together, _margin_of(rent, cost).amount, "margin = 1 - cost / rent"))
    implied += [_rent_of(cost, margin) for cost in of["cost"] for margin in of["margin"]]
    implied += [_cost_of(rent, margin) for rent in of["rent"] for margin in of["margin"]]
    kept = [one for one in implied if math.isfinite(one.amount)]
    return ClaimsAudit(case.contract.currency, tuple(amounts), tuple(conflicts), tuple(kept))


def per_kw_month(case: Case, name: str, value: float) -> float:
    """An amount that a condition names, per kW of the largest contracted power and month [currency/kW/month].

    A value of the contract is spread over the whole term, a cost a year per 10 MW over 10,000 kW and twelve months, a
    price of power over the hours of a year at full use: v/(1000·MW·months), c/(10⁴·12), p·8760/12/1000.
    """
    if name == "contract_value":
        kilowatts = 1000.0 * max(case.base.row("capacity.contracted_mw"))
        return value / (kilowatts * case.contract.dates.term.canonical)
    if name == "cost_per_10mw":
        return value / (_KW_OF_10_MW * 12.0)
    if name == "power_cost":
        return value * HOURS_OF_A_YEAR / 12.0 / 1000.0
    return value


def _amount(case: Case, place: int, claim: Claim) -> tuple[ClaimedAmount, Interval] | None:
    """A claim on the common measure and the interval that it admits; None where it is about something else."""
    check = claim.check
    if check is None or check.statistic is not None or check.name not in READINGS:
        return None
    here, unit = case.fact(check.name)
    scale = scale_of(check, unit, case)
    if scale is None or case.contract.capacity is None or not max(case.base.row("capacity.contracted_mw")) > 0.0:
        return None
    reading = READINGS[check.name]
    own: Callable[[float], float] = lambda value: per_kw_month(case, check.name, value)  # noqa: E731
    claimed = own(check.quantity.canonical * scale)
    if reading == "margin":
        half = rounding(check)
    else:
        half = own(rounding(check) * scale)
    least, most = (-math.inf, 1.0) if reading == "margin" else (0.0, math.inf)
    interval = {"=": (claimed - half, claimed + half), "<": (least, claimed), ">": (claimed, most)}
    # the model's rent is per kW and month of what is contracted by then, so a ramp does not dilute it
    rent = case.fact("rent")[0] if reading == "rent" else None
    model = rent if reading == "rent" else None if here is None else own(here)
    return ClaimedAmount(place, reading, check.operator, claimed, model), interval[check.operator]


def _apart(one: Interval, other: Interval) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def _margins(rent: Interval, cost: Interval) -> Interval:
    """Margins that rents and costs admit: 1 − C/R rises with the rent and falls with the cost."""
    return 1.0 - _ratio(cost[1], rent[0]), 1.0 - _ratio(cost[0], rent[1])


def _ratio(cost: float, rent: float) -> float:
    """C/R at a corner; without bound where the cost is, or where nothing is charged for what costs something."""
    if cost == 0.0 or math.isinf(rent):
        return 0.0
    return math.inf if rent <= 0.0 else cost / rent


def _margin_of(rent: ClaimedAmount, cost: ClaimedAmount) -> ImpliedAmount:
    value = 1.0 - cost.amount / rent.amount if rent.amount > 0.0 else math.nan
    return ImpliedAmount((rent.claim, cost.claim), "margin", _direction((rent, True), (cost, False)), value)


def _rent_of(cost: ClaimedAmount, margin: ClaimedAmount) -> ImpliedAmount:
    value = cost.amount / (1.0 - margin.amount) if margin.amount < 1.0 else math.nan
    return ImpliedAmount((cost.claim, margin.claim), "rent", _direction((cost, True), (margin, True)), value)


def _cost_of(rent: ClaimedAmount, margin: ClaimedAmount) -> ImpliedAmount:
    value = rent.amount * (1.0 - margin.amount)
    return ImpliedAmount((rent.claim, margin.claim), "cost", _direction((rent, True), (margin, False)), value)


def _direction(*parts: tuple[ClaimedAmount, bool]) -> str:
    """Whether what two claims imply is a number, a least or a most one; `~` where one claim pulls up, the other down.

    Each part says whether the implied amount rises with it.
    """
    turned: Sequence[str] = [
        one.operator if rises or one.operator == "=" else ("<" if one.operator == ">" else ">") for one, rises in parts
    ]
    firm = {word for word in turned if word != "="}
    return "=" if not firm else firm.pop() if len(firm) == 1 else "~"
