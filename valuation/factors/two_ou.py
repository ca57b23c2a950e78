"""Price with a slow and a fast mean-reverting component and a level of its own each year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import ValidationInfo, ValidatorFunctionWrapHandler, field_validator, model_validator

from valuation.registry import factor
from valuation.spec.factor import Factor, Forward, in_unit
from valuation.spec.faults import fault
from valuation.spec.kinds import ANY, Intensity, Kind, Volatility
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Quantity
from valuation.spec.words import DayOfYear, UnitText

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

SPREAD = Kind("a number", "0.45", ("",), low=0.0)


class Component(SpecModel):
    """One mean-reverting component: dX = −reversion·X dt + volatility dW, X = 0 on the market's date."""

    reversion: Intensity
    """Speed of mean reversion [1/year]."""
    volatility: Volatility
    """Volatility of the transformed price [1/sqrt(year)]."""


class YearlyLevel(SpecModel):
    """A normal shift of the transformed price, drawn anew each year."""

    sd: Annotated[Quantity, SPREAD]
    """Standard deviation [1]."""
    resets: DayOfYear = default("01-01")
    """Day on which a new level is drawn, the first of a month."""

    @model_validator(mode="after")
    def _month_start(self) -> YearlyLevel:
        if self.resets.day != 1:
            raise fault(f"the level resets on the first of a month, not on {self.resets}", "resets")
        return self


@factor("two_ou")
class TwoOU(Factor):
    """Price P with transform(P) = location + slow + fast + yearly level, and E[P] = forward + risk premium."""

    components: ClassVar[tuple[str, ...]] = ("slow", "fast")
    measured_as: ClassVar[Literal["share", "number", "unit"]] = "unit"
    process: Literal["two_ou"]
    transform: Literal["log", "asinh"] = "log"
    """`log` for prices above 0; `asinh` where they can be negative."""
    unit: UnitText
    """Unit of the price, `EUR/MWh`."""
    scale: Annotated[Quantity, ANY] | None = None
    """Where asinh begins to act like a logarithm [unit]; for asinh."""
    forward: Forward
    """Forward curve [unit]."""
    slow: Component
    """The slow component."""
    fast: Component | None = None
    """The fast component."""
    yearly_level: YearlyLevel | None = None
    """The level of the year."""
    settlement: Literal["month_average", "month_end"] = "month_average"
    """What a month settles at: the average of its prices, or the price at its end."""
    risk_premium: Annotated[Quantity, ANY] = default(None)
    """Expected spot less forward [unit]; 0 where it is left out, which is an assumption."""

    @field_validator("forward")
    @classmethod
    def _forward_in_unit(cls, forward: Forward, info: ValidationInfo) -> Forward:
        return forward.to(info.data["unit"]) if "unit" in info.data else forward

    @field_validator("scale", "risk_premium", mode="wrap")
    @classmethod
    def _value_in_unit(cls, raw: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Quantity | None:
        if raw is None and info.field_name == "scale":
            return None
        if "unit" not in info.data:
            return None
        unit: str = info.data["unit"]
        return in_unit(f"0 {unit}" if raw is None else raw, unit)

    @model_validator(mode="after")
    def _transform_fits(self) -> TwoOU:
        if (self.transform == "asinh") != (self.scale is not None):
            raise fault("'transform: asinh' and its 'scale' go together", "transform")
        if self.scale is not None and self.scale.canonical <= 0.0:
            raise fault("the scale must be above 0", "scale")
        if self.transform == "log" and any(level.canonical <= 0.0 for level in self.forward.level.quantities):
            raise fault("a forward of 0 or below needs 'transform: asinh'", "forward")
        return self

    @property
    def stays_positive(self) -> bool:
        """Under the logarithm; asinh lets a price fall below 0."""
        return self.transform == "log"

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of each Brownian motion, in file order."""
        parts = (("slow", self.slow), ("fast", self.fast))
        return tuple(
            (f"{name}.{part}", f"{name}/{part}", own.reversion.canonical, own.volatility.canonical)
            for part, own in parts
            if own is not None
        )

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """Rows of the price.

        With A the month average of slow + fast (or their level at the month's end) and L the year's level, v = Var(A
        + L): log: P = exp(ln F − v/2 + A + L); asinh: P = c·sinh(asinh(F·e^(−v/2)/c) + A + L); both have E[P] = F,
        the forward with its shape plus the risk premium.
        """
        from valuation.lowering.context import FactorRows
        from valuation.processes import ou

        b = ctx.b
        parts = self.drivers(name)
        levels: dict[str, str] = {}
        moved: list[str] = []
        with b.in_section(f"Market: {name}"):
            for component, spec in (("slow", self.slow), ("fast", self.fast)):
                if spec is None:
                    continue
                driver = f"{name}.{component}"
                kappa = ctx.quantity(spec.reversion, f"Reversion, {component}") and spec.reversion.canonical
                ctx.quantity(spec.volatility, f"Volatility, {component}")
                decay = ctx.per_step(f"{driver}.decay", lambda h, k=kappa: ou.decay(k, h))  # type: ignore[misc]
                level = b.month(
                    driver,
                    "mul_add",
                    f"{driver}.prev",
                    decay,
                    ctx.noise.level(ctx, driver),
                    label=f"{name}, {component}",
                )
                levels[component] = level
                if self.settlement == "month_end":
                    moved.append(level)
                    continue
                carried = ctx.per_step(
                    f"{driver}.carried",
                    lambda h, k=kappa: ou.integrated_decay(k, h) / h if h else 1.0,  # type: ignore[misc]
                )
                noise = ctx.noise.average(ctx, driver)
                moved.append(b.month(f"{driver}.average", "mul_add", f"{level}.prev", carried, noise))
            if self.yearly_level is not None:
                moved.append(self._lower_level(name, ctx))
            x = moved[0] if len(moved) == 1 else b.month(f"{name}.x", "sum", *moved)
            expected = self._lower_expected(name, ctx)
            variances = self.variances(name, ctx)
            self._refuse_without_location(ctx, variances)
            variance = ctx.by_month(f"{name}.variance", variances, label=f"Variance of the transform, {name}")
            half = b.month(f"{name}.half_variance", "mul", variance, 0.5)
            if self.transform == "log":
                log_forward = b.month(f"{name}.log_forward", "log", expected)
                location = b.month(f"{name}.location", "sum", log_forward, f"-{half}")
                b.month(
                    name, "exp_price", x, location, unit=self.unit, base=expected, label=f"Price {name}", roll="mean"
                )
            else:
                scale = ctx.quantity(self.scale, "Scale of the asinh transform")  # type: ignore[arg-type]
                minus = b.month(f"{name}.minus_half_variance", "mul", half, -1.0)
                shrink = b.month(f"{name}.shrink", "exp", minus)
                target = b.month(f"{name}.target", "prod", expected, shrink, unit=self.unit)
                ratio = b.month(f"{name}.ratio", "divide", target, scale)
                location = b.month(f"{name}.location", "asinh", ratio)
                b.month(
                    name,
                    "sinh_price",
                    x,
                    location,
                    scale,
                    unit=self.unit,
                    base=expected,
                    label=f"Price {name}",
                    roll="mean",
                )
        rates = {d.rsplit(".", 1)[1]: (kappa, sigma) for d, _, kappa, sigma in parts}
        return FactorRows(name, self.unit, levels, rates)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Price that the month's own exceeds with a probability p: the transform's law is normal, so its value is taken
        at location − Φ⁻¹(p)·√v."""
        from valuation.lowering.exceedance import spread_of, standard_normal, value_row

        spread = spread_of(ctx, standard_normal(ctx, name, probability, row), f"{name}.variance", row)
        op, args = "exp_price", [spread, f"{name}.location"]
        if self.scale is not None:
            op, args = "sinh_price", [*args, ctx.quantity(self.scale, "Scale of the asinh transform")]
        show = {"base": f"{name}.expected", "unit": self.unit, "label": f"Price {name}"}
        return value_row(ctx, probability, row, op, *args, **show)

    def variances(self, name: str, ctx: Lowering) -> list[float]:
        """Variance of the transformed price by month [1], from X = 0 on the market's date."""
        own = [(driver, kappa, sigma) for driver, _, kappa, sigma in self.drivers(name)]
        return self.variances_of(own, ctx.noise.correlation_of([driver for driver, *_ in own]), ctx.steps)

    def variances_of(
        self,
        own: Sequence[tuple[str, float, float]],
        correlation: Sequence[Sequence[float]],
        steps: Sequence[float],
    ) -> list[float]:
        """Variance of slow + fast (month average, or level at the month's end) plus the year's level [1]."""
        from valuation.processes.average import average_variances, level_variances

        moments = level_variances if self.settlement == "month_end" else average_variances
        level = self.yearly_level.sd.canonical if self.yearly_level else 0.0
        found = moments(own, correlation, steps)
        return [v + level * level if step > 0.0 else 0.0 for v, step in zip(found, steps, strict=True)]

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance of the price by month where slow and fast are uncorrelated.

        ``expected``: forward with shape and premium [unit]; ``steps``: the months' lengths [year]; shape [T].

        log: Var = F²(e^v − 1); asinh with m its location: Var = c²/2·(e^(2v)·cosh 2m − 1) − F².
        """
        import math

        own = [(driver, kappa, sigma) for driver, _, kappa, sigma in self.drivers("")]
        identity = [[float(i == j) for j in range(len(own))] for i in range(len(own))]
        variances = self.variances_of(own, identity, steps)
        out = []
        for forward, v, m in zip(expected, variances, self.locations(expected, variances), strict=True):
            if self.scale is None:
                out.append((forward, forward * forward * math.expm1(v)))
                continue
            c = self.scale.canonical
            out.append((forward, c * c / 2.0 * (math.exp(2.0 * v) * math.cosh(2.0 * m) - 1.0) - forward * forward))
        return out

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months' prices where slow and fast are uncorrelated.

        log: F₁F₂(e^C − 1), C the covariance of the transforms; asinh: see processes/autocovariance.py.
        """
        from valuation.processes import autocovariance as between

        own = [(driver, kappa, sigma) for driver, _, kappa, sigma in self.drivers("")]
        identity = [[float(i == j) for j in range(len(own))] for i in range(len(own))]
        of_two = between.level_covariance if self.settlement == "month_end" else between.average_covariance
        shared = of_two(own, identity, steps, first, later)
        level = self.yearly_level
        if level is not None and not between.reset_between(first_month, first, later, level.resets.month):
            shared += level.sd.canonical**2
        forwards = (expected[first], expected[later])
        if self.scale is None:
            return between.of_log_prices(forwards, shared)
        every = self.variances_of(own, identity, steps)
        variances = (every[first], every[later])
        m, n = self.locations(forwards, variances)
        return between.of_asinh_prices(forwards, (m, n), variances, shared, self.scale.canonical)

    def locations(self, expected: Sequence[float], variances: Sequence[float]) -> list[float]:
        """Location m of the transformed price by month [1], which makes the price's mean the expected one.

        Raises
        ------
        ForwardNotPositive : an expected price of 0 or below under the logarithm.
        """
        from valuation.processes.average import asinh_location, log_location

        pairs = zip(expected, variances, strict=True)
        if self.scale is None:
            return [log_location(price, v) for price, v in pairs]
        return [asinh_location(price, v, self.scale.canonical) for price, v in pairs]

    def _refuse_without_location(self, ctx: Lowering, variances: Sequence[float]) -> None:
        """A file is refused before; this is for contracts that are built in Python."""
        from valuation.spec.forwards import expected_by_month, premium_of

        months = range(ctx.b.first_month, ctx.b.first_month + ctx.b.months)
        self.locations(expected_by_month(self.forward, premium_of(ctx.contract, self), months), variances)

    def _lower_expected(self, name: str, ctx: Lowering) -> str:
        level = ctx.schedule(self.forward.level, f"Forward {name}", "curve")
        b = ctx.b
        if self.forward.month_shape:
            shape = self.forward.month_shape
            path = f"{ctx.factor_path(name)}.forward.month_shape"
            columns = {"month": tuple(float(m) for m in range(1, 13)), "value": tuple(q.canonical for q in shape)}
            from valuation.lowering.context import origin

            table = b.table(
                path, columns, ("", ""), f"Shape by calendar month, {name}", origin(path, shape[0].provenance)
            )
            month = b.month(f"{name}.calendar_month", "calendar_month", ctx.time.month_end)
            weight = b.month(f"{name}.shape", "month_value", f"{table}:value", month)
            level = b.month(
                f"{name}.forward", "prod", level, weight, unit=self.unit, label=f"Forward {name}", roll="mean"
            )
        premium = ctx.quantity(self.risk_premium, f"Risk premium {name}")
        paid = [premium] if ctx.contract.measure == "real_world" else []  # risk-neutral: the forward as it is
        return b.month(
            f"{name}.expected", "sum", level, *paid, unit=self.unit, label=f"Expected price {name}", roll="mean"
        )

    def _lower_level(self, name: str, ctx: Lowering) -> str:
        level, b = self.yearly_level, ctx.b
        if level is None:
            raise ValueError("no yearly level")
        sd = ctx.quantity(level.sd, f"Spread of the yearly level, {name}")
        first = b.month(f"{name}.yearly_level.first", "equal", ctx.time.t, float(ctx.first_step))
        new_year = b.month(f"{name}.yearly_level.new_year", "is_month", ctx.time.month_end, float(level.resets.month))
        resets = b.month(f"{name}.yearly_level.resets", "higher_of", first, new_year)
        normal = b.month(
            f"{name}.yearly_level.normal", "draw_normal", resets, stream=f"{ctx.stream(name)}/yearly_level/level"
        )
        drawn = b.month(f"{name}.yearly_level.drawn", "mul", normal, sd)
        row = f"{name}.yearly_level"
        return b.month(row, "select", resets, drawn, f"{row}.prev", label=f"Level of the year, {name}")
