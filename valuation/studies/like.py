"""Whether results can stand side by side: one date, one kind of money, one measure, one currency or one rate to it."""

from __future__ import annotations

from collections.abc import Sequence

from valuation.errors import ValuationError
from valuation.lowering.terms import index_of
from valuation.plan.model import Plan
from valuation.spec import Contract
from valuation.spec.indices import grows_steadily


class NotAlike(ValuationError):
    """Results that no difference can be taken of."""


def refuse_unlike(names: Sequence[str], contracts: Sequence[Contract], plans: Sequence[Plan]) -> None:
    """NotAlike where two cases are valued at different dates, in different money or under different measures."""
    for name, contract, plan in zip(names[1:], contracts[1:], plans[1:], strict=True):
        both = f"'{names[0]}' and '{name}'"
        if plan.valuation != plans[0].valuation:
            days = contracts[0].dates.valuation.date, contract.dates.valuation.date
            why = f"{days[0]} and {days[1]}" if days[0] != days[1] else "the date of their first flow"
            give = "from_inception=false" if days[0] == days[1] else "dates.valuation=DATE"
            raise NotAlike(f"{both} are valued at different dates ({why}): --set {give} gives both one")
        if plan.year_count != plans[0].year_count:
            raise NotAlike(
                f"one of {both} has its flows at year ends and the other by date: --set dates.flows=by_date gives both "
                "one timing"
            )
        kinds = [money_of(one) for one in (contracts[0], contract)]
        if kinds[0] != kinds[1]:
            raise NotAlike(f"{both} are in different money ({kinds[0]}; {kinds[1]}): give both one price_basis")
        measures = [one.measure.replace("_", "-") for one in (contracts[0], contract)]
        if measures[0] != measures[1]:
            raise NotAlike(f"{both} are valued under different measures ({measures[0]}; {measures[1]})")


def money_of(contract: Contract) -> str:
    """``nominal``, or the year of real money with the growth that deflates it."""
    basis = contract.price_basis
    if basis == "nominal":
        return "nominal"
    growth = index_of(contract, basis.deflator).rate if isinstance(basis.deflator, str) else basis.deflator
    by = basis.deflator
    moves = ", by path" if isinstance(by, str) and not grows_steadily(contract.factors[by]) else ""
    return f"real, money of {basis.real}, prices growing by {100.0 * growth.canonical:g} % a year{moves}"


def conversion(names: Sequence[str], contracts: Sequence[Contract], place: int) -> float:
    """Units of the first case's currency for one of another's: 1, or a rate that a market file states.

    Raises
    ------
    NotAlike : no stated rate, or two different ones. A rate that moves by path is none: the mean of what it makes of
        an NPV is not its forward times the mean.
    """
    home, own = contracts[0].currency, contracts[place].currency
    if home == own:
        return 1.0
    both = f"'{names[0]}' is in {home} and '{names[place]}' in {own}"
    pairs = {f"{home}/{own}": False, f"{own}/{home}": True}
    markets = [contracts[0].market, contracts[place].market]
    stated = {
        1.0 / market.stated_rates[pair].canonical if turned else market.stated_rates[pair].canonical
        for market in markets
        for pair, turned in pairs.items()
        if pair in market.stated_rates
    }
    if len(stated) == 1:
        return stated.pop()
    if stated:
        raise NotAlike(f"{both}, and their markets state different rates of {home}/{own}: give both one rate")
    moving = [
        name
        for market in markets
        for name, factor in market.factors.items()
        if str(getattr(factor, "unit", "")) in pairs
    ]
    if moving:
        raise NotAlike(
            f"{both}: the rate '{moving[0]}' moves by path, so there is no one rate for an NPV of today; "
            f"`stated_rates: {{{home}/{own}: …}}` in a market file gives one"
        )
    raise NotAlike(f"{both}: no rate leads from one to the other; `stated_rates: {{{home}/{own}: …}}` gives one")
