"""The step of a state whose law is a table by state and normal: one table for each length of a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuation.plan.model import Argument

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


def tabulated_state(
    ctx: Lowering,
    row: str,
    step: tuple[str, tuple[float, ...]],
    first: tuple[str, tuple[float, ...]],
    opening: Argument,
    start_numbers: tuple[float, ...] = (),
    label: str = "",
) -> str:
    """Month row of the state, from last month's by the row's own normal; unchanged in a month of no length.

    Parameters
    ----------
    step, first : name of the law of a step, and of a first step if that always begins at one state, with the numbers
        that come before the step's length. ``start_numbers`` come behind it in the first step's.
    opening : state before the first month: a number, or a row of the start axis.
    """
    b = ctx.b
    factor = row.rpartition(".")[0]
    if ctx.noise.is_joined(factor):
        normal = ctx.noise.standard(ctx, factor)
    else:
        normal = b.month(f"{row}.normal", "draw_normal", 1.0, stream=f"{ctx.stream(factor)}/level")
    begins = ctx.steps[ctx.first_step]
    lengths = sorted({length for length in ctx.steps if length > 0.0})
    moved: list[tuple[str, float]] = []
    for length in lengths:
        alone = length == begins and ctx.steps.count(length) == 1
        name, numbers = first if alone else step
        table = b.law(f"{row}.law_{len(moved)}", name, *numbers, length, *(start_numbers if alone else ()), label=label)
        one = len(set(ctx.steps)) == 1
        at = row if one else f"{row}.step_{len(moved)}"
        show: dict[str, Any] = {"opening": opening} if one else {}
        moved.append((b.month(at, "lookup_2d", f"{row}.prev", normal, table, **show), length))
        if one:
            return at
    chosen: Argument = f"{row}.prev"
    for place, (name, length) in enumerate(moved):
        flag = b.month(f"{row}.is_step_{place}", "equal", ctx.step_row, length)
        last = place == len(moved) - 1
        at = row if last else f"{row}.chosen_{place}"
        more: dict[str, Any] = {"opening": opening} if last else {}
        chosen = b.month(at, "select", flag, name, chosen, **more)
    return row
