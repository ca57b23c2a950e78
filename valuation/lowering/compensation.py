"""Termination payments: what is paid when an event ends a lease early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation.errors import ValuationError
from valuation.kernel.opcodes import NEVER
from valuation.lowering.accounts import own_part, settle
from valuation.lowering.capacity import term_end_position
from valuation.lowering.events import hazard_names, latest, site_group
from valuation.lowering.lost_rent import home_money, month_of_rent, rent_claimed
from valuation.lowering.power_left import first_leases
from valuation.lowering.terms import hazards_of

if TYPE_CHECKING:
    from valuation.lowering.capacity import Capacity
    from valuation.lowering.context import Lowering
    from valuation.lowering.events import EventGroup
    from valuation.lowering.leases import Lease
    from valuation.lowering.terms import CompensationTerms


NO_POWER = 1e-9
"""A power [MW] to divide by where none is contracted at all: a share of nothing is 0."""


class SharedCompensation(ValuationError):
    """A payment for several offtakes of which it is not said which it is for."""


class NothingToCompensate(ValuationError):
    """A compensation that is a share of something that the contract does not have."""


def lower_compensation(ctx: Lowering, hazard: str, terms: CompensationTerms) -> None:
    """Accrues (taxable) in the month in which the notice runs out, is paid ``lag`` later on that month's last day.

    It is no revenue. A lease that would have ended anyway is compensated with nothing. Of several leases each is
    compensated when and if the hazard ends it, with its part of the capex by power.
    """
    ctx.quantity(terms.share, f"Compensation after {hazard}, share")
    if not ctx.events_on or terms.share.canonical == 0.0:
        return
    with ctx.b.in_section("Termination"):
        for prefix, ended in _ended(ctx, hazard, terms.of):
            _lower_payment(ctx, hazard, terms, prefix, ended)


def compensated_by_tax_basis(ctx: Lowering) -> set[str]:
    """Parties whose tax balance measures a termination payment, whoever's cash is looked at."""
    payments = [hazard.compensation for hazard in hazards_of(ctx.contract).values() if hazard.compensation is not None]
    return {payment.payee for payment in payments if payment.of == "tax_basis" and ctx.events_on}


def _ended(ctx: Lowering, hazard: str, of: str) -> list[tuple[str, _Ended]]:
    """What a hazard ends, one entry for leases that share their events, with a prefix for row names. A lease that
    follows another owes no fee of its own, and nothing is claimed of its rent."""
    if not ctx.leases:
        capacity = ctx.capacity or _of_the_term(ctx)
        return [(hazard, _Ended(_offtake_events(ctx, hazard), (capacity,), ()))]
    groups: dict[tuple[tuple[str, ...], str], list[Lease]] = {}
    for lease in ctx.leases:
        if hazard in lease.events.hazards and not (lease.follows and of in ("termination_fee", "remaining_rent")):
            groups.setdefault((lease.events.hazards, lease.opens), []).append(lease)
    found = []
    for leases in groups.values():
        prefix = hazard if len(groups) == 1 else f"{hazard}.{'_'.join(lease.name for lease in leases)}"
        capacities = tuple(lease.capacity for lease in leases)
        found.append((prefix, _Ended(leases[0].events, capacities, tuple(leases))))
    return found


def _offtake_events(ctx: Lowering, hazard: str) -> EventGroup:
    """Events of the offtakes that a hazard ends; those of the site where there is no offtake."""
    groups = {one.events.hazards: one.events for one in ctx.offtakes if hazard in one.events.hazards}
    if len(groups) > 1:
        raise SharedCompensation(
            f"risks.{hazard}.compensation: {hazard} ends several offtakes, which other events end apart; which of them "
            "the payment is for is not said: let each event end all of them, or write a hazard for each"
        )
    return next(iter(groups.values()), site_group(ctx))


def _of_the_term(ctx: Lowering) -> Capacity:
    """One phase over the whole term: what the power of a contract without any stands for."""
    from valuation.lowering.capacity import Capacity

    return Capacity("term", (), term_end_position(ctx), ctx.term_end, "", "")


@dataclass(frozen=True)
class _Ended:
    """Leases that end together: their events and their power."""

    events: EventGroup
    capacities: tuple[Capacity, ...]
    leases: tuple[Lease, ...]


def _lower_payment(ctx: Lowering, hazard: str, terms: CompensationTerms, prefix: str, ended: _Ended) -> None:
    b, home, group = ctx.b, ctx.b.currency, ended.events
    share = ctx.quantity(terms.share, f"Compensation after {hazard}, share")
    worth = _worth(ctx, hazard, terms, prefix, ended)
    owed = b.month(f"{prefix}.compensation_owed", "prod", share, worth, unit=home)
    cause = b.month(f"{prefix}.is_cause", "equal", group.cause, float(hazard_names(ctx).index(hazard) + 1))
    end = latest(ctx, [capacity.end_position for capacity in ended.capacities], f"{prefix}.leases_end")
    early = b.month(f"{prefix}.is_early", "below", group.stop, end)
    follows = [lease.vacated for lease in ended.leases if lease.vacated]
    due = b.month(f"{prefix}.compensation", "prod", owed, cause, early, *follows, unit=home)
    now = b.month(f"{prefix}.ends_now", "falls_in", group.stop, ctx.time.begin, ctx.time.end)
    show = {"unit": home, "label": f"Compensation after {hazard}", "roll": "sum"}
    accrued = b.month(f"{prefix}.compensation_accrued", "prod", due, now, **show)
    lag = ctx.quantity(terms.lag, f"Compensation after {hazard}, paid after")
    in_months = 12.0 / 365.0 if terms.lag.canonical_unit == "day" else 1.0
    months = f"{hazard}.compensation_lag"
    if months not in b.rows:
        b.scalar(months, "convert", lag, in_months, unit="position")
    paid_at = b.month(f"{prefix}.compensation_time", "sum", group.stop, months, unit="position")
    held = b.month(f"{prefix}.compensation_held", "sum", f"{prefix}.compensation_held.prev", accrued, unit=home)
    then = b.month(f"{prefix}.pays_now", "falls_in", paid_at, ctx.time.begin, ctx.time.end)
    paid = b.month(f"{prefix}.compensation_paid", "prod", held, then, unit=home)
    sign = (terms.payee == ctx.view) - (terms.payer == ctx.view)
    if sign:
        ctx.accounts.signed.setdefault("termination", []).append((sign, own_part(ctx, accrued)))
        settle(ctx, "termination", own_part(ctx, paid), ctx.time.month_end, sign, "cash")


def _worth(ctx: Lowering, hazard: str, terms: CompensationTerms, prefix: str, ended: _Ended) -> str:
    """Row of what the share is of, at the month's end [contract currency]."""
    b, home = ctx.b, ctx.b.currency
    if terms.of == "tax_basis":
        balances = [f"{name}.tax_balance" for name in ctx.capex_clauses(terms.payee) if f"{name}.tax_balance" in b.rows]
        if not balances:
            raise NothingToCompensate(
                f"risks.{hazard}.compensation: {terms.payee} has no capex that is written down for tax"
            )
        return b.month(f"{prefix}.worth", "sum", *_parts(ctx, prefix, ended, balances), unit=home)
    if terms.of == "multiple_of_annual_fee" and terms.multiple is not None:
        multiple = ctx.quantity(terms.multiple, "Years of rent")
        fees = [
            home_money(ctx, month_of_rent(ctx, prefix, lease)) for lease in ended.leases if lease.payee == terms.payee
        ]
        if not fees:
            raise NothingToCompensate(f"risks.{hazard}.compensation: {terms.payee} has no lease that {hazard} ends")
        month = b.month(f"{prefix}.fee", "sum", *fees, unit=home)
        return b.month(f"{prefix}.worth", "prod", 12.0, multiple, month, unit=home)
    if terms.of == "termination_fee":
        return _termination_fee(ctx, hazard, terms, prefix, ended)
    if terms.of == "remaining_rent":
        return _remaining_rent(ctx, hazard, terms, prefix, ended)
    total = _capex(ctx, hazard, terms.payee)
    if terms.of == "schedule" and terms.schedule is not None:
        left = ctx.schedule(terms.schedule, "Share of the capex by date")
        (part,) = _parts(ctx, prefix, ended, [total])
        return b.month(f"{prefix}.worth", "prod", left, part, unit=home)
    return _straight_line(ctx, prefix, total, ended)


def _termination_fee(ctx: Lowering, hazard: str, terms: CompensationTerms, prefix: str, ended: _Ended) -> str:
    """Row of the months of rent that the ended leases state for the date, each of its own rent."""
    b, home = ctx.b, ctx.b.currency
    owed = []
    for lease in ended.leases:
        if lease.payee != terms.payee or not lease.fee_months:
            continue
        row = f"{prefix}.fee_of_{lease.name}"
        fee = home_money(ctx, month_of_rent(ctx, prefix, lease))
        periods = b.month(f"{row}.periods", "divide", lease.fee_months, ctx.billing_month)
        owed.append(b.month(f"{row}.owed", "prod", fee, periods, unit=home))
    if not owed:
        raise NothingToCompensate(f"risks.{hazard}.compensation: no lease paid to {terms.payee} has a termination_fee")
    return b.month(f"{prefix}.worth", "sum", *owed, unit=home)


def _remaining_rent(ctx: Lowering, hazard: str, terms: CompensationTerms, prefix: str, ended: _Ended) -> str:
    """Row of the rent that the payee loses to the end of the ended leases, less what securities have paid of it."""
    b, home = ctx.b, ctx.b.currency
    lost: list[str] = []
    for lease in ended.leases:
        if lease.payee != terms.payee:
            continue
        claim = rent_claimed(ctx, hazard, lease, terms.at_most)
        paid = ctx.secured.get((lease.name, hazard), [])
        if paid:
            row = f"{hazard}.unsecured_of_{lease.name}"
            claim = b.month(row, "sum", claim, *(f"-{part}" for part in paid), unit=b.unit_of(claim) or home)
        lost.append(home_money(ctx, claim))
    if not lost:
        raise NothingToCompensate(f"risks.{hazard}.compensation: {terms.payee} has no lease that {hazard} ends")
    return b.month(f"{prefix}.worth", "sum", *lost, unit=home)


def _peak(ctx: Lowering) -> str:
    """Row of the largest power contracted by all leases together, each at its own peak [MW]."""
    peaks = [lease.capacity.peak_mw for lease in first_leases(ctx)]
    row = "capacity.peak_of_leases"
    return row if row in ctx.b.rows else ctx.b.scalar(row, "sum", *peaks, unit="MW")


def _parts(ctx: Lowering, prefix: str, ended: _Ended, rows: list[str]) -> list[str]:
    """Rows scaled to the ended leases' part of the power; as they are where all leases end together."""
    b = ctx.b
    if len(ended.leases) == len(first_leases(ctx)):
        return rows
    own = b.scalar(f"{prefix}.peak", "sum", *(capacity.peak_mw for capacity in ended.capacities), unit="MW")
    largest = b.scalar(f"{prefix}.largest", "higher_of", _peak(ctx), NO_POWER, unit="MW")
    share = b.scalar(f"{prefix}.share_of_power", "divide", own, largest)
    return [b.month(f"{prefix}.part_of.{row}", "prod", row, share, unit=b.unit_of(row) or b.currency) for row in rows]


def _straight_line(ctx: Lowering, prefix: str, total: str, ended: _Ended) -> str:
    """Σ over phases of capex·max(0, 1 − months since commissioning / months of the phase), the capex shared out over
    what each phase adds to the largest power: giving power back neither builds nor frees anything. The months count
    from the date agreed, also where a phase comes late; one that never comes has nothing to compensate.
    """
    b, home, stop = ctx.b, ctx.b.currency, ended.events.stop
    parts = []
    phases = [phase for capacity in ended.capacities for phase in capacity.phases]
    make = b.month if b.rows[total].axis == "month" else b.scalar
    for place, phase in enumerate(phases, 1):
        row = f"{prefix}.phase_{place}"
        end = phase.end_agreed
        months = b.scalar(f"{row}_months", "span", NEVER, phase.from_position, end, unit="month")
        value = make(f"{row}_capex", "prod", total, phase.new_mw, unit=f"{home}*MW")
        per_month = make(f"{row}_by_month", "divide", value, months, unit=f"{home}*MW/month")
        since = b.month(f"{row}_stop", "higher_of", stop, phase.from_position, unit="position")
        left = b.month(f"{row}_left", "span", NEVER, since, end, unit="month")
        comes = [phase.opening.comes] if phase.opening is not None and phase.opening.comes else []
        parts.append(b.month(f"{row}_worth", "prod", per_month, left, *comes, unit=f"{home}*MW"))
    weighted = b.month(f"{prefix}.weighted_worth", "sum", *parts, unit=f"{home}*MW")
    largest = _peak(ctx) if ctx.leases else ended.capacities[0].peak_mw
    over = b.scalar(f"{prefix}.largest", "higher_of", largest, NO_POWER, unit="MW")
    return b.month(f"{prefix}.worth", "divide", weighted, over, unit=home)


def _capex(ctx: Lowering, hazard: str, party: str) -> str:
    """Row of everything that a party invests [contract currency]; foreign money at each month's rate."""
    names = ctx.capex_clauses(party)
    if not names:
        raise NothingToCompensate(f"risks.{hazard}.compensation: {party} has no capex clause")
    totals = [home_money(ctx, f"{name}.total") for name in names]
    row = f"{hazard}.capex"
    if row in ctx.b.rows:
        return row
    axis = ctx.b.month if any(ctx.b.rows[t].axis == "month" for t in totals) else ctx.b.scalar
    return axis(row, "sum", *totals, unit=ctx.b.currency)
