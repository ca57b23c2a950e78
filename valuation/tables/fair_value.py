"""What the disclosure of a fair value shows beside the measures of the run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TransactionPrice:
    """What the viewed party paid for its side of the contract (− where it received) [contract currency]."""

    amount: float
    day: date | None
    status: str
    source: str
    note: str
