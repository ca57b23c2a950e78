"""Rows of jumps that decay: their number in a month, the time and size of each, and what they add to the month.

The number N is drawn by inversion of one uniform. Each of up to K jumps has a place of its own with its own streams, and
counts where N reaches it; K is the most that one uniform can draw. With w the part of the month that is left after a
jump, uniform on 0 … 1, a jump J adds J·e^(−βhw) to the level at the month's end and J·(1 − e^(−βhw))/(βh) to the average
of the month (J·w where β = 0): exact for every h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from valuation.plan.model import Argument
from valuation.processes import ou
from valuation.processes.jumps import most_jumps
from valuation.processes.precise import mean_decay

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering

MONTH = 1.0 / 12.0


def lower_jumps(
    ctx: Lowering,
    row: str,
    stream: str,
    *,
    rate: tuple[str, float],
    reversion: float,
    sizes: Literal["exponential", "normal"],
    size: tuple[Argument, ...],
    average: bool,
    unit: str = "",
    label: str = "",
) -> str:
    """Rows of one jump process; returns the row of its value of the month: its average, or its level at the end.

    Parameters
    ----------
    row : name of the row of the level Y at the month's end, before which every other row is named.
    stream : name of the stream without the purpose; purposes are `number`, and `time_k` and `size_k` of each place.
    rate : row and value of λ [1/year].
    reversion : β ≥ 0 [1/year].
    sizes : law of J, and with ``size`` the arguments of it: of `exponential` its mean, below 0 for jumps down; of
        `normal` its mean and sd [1, or ``unit``].
    average : whether the month settles at its average.
    """
    b, (rate_row, value) = ctx.b, rate
    expected = b.month(f"{row}.expected_number", "prod", rate_row, ctx.step_row)
    word = b.month(f"{row}.word", "draw_uniform", 1.0, stream=f"{stream}/number")
    number = b.month(f"{row}.number", "poisson", word, expected, base=expected, label=f"{label}, number", roll="sum")
    fall = ctx.per_step(f"{row}.fall", lambda h: -reversion * h)
    total = left = ""
    for place in range(1, most_jumps(value * MONTH) + 1):
        own = f"{row}.{place}"
        happens = b.month(f"{own}.happens", "above", number, place - 0.5)
        rest = b.month(f"{own}.rest", "draw_uniform", 1.0, stream=f"{stream}/time_{place}")
        if sizes == "exponential":
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
        return b.month(row, "set", 0.0, unit=unit)
    scale: Argument = size[0] if sizes == "exponential" else 1.0
    at_end = b.month(f"{row}.at_end", "mul", total if reversion == 0.0 else left, scale, unit=unit)
    decay = ctx.per_step(f"{row}.decay", lambda h: ou.decay(reversion, h))
    b.month(row, "mul_add", f"{row}.prev", decay, at_end, unit=unit, label=label)
    if not average:
        return row
    carried = ctx.per_step(f"{row}.carried", lambda h: mean_decay(reversion * h))
    if reversion == 0.0:
        inside = b.month(f"{row}.inside", "mul", left, scale, unit=unit)
    else:
        gone = b.month(f"{row}.gone", "sub", total, left)
        inverse = ctx.per_step(f"{row}.per_reversion", lambda h: 1.0 / (reversion * h) if h else 0.0)
        lasting = b.month(f"{row}.lasting", "mul", gone, inverse)
        inside = b.month(f"{row}.inside", "mul", lasting, scale, unit=unit)
    return b.month(f"{row}.average", "mul_add", f"{row}.prev", carried, inside, unit=unit)
