"""Rows of jumps that decay: their number in a month, the time and size of each, and what they add to the month.

The number N is drawn by inversion of one uniform. Each of up to K jumps has a place of its own with its own streams,
and counts where N reaches it; K is the most that one uniform can draw. With w the part of the month that is left after
a jump, uniform on 0 … 1, a jump J adds J·e^(−βhw) to the level at the month's end and J·(1 − e^(−βhw))/(βh) to the
average of the month (J·w where β = 0): exact for every h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.lowering.context import FactorRows
from valuation.lowering.price import component_rows, correlation, price_rows, rates
from valuation.plan.model import Argument
from valuation.processes import ou
from valuation.processes.jumps import most_jumps
from valuation.processes.precise import mean_decay

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.jumps import JumpingPrice, JumpPart
    from valuation.spec.quantity import Quantity


def lower_jumping_price(spec: JumpingPrice, name: str, ctx: Lowering) -> FactorRows:
    """Rows of a price that its components and its jumps move."""
    with ctx.b.in_section(f"Market: {name}"):
        levels, moved = component_rows(spec, name, ctx)
        moved += [jump_rows(part, name, ctx, average=spec.averages) for part in spec.jump_parts()]
        price_rows(spec, name, ctx, moved, spec.deviation(ctx.steps, correlation(spec, name, ctx)))
    return FactorRows(name, spec.unit, levels, rates(spec))


def jump_rows(part: JumpPart, name: str, ctx: Lowering, *, average: bool) -> str:
    """Rows of one jump process; returns the row of its value of the month: its average, or its level at the end.

    Parameters
    ----------
    part : the process with the inputs that state it.
    name : the factor.
    average : whether the month settles at its average.
    """
    b, row, stream = ctx.b, f"{name}.{part.name}", f"{ctx.stream(name)}/{part.name}"
    reversion, label = part.jumps.reversion, f"{name}, {part.name}"
    rate = ctx.quantity(part.rate, f"Rate, {part.name}")
    ctx.quantity(part.reversion, f"Reversion, {part.name}")
    size = [_size(ctx, row, part, place, own) for place, own in enumerate(part.size)]
    expected = b.month(f"{row}.expected_number", "prod", rate, ctx.step_row)
    word = b.month(f"{row}.word", "draw_uniform", 1.0, stream=f"{stream}/number")
    number = b.month(f"{row}.number", "poisson", word, expected, base=expected, label=f"{label}, number", roll="sum")
    fall = ctx.per_step(f"{row}.fall", lambda h: -reversion * h)
    total = left = ""
    for place in range(1, most_jumps(part.rate.canonical * max(ctx.steps)) + 1):
        own = f"{row}.{place}"
        happens = b.month(f"{own}.happens", "above", number, place - 0.5)
        rest = b.month(f"{own}.rest", "draw_uniform", 1.0, stream=f"{stream}/time_{place}")
        if part.law == "exponential":
            drawn = b.month(f"{own}.drawn", "draw_exponential", 1.0, stream=f"{stream}/size_{place}")
        else:
            normal = b.month(f"{own}.normal", "draw_normal", 1.0, stream=f"{stream}/size_{place}")
            drawn = b.month(f"{own}.drawn", "mul_add", normal, size[1], size[0])
        jump = b.month(f"{own}.jump", "mul", happens, drawn)
        if reversion == 0.0:
            share = rest
        else:
            age = b.month(f"{own}.age", "mul", rest, fall)
            share = b.month(f"{own}.share", "exp", age)
        left = b.month(f"{own}.left", *(("mul_add", jump, share, left) if left else ("mul", jump, share)))
        total = b.month(f"{own}.total", "add", total, jump) if total else jump
    if not total:  # nothing ever jumps
        return b.month(row, "set", 0.0)
    scale: Argument = size[0] if part.law == "exponential" else 1.0
    at_end = b.month(f"{row}.at_end", "mul", total if reversion == 0.0 else left, scale)
    decay = ctx.per_step(f"{row}.decay", lambda h: ou.decay(reversion, h))
    b.month(row, "mul_add", f"{row}.prev", decay, at_end, label=label)
    if not average:
        return row
    carried = ctx.per_step(f"{row}.carried", lambda h: mean_decay(reversion * h))
    if reversion == 0.0:
        inside = b.month(f"{row}.inside", "mul", left, scale)
    else:
        gone = b.month(f"{row}.gone", "sub", total, left)
        inverse = ctx.per_step(f"{row}.per_reversion", lambda h: 1.0 / (reversion * h) if h else 0.0)
        lasting = b.month(f"{row}.lasting", "mul", gone, inverse)
        inside = b.month(f"{row}.inside", "mul", lasting, scale)
    return b.month(f"{row}.average", "mul_add", f"{row}.prev", carried, inside)


def _size(ctx: Lowering, row: str, part: JumpPart, place: int, own: Quantity | float) -> Argument:
    """What a law of sizes is stated by, as a pure number: as the components, jumps carry no unit."""
    if isinstance(own, float):
        return own
    what = "mean size" if part.law == "exponential" else ("mean", "standard deviation")[place]
    stated = ctx.quantity(own, f"Jumps, {what}, {part.name}")
    if part.sign > 0.0 and not ctx.b.unit_of(stated):
        return stated
    return ctx.b.scalar(f"{row}.{what.replace(' ', '_')}", "convert", stated, part.sign)
