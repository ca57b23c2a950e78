"""Checks across the parts of a contract: dates in order, currencies that convert, roles of factors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from valuation.spec.contract import Contract
from valuation.spec.correlations import CORRELATIONS
from valuation.spec.document import Loc
from valuation.spec.estimates import ESTIMATES
from valuation.spec.exceedance import EXCEEDANCE
from valuation.spec.exchange import EXCHANGE
from valuation.spec.expression import RESULTS, Comparison
from valuation.spec.financed import FINANCED
from valuation.spec.finding import Check, Finding
from valuation.spec.forwards import FORWARDS
from valuation.spec.grants import GRANTS
from valuation.spec.heavy_jumps import HEAVY_JUMPS
from valuation.spec.indices import INDICES, one_rate
from valuation.spec.investment_credit import CREDITS
from valuation.spec.letting import LETTING
from valuation.spec.market import exchange_pair
from valuation.spec.paths import quantities, values
from valuation.spec.placeholders import PLACEHOLDERS
from valuation.spec.plausible import PLAUSIBLE
from valuation.spec.priced import PRICED
from valuation.spec.property_taxes import PROPERTY_TAXES
from valuation.spec.quantity import Dated, Quantity, Schedule
from valuation.spec.quoted_forwards import QUOTED
from valuation.spec.refusals import REFUSALS
from valuation.spec.reletting import RELETTING
from valuation.spec.sections import SECTIONS
from valuation.spec.securities import SECURITIES
from valuation.spec.settlements import SETTLEMENTS
from valuation.spec.shocks import SHOCKS
from valuation.spec.sizes import SIZES
from valuation.spec.starting import STARTING
from valuation.spec.steps import STEPS
from valuation.spec.terms import DiscountRate
from valuation.spec.use import USE
from valuation.spec.ventures import VENTURES
from valuation.spec.withdrawals import WITHDRAWALS
from valuation.timeline import date_of, edate, serial
from valuation.units import parse_unit


def findings(contract: Contract, left_out: Iterable[Loc] = ()) -> list[Finding]:
    """What all checks find, in their order.

    Parameters
    ----------
    contract : the contract.
    left_out : what is wrong by itself and missing from it; a check that asks for a part of it is not run.
    """
    gone = tuple(left_out)
    return [finding for check, asks in CHECKS.items() if not _any_of(asks, gone) for finding in check(contract)]


def _any_of(asks: Iterable[str], gone: Iterable[Loc]) -> bool:
    """Whether something that is asked for is gone: in part, or with the section around it."""
    wanted = [tuple(ask.split(".")) for ask in asks]
    return any(loc[: len(ask)] == ask[: len(loc)] for loc in gone for ask in wanted)


def _today(contract: Contract) -> Iterator[Finding]:
    dates, as_of = contract.dates, contract.market.as_of
    if dates.valuation.date < as_of.date:
        yield Finding(
            dates.valuation.path,
            f"the valuation date {dates.valuation} is before the market's date {as_of} (market.as_of)",
        )
    elif dates.valuation.date > as_of.date:
        message = f"the market is of {as_of}, older than the valuation date {dates.valuation}"
        yield Finding(dates.valuation.path, message, warning=True)


def _term(contract: Contract) -> Iterator[Finding]:
    dates = contract.dates
    end = edate(serial(dates.start.date), int(dates.term.canonical))
    if dates.end is not None and serial(dates.end.date) != end - 1.0:
        last = date_of(end - 1.0)
        yield Finding(dates.end.path, f"a term of {dates.term} from {dates.start} ends on {last}, not on {dates.end}")
    for schedule in _contracted(contract):
        for day, quantity in schedule.steps:
            if day is not None and serial(day) >= end:
                yield Finding(quantity.path, f"{day} is after the end of the term on {date_of(end - 1.0)}")


def _contracted(contract: Contract) -> Iterator[Schedule]:
    if contract.capacity is not None:
        yield contract.capacity.contracted
    for clause in contract.clauses.values():
        own = getattr(clause, "contracted", None)
        if isinstance(own, Schedule):
            yield own


def _lease_capacity(contract: Contract) -> Iterator[Finding]:
    if contract.capacity is None:
        return
    limit = contract.capacity.connection
    draw = contract.capacity.pue.canonical if contract.capacity.basis == "it" else 1.0
    for clause in contract.clauses.values():
        own = getattr(clause, "contracted", None)
        for quantity in own.quantities if isinstance(own, Schedule) else ():
            if quantity.canonical * draw > limit.canonical * (1.0 + 1e-12):
                yield Finding(quantity.path, f"{quantity} is above the grid connection of {limit}")


def _currencies(contract: Contract) -> Iterator[Finding]:
    reached = {contract.currency}
    pairs = [pair for pair in map(exchange_pair, _rate_units(contract)) if pair]
    while grown := {code for pair in pairs if reached & set(pair) for code in pair} - reached:
        reached |= grown
    parts = (contract.clauses, contract.tax, contract.risks, contract.claims)
    for part in parts:
        for quantity in quantities(part):
            if quantity.currency and quantity.currency not in reached:
                yield Finding(quantity.path, _no_way(quantity.currency, contract))
    for at, comparison in _comparisons(contract):
        if comparison.quantity.currency and comparison.quantity.currency not in reached:
            yield Finding(at, _no_way(comparison.quantity.currency, contract))
    for name, clause in contract.clauses.items():
        spot = getattr(clause, "spot", None)
        if isinstance(spot, str):
            yield from _spot(contract, spot, ("clauses", name, "spot"), reached)


def _comparisons(contract: Contract) -> Iterator[tuple[Loc, Comparison]]:
    for position, indicator in enumerate(contract.indicators):
        yield ("indicators", position, "when"), indicator.when
    for position, claim in enumerate(contract.claims):
        if claim.check is not None:
            yield ("claims", position, "check"), claim.check


def _spot(contract: Contract, name: str, at: Loc, reached: set[str]) -> Iterator[Finding]:
    if name not in contract.factors:
        return
    unit = parse_unit(getattr(contract.factors[name], "unit", ""))
    if len(unit.currencies) != 1 or not unit.converts_to(parse_unit(f"{unit.currencies[0]}/MWh")):
        yield Finding(at, f"'{name}' is measured in '{unit}', expected the factor of a price per MWh such as EUR/MWh")
    elif unit.currencies[0] not in reached:
        yield Finding(at, f"'{name}' is in {unit}: {_no_way(unit.currencies[0], contract)}")


def _rate_units(contract: Contract) -> Iterator[str]:
    yield from contract.market.stated_rates
    for factor in contract.factors.values():
        yield getattr(factor, "unit", "")


def _no_way(code: str, contract: Contract) -> str:
    known = ", ".join(unit for unit in _rate_units(contract) if exchange_pair(unit)) or "none"
    rate = f"{contract.currency}/{code}"
    return (
        f"no way from {code} to {contract.currency}: no FX factor or stated rate leads there (there are: {known}); add "
        f"to {contract.market_file or 'the market'} 'stated_rates: {{{rate}: … {rate}}}', or a factor with "
        f"'process: gbm' and 'unit: {rate}'"
    )


def _factor_roles(contract: Contract) -> Iterator[Finding]:
    """A factor used for a share must be a share, a deflator must be an index."""
    factors = contract.factors
    shares: list[tuple[Loc, object]] = []
    if contract.capacity is not None:
        shares.append((("capacity", "utilisation"), contract.capacity.utilisation))
    for name, clause in contract.clauses.items():
        shares.append((("clauses", name, "utilisation"), getattr(clause, "utilisation", None)))
        credits = getattr(clause, "service_credits", None)
        shares.append((("clauses", name, "service_credits", "uptime"), getattr(credits, "uptime", None)))
    for at, used in shares:
        if isinstance(used, str) and used in factors and factors[used].measured_as != "share":
            yield Finding(at, f"'{used}' is no share between 0 and 1, expected a logit_ou factor")
    if contract.price_basis != "nominal":
        by = contract.price_basis.deflator
        if isinstance(by, str) and by in factors and not factors[by].follows_prices:
            process = getattr(factors[by], "process", "factor")
            yield Finding(
                ("price_basis", "deflator"),
                f"'{by}' is a {process}, expected a factor with 'process: index' or 'process: inflation_ou'",
            )
        elif isinstance(by, str) and by in factors and one_rate(factors[by]) is None:
            message = f"'{by}' grows at rates by date, and real money has one rate; write it here: 'deflator: 2 %/year'"
            yield Finding(("price_basis", "deflator"), message)


def _basis(contract: Contract) -> Iterator[Finding]:
    real = contract.price_basis != "nominal"
    rates: dict[Loc, DiscountRate | None]
    rates = {("discount_rate",): contract.discount_rate, ("equity_discount_rate",): contract.equity_discount_rate}
    rates |= {("discount_rate_by_party", party): rate for party, rate in contract.discount_rate_by_party.items()}
    for at, rate in rates.items():
        if rate and rate.basis.startswith("real") != real:
            prices = "real" if real else "nominal"
            yield Finding(
                (*at, "basis"), f"prices are {prices} and the rate is '{rate.basis}': real and nominal do not mix"
            )
        for position, risk in enumerate(rate.includes if rate else ()):
            if risk in contract.events:
                yield Finding(
                    (*at, "includes", position),
                    f"'{risk}' is simulated as an event, so the rate must not pay for it too",
                )


def _measure(contract: Contract) -> Iterator[Finding]:
    if contract.measure != "risk_neutral":
        return
    if contract.price_basis != "nominal":
        yield Finding(("price_basis",), "a risk-neutral valuation is in nominal money, expected 'nominal'")
    for name, event in contract.events.items():
        for word in ("rate", "arrival"):
            if getattr(getattr(event, word, None), "evidence", "market") == "historical":
                message = (
                    "a historical intensity does not belong into a risk-neutral valuation, expected 'evidence: market'"
                )
                yield Finding(("risks", name, word), message)


def _risk_free_measure(contract: Contract) -> Iterator[Finding]:
    """Under the risk-neutral measure there is no other rate than the risk-free one."""
    risk_free = contract.market.risk_free.flat
    for rate in (contract.discount_rate, *contract.discount_rate_by_party.values()):
        if contract.measure == "risk_neutral" and risk_free and rate.value.canonical != risk_free.canonical:
            yield Finding(
                rate.value.path or ("discount_rate",),
                f"a risk-neutral valuation discounts at the risk-free rate of {risk_free}, got {rate.value}",
            )


def _risk_free_curve(contract: Contract) -> Iterator[Finding]:
    """What a curve cannot stand for, and forward rates below 0."""
    at: Loc = ("market", "risk_free")
    curve = contract.market.risk_free.curve
    if curve is None:
        return
    if contract.measure == "risk_neutral":
        yield Finding(at, "a risk-neutral valuation discounts at one risk-free rate, got a curve by maturity")
    if contract.price_basis != "nominal":
        yield Finding(at, "real money has one risk-free rate, got a curve by maturity")
    for years, rate in zip(curve.years, curve.forward_rates(), strict=True):
        if rate < 0.0:
            message = f"the forward rate up to {years:g} years is {100.0 * rate:.3g} %/year: is that meant?"
            yield Finding(at, message, warning=True)


def _capex_named(contract: Contract) -> Iterator[Finding]:
    capex = [name for name, clause in contract.clauses.items() if getattr(clause, "structure", "") == "capex"]
    for name, clause in contract.clauses.items():
        of = getattr(clause, "of", None)
        if getattr(clause, "structure", "") == "terminal_value" and of is not None and of not in capex:
            yield Finding(
                ("clauses", name, "of"), f"'{of}' is no capex clause; there are: {', '.join(capex) or 'none'}"
            )
    for name, hazard in contract.hazards.items():
        payment = getattr(hazard, "compensation", None)
        if (
            payment is not None
            and payment.of in ("capex_straight_line", "tax_basis")
            and not capex
            and payment.share.canonical
        ):
            yield Finding(
                ("risks", name, "compensation", "of"), f"'{payment.of}' needs a capex clause, and there is none"
            )


def _indicators(contract: Contract) -> Iterator[Finding]:
    for position, indicator in enumerate(contract.indicators):
        name = indicator.when.name
        if indicator.when.statistic is not None:
            message = f"an indicator is counted path by path: write '{name}' without '.{indicator.when.statistic}'"
            yield Finding(("indicators", position, "when"), message)
        elif name in RESULTS and name not in ("price", "mwh", "margin"):
            watchable = ", ".join((*contract.factors, "price", "mwh", "margin"))
            yield Finding(
                ("indicators", position, "when"),
                f"'{name}' has no value in a year; an indicator watches one of {watchable}",
            )
        elif name == "price" and not any(getattr(clause, "spot", None) for clause in contract.clauses.values()):
            yield Finding(
                ("indicators", position, "when"), "'price' needs a clause with 'spot', such as a power_supply"
            )


def _ranges(contract: Contract) -> Iterator[Finding]:
    for value in values(contract):
        if not isinstance(value, (Quantity, Dated)):
            continue
        low, high = value.provenance.low, value.provenance.high
        at = value.canonical if isinstance(value, Quantity) else serial(value.date)
        slack = 1e-9 * abs(at)
        if (low is not None and at < low - slack) or (high is not None and at > high + slack):
            yield Finding(value.path, f"{value} lies outside its own range", warning=True)


CHECKS: dict[Check, frozenset[str]] = {
    _today: frozenset({"dates.valuation", "market.as_of"}),
    _term: frozenset({"dates.start", "dates.term", "capacity.contracted"}),
    _lease_capacity: frozenset({"capacity.basis", "capacity.connection", "capacity.pue"}),
    _currencies: frozenset({"market", "currency"}),
    _factor_roles: frozenset(),
    _basis: frozenset({"discount_rate"}),
    _measure: frozenset(),
    _risk_free_measure: frozenset({"market", "discount_rate"}),
    _risk_free_curve: frozenset({"market", "price_basis"}),
    _capex_named: frozenset({"clauses"}),
    _indicators: frozenset({"clauses"}),
    **CORRELATIONS,
    **ESTIMATES,
    _ranges: frozenset(),
    **PLACEHOLDERS,
    **STEPS,
    **FORWARDS,
    **HEAVY_JUMPS,
    **QUOTED,
    **INDICES,
    **SETTLEMENTS,
    **LETTING,
    **STARTING,
    **REFUSALS,
    **SECTIONS,
    **PLAUSIBLE,
    **PROPERTY_TAXES,
    **SIZES,
    **EXCHANGE,
    **EXCEEDANCE,
    **SHOCKS,
    **VENTURES,
    **SECURITIES,
    **GRANTS,
    **CREDITS,
    **RELETTING,
    **WITHDRAWALS,
    **PRICED,
    **USE,
    **FINANCED,
}
"""Every check in the order in which they run, and the parts of the contract of which it needs everything."""
