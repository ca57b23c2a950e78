"""Rows of a regime that changes as a Markov chain: in which regime each month begins, and what that does to a price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from valuation.plan.model import Argument
from valuation.processes.regimes import by_month, transition

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.regimes import Regime


def regime_rows(
    ctx: Lowering,
    name: str,
    regimes: Mapping[str, Regime],
    rates: Sequence[Sequence[float]],
    start: Sequence[float],
    diffusion: str,
) -> str:
    """Rows of the regimes; returns the row of the deviation θ_i + v_i·A of the regime i in which the month begins.

    A month's regime is the first whose cumulated probability, from the regime of the month before and over that month's
    length, is above the month's uniform. Months up to the market's first have the regime of the start.

    Parameters
    ----------
    rates : generator Q [1/year], shape [R, R].
    start : probabilities on the market's date, shape [R].
    diffusion : row of A.
    """
    b, names = ctx.b, list(regimes)
    word = b.month(f"{name}.regime_word", "draw_uniform", 1.0, stream=f"{ctx.stream(name)}/regime/next")
    lengths = [0.0, *ctx.steps[:-1]]
    before = ctx.by_month(f"{name}.month_before", lengths, "year")
    moved = {step: [list(accumulate(row)) for row in transition(rates, step)] for step in sorted(set(lengths))}
    chances, opening = by_month(rates, start, ctx.steps), _opening(ctx, name, start)
    reached: list[str] = []
    for to, last in enumerate(names[:-1]):
        bound = ""
        for at, other in enumerate(names):
            pairs = [x for step, rows in moved.items() for x in (step, rows[at][to])]
            share = b.month(f"{name}.{other}_up_to_{last}", "pick", before, *pairs)
            part, stood = f"{name}.bound_{last}_{other}", f"{name}.in_{other}.prev"
            bound = b.month(part, *(("mul_add", stood, share, bound) if bound else ("mul", stood, share)))
        reached.append(b.month(f"{name}.up_to_{last}", "below", word, bound))
    for at, other in enumerate(names):
        row, label = f"{name}.in_{other}", f"{name}, in the regime {other}"
        base = ctx.by_month(f"{name}.chance_of_{other}", [one[at] for one in chances])
        show: dict[str, Any] = {"opening": opening[at], "base": base, "label": label, "roll": "mean"}
        if at == 0:
            b.month(row, "set", reached[0], **show)
        elif at == len(names) - 1:
            b.month(row, "opposite", reached[-1], **show)
        else:
            b.month(row, "sub", reached[at], reached[at - 1], **show)
    return _moved(ctx, name, regimes, diffusion)


def _opening(ctx: Lowering, name: str, start: Sequence[float]) -> list[Argument]:
    """Whether a path stands in each of the regimes on the market's date: known, or drawn once a path."""
    if max(start) == 1.0:
        return list(start)
    b = ctx.b
    word = b.start(f"{name}.start_word", "draw_uniform", stream=f"{ctx.stream(name)}/regime/start")
    reached: list[Argument] = [0.0]
    for at, bound in enumerate(list(accumulate(start))[:-1]):
        reached.append(b.start(f"{name}.start_up_to_{at + 1}", "below", word, bound))
    reached.append(1.0)
    pairs = zip(reached, reached[1:], start, strict=False)
    rows = [(f"{name}.start_in_{at}", high, low, p) for at, (low, high, p) in enumerate(pairs, start=1)]
    return [b.start(row, "sub", high, low, base=p) for row, high, low, p in rows]


def _moved(ctx: Lowering, name: str, regimes: Mapping[str, Regime], diffusion: str) -> str:
    """Row of θ_i + v_i·A; A alone before the market's date."""
    b, shift, multiple = ctx.b, "", ""
    same = all(own.volatility_multiple.canonical == 1.0 for own in regimes.values())
    for other, own in regimes.items():
        stands = f"{name}.in_{other}"
        ctx.quantity(own.lasts, f"Mean duration of the regime {other}, {name}")
        stated = ctx.quantity(own.shift, f"Shift in the regime {other}, {name}")
        if b.unit_of(stated):  # under the arithmetic transform; as the diffusion, it carries no unit
            stated = b.scalar(f"{name}.shift_of_{other}", "convert", stated, 1.0)
        row = f"{name}.shift_{other}"
        shift = b.month(row, *(("mul_add", stands, stated, shift) if shift else ("mul", stands, stated)))
        if not same:
            stated = ctx.quantity(own.volatility_multiple, f"Multiple of the volatility in the regime {other}, {name}")
            row = f"{name}.multiple_{other}"
            multiple = b.month(row, *(("mul_add", stands, stated, multiple) if multiple else ("mul", stands, stated)))
    if any(step == 0.0 for step in ctx.steps):
        on = ctx.per_step(f"{name}.after_as_of", lambda h: float(h > 0.0))
        shift = b.month(f"{name}.shift", "mul", shift, on)
    if same:
        return b.month(f"{name}.in_regime", "add", diffusion, shift)
    return b.month(f"{name}.in_regime", "mul_add", diffusion, multiple, shift)
