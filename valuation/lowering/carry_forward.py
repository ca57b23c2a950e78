"""What is carried forward from tax year to tax year: losses, interest that was not deducted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.quantity import Quantity


def carried_forward(
    ctx: Lowering,
    name: str,
    ends: str,
    room: str,
    result: str,
    *,
    years: Quantity | None = None,
    labels: tuple[str, str],
) -> str:
    """Row ``<name>_used`` of what a year uses of the pool ``<name>``, in the year's last month.

    used = min(pool, max(room, 0)); pool' = pool − used + max(−result, 0). Without a limit of time that is all. Of what
    may be used in N later years the oldest is used first, so what is older than N years at a year's end is what of the
    pool exceeds all that came in during the N − 1 years before: expired = max(pool − used − (C(y−1) − C(y−N)), 0),
    with C(y) all that has come in by the end of year y. The pool is never below 0: nothing is taken out of it but by a
    minimum with itself.

    Parameters
    ----------
    ends : flag row of the last month of a tax year.
    room : row of what the year can use [contract currency].
    result : row that is below 0 by what the year puts in [contract currency].
    years : tax years in which it can be used [month]; without limit where None.
    labels : of what is used, and of the pool.
    """
    b, home, before = ctx.b, ctx.b.currency, f"{name}.prev"
    pool = {"unit": home, "label": labels[1], "roll": "end"}
    used = b.month(f"{name}_used", "loss_used", ends, room, before, unit=home, label=labels[0], roll="sum")
    if years is None:
        b.month(name, "loss_pool", before, used, ends, result, **pool)
        return used
    months = 12 * round(years.canonical / 12.0)
    if months == 0:
        raise ValueError("what expires at once is not carried forward")
    left = b.month(f"{name}_left", "sub", before, used, unit=home)
    came = b.month(f"{name}_came", "loss_pool", f"{name}_came.prev", 0.0, ends, result, unit=home)
    older = b.month(f"{name}_older", "sum", left, f"-{came}.prev12", f"{came}.prev{months}", unit=home)
    words = {"unit": home, "label": f"{labels[1]}, expired", "roll": "sum"}
    expired = b.month(f"{name}_expired", "loss_used", ends, older, left, **words)
    b.month(name, "loss_pool", left, expired, ends, result, **pool)
    return used
