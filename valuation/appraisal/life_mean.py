"""The mean of a factor over the rest of the term, by path: rows that a plan gets for it, and what is read of them."""

from __future__ import annotations

from valuation.plan.model import Record, Row

IN_LIFE, MONTHS = "life_mean.in_life", "life_mean.months"
"""Rows that all factors share: whether a month lies in the rest of the term, and how many did so far."""


def life_rows() -> tuple[Row, ...]:
    """The months of the term from the valuation date on, whatever event strikes in them."""
    return (
        Row(IN_LIFE, "month", "mul", ("term.in_month", "accounts.from_valuation")),
        Row(MONTHS, "month", "sum", (IN_LIFE, f"{MONTHS}.prev")),
    )


def total_row(factor: str) -> Row:
    """The running sum of a factor over those months; divided by ``MONTHS`` it is the factor's mean.

    Parameters
    ----------
    factor : name of its row.
    """
    name = total_of(factor)
    return Row(name, "month", "mul_add", (factor, IN_LIFE, f"{name}.prev"))


def total_of(factor: str) -> str:
    """Name of the running sum."""
    return f"life_mean.total.{factor}"


def life_records(factors: tuple[str, ...]) -> tuple[Record, ...]:
    """The last values of the months and of each factor's sum, by the names of their rows."""
    return tuple(Record(name, name, "final") for name in (MONTHS, *(total_of(factor) for factor in factors)))
