"""Sizes that are probably a slip of a unit or a decimal: prices, investments, rates, volatilities. All are warnings."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.generation import HOURS_A_YEAR
from valuation.spec.quantity import Quantity, Schedule

LARGE_CURRENCIES = ("USD", "EUR", "GBP")
"""Currencies for which the scales below are known."""
RENT = (1.0, 2_000.0)
"""Plausible rent [currency/kW/month]."""
CAPEX = (0.05e6, 100e6)
"""Plausible investment [currency/MW]."""
POWER_PRICE = 2_000.0
"""Plausible forward price at the most [currency/MWh]."""
VOLATILITY = 5.0
"""Plausible volatility at the most [1/sqrt(year)]."""
YEARLY_SD = 1.5
"""Plausible standard deviation of a yearly level at the most [1]."""
FIXED_PRICE = (1.0, 1_000.0)
"""Plausible fixed price of power [currency/MWh]."""
DISCOUNT_RATE = (0.01, 0.40)
"""Plausible discount rate [1/year]; 8 % written as a number is 0.08 %."""
GROWTH = (-0.10, 0.25)
"""Plausible escalator or index [1/year]."""
CAPACITY_FACTOR = (0.05, 0.70)
"""Plausible yearly volume as a share of the installed power [1]."""
HAZARD = 0.50
"""Plausible intensity of an event at the most [1/year]."""


def _movement(contract: Contract) -> Iterator[Finding]:
    for name, factor in contract.factors.items():
        at: Loc = ("market", "factors", name) if name in contract.market.factors else ("risks", name)
        parts = {"": factor, "slow": getattr(factor, "slow", None), "fast": getattr(factor, "fast", None)}
        for part, own in parts.items():
            volatility = getattr(own, "volatility", None)
            if not isinstance(volatility, Quantity) or volatility.currency is not None:
                continue  # of a price in its own unit, not of its transform
            if volatility.canonical > VOLATILITY:
                place = (*at, part, "volatility") if part else (*at, "volatility")
                yield _unusual(place, volatility, f"a volatility above {VOLATILITY:g} /sqrt(year) is unusual")
        sd = getattr(getattr(factor, "yearly_level", None), "sd", None)
        if isinstance(sd, Quantity) and sd.unit == "" and sd.canonical > YEARLY_SD:
            yield _unusual((*at, "yearly_level", "sd"), sd, f"a yearly level with an sd above {YEARLY_SD:g} is unusual")


def _scales(contract: Contract) -> Iterator[Finding]:
    for name, clause in contract.clauses.items():
        structure = getattr(clause, "structure", "")
        rent, cost = getattr(clause, "price", None), getattr(clause, "cost", None)
        if clause.lets_power and rent is not None and rent.currency in LARGE_CURRENCIES:
            odd = [step for step in rent.quantities if step.canonical and not RENT[0] <= step.canonical <= RENT[1]]
            if odd:
                usual = f"a rent is usually between {RENT[0]:g} and {RENT[1]:,.0f} {rent.currency}/kW/month"
                yield _unusual(("clauses", name, "price"), odd[0], usual)
        if structure == "capex" and cost is not None and cost.currency in LARGE_CURRENCIES:
            per_mw = cost.canonical if cost.canonical_unit.endswith("/MW") else None
            if per_mw and not CAPEX[0] <= per_mw <= CAPEX[1]:
                usual = f"an investment is usually between 0.05 and 100 M{cost.currency}/MW"
                yield _unusual(("clauses", name, "cost"), cost, usual)
    for name, factor in contract.market.factors.items():
        forward = getattr(factor, "forward", None)
        for quantity in forward.level.quantities if forward is not None else ():
            currency, _, per = quantity.canonical_unit.partition("/")
            if currency in LARGE_CURRENCIES and per == "MWh" and abs(quantity.canonical) > POWER_PRICE:
                usual = f"a forward price is usually below {POWER_PRICE:,.0f} {currency}/MWh"
                yield _unusual(("market", "factors", name, "forward"), quantity, usual)
                break


def _prices_of_power(contract: Contract) -> Iterator[Finding]:
    for name, clause in contract.clauses.items():
        keys = ("fixed_price", "strike", "cap", "floor")
        key = next((key for key in keys if getattr(clause, key, None) is not None), "price")
        prices: dict[Loc, object] = {
            ("clauses", name, "metered_power", "price"): getattr(getattr(clause, "metered_power", None), "price", None),
        }
        if key == "fixed_price" or clause.may_end:
            prices["clauses", name, key] = getattr(clause, key, None)
        for at, stated in prices.items():
            if not isinstance(stated, Schedule) or stated.currency not in LARGE_CURRENCIES or not _per_mwh(stated):
                continue
            for price in stated.quantities:
                if price.canonical and not FIXED_PRICE[0] <= price.canonical <= FIXED_PRICE[1]:
                    usual = f"a price of power is usually between 1 and 1,000 {stated.currency}/MWh"
                    yield _unusual(at, price, usual)
                    break


def _per_mwh(price: Schedule) -> bool:
    return price.quantities[0].canonical_unit.endswith("/MWh")


def _yield(contract: Contract) -> Iterator[Finding]:
    generation = contract.generation
    if generation is None or not generation.capacity.canonical:
        return
    key, stated = "net_capacity_factor", generation.net_capacity_factor
    share = stated.canonical if stated is not None else 0.0
    if generation.p50 is not None:
        key, stated = "p50", generation.p50
        share = stated.canonical / (generation.capacity.canonical * HOURS_A_YEAR)
    if stated is not None and not CAPACITY_FACTOR[0] <= share <= CAPACITY_FACTOR[1]:
        usual = f"that is {100.0 * share:.1f} % of what {generation.capacity} could produce; usual are 5 to 70 %"
        yield _unusual(("generation", key), stated, usual)


def _rates(contract: Contract) -> Iterator[Finding]:
    rates: dict[Loc, Quantity] = {("discount_rate",): contract.discount_rate.value}
    rates |= {("discount_rate_by_party", one): rate.value for one, rate in contract.discount_rate_by_party.items()}
    for at, rate in rates.items():
        if not DISCOUNT_RATE[0] <= rate.canonical <= DISCOUNT_RATE[1]:
            yield _unusual(at, rate, "a discount rate is usually between 1 and 40 %/year")
    for name, clause in contract.clauses.items():
        escalator, index = getattr(clause, "escalator", None), clause.index
        growths = {("clauses", name, "escalator"): escalator, ("clauses", name, "index", "by"): index and index.by}
        for where, growth in growths.items():
            if isinstance(growth, Quantity) and not GROWTH[0] <= growth.canonical <= GROWTH[1]:
                yield _unusual(where, growth, "a price usually grows by -10 to 25 % a year")
    for name, hazard in contract.hazards.items():
        stated = getattr(getattr(hazard, "rate", None), "value", None)
        for quantity in stated.quantities if isinstance(stated, Schedule) else ():
            if quantity.canonical > HAZARD:
                yield _unusual(("risks", name, "rate"), quantity, "an event is usually rarer than 50 %/year")
                break


def _unusual(at: Loc, quantity: Quantity, usual: str) -> Finding:
    return Finding(at, f"{quantity}: {usual}; is that the unit you meant?", warning=True)


SIZES: dict[Check, frozenset[str]] = {
    _movement: frozenset(),
    _scales: frozenset(),
    _yield: frozenset({"generation"}),
    _prices_of_power: frozenset({"clauses"}),
    _rates: frozenset({"discount_rate", "clauses", "risks"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
