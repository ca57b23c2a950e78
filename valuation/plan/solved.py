"""What was solved on the base case before a plan runs: the sizes and repayments of the loans."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SolvedLoan:
    """A loan as it was sized.

    Parameters
    ----------
    amount : its size [contract currency].
    binding : what set it: ``amount``, ``gearing``, or the name of the case whose cover did.
    carried : what the cash carries at the cover asked for [contract currency]; None for a size that is stated.
    status : ``ok``, ``capped_by_gearing``, or what kept the cash from carrying it as asked.
    balances : number of the month after the completion, and balance after the service on its last day, from 0 on.
    """

    name: str
    amount: float
    binding: str
    carried: float | None
    status: str
    balances: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class CaseRows:
    """A case by name: the month row whose base-case values stand for those of another row."""

    name: str
    row: str
    stands_for: str


@dataclass(frozen=True)
class Solved:
    """Loans, uses and reserves of the base case.

    Parameters
    ----------
    need : uses of the construction less grants [contract currency].
    iterations : rounds until sizes, fees, interest, tax and reserves agreed.
    residual : largest change of an amount in the last round, as a share of the need.
    tables : dates and values of each table that was filled, by its name.
    cases : the cases beside the base case.
    """

    need: float
    loans: tuple[SolvedLoan, ...]
    iterations: int
    residual: float
    tables: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]
    cases: tuple[CaseRows, ...] = ()
