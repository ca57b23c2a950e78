"""What a site produces by month [MWh], until when it is sold to whom, and what it captures of the spot price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.errors import ValuationError
from valuation.kernel.opcodes import NEVER
from valuation.spec.generation import HOURS_A_YEAR

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.generation import Generation
    from valuation.spec.quantity import Quantity


class NothingProduced(ValuationError):
    """A clause that sells what the contract does not say how to produce."""


def generation_terms(ctx: Lowering) -> Generation:
    """Generation as the contract states it.

    Raises
    ------
    NothingProduced : a contract built in Python without it; a file is refused before.
    """
    if ctx.contract.generation is None:
        raise NothingProduced("a clause sells produced volume, and the contract has no 'generation'")
    return ctx.contract.generation


def produced(ctx: Lowering) -> str:
    """Row of the volume produced in the term, before any event [MWh]; months that the term has in part by days."""
    b, row = ctx.b, "generation.produced"
    if row in b.rows:
        return row
    volume = volume_of_month(ctx)
    with b.in_section("Generation"):
        share = ctx.term_share(NEVER, "term.share_of_month")
        return b.month(row, "prod", volume, share, unit="MWh", label="Produced volume", roll="sum")


def volume_of_month(ctx: Lowering) -> str:
    """Row of a whole month's volume [MWh], inside the term and outside it:
    P50/12 · shape · availability · (1 − losses) · (1 − degradation)^(completed years) · volume index.

    A clause that an event may stop multiplies it by its own share of the month (`ctx.term_share(stop, …)`).
    """
    b, row, own = ctx.b, "generation.volume", generation_terms(ctx)
    if row in b.rows:
        return row
    expected = expected_volume(ctx)
    with b.in_section("Generation"):
        factors = [expected] if own.volume is None else [expected, ctx.factors[own.volume].value]
        return b.month(row, "prod", *factors, unit="MWh", label="Volume of a whole month")


def expected_volume(ctx: Lowering) -> str:
    """Row of a whole month's volume without its risk [MWh]."""
    own = generation_terms(ctx)
    return _expected_at(ctx, "generation", own.availability, own.degradation)


def proxy_volume(ctx: Lowering, name: str, availability: Quantity, degradation: Quantity | None) -> str:
    """Row of what the site would produce in a whole month from the same resource at an availability and a wear that a
    clause states, whatever the actual ones are [MWh].

    Parameters
    ----------
    name : the clause.
    degradation : loss a year [1/year]; that of the site where it is left out.
    """
    b, own, prefix = ctx.b, generation_terms(ctx), f"{name}.proxy"
    expected = _expected_at(ctx, prefix, availability, degradation or own.degradation)
    factors = [expected] if own.volume is None else [expected, ctx.factors[own.volume].value]
    return b.month(f"{prefix}.volume", "prod", *factors, unit="MWh", label="Proxy volume of a whole month")


def _expected_at(ctx: Lowering, prefix: str, availability: Quantity, degradation: Quantity) -> str:
    """Row of a whole month's volume without its risk, at an availability and a wear [MWh]."""
    from valuation.lowering.indexation import contract_years

    b, row, own = ctx.b, f"{prefix}.expected", generation_terms(ctx)
    if row in b.rows:
        return row
    with b.in_section("Generation"):
        power = ctx.quantity(own.capacity, "Installed power")
        if own.p50 is not None:
            p50 = ctx.quantity(own.p50, "Expected volume of a year (P50)")
        elif own.net_capacity_factor is not None:
            p50 = "generation.p50"
            if p50 not in b.rows:
                hours = ctx.constant("hours_per_year", HOURS_A_YEAR, "h/year", "Hours in a year of 365 days")
                factor = ctx.quantity(own.net_capacity_factor, "Net capacity factor")
                b.scalar(p50, "prod", power, factor, hours, unit="MWh/year", label="Volume of a year")
        losses = "generation.without_losses"
        if losses not in b.rows:
            b.scalar(losses, "opposite", ctx.quantity(own.loss_share, "Losses to the meter"))
        wear = b.scalar(f"{prefix}.wear_rate", "sum", f"-{ctx.quantity(degradation, 'Degradation')}", unit="1/year")
        age = b.month(f"{prefix}.wear", "escalate", wear, contract_years(ctx), label="Degradation so far")
        factors = [p50, ctx.month_in_years, ctx.quantity(availability, "Availability"), losses, age]
        if own.month_shape:
            factors.append(_shape(ctx))
        label = "Expected volume of a whole month"
        return b.month(row, "prod", *factors, unit="MWh", label=label)


def _shape(ctx: Lowering) -> str:
    """Row of the month's weight over the mean of the twelve [1]."""
    from valuation.lowering.context import origin

    b, weights = ctx.b, generation_terms(ctx).month_shape
    if "generation.shape" in b.rows:
        return "generation.shape"
    columns = {"month": tuple(float(m) for m in range(1, 13)), "value": tuple(q.canonical for q in weights)}
    made = origin("generation.month_shape", weights[0].provenance)
    table = b.table("generation.month_shape", columns, ("", ""), "Weight by calendar month, generation", made)
    twelve = [
        b.scalar(f"generation.month_shape.weight_{m}", "month_value", f"{table}:value", float(m)) for m in range(1, 13)
    ]
    total = b.scalar("generation.month_shape.total", "sum", *twelve)
    mean = b.scalar("generation.month_shape.mean", "convert", total, 1.0 / 12.0)
    month = b.month("generation.calendar_month", "calendar_month", ctx.time.month_end)
    weight = b.month("generation.weight", "month_value", f"{table}:value", month)
    return b.month("generation.shape", "divide", weight, mean)


def captured_price(ctx: Lowering, spot: str) -> tuple[str, str]:
    """Row of what the produced volume earns at spot [currency/MWh], and its currency:
    spot · rate · max(0, 1 − slope·(volume index − 1)).

    Parameters
    ----------
    spot : name of a price factor.
    """
    b, own, rows = ctx.b, generation_terms(ctx).capture, ctx.factors[spot]
    row, currency = f"generation.captured.{spot}", rows.unit.split("/")[0]
    if row in b.rows:
        return row, currency
    with b.in_section("Generation"):
        share = ctx.schedule(own.rate, "Capture rate", "curve")
        volume = generation_terms(ctx).volume
        if volume is not None and own.falls_with_volume.canonical:
            if "generation.capture" not in b.rows:
                slope = ctx.quantity(own.falls_with_volume, "Fall of the capture rate with volume")
                more = b.month("generation.above_expected", "sum", ctx.factors[volume].value, -1.0)
                fall = b.month("generation.capture_fall", "mul", slope, more)
                left = b.month("generation.capture_left", "opposite", fall)
                floored = b.month("generation.capture_floored", "higher_of", left, 0.0)
                b.month("generation.capture", "mul", share, floored, unit="%", label="Capture rate", roll="mean")
            share = "generation.capture"
        label = f"Captured price, {spot}"
        b.month(row, "prod", rows.value, share, unit=f"{currency}/MWh", label=label, roll="mean")
    return row, currency
