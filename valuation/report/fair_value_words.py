"""The fair-value disclosure in words: what is measured, by which technique, from which inputs, at which level."""

from __future__ import annotations

from valuation.report.numbers import percent
from valuation.report.ranged_inputs import RangedInput, ranged_inputs
from valuation.tables import Assumption, Tables

OBSERVABLE = ("forward", "quotes", "risk_free", "stated_rates")
"""Words in the paths of market inputs that can be read off a market: forward curves, rates of exchange, rates."""

SIGNIFICANT = 0.01
"""An input matters where one end of its range moves the base NPV by so much of the largest such move or of the NPV."""

JUDGEMENT = (
    "Whether this number is a fair value in the sense of IFRS 13 depends on judgements of the entity that no program "
    "makes: the market and the participants assumed, the discount rate that they would ask for, what they would think "
    "of each input below, and the unit of account. The sheet gives what such a disclosure is made of; it is no opinion."
)
POLICY = (
    "How a day-one difference is recognised, at once or over time, is for the entity's accounting policy; shown is the "
    "amount only."
)
ON_BASE = (
    "Each input is moved alone to the ends of the range that the contract file states, everything else unchanged, and "
    "the base case is valued again. The mean may move otherwise where a clause bends or an event ends the cash; inputs "
    "without a change act on the paths only (a volatility, the rate of an event). 'valuate sensitivity FILE' gives the "
    "change of the mean for each, on common random numbers."
)


def measure(tables: Tables) -> str:
    """Which number is the measure."""
    deal = tables.deal
    risk = "" if deal.measure == "risk-neutral" else ", which pays for systematic risk"
    return (
        f"Measured is the side of the {deal.view} in the contract as a whole, at {deal.valuation.isoformat()}, in "
        f"{deal.currency} ({deal.price_basis}): the mean over {tables.audit.paths:,} simulated paths of the NPV after "
        f"tax, probability-weighted cash flows discounted at {percent(deal.discount_rate)} a year "
        f"({deal.discount_basis}{risk})."
    )


def technique(tables: Tables) -> str:
    """The valuation technique."""
    deal = tables.deal
    return (
        "Income approach, expected present value technique: prices, volumes, rates of exchange and events are "
        f"simulated month by month under the {deal.measure} measure, the contract's clauses turn them into cash by "
        "payment date, and the cash of each path is discounted from its date. Events are simulated, so that the "
        f"discount rate must not pay for them{_includes(tables)}. Techniques were the same as in the earlier valuation "
        "unless the Change log shows a change of the model."
    )


def _includes(tables: Tables) -> str:
    named = ", ".join(tables.deal.discount_includes)
    return f"; it is said to include: {named}" if named else ""


def is_observable(one: Assumption | RangedInput) -> bool:
    """Whether an input is read off a market: a fact, at a place of the market file where quotes stand."""
    parts = one.path.split(".")
    return one.status == "fact" and parts[0] == "market" and any(word in parts for word in OBSERVABLE)


def observable(tables: Tables) -> tuple[Assumption, ...]:
    """Inputs of the run that are read off a market."""
    return tuple(one for one in tables.assumptions if is_observable(one))


def unobservable(tables: Tables) -> tuple[RangedInput, ...]:
    """Inputs with a range that are not, those that move the base NPV most first; facts are no matter of judgement."""
    return tuple(one for one in ranged_inputs(tables) if one.status != "fact")


def significant(tables: Tables) -> tuple[RangedInput, ...]:
    """Those of them that move the base NPV by a share of it that a reader would ask about."""
    npv = tables.base.npv
    found = unobservable(tables)
    floor = SIGNIFICANT * max([abs(npv), *(one.swing(npv) for one in found)])
    return tuple(one for one in found if one.swing(npv) >= floor > 0.0)


def level(tables: Tables) -> str:
    """The level of the hierarchy that the inputs point to, with the reason."""
    main = [one.label for one in significant(tables)[:3]]
    count = len({one.path for one in tables.assumptions if one.status and one.status != "fact"})
    seen = len(observable(tables))
    quoted = f"{seen} inputs are quoted or published market data. " if seen else "No input is marked as market data. "
    if not main:
        if not count:
            return f"{quoted}No input is marked as unobservable: the level is for the entity to judge."
        return f"Level 3, where unobservable inputs are significant: {count} inputs rest on judgement. {quoted}"
    return (
        f"Level 3: unobservable inputs are significant to the measure, most of all {', '.join(main)}. {count} inputs "
        f"are claims, derived, assumptions or placeholders. {quoted}"
    )


def relation(one: RangedInput, npv: float) -> str:
    """How the fair value goes with an input."""
    low, high = one.changes(npv)
    if low is None and high is None:
        return "n/a"
    at_low, at_high = low or 0.0, high or 0.0
    if at_low == 0.0 and at_high == 0.0:
        return "paths only"
    if at_high > at_low:
        return "rises with it"
    return "falls with it" if at_high < at_low else "either way"
