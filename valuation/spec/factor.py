"""What every risk factor has: a process, its components, and the unit that it is measured in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from valuation.errors import UnitError, ValuationError
from valuation.spec.faults import fault
from valuation.spec.kinds import ANY, NUMBER, Kind
from valuation.spec.model import ByWord, Named, SpecModel, Text
from valuation.spec.numbers import Numbers
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import AnySchedule


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
    components: ClassVar[tuple[str, ...]] = ()
    """Names of its Brownian motions that others may move with, the slow one first; the factor alone means the first."""
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
    """Expected value of a factor over time: flat or a curve, times a shape by calendar month.

    Written short, `forward: 1.1515 USD/EUR` is flat, and levels by date or a CSV are the curve.
    """

    short_for: ClassVar[tuple[str, ...]] = ("flat", "curve")

    flat: Annotated[Quantity, ANY] | None = None
    """One level for all time [unit of the factor]."""
    curve: AnySchedule | None = None
    """Levels by date, each until the next [unit of the factor]."""
    month_shape: Annotated[tuple[Quantity, ...], Numbers(NUMBER, 12)] = ()
    """Twelve multipliers, January first [1]; their mean need not be 1."""

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, raw: Any) -> Any:
        known = {"flat", "curve", "month_shape"}
        if isinstance(raw, dict) and any(key in known for key in raw):
            return raw
        inside = raw.get("value") if isinstance(raw, dict) and "value" in raw else raw
        return {"curve": raw} if isinstance(inside, dict) else {"flat": raw}

    @model_validator(mode="after")
    def _one_level(self) -> Forward:
        if (self.flat is None) == (self.curve is None):
            raise fault("expected either 'flat' or 'curve'")
        return self

    @property
    def level(self) -> Schedule:
        """The level over time, before the shape; a flat one is a single step without a date."""
        if self.curve is not None:
            return self.curve
        if self.flat is None:
            raise ValueError("a forward has a flat level or a curve")
        return Schedule(((None, self.flat),), provenance=self.flat.provenance, path=self.flat.path)

    def to(self, unit: str) -> Forward:
        """The same forward computed with in the unit of its factor."""
        try:
            flat = self.flat.to(unit) if self.flat else None
            curve = self.curve.to(unit) if self.curve else None
        except UnitError:
            written = (self.flat or self.level.quantities[0]).unit
            raise fault(f"'{written}' does not fit the factor's unit '{unit}'") from None
        return self.model_copy(update={"flat": flat, "curve": curve})


def in_unit(raw: object, unit: str) -> Quantity:
    """Reads a quantity that must be in the unit of its factor."""
    kind = Kind("a quantity", f"0 {unit}", (unit,))
    return raw.to(unit) if isinstance(raw, Quantity) else kind.read(raw)
