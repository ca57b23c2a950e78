"""The risk-free rate of a market: one for all time, or a curve of zero or par rates by maturity."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from valuation.curves.discount import DiscountCurve, NoDiscountCurve, from_par_rates, from_zero_rates
from valuation.spec.faults import fault
from valuation.spec.keyed import ByKey
from valuation.spec.kinds import RATE, WHOLE_MONTHS, Rate
from valuation.spec.longform import below
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity

_TENOR = re.compile(r"(?P<count>[1-9]\d{0,2})\s*(?P<time>[YMQymq])\Z")
"""The short writing of the market: 5Y, 6M."""


def years_of(maturity: str) -> float:
    """Years of a maturity such as `6 months`; ValueError where it is none."""
    try:
        return WHOLE_MONTHS.plain(maturity).canonical / 12.0
    except PydanticCustomError as error:
        if short := _TENOR.match(maturity.strip()):
            word = {"Y": "year", "M": "month", "Q": "quarter"}[short["time"].upper()]
            count = int(short["count"])
            raise ValueError(f"'{maturity}' is no maturity, write '{count} {word}{'s' * (count != 1)}'") from None
        raise ValueError(f"{below(error)[0].message}, expected a maturity such as '5 years'") from None


BY_MATURITY = ByKey(RATE, "maturity", "rate", r"^[0-9]+ (months?|quarters?|years?)$", years_of)
"""Effective yearly rates by maturity."""

COUPONS = {"yearly": 1, "half_yearly": 2, "quarterly": 4}
"""Coupons a year."""


class RiskFree(SpecModel):
    """Effective yearly risk-free rate in the currency of the contracts: `4 %/year`, or a curve by maturity."""

    short_for: ClassVar[tuple[str, ...]] = ("flat",)

    flat: Rate | None = None
    """One rate for all time [1/year]."""
    zero: Annotated[dict[str, Quantity], BY_MATURITY] | None = None
    """Zero rates by maturity, effective [1/year]; or `{file: rates.csv}` with the columns maturity and rate."""
    par: Annotated[dict[str, Quantity], BY_MATURITY] | None = None
    """Par rates by maturity [1/year], of bonds with `coupons`; up to one coupon period they are simple rates."""
    coupons: Literal["yearly", "half_yearly", "quarterly"] = "yearly"
    """How often the bonds of `par` pay."""

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, raw: Any) -> Any:
        return raw if isinstance(raw, dict) and any(key in cls.model_fields for key in raw) else {"flat": raw}

    @model_validator(mode="after")
    def _one_form(self) -> RiskFree:
        if sum(one is not None for one in (self.flat, self.zero, self.par)) != 1:
            raise fault("expected one of 'flat', 'zero' and 'par'")
        if self.par is None and "coupons" in self.model_fields_set:
            raise fault("'coupons' belongs to 'par'", "coupons")
        rates = self.zero or self.par or {}
        known: dict[float, str] = {}
        for maturity in rates:
            if (twin := known.setdefault(years_of(maturity), maturity)) != maturity:
                raise fault(f"'{maturity}' is the same as '{twin}'", "par" if self.par else "zero", maturity)
        try:
            _ = self.curve
        except (NoDiscountCurve, ValueError) as error:
            raise fault(str(error), "par" if self.par else "zero") from None
        return self

    @property
    def curve(self) -> DiscountCurve | None:
        """Discount factors by years from the market's date; None for one rate."""
        rates = self.zero or self.par
        if rates is None:
            return None
        pairs = sorted((years_of(maturity), rate.canonical) for maturity, rate in rates.items())
        years, values = [year for year, _ in pairs], [value for _, value in pairs]
        return from_zero_rates(years, values) if self.zero else from_par_rates(years, values, COUPONS[self.coupons])
