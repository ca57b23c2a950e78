"""Why loans cannot be sized: each error names the key of the contract that is to be changed."""

from __future__ import annotations

from typing import Self

from valuation.errors import ValuationError


class CannotSize(ValuationError):
    """Loans that cannot be sized as they are asked for.

    Parameters
    ----------
    path : dotted key of the contract at fault, `financing.debt.senior.size`.
    message : what was got, what was expected, how to mend it.
    """

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        super().__init__(f"{path}: {message}")

    def in_file(self, file: str) -> Self:
        """The same error, told with the contract's file."""
        self.args = (f"{file}: {self}",) if file else self.args
        return self


class SizingDoesNotSettle(CannotSize):
    """Sizes that go on changing round after round."""


class NothingToFinance(CannotSize):
    """Loans without a construction that uses money."""


class OutOfGrid(CannotSize):
    """A completion or a tenor that the months of the plan do not hold."""


class LoanExceedsUses(CannotSize):
    """A loan that may not be cut and is more than there is to pay for.

    Parameters
    ----------
    loan : its name.
    amount : what the cash carries [currency].
    uses : what the loans before it leave of the uses less grants [currency].
    case : the case that sizes it.
    """

    def __init__(self, loan: str, amount: float, uses: float, case: str, currency: str) -> None:
        self.amount, self.uses = amount, uses
        of = "base case" if case == "base" else f"case '{case}'"
        share = f", {100.0 * amount / uses:.0f} % of" if uses > 0.0 else ", and what is"
        super().__init__(
            f"financing.debt.{loan}.size",
            f"in the {of} the cash carries a loan of {amount:,.0f} {currency} at the cover asked for{share} the "
            f"{uses:,.0f} {currency} that there is to pay for, and 'uncapped' forbids to cut it; ask for a higher "
            "'dscr', or write 'max_gearing: 75 %' in place of 'uncapped'",
        )
