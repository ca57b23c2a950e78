"""What moves by the square-root law of Cox, Ingersoll and Ross around an expected value: a rate, an intensity."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from valuation.processes.square_root import LEAST_FREEDOM, SquareRoot
from valuation.spec.faults import fault
from valuation.spec.kinds import Kind
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity

REVERSION = Kind("an intensity per year", "0.3 /year", ("1/year",), above=0.0)
VOLATILITY = Kind("a volatility", "0.5 /sqrt(year)", ("1/sqrt(year)",), above=0.0)
LEAST_VOLATILITY = 0.01
"""A step's law is a sum over about 1/v terms: at this one a table takes some seconds, the more the shorter a month."""


class SquareRootTerms(SpecModel):
    """How it moves around what is expected of it: Y of dY = reversion·(1 − Y)dt + volatility·√Y dW, from Y = 1."""

    reversion: Annotated[Quantity, REVERSION]
    """Speed of mean reversion [1/year]."""
    volatility: Annotated[Quantity, VOLATILITY]
    """Volatility v relative to what is expected: with a mean θ the s of dλ = κ(θ − λ)dt + s√λ dW is v·√θ
    [1/sqrt(year)]."""

    @model_validator(mode="after")
    def _not_piled_up(self) -> SquareRootTerms:
        law = self.law
        if law.volatility < LEAST_VOLATILITY:
            message = (
                f"with a volatility of {self.volatility} it hardly moves, and its table would take minutes; expected "
                f"at least {LEAST_VOLATILITY:g} /sqrt(year), or leave it to stand still"
            )
            raise fault(message, "volatility")
        if law.freedom < LEAST_FREEDOM:
            most = 2.0 * (law.reversion / LEAST_FREEDOM) ** 0.5
            message = (
                f"with a volatility of {self.volatility} it stands at 0 most of the time; expected at most "
                f"{most:.4g} /sqrt(year) for this reversion"
            )
            raise fault(message, "volatility")
        return self

    @property
    def law(self) -> SquareRoot:
        """The process Y by its two numbers."""
        return SquareRoot(self.reversion.canonical, self.volatility.canonical)
