"""A wait in the plan: drawn once a path, by inversion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.kernel.opcodes import NEVER

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.quantity import Quantity
    from valuation.spec.waiting import Waiting


def lower_wait(ctx: Lowering, owner: str, name: str, terms: Waiting, what: str) -> str:
    """Row of the wait as a length of month positions, 0 where there is none; the base case has none.

    Whether there is one and how long it is are two streams, so that a change of the probability moves no length.

    Parameters
    ----------
    owner : the risk whose wait it is; it keys the streams.
    name : the wait's field of the risk: its rows begin with owner and name.
    what : what is late, for labels.
    """
    b, row = ctx.b, f"{owner}.{name}"
    stream = f"{ctx.stream(owner)}/{name}"
    chance = ctx.quantity(terms.probability, f"Chance that {what} is late")
    word = b.start(f"{row}.word", "draw_uniform", stream=f"{stream}/whether")
    late = b.start(f"{row}.occurs", "below", word, chance, base=0.0)
    length = _length(ctx, row, stream, terms, what)
    if terms.max is not None:
        most = _months(ctx, terms.max, f"Longest wait for {what}")
        length = b.start(f"{row}.cut", "lower_of", length, most, unit="month")
    months = b.start(f"{row}.months", "prod", late, length, unit="month", base=0.0, label=f"Months that {what} is late")
    return as_position(ctx, f"{row}.shift", months)


def as_position(ctx: Lowering, row: str, months: str) -> str:
    """Row of a length [month] that can be added to a month position."""
    return ctx.b.start(row, "span", months, 0.0, NEVER, unit="position")


def _months(ctx: Lowering, stated: Quantity | None, label: str) -> str:
    if stated is None:
        raise ValueError(f"{label}: the reader lets no law pass without its terms")
    return ctx.quantity(stated, label)


def _length(ctx: Lowering, row: str, stream: str, terms: Waiting, what: str) -> str:
    """Row of the length where there is a wait [month]."""
    b, law = ctx.b, terms.distribution
    if law in ("fixed", "exponential", "lognormal"):
        mean = _months(ctx, terms.mean, f"Mean wait for {what}")
        if law == "fixed":
            return mean
        if law == "exponential":
            drawn = b.start(f"{row}.length", "draw_exponential", stream=f"{stream}/length")
            return b.start(f"{row}.drawn", "mul", drawn, mean, unit="month")
        return _lognormal(ctx, row, stream, mean, _months(ctx, terms.sd, f"Spread of the wait for {what}"))
    least = _months(ctx, terms.least, f"Shortest wait for {what}")
    most = _months(ctx, terms.most, f"Longest wait for {what}")
    width = b.scalar(f"{row}.width", "sum", most, f"-{least}", unit="month")
    drawn = b.start(f"{row}.length", "draw_uniform", stream=f"{stream}/length")
    if law == "triangular":
        drawn = _triangular(ctx, row, drawn, least, width, _months(ctx, terms.mode, f"Likeliest wait for {what}"))
    return b.start(f"{row}.drawn", "mul_add", drawn, width, least, unit="month")


def _lognormal(ctx: Lowering, row: str, stream: str, mean: str, sd: str) -> str:
    """e^(μ + s·Z), s² = ln(1 + (sd/mean)²), μ = ln mean − s²/2."""
    b = ctx.b
    ratio = b.scalar(f"{row}.ratio", "divide", sd, mean)
    square = b.scalar(f"{row}.ratio_squared", "mul", ratio, ratio)
    growth = b.scalar(f"{row}.growth", "sum", 1.0, square)
    variance = b.scalar(f"{row}.variance", "log", growth)
    half = b.scalar(f"{row}.half_variance", "mul", variance, 0.5)
    centre = b.scalar(f"{row}.centre", "log", mean)
    location = b.scalar(f"{row}.location", "sum", centre, f"-{half}")
    deviation = _root(ctx, f"{row}.deviation", variance, start=False)
    normal = b.start(f"{row}.length", "draw_normal", stream=f"{stream}/length")
    noise = b.start(f"{row}.noise", "mul", normal, deviation)
    return b.start(f"{row}.drawn", "exp_price", noise, location, unit="month")


def _triangular(ctx: Lowering, row: str, word: str, least: str, width: str, mode: str) -> str:
    """Share of the width: √(u·c) below c, 1 − √((1 − u)(1 − c)) above, c the mode's share of the width."""
    b = ctx.b
    rise = b.scalar(f"{row}.rise", "sum", mode, f"-{least}", unit="month")
    peak = b.scalar(f"{row}.peak", "divide", rise, width)
    past = b.scalar(f"{row}.past_peak", "opposite", peak)
    other = b.start(f"{row}.other_word", "opposite", word)
    low = _root(ctx, f"{row}.low", b.start(f"{row}.low_square", "mul", word, peak))
    high = _root(ctx, f"{row}.high_gap", b.start(f"{row}.high_square", "mul", other, past))
    upper = b.start(f"{row}.high", "opposite", high)
    rising = b.start(f"{row}.rising", "below", word, peak)
    return b.start(f"{row}.share", "select", rising, low, upper)


def _root(ctx: Lowering, row: str, square: str, start: bool = True) -> str:
    """√x as e^(ln x/2): there is no op for it, and once a path it costs nothing. 0 stays 0."""
    make = ctx.b.start if start else ctx.b.scalar
    logarithm = make(f"{row}.log", "log", square)
    return make(row, "exp", make(f"{row}.half_log", "mul", logarithm, 0.5))
