"""What the disclosure of a fair value needs of the file that no clause says."""

from __future__ import annotations

from valuation.spec.kinds import Money
from valuation.spec.model import SpecModel
from valuation.spec.words import Day


class FairValue(SpecModel):
    """What a party paid for its side of the contract."""

    transaction_price: Money
    """Price that the party paid for its side of the contract when it entered into it, in the contract's currency; below
    0 where it received one. Not a payment of the contract: those are clauses."""
    date: Day | None = None
    """Date of the transaction."""
