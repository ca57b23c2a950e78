"""What every risk factor has: a process, its components, and the unit that it is measured in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from valuation.errors import UnitError, ValuationError
from valuation.spec.csv_rows import fault_of
from valuation.spec.faults import fault, faults
from valuation.spec.kinds import ANY, NUMBER, Kind, Rate, share
from valuation.spec.model import ByWord, Named, SpecModel, Text, default
from valuation.spec.numbers import Numbers
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.quotes import QUOTES, Profile, level_by_month, unit_of, wrong_quotes
from valuation.spec.schedule import AnySchedule

JointKind = Literal["motion", "year", "event"]
"""What a correlation joins: Brownian motions, levels that are drawn anew each year, or the times of events."""


class NoAutocovariance(ValuationError, NotImplementedError):
    """A factor whose class does not state how its months move together."""


class Factor(Named):
    """A source of risk. Market factors are shared by many contracts; a contract may have factors of its own."""

    word: ClassVar[str] = "process"
    event: ClassVar[bool] = False
    """Whether this is an event (a hazard) and not a factor with a value each month."""
    arrives: ClassVar[bool] = False
    """Whether it is a factor that an event sets off: 0 until then, and where events are switched off."""
    of_start: ClassVar[bool] = False
    """Whether it is an event that acts on the start of a lease or of a phase, and no hazard that ends one."""
    of_another: ClassVar[bool] = False
    """Whether its value is made of that of another factor, which is written before it."""
    components: ClassVar[tuple[str, ...]] = ()
    """Names of its Brownian motions that others may move with, the slow one first; the factor alone means the first."""
    yearly: ClassVar[tuple[str, ...]] = ()
    """Names of its levels that are drawn anew each year, and that may be drawn together with those of others."""
    measured_as: ClassVar[Literal["share", "number", "unit"]] = "number"
    """How its value reads: a share, a bare number, or in the unit of its field `unit`."""

    follows_prices: ClassVar[bool] = False
    """Whether it is an index of prices with a yearly growth `rate`, so that money of one year can be reckoned by it."""

    note: Text | None = None
    """Reasoning that belongs to the factor as a whole."""

    @classmethod
    def components_of(cls, raw: Mapping[str, Any]) -> tuple[str, ...]:
        """The components that a factor of this class has in a file: an optional one may be left out."""
        fields = cls.model_fields
        return tuple(
            name
            for name in cls.components
            if name not in fields or fields[name].is_required() or raw.get(name) is not None
        )

    @classmethod
    def joined_of(cls, raw: Mapping[str, Any]) -> dict[str, JointKind]:
        """What of it a correlation may join, by component; an event's time has no name of its own."""
        if cls.arrives or (cls.event and not cls.of_start):
            return {"": "event"}
        found: dict[str, JointKind] = dict.fromkeys(cls.components_of(raw), "motion")
        return found | dict.fromkeys((name for name in cls.yearly if raw.get(name) is not None), "year")

    @property
    def joined(self) -> dict[str, JointKind]:
        """What of this factor a correlation may join."""
        return self.joined_of(dict(self))

    def stream_of(self, name: str, component: str) -> str:
        """Random stream of what a correlation joins and that is no Brownian motion: a yearly level, an event's time."""
        return f"{name}/{component}" if component else f"{name}/exponential"

    @property
    def resets_in(self) -> int:
        """Calendar month in which its yearly level is drawn anew."""
        return 1

    @property
    def stays_positive(self) -> bool:
        """Whether its level is above 0 on every path, so that a price can be indexed by its growth."""
        return False

    def autocovariance(
        self, expected: Sequence[float], steps: Sequence[float], first: int, later: int, first_month: int = 0
    ) -> float:
        """Exact covariance of the values of two months [unit²], seen from the market's date; its variance where both
        are one. Every factor that is no event owes it, as it owes `moments`: from both its test is generated.

        Parameters
        ----------
        expected : expected value by month [unit], shape [T]: a price's forward with shape and premium.
        steps : length of each month after the market's date [year], shape [T]; 0 before it.
        first, later : places of the two months in the grid, ``first`` ≤ ``later``.
        first_month : calendar month number (year·12 + month − 1) of the grid's month 0, for what is drawn each year;
            a January where it is left out.

        Raises
        ------
        NoAutocovariance : a process that has none in closed form or by quadrature.
        """
        raise NoAutocovariance(f"{type(self).__name__} states no covariance between months")

    def own_correlations(self) -> tuple[tuple[str, str, Quantity], ...]:
        """(component, component, correlation) that the factor itself states between its Brownian motions."""
        return ()

    @property
    def moving(self) -> tuple[str, ...]:
        """The components that this factor has."""
        return self.components_of(dict(self))


def _of_markets(cls: type[Factor]) -> bool:
    """Whether many contracts may share a factor of this class: a price, a rate of exchange, an index."""
    return not cls.event and (cls.measured_as == "unit" or "rate" in cls.model_fields)


def _of_contracts(cls: type[Factor]) -> bool:
    """Whether it is a contract's own: an event, its use, its customers."""
    return not _of_markets(cls)


AnyFactor = Annotated[Factor, ByWord("process", _of_contracts)]
"""A factor or hazard of a contract, of the class that its `process` names."""
MarketFactor = Annotated[Factor, ByWord("process", _of_markets)]
"""A factor of a market file, of the class that its `process` names."""


class Forward(SpecModel):
    """Expected value of a factor over time: flat, a curve by date or quotes by period, times a shape by calendar month,
    plus a shift by it.

    Written short, `forward: 1.1515 USD/EUR` is flat, and levels by date or a CSV are the curve.
    """

    short_for: ClassVar[tuple[str, ...]] = ("flat", "curve")

    flat: Annotated[Quantity, ANY] | None = None
    """One level for all time [unit of the factor]."""
    curve: AnySchedule | None = None
    """Levels by date, each until the next [unit of the factor]."""
    month_shape: Annotated[tuple[Quantity, ...], Numbers(NUMBER, 12)] = ()
    """Twelve multipliers, January first [1]; their mean need not be 1. Beside quotes: how a quoted period is shared out
    among its months."""
    month_shift: Annotated[tuple[Quantity, ...], Numbers(ANY, 12)] = ()
    """Twelve amounts that are added, January first [unit of the factor]; their mean need not be 0. Beside quotes they
    move a quoted period's months apart and not its average."""
    quotes: Annotated[dict[str, Quantity], QUOTES] | None = None
    """Prices of years, quarters and months [unit of the factor], each an average by days: the monthly curve through all
    of them; or `{file: quotes.csv}` with the columns period and price."""
    shaping: Literal["smooth", "stepped"] = "smooth"
    """How the level moves between quotes: as smoothly as they allow, or one level for all months of the same quotes."""
    beyond: Rate | None = None
    """Growth of the level from year to year after the last quote [1/year]; held where it is left out."""
    tolerance: Annotated[Quantity, share()] = default("0.1 %")
    """By how much a quote may differ from the shorter ones that make it up [1]; they hold."""

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and any(key in cls.model_fields for key in raw):
            return raw
        inside = raw.get("value") if isinstance(raw, dict) and "value" in raw else raw
        return {"curve": raw} if isinstance(inside, dict) else {"flat": raw}

    @model_validator(mode="after")
    def _one_level(self) -> Forward:
        if sum(one is not None for one in (self.flat, self.curve, self.quotes)) != 1:
            raise fault("expected one of 'flat', 'curve' and 'quotes'")
        return self

    @model_validator(mode="after")
    def _of_quotes(self) -> Forward:
        if self.quotes is None:
            for name in ("shaping", "beyond", "tolerance"):
                if name in self.model_fields_set and getattr(self, name) is not None:
                    raise fault(f"'{name}' belongs to 'quotes'", name)
            return self
        try:
            profile = Profile.of(self.month_shape, self.month_shift, unit_of(self.quotes))
        except UnitError as error:
            raise fault(str(error), "month_shift") from None
        if found := tuple(wrong_quotes(self.quotes, profile, self.shaping == "smooth", self.tolerance.canonical)):
            raise faults(found)
        return self

    @property
    def level(self) -> Schedule:
        """The level over time, before the shape; a flat one is a single step without a date, quotes have one by month.

        Before the first date it is the first level.
        """
        if self.curve is not None:
            return self.curve
        if self.quotes is not None:
            profile = Profile.of(self.month_shape, self.month_shift, unit_of(self.quotes))
            return level_by_month(self.quotes, profile, self.shaping == "smooth", self.beyond)
        if self.flat is None:
            raise ValueError("a forward has a flat level, a curve or quotes")
        return Schedule(((None, self.flat),), provenance=self.flat.provenance, path=self.flat.path)

    def to(self, unit: str) -> Forward:
        """The same forward computed with in the unit of its factor."""
        try:
            flat = self.flat.to(unit) if self.flat else None
            curve = self.curve.to(unit) if self.curve else None
            quotes = {period: quote.to(unit) for period, quote in self.quotes.items()} if self.quotes else None
            shift = tuple(amount.to(unit) for amount in self.month_shift)
        except UnitError:
            written = (self.flat or next(iter((self.quotes or {}).values()), None) or self.level.quantities[0]).unit
            message = f"'{written}' does not fit the factor's unit '{unit}'"
            if self.curve is not None and self.curve.file:
                message += f"; it stands in the header of {self.curve.file}"
            raise faults([fault_of(self.quotes or {}, message, ())]) from None
        return self.model_copy(update={"flat": flat, "curve": curve, "quotes": quotes, "month_shift": shift})


def in_unit(raw: object, unit: str) -> Quantity:
    """Reads a quantity that must be in the unit of its factor."""
    kind = Kind("a quantity", f"0 {unit}", (unit,))
    return raw.to(unit) if isinstance(raw, Quantity) else kind.read(raw)
