"""Index: grows at a given effective yearly rate, such as inflation, or along forecasts of its level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from valuation.curves.growth import growth_steps
from valuation.registry import factor
from valuation.spec.factor import Factor
from valuation.spec.faults import fault
from valuation.spec.keyed import ByKey
from valuation.spec.kinds import Kind
from valuation.spec.quantity import Provenance, Quantity, Schedule
from valuation.spec.schedule import RateSchedule

if TYPE_CHECKING:
    from valuation.lowering.context import FactorRows, Lowering


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4 and 1900 < int(text) < 2200):
        raise ValueError(f"'{text}' is no year, expected for example 2027")
    return int(text)


LEVEL = Kind("a level of an index", "102.4", ("",), above=0.0)
LEVELS = ByKey(LEVEL, "year", "level", r"^[0-9]{4}$", _year)
"""Levels by calendar year."""


@factor("index")
class Index(Factor):
    """An index without chance: I_t = (1 + rate)^t, the rate for all time or by date."""

    components: ClassVar[tuple[str, ...]] = ()
    follows_prices: ClassVar[bool] = True
    process: Literal["index"]
    rate: RateSchedule | None = None
    """Effective yearly growth, for all time or by date; before the first date that of the first [1/year]."""
    levels: Annotated[dict[str, Quantity], LEVELS] | None = None
    """Forecasts of its average by calendar year, in place of `rate` [any one base]; before the first year and after the
    last it grows as beside them. Or `{file: cpi.csv}` with the columns year and level."""

    @model_validator(mode="after")
    def _one_growth(self) -> Index:
        if (self.rate is None) == (self.levels is None):
            raise fault("expected either 'rate' or 'levels'")
        if self.levels is not None and len(self.levels) < 2:
            raise fault("growth needs the levels of two years", "levels")
        return self

    @property
    def stays_positive(self) -> bool:
        """Always: it is a power of a growth above −100 %."""
        return True

    @property
    def steady(self) -> Quantity | None:
        """Its one rate [1/year], None where it changes by date."""
        return self.rate.constant if self.rate is not None else None

    @property
    def growth(self) -> Schedule:
        """Effective yearly rate by date [1/year]: as stated, or from each 1 July to the next by the ratio of levels."""
        if self.rate is not None:
            return self.rate
        if self.levels is None:
            raise ValueError("an index has a rate or levels")
        years = sorted(self.levels)
        one = self.levels[years[0]]
        said = Provenance(one.provenance.source, "derived", one.provenance.note)
        found = growth_steps([int(year) for year in years], [self.levels[year].canonical for year in years])
        steps = tuple((day, Quantity(rate, "1/year", rate, "1/year", 1.0, None, said)) for day, rate in found)
        return Schedule(steps, provenance=said, path=one.path.rpartition(".")[0])

    def moments(self, expected: Sequence[float], steps: Sequence[float]) -> list[tuple[float, float]]:
        """It does not vary: (1 + rate)^t, 0. For an index with one rate."""
        from itertools import accumulate

        if self.steady is None:
            raise ValueError("the level of an index whose rate changes by date depends on the dates")
        return [((1.0 + self.steady.canonical) ** t, 0.0) for t in accumulate(steps)]

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """It does not vary: 0."""
        return 0.0

    def lower(self, name: str, ctx: Lowering) -> FactorRows:
        """I_t = (1 + rate)^t, t in years of whole months since the market's date; with a rate by date the product of
        (1 + rate)^h, each month at the rate of its start."""
        from valuation.lowering.context import FactorRows

        b = ctx.b
        with b.in_section(f"Market: {name}"):
            if self.steady is None:
                rate = ctx.schedule(self.growth, f"Growth of {name}", "curve")
                grown = b.month(f"{name}.growth", "escalate", rate, ctx.step_row)
                b.month(name, "mul", f"{name}.prev", grown, opening=1.0, label=name, roll="end")
                return FactorRows(name, "")
            rate = ctx.quantity(self.steady, f"Growth of {name}")
            elapsed, years = 0.0, []
            for step in ctx.steps:
                elapsed += step
                years.append(elapsed)
            b.month(name, "escalate", rate, ctx.by_month(f"{name}.years", years, "year"), label=name, roll="end")
        return FactorRows(name, "", expected_growth=rate)

    def exceeded(self, name: str, ctx: Lowering, probability: Quantity | float, row: str) -> str:
        """Itself, with whatever probability: it does not vary."""
        from valuation.lowering.exceedance import stated

        stated(ctx, name, probability)
        return ctx.b.month(row, "set", ctx.factors[name].value)
