"""What a site that is built, let and run brings on one path, month by month, from numbers that a test writes: the part
of a spreadsheet that stands above the loans. It imports nothing of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from levered_loop import Business, Terms, day_of
from small_deal import after, years_before

NEVER = 1e9


@dataclass(frozen=True)
class Site:
    """A site: money as its contract states it. Terms are whole months that begin on a first of a month."""

    start: date
    term: int
    phases: tuple[tuple[date, float], ...]
    """MW in all from each first of a month on."""
    rent: float
    """USD/kW/month."""
    build: tuple[tuple[date, float], ...]
    """Days and amounts of the investment."""
    grants: tuple[tuple[date, float], ...] = ()
    """Days and amounts of what the state pays towards it, not taxed."""
    in_euro: bool = False
    """Whether the investment is in EUR."""
    life: int = 96
    """Months of its straight line."""
    free_until: date | None = None
    """Day on which the rent begins, after the start."""
    escalator: float = 0.0
    rent_days: int = 0
    """Days from the month's end to the payment."""
    fee: float = 0.0
    """EUR a year from the tenant."""
    fee_days: int = 0
    running: float = 0.0
    """USD/kW/month of running cost, in money of the start."""
    running_days: int = 0
    inflation: float = 0.0
    in_advance: bool = False
    """Whether the running cost is paid on the first of its month."""
    refresh: float = 0.0
    """New equipment, in money of the start, bought `every` so many months and written down over `refresh_life`."""
    every: int = 0
    refresh_life: int = 36
    compensation: float = 0.0
    """Part of what a straight line over the term leaves of the investment, paid when the lease ends early."""
    compensation_months: int = 0
    """Months after that end."""


def business(site: Site, terms: Terms, euro: Sequence[float], stop: float = NEVER) -> Business:
    """Cash by month of payment and taxable profit by month.

    Parameters
    ----------
    euro : USD per EUR at the end of each month.
    stop : position of the end of the notice, in months of the grid; costs wind up in the three months after it.
    """
    made = Business(terms.months)
    begin = _number(terms, site.start)
    end = begin + site.term
    bought: dict[int, float] = {}
    for day, amount in site.build:
        t = _number(terms, day)
        bought[t] = bought.get(t, 0.0) + amount * (euro[t] if site.in_euro else 1.0)
    for day, amount in site.grants:
        made.received[_number(terms, day)] += amount
    renewed: dict[int, float] = {}
    at = begin + site.every
    while site.every and at < min(stop, end):
        renewed[at] = site.refresh * (1 + site.inflation) ** ((at - begin) // 12)
        at += site.every
    for assets, life in ((bought, site.life), (renewed, site.refresh_life)):
        for t, amount in assets.items():
            made.spent[t] += amount
        for t, down in enumerate(_written_down(terms, assets, life, begin, end)):
            made.profit[t] -= down
    for t in range(terms.months):
        first = day_of(terms.first, t, last=False)
        rented, wound_up = (max(0.0, min(until, end, t + 1) - max(begin, t)) for until in (stop, stop + 3))
        kw = 1000 * max([mw for day, mw in site.phases if day <= first], default=0.0)
        years = years_before(site.start, first) if first >= site.start else 0
        price = 0.0 if site.free_until is not None and first < site.free_until else site.rent
        rent = price * (1 + site.escalator) ** years * kw * rented
        running = site.running * (1 + site.inflation) ** years * kw * wound_up
        fee = site.fee / 12 * wound_up
        _pay(terms, made, t, rent, site.rent_days)
        _pay(terms, made, t, -running, site.running_days, site.in_advance)
        _pay(terms, made, t, fee, site.fee_days, euro=euro)
        made.profit[t] += rent + fee * euro[t] - running
    if stop < end and site.compensation:
        owed = site.compensation * sum(bought.values()) * (end - max(stop, begin)) / site.term
        made.profit[int(stop)] += owed
        made.termination[int(stop + site.compensation_months)] += owed
    return made


def _number(terms: Terms, day: date) -> int:
    """Month of the grid that holds a day."""
    return (day.year - terms.first.year) * 12 + day.month - terms.first.month


def _pay(
    terms: Terms,
    made: Business,
    t: int,
    amount: float,
    days: int,
    in_advance: bool = False,
    euro: Sequence[float] | None = None,
) -> None:
    """Cash on a day so long after the end (or the first) of a month, at that month's rate of exchange."""
    if amount:
        when = _number(terms, day_of(terms.first, t, last=not in_advance) + timedelta(days))
        made.operating[when] += amount * (euro[when] if euro is not None else 1.0)


def _written_down(terms: Terms, assets: dict[int, float], life: int, begin: int, end: int) -> list[float]:
    """Straight line of each asset from its own month, the start's at the earliest; the rest in December of the year in
    which the term ends."""
    wear = [0.0] * terms.months
    for t, amount in assets.items():
        for month in range(max(t, begin), min(max(t, begin) + life, terms.months)):
            wear[month] += amount / life
    left, out = 0.0, []
    year_end = end - 1 + (11 - (terms.first.month - 1 + end - 1) % 12)
    for t in range(terms.months):
        left += assets.get(t, 0.0)
        out.append(left if t == year_end else min(left, wear[t]))
        left -= out[-1]
    return out


def monthly(first: date, count: int, amount: float) -> tuple[tuple[date, float], ...]:
    """An amount in equal parts, one a month on the day of the first."""
    return tuple((after(first, k), amount / count) for k in range(count))
