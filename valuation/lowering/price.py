"""Rows of a price: its components, its expected value, the location that gives it that mean, the price itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from valuation.lowering.context import FactorRows, origin
from valuation.lowering.exceedance import spread_of, standard_normal, value_row
from valuation.processes import ou
from valuation.spec.forwards import expected_by_month, premium_of

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.processes.price_law import Deviation
    from valuation.spec.components import Part, YearlyLevel
    from valuation.spec.price import PriceFactor
    from valuation.spec.quantity import Quantity


def lower_price(spec: PriceFactor, name: str, ctx: Lowering) -> FactorRows:
    """Rows of a price that its components and its yearly level move and nothing else."""
    with ctx.b.in_section(f"Market: {name}"):
        levels, moved = component_rows(spec, name, ctx)
        level = spec.drawn_each_year()
        if level is not None:
            moved.append(yearly_level_row(ctx, name, level))
        price_rows(spec, name, ctx, moved, spec.deviation(ctx.steps, correlation(spec, name, ctx)))
    return FactorRows(name, spec.unit, levels, rates(spec))


def rates(spec: PriceFactor) -> dict[str, tuple[float, float]]:
    """(reversion, volatility) by component."""
    return {part.name: part.driver for part in spec.parts()}


def correlation(spec: PriceFactor, name: str, ctx: Lowering) -> list[list[float]]:
    """Correlation of the price's components, as the factor and the market's list have it."""
    return ctx.noise.correlation_of([driver for driver, *_ in spec.drivers(name)])


def component_rows(spec: PriceFactor, name: str, ctx: Lowering) -> tuple[dict[str, str], list[str]]:
    """Rows of the components: by name their levels at the month's end, and what of each moves the month's price."""
    levels: dict[str, str] = {}
    moved: list[str] = []
    for part in spec.parts():
        levels[part.name], own = component_row(part, name, ctx, at_end=spec.settlement == "month_end")
        moved.append(own)
    return levels, moved


def component_row(part: Part, name: str, ctx: Lowering, *, at_end: bool) -> tuple[str, str]:
    """Rows of a component: its level at the month's end, and that level or its average over the month."""
    b, driver = ctx.b, f"{name}.{part.name}"
    if part.reversion is not None:
        ctx.quantity(part.reversion, f"Reversion, {part.name}")
    ctx.quantity(part.volatility, f"Volatility, {part.name}")
    kappa, _ = part.driver
    decay = ctx.per_step(f"{driver}.decay", lambda h: ou.decay(kappa, h))
    label = f"{name}, {part.name}"
    level = b.month(driver, "mul_add", f"{driver}.prev", decay, ctx.noise.level(ctx, driver), label=label)
    if at_end:
        return level, level
    carried = ctx.per_step(f"{driver}.carried", lambda h: ou.integrated_decay(kappa, h) / h if h else 1.0)
    noise = ctx.noise.average(ctx, driver)
    return level, b.month(f"{driver}.average", "mul_add", f"{level}.prev", carried, noise)


def yearly_level_row(ctx: Lowering, name: str, level: YearlyLevel) -> str:
    """Row of a normal that is drawn in the first month and in every month in which the level resets."""
    b = ctx.b
    sd = ctx.quantity(level.sd, f"Spread of the yearly level, {name}")
    first = b.month(f"{name}.yearly_level.first", "equal", ctx.time.t, float(ctx.first_step))
    new_year = b.month(f"{name}.yearly_level.new_year", "is_month", ctx.time.month_end, float(level.resets.month))
    resets = b.month(f"{name}.yearly_level.resets", "higher_of", first, new_year)
    row = f"{name}.yearly_level"
    normal = ctx.yearly_levels.normal(ctx, row, f"{row}.normal", f"{ctx.stream(name)}/yearly_level/level", resets)
    if b.unit_of(sd):  # under the arithmetic transform; as the components, the level carries no unit
        sd = b.scalar(f"{row}.sd", "convert", sd, 1.0)
    drawn = b.month(f"{name}.yearly_level.drawn", "mul", normal, sd)
    return b.month(row, "select", resets, drawn, f"{row}.prev", label=f"Level of the year, {name}")


def price_rows(spec: PriceFactor, name: str, ctx: Lowering, moved: Sequence[str], law: Deviation) -> str:
    """The price's row, and before it those of its deviation, expected value, variance and location.

    Parameters
    ----------
    moved : rows whose sum is the deviation x.
    law : law of x by month, which the location is taken from.

    Returns
    -------
    log: P = exp(ln F − v/2 − K(1) + x); asinh: P = c·sinh(asinh(F·e^(−s)/c) − d + x); arithmetic: P = F − E[x] + x;
    all have E[P] = F, see processes/price_law.py. In the base case P is F.
    """
    b = ctx.b
    x = moved[0] if len(moved) == 1 else b.month(f"{name}.x", "sum", *moved)
    expected = expected_rows(spec, name, ctx)
    refuse_without_location(spec, ctx, law)
    label = f"Variance of the transform, {name}"
    variance = ctx.by_month(f"{name}.variance", list(law.variance), label=label)
    show: dict[str, Any] = {"unit": spec.unit, "base": expected, "label": f"Price {name}", "roll": "mean"}
    if spec.transform == "arithmetic":
        location = _less(ctx, f"{name}.location", expected, _part(ctx, f"{name}.other_mean", law.mean, spec.unit))
        return b.month(name, "mul_add", x, per_unit(spec, name, ctx), location, **show)
    half = b.month(f"{name}.half_variance", "mul", variance, 0.5)
    if spec.transform == "log":
        log_forward = b.month(f"{name}.log_forward", "log", expected)
        other = _part(ctx, f"{name}.other_growth", law.up)
        location = b.month(f"{name}.location", "sum", log_forward, f"-{half}", *(f"-{row}" for row in other))
        return b.month(name, "exp_price", x, location, **show)
    scale = ctx.quantity(spec.scale, "Scale of the asinh transform")  # type: ignore[arg-type]
    both = [0.5 * (up + down) for up, down in zip(law.up, law.down, strict=True)]
    odd = [0.5 * (up - down) for up, down in zip(law.up, law.down, strict=True)]
    spread = [half, *_part(ctx, f"{name}.other_spread", both)]
    whole = half if len(spread) == 1 else b.month(f"{name}.spread", "sum", *spread)
    minus = b.month(f"{name}.minus_half_variance", "mul", whole, -1.0)
    shrink = b.month(f"{name}.shrink", "exp", minus)
    target = b.month(f"{name}.target", "prod", expected, shrink, unit=spec.unit)
    ratio = b.month(f"{name}.ratio", "divide", target, scale)
    shift = _part(ctx, f"{name}.other_shift", odd)
    centre = b.month(f"{name}.centre" if shift else f"{name}.location", "asinh", ratio)
    location = _less(ctx, f"{name}.location", centre, shift) if shift else centre
    return b.month(name, "sinh_price", x, location, scale, **show)


def per_unit(spec: PriceFactor, name: str, ctx: Lowering) -> str:
    """What a deviation of 1 is in the price's unit under the arithmetic transform: the components carry no unit."""
    return ctx.constant(f"{name}.unit", 1.0, spec.unit, f"Price of a deviation of 1, {name}")


def _part(ctx: Lowering, row: str, values: Sequence[float], unit: str = "") -> list[str]:
    """Row of a constant of the part of the deviation that is not Gaussian; none where there is no such part."""
    return [ctx.by_month(row, list(values), unit)] if any(values) else []


def _less(ctx: Lowering, row: str, centre: str, taken: list[str]) -> str:
    unit = ctx.b.unit_of(centre) or ""
    return ctx.b.month(row, "sum", centre, *(f"-{one}" for one in taken), unit=unit)


def expected_rows(spec: PriceFactor, name: str, ctx: Lowering) -> str:
    """Row of the expected price: the forward with its shape and the premium, or what the parameters imply."""
    b, label = ctx.b, f"Expected price {name}"
    for quantity, what in spec.stated_parameters():
        ctx.quantity(quantity, f"{what}, {name}")
    if spec.forward is None:
        implied = spec.implied_by_month(ctx.contract.measure, ctx.steps, b.first_month)
        level = ctx.by_month(f"{name}.implied", implied, spec.unit, f"Implied forward {name}")
        return b.month(f"{name}.expected", "set", level, unit=spec.unit, label=label, roll="mean")
    level = ctx.schedule(spec.forward.level, f"Forward {name}", "curve")
    if spec.forward.month_shape:
        path = f"{ctx.factor_path(name)}.forward.month_shape"
        weight = by_calendar_month(ctx, name, "shape", path, spec.forward.month_shape)
        level = b.month(f"{name}.forward", "prod", level, weight, unit=spec.unit, label=f"Forward {name}", roll="mean")
    added = []
    if spec.forward.month_shift:
        path = f"{ctx.factor_path(name)}.forward.month_shift"
        added.append(by_calendar_month(ctx, name, "shift", path, spec.forward.month_shift))
    premium = ctx.quantity(spec.risk_premium, f"Risk premium {name}")
    if ctx.contract.measure == "real_world":  # risk-neutral: the forward as it is
        added.append(premium)
    return b.month(f"{name}.expected", "sum", level, *added, unit=spec.unit, label=label, roll="mean")


def by_calendar_month(ctx: Lowering, name: str, what: str, path: str, amounts: Sequence[Quantity]) -> str:
    """Row of twelve amounts of a file, January first: the one of the month."""
    b = ctx.b
    columns = {"month": tuple(float(m) for m in range(1, 13)), "value": tuple(q.canonical for q in amounts)}
    unit = "" if amounts[0].unit == "" else amounts[0].canonical_unit
    label = f"{what.capitalize()} by calendar month, {name}"
    table = b.table(path, columns, ("", unit), label, origin(path, amounts[0].provenance))
    month = f"{name}.calendar_month"
    if month not in b.rows:
        b.month(month, "calendar_month", ctx.time.month_end)
    return b.month(f"{name}.{what}", "month_value", f"{table}:value", month, unit=unit)


def refuse_without_location(spec: PriceFactor, ctx: Lowering, law: Deviation) -> None:
    """A file is refused before; this is for contracts that are built in Python."""
    if spec.forward is None:
        return
    months = range(ctx.b.first_month, ctx.b.first_month + ctx.b.months)
    spec.locations(expected_by_month(spec.forward, premium_of(ctx.contract, spec), months), law)


def exceeded_price(spec: PriceFactor, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
    """Price that the month's own exceeds with a probability p, where its deviation is normal: at location −
    Φ⁻¹(p)·√v."""
    spread = spread_of(ctx, standard_normal(ctx, name, probability, row), f"{name}.variance", row)
    op, args = "exp_price", [spread, f"{name}.location"]
    if spec.scale is not None:
        op, args = "sinh_price", [*args, ctx.quantity(spec.scale, "Scale of the asinh transform")]
    if spec.transform == "arithmetic":
        op, args = "mul_add", [spread, per_unit(spec, name, ctx), f"{name}.location"]
    show = {"base": f"{name}.expected", "unit": spec.unit, "label": f"Price {name}"}
    return value_row(ctx, probability, row, op, *args, **show)
