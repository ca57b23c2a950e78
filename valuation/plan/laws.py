"""Tables that a law gives: a plan says which law and its numbers, and who reads the plan computes the same table.

Some ten thousand quantiles say less to a reader than the law that they are of, and they follow from it to the bit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from valuation.errors import ValuationError
from valuation.processes import beta_ar, cir, jacobi
from valuation.processes.square_root import SquareRoot

_TEXT = re.compile(r"(\w+)\((.*)\)\Z")


def _jacobi(reversion: float, mean: float, volatility: float, years: float) -> tuple[float, ...]:
    return jacobi.step_table(jacobi.Jacobi(reversion, mean, volatility), years)


def _jacobi_from(reversion: float, mean: float, volatility: float, years: float, start: float) -> tuple[float, ...]:
    return jacobi.first_step_table(jacobi.Jacobi(reversion, mean, volatility), years, start)


def _cir(reversion: float, volatility: float, years: float) -> tuple[float, ...]:
    return cir.step_table(SquareRoot(reversion, volatility), years)


def _cir_from_mean(reversion: float, volatility: float, years: float) -> tuple[float, ...]:
    return cir.first_step_table(SquareRoot(reversion, volatility), years)


LAWS: dict[str, Callable[..., tuple[float, ...]]] = {
    "beta_log_odds": beta_ar.table,
    "jacobi_step": _jacobi,
    "jacobi_step_from": _jacobi_from,
    "cir_step": _cir,
    "cir_step_from_mean": _cir_from_mean,
}
"""Every law by the name that a plan gives it; each takes numbers and gives a table for `lookup` or `lookup_2d`."""


class Law(NamedTuple):
    """A law by name and the numbers that settle it: `cir_step(0.3, 0.5656854249492381, 0.08333333333333333)`."""

    name: str
    numbers: tuple[float, ...]

    @property
    def text(self) -> str:
        """As the plan's program has it."""
        return f"{self.name}({', '.join(repr(float(number)) for number in self.numbers)})"

    @property
    def values(self) -> tuple[float, ...]:
        """The table."""
        return _values(self)


@lru_cache(maxsize=64)
def _values(law: Law) -> tuple[float, ...]:
    try:
        return LAWS[law.name](*law.numbers)
    except ArithmeticError as error:
        raise ValuationError(
            f"{law.text} has no table ({error}): a step of it hardly moves, or its reversion is all but none; expected "
            "a larger volatility or a faster reversion, or a number in its place"
        ) from None


def parse_law(text: str) -> Law | None:
    """The law that a text names; None where it is a row of numbers.

    Raises
    ------
    ValueError : no law of that name, or what stands in brackets are no numbers.
    """
    found = _TEXT.match(text)
    if found is None:
        return None
    if found[1] not in LAWS:
        raise ValueError(f"unknown law {found[1]!r}")
    return Law(found[1], tuple(map(float, found[2].split(", "))))
