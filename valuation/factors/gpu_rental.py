"""Rental price of processors: it falls with the age of its generation, moves at random, and starts anew with the
next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from valuation.errors import UnitError
from valuation.registry import factor
from valuation.spec.factor import Factor, in_unit
from valuation.spec.faults import fault
from valuation.spec.kinds import ANY, Intensity, Volatility
from valuation.spec.model import SpecModel, default
from valuation.spec.quantity import Quantity
from valuation.spec.words import Day, UnitText, such_as

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering

ONE_GENERATION = "[{from: 2026-07-01, price: 2.35 USD/GPU/hour, decay: 35 %/year}]"


class PricedGeneration(SpecModel):
    """Processors of one generation: from when on theirs is the price, at what level, and how fast it falls."""

    start: Day = Field(alias="from")
    """Date from which the factor is the price of this generation, and at which its price holds."""
    price: Annotated[Quantity, ANY]
    """Expected rental price on that date [unit of the factor]."""
    decay: Intensity
    """Rate at which the expected price falls, continuous: price·e^(−decay·years) [1/year]."""


@factor("gpu_rental")
class GpuRental(Factor):
    """S = E[S]·exp(X − Var X/2) with dX = −reversion·X dt + volatility dW; E[S] = price·e^(−decay·age) of the
    generation in force."""

    components: ClassVar[tuple[str, ...]] = ("log",)
    measured_as: ClassVar[Literal["share", "number", "unit"]] = "unit"
    process: Literal["gpu_rental"]
    unit: UnitText
    """Unit of the price, `USD/GPU/hour`."""
    generations: Annotated[tuple[PricedGeneration, ...], such_as(ONE_GENERATION)]
    """Generations in the order of their dates; each is in force in the months that begin on its date or later."""
    volatility: Volatility
    """Volatility of the logarithm of the price [1/sqrt(year)]."""
    reversion: Intensity = default("0 /year")
    """Speed at which the price reverts to its expected path; 0 for a random walk around it [1/year]."""

    @field_validator("generations")
    @classmethod
    def _prices_in_unit(
        cls, generations: tuple[PricedGeneration, ...], info: ValidationInfo
    ) -> tuple[PricedGeneration, ...]:
        unit = info.data.get("unit")
        if unit is None:
            return generations
        found = []
        for place, one in enumerate(generations):
            try:
                found.append(one.model_copy(update={"price": in_unit(one.price, unit)}))
            except UnitError:
                message = f"'{one.price.unit}' does not fit the factor's unit '{unit}'"
                raise fault(message, place, "price") from None
        return tuple(found)

    @model_validator(mode="after")
    def _in_order(self) -> GpuRental:
        if not self.generations:
            raise fault(f"an empty list, expected for example {ONE_GENERATION}", "generations")
        for place, one in enumerate(self.generations):
            if one.price.canonical <= 0.0:
                raise fault("the price must be above 0", "generations", place, "price")
        for place, (one, other) in enumerate(pairwise(self.generations), 1):
            if other.start.date <= one.start.date:
                message = f"{other.start} is not after {one.start}: write the generations in the order of their dates"
                raise fault(message, "generations", place, "from")
        return self

    @property
    def stays_positive(self) -> bool:
        """Always: it is an exponential."""
        return True

    def drivers(self, name: str) -> tuple[tuple[str, str, float, float], ...]:
        """(name, stream, reversion, volatility) of the Brownian motion."""
        return ((name, name, self.reversion.canonical, self.volatility.canonical),)

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """Exact mean and variance by month: E, E²(e^v − 1), v the variance of X at the month's end."""
        import math

        from valuation.processes import ou

        law = (self.reversion.canonical, self.volatility.canonical)
        variances = [ou.level_variance(*law, t) for t in accumulate(steps)]
        return [(mean, mean * mean * math.expm1(v)) for mean, v in zip(expected, variances, strict=True)]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of two months: E₁E₂(e^C − 1), C = e^(−κ·time between)·Var X at the end of the first."""
        from valuation.processes.autocovariance import level_covariance, of_log_prices

        own = (("", self.reversion.canonical, self.volatility.canonical),)
        shared = level_covariance(own, ((1.0,),), steps, first, later)
        return of_log_prices((expected[first], expected[later]), shared)

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """The expected price of the generation in force, at the middle of the month, times the movement at its end."""
        from valuation.lowering.context import FactorRows
        from valuation.lowering.driver import level_row
        from valuation.processes import ou

        b, kappa, sigma = ctx.b, self.reversion.canonical, self.volatility.canonical
        show: dict[str, Any] = {"unit": self.unit, "roll": "mean"}
        with b.in_section(f"Market: {name}"):
            ctx.quantity(self.volatility, f"Volatility {name}")
            ctx.quantity(self.reversion, f"Reversion {name}")
            running = ""
            for place, generation in enumerate(self.generations, 1):
                row, day = self._price(f"{name}.generation_{place}", ctx, generation, place)
                if running:
                    begun = b.month(f"{name}.generation_{place}.in_force", "from_date", ctx.time.month_start, day)
                    row = b.month(f"{name}.in_force_{place}", "select", begun, row, running, unit=self.unit)
                running = row
            expected = b.month(f"{name}.expected", "set", running, label=f"Expected {name}", **show)
            level = level_row(ctx, name, kappa, f"{name}, logarithm over its expected path")
            halves = [0.5 * ou.level_variance(kappa, sigma, t) for t in accumulate(ctx.steps)]
            half = ctx.by_month(f"{name}.half_variance", halves)
            logarithm = b.month(f"{name}.log_expected", "log", expected)
            location = b.month(f"{name}.location", "sum", logarithm, f"-{half}")
            b.month(name, "exp_price", level, location, base=expected, label=name, **show)
        return FactorRows(name, self.unit, {"log": level}, {"log": (kappa, sigma)})

    def _price(self, row: str, ctx: Lowering, generation: PricedGeneration, place: int) -> tuple[str, str]:
        """Rows of a generation's expected price at the middle of the month, and of its date."""
        b = ctx.b
        day = ctx.dated(generation.start, f"Generation {place} in force from")
        begin = b.scalar(f"{row}.from", "position_at_start", day, float(b.first_month), unit="position")
        stated = ctx.quantity(generation.price, f"Rental price of generation {place}")
        decay = ctx.quantity(generation.decay, f"Decay of the price, generation {place}")
        both = b.month(f"{row}.both", "sum", ctx.time.begin, ctx.time.end, unit="position")
        middle = b.month(f"{row}.middle", "convert", both, 0.5, unit="position")
        passed = b.month(f"{row}.passed", "sum", middle, f"-{begin}", unit="position")
        since = b.month(f"{row}.since", "clip", passed, 0.0, 1e9, unit="position")
        age = b.month(f"{row}.age", "convert", since, 1.0 / 12.0, unit="year")
        left = b.month(f"{row}.left", "exp", b.month(f"{row}.decayed", "prod", -1.0, decay, age))
        label = f"Expected rental price, generation {place}"
        return b.month(f"{row}.price", "prod", stated, left, unit=self.unit, label=label, roll="mean"), day

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Price that the month's own exceeds with a probability p: exp(location − Φ⁻¹(p)·√v)."""
        from valuation.lowering.exceedance import spread_of, standard_normal, value_row

        variance = ctx.b.month(f"{row}.variance", "mul", f"{name}.half_variance", 2.0)
        spread = spread_of(ctx, standard_normal(ctx, name, probability, row), variance, row)
        show = {"base": f"{name}.expected", "unit": self.unit, "label": name}
        return value_row(ctx, probability, row, "exp_price", spread, f"{name}.location", **show)
