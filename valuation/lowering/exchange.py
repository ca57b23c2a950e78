"""Rates of exchange: a factor or a stated rate, turned round or joined over a third currency where needed; never
guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.errors import ValuationError
from valuation.spec.exchange import route

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


class NoExchangeRate(ValuationError):
    """Money in a currency to which the market file holds no way."""


def exchange_rate(ctx: Lowering, source: str, target: str) -> str:
    """Row of the price of one ``source`` in ``target``, at each month's end.

    Raises
    ------
    NoExchangeRate
        no factor or stated rate leads from one currency to the other.
    """
    row = f"fx.{target}_per_{source}"
    if row in ctx.b.rows:
        return row
    path = _path(ctx, source, target)
    if not path:
        raise NoExchangeRate(
            f"no rate of exchange from {source} to {target}: give a factor with the unit {target}/{source},"
            f" or `stated_rates: {{{target}/{source}: …}}`, in the market file"
        )
    with ctx.b.in_section("Exchange rates"):
        legs = []
        for one, other, quote in path:  # quote: row and its unit
            name, unit = quote
            if unit == f"{other}/{one}":
                legs.append(name)
            else:
                turned = f"fx.{other}_per_{one}.turned"
                if turned not in ctx.b.rows:
                    ctx.b.month(turned, "divide", 1.0, name, unit=f"{other}/{one}")
                legs.append(turned)
        op = ("set", legs[0]) if len(legs) == 1 else ("prod", *legs)
        return ctx.b.month(row, *op, unit=f"{target}/{source}", label=f"{target} per {source}")


def has_random_rate(ctx: Lowering, source: str, target: str) -> bool:
    """Whether a factor, not only stated rates, lies on the way: then cash converts at the payment's month, not the
    accrual's."""
    return any(not name.startswith("market.stated_rates") for _, _, (name, _) in _path(ctx, source, target))


def _path(ctx: Lowering, source: str, target: str) -> list[tuple[str, str, tuple[str, str]]]:
    """Shortest chain of quotes from one currency to another."""
    quotes = [(rows.value, rows.unit) for rows in ctx.factors.values()]
    quotes += [
        (ctx.quantity(rate, f"Stated rate {pair}"), pair) for pair, rate in ctx.contract.market.stated_rates.items()
    ]
    legs = route([unit for _, unit in quotes], source, target)
    return [(leg.source, leg.target, quotes[leg.quote]) for leg in legs]
