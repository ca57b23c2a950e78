"""How an investment is paid for: loans, reserves, covenants, the owners' loan."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from valuation.spec.faults import Fault, fault, faults
from valuation.spec.kinds import Kind, Share, Term, share
from valuation.spec.longform import is_long_form
from valuation.spec.model import Flag, SpecModel, Text, default
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.schedule import ScheduleOf
from valuation.spec.words import Day, FactorName, Identifier, Party

MONTHS_OF_SERVICE = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Months between two service dates."""

AMOUNT = Kind("a share of the uses or an amount of money", "60 %", ("1", "¤"), low=0.0)
COVER = Kind("a cover ratio", "1.30", ("",), above=0.0, high=100.0)
YEARLY = Kind("a nominal yearly rate", "6.5 %/year", ("1/year",), low=0.0, high=10.0)
FEE_BY_YEAR = Kind("a yearly rate", "0.8 %/year", ("1/year",), low=0.0, high=1.0)
WAIT = Kind("a duration", "12 months", ("month",), low=0.0, whole=True)

Cover = Annotated[Quantity, COVER]
"""A cover ratio: cash over debt service [1]."""
YearlyRate = Annotated[Schedule, ScheduleOf(YEARLY)]
"""A nominal yearly rate by date; a month bears a twelfth [1/year]."""


class Case(SpecModel):
    """A case that debt is sized on and a lender looks at: one factor at the value that it exceeds with a probability,
    month by month; everything else as in the base case."""

    factor: FactorName
    """The factor."""
    exceeded_with: Annotated[Quantity, Kind("a share", "90 %", ("1",), above=0.0, high=0.9999)]
    """Probability with which the factor's value is exceeded, in each month by itself [1]."""


class Size(SpecModel):
    """How large a loan is: `60 %` of the uses, `500 MUSD`, or what the cash carries: `{dscr: 1.30}`."""

    short_for: ClassVar[tuple[str, ...]] = ("amount",)

    amount: Annotated[Quantity, AMOUNT] | None = None
    """Share of the uses [1], or an amount [currency]."""
    dscr: Cover | None = None
    """Debt service cover ratio that the base case must show on every service date [1]."""
    by_case: dict[Identifier, Cover] = Field(default_factory=dict)
    """Cover ratios that cases must show [1]; with several of them the tightest on each date holds."""
    max_gearing: Annotated[Quantity, share()] = default("100 %")
    """Largest share of the uses, for a size by cover ratio [1]."""
    uncapped: Flag = False
    """Whether a size by cover ratio may not be cut to `max_gearing`: more than the uses is then an error."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return raw if isinstance(raw, dict) and not is_long_form(raw) else {"amount": raw}

    @model_validator(mode="after")
    def _one_way(self) -> Size:
        by_cover = self.dscr is not None or bool(self.by_case)
        if by_cover == (self.amount is not None):
            raise fault(
                "expected one way to size the loan: a share '60 %', an amount '500 MUSD', or a cover ratio "
                "'{dscr: 1.30, max_gearing: 75 %}'"
            )
        if not by_cover and (self.uncapped or "max_gearing" in self.model_fields_set):
            raise fault("'max_gearing' and 'uncapped' are for a size by 'dscr'; leave them out")
        if self.uncapped and "max_gearing" in self.model_fields_set:
            raise fault("'uncapped' and 'max_gearing' exclude each other; leave one out", "uncapped")
        return self

    @property
    def covers(self) -> dict[str, Quantity]:
        """Cover ratio by case; the base case is named `base`."""
        return {**({"base": self.dscr} if self.dscr is not None else {}), **self.by_case}


class Floating(SpecModel):
    """A rate that moves with a factor: factor + margin, a part of it fixed by a swap."""

    factor: FactorName
    """Factor whose value is a yearly rate [1/year] or a share [1]."""
    margin: YearlyRate
    """Added to it, by date [1/year]."""
    fixed_share: Share = default("0 %")
    """Part of the loan whose factor is exchanged for `swap_rate` [1]."""
    swap_rate: YearlyRate | None = None
    """What the fixed part pays in place of the factor [1/year]."""

    @model_validator(mode="after")
    def _swapped(self) -> Floating:
        if (self.fixed_share.canonical > 0.0) != (self.swap_rate is not None):
            raise fault(
                "'fixed_share' and 'swap_rate' go together, for example 'fixed_share: 75 %, swap_rate: 4 %/year'"
            )
        return self


class Loan(SpecModel):
    """A loan: how large, at which rate, paid back how."""

    size: Size
    """How large it is."""
    rate: YearlyRate | None = None
    """Nominal yearly rate, by date where it steps; a month bears a twelfth [1/year]."""
    floating: Floating | None = None
    """A rate that moves, in the place of `rate`."""
    repayment: Literal["level", "equal_principal", "sculpted", "bullet"]
    """Equal payments of interest and principal, equal principal, in proportion to the cash, or all at the end."""
    tenor: Term
    """From the end of the construction to the last payment [month]."""
    grace: Annotated[Quantity, WAIT] = default("0 months")
    """Months at the beginning of the tenor in which only interest is paid [month]."""
    upfront_fee: Share = default("0 %")
    """Paid at financial close, as a share of the size [1]."""
    commitment_fee: Annotated[Quantity, FEE_BY_YEAR] = default("0 %/year")
    """On what is not drawn yet, each month of the construction a twelfth [1/year]."""
    sweep: Share = default("0 %")
    """Part of the cash that could be distributed which repays the loan early [1]."""
    lender: Text | None = None
    """Who lends, for reports."""
    note: Text | None = None
    """Reasoning that belongs to the loan as a whole."""

    @model_validator(mode="after")
    def _complete(self) -> Loan:
        found = []
        if (self.rate is None) == (self.floating is None):
            found.append(
                Fault("expected one of 'rate: 6.5 %/year' and 'floating: {factor: …, margin: 2.5 %/year}'", ("rate",))
            )
        if self.grace.canonical >= self.tenor.canonical:
            found.append(Fault(f"a grace of {self.grace} leaves nothing of the tenor of {self.tenor}", ("grace",)))
        if self.repayment == "bullet" and self.grace.canonical:
            found.append(Fault("a bullet pays interest only until its end; leave 'grace' out", ("grace",)))
        if self.size.covers and self.repayment == "bullet":
            found.append(
                Fault("a bullet cannot be sized by its debt service cover; give a share or an amount", ("size",))
            )
        if found:
            raise faults(found)
        return self


class DebtServiceReserve(SpecModel):
    """Cash held back for coming debt service: `{months: 6 months, filled: at_completion}`."""

    months: Annotated[Quantity, Kind("a duration", "6 months", ("month",), above=0.0, whole=True)]
    """Months of scheduled debt service that it holds [month]."""
    filled: Literal["at_completion", "from_cash"] = "at_completion"
    """Paid in at the end of the construction, as one of the uses, or saved from the cash."""


class MaintenanceReserve(SpecModel):
    """Cash saved in equal parts for coming investments: those of `capex`, `equipment_refresh` and `decommissioning`
    after the construction."""

    months: Annotated[Quantity, Kind("a duration", "36 months", ("month",), above=0.0, high=240.0, whole=True)]
    """How long before each such investment it is saved for [month]."""


class Reserves(SpecModel):
    """Cash that is held back."""

    debt_service: DebtServiceReserve | None = None
    """For coming debt service."""
    maintenance: MaintenanceReserve | None = None
    """For coming investments."""
    tax: Flag = False
    """Whether what the base case pays of tax until the next service date is held back, that after the last revenue
    included."""


class Covenants(SpecModel):
    """What the borrower has promised about its cover, tested on service dates over the twelve months before."""

    lock_up: Cover | None = None
    """Below this cover ratio nothing is distributed [1]."""
    default: Cover | None = None
    """Below this cover ratio the loans are in default [1]."""
    unpaid_for: int = Field(2, strict=True, ge=1, le=24)
    """Service dates in a row with something left unpaid that make a default."""

    @model_validator(mode="after")
    def _ordered(self) -> Covenants:
        if self.lock_up is not None and self.default is not None and self.default.canonical > self.lock_up.canonical:
            raise fault(f"a default below {self.default} lies above the lock-up of {self.lock_up}", "default")
        return self


class ShareholderLoan(SpecModel):
    """The part of the owners' money that is lent: paid before dividends, its interest lowers the tax."""

    part: Share
    """Part of what the owners pay of the uses less grants [1]."""
    rate: YearlyRate
    """Nominal yearly rate; what is not paid on a service date is added to the loan [1/year]."""


class Financing(SpecModel):
    """How the borrower pays for its investment: loans first by their sizes, the owners the rest."""

    borrower: Party
    """The party that builds, borrows and pays back."""
    close: Day | None = None
    """Financial close, when the loans' fees are due; the first payment of the investment where it is left out."""
    completion: Day | None = None
    """Last day of the construction: until then investment, fees and interest are paid by loans and owners; the day
    before the start of the term where it is left out."""
    service: Literal["month", "quarter", "half_year", "year"] = "half_year"
    """How often debt is served and cash distributed, counted from the completion."""
    cfads: Literal["after_tax", "pre_tax"] = "after_tax"
    """Whether the cash available for debt service, which sizes and ratios are made of, is after tax."""
    draws: Literal["pro_rata", "owners_first", "loans_first"] = "pro_rata"
    """Whose money the construction takes first."""
    debt: dict[Identifier, Loan] = Field(default_factory=dict)
    """Loans by name; each is paid before the one below it."""
    cases: dict[Identifier, Case] = Field(default_factory=dict)
    """Cases for sizing and for the lender's page."""
    reserves: Reserves = Field(default_factory=Reserves)
    """Cash that is held back."""
    covenants: Covenants = Field(default_factory=Covenants)
    """What the borrower has promised."""
    shareholder_loan: ShareholderLoan | None = None
    """The part of the owners' money that is lent."""
    lender_cases: tuple[Identifier, ...] = ()
    """Scenarios of this file that the lender's page shows with the loans as they are sized here."""
    note: Text | None = None
    """Reasoning that belongs to the financing as a whole."""

    @property
    def period(self) -> int:
        """Months between two service dates."""
        return MONTHS_OF_SERVICE[self.service]

    @model_validator(mode="after")
    def _fits(self) -> Financing:
        found = []
        for name, loan in self.debt.items():
            at: tuple[Any, ...] = ("debt", name)
            for key in ("tenor", "grace"):
                months = getattr(loan, key)
                if months.canonical % self.period:
                    found.append(
                        Fault(f"{months} is no whole number of service periods ('service: {self.service}')", (*at, key))
                    )
            for case in loan.size.by_case:
                if case not in self.cases:
                    known = ", ".join(self.cases) or "none"
                    found.append(
                        Fault(
                            f"'{case}' is no case of the financing; there are: {known}; the base case stands in 'dscr'",
                            (*at, "size", "by_case", case),
                        )
                    )
        if "base" in self.cases:
            found.append(Fault("'base' is the base case itself; choose another name", ("cases", "base")))
        if self.close is not None and self.completion is not None and self.close.date > self.completion.date:
            found.append(Fault(f"the close {self.close} is after the completion {self.completion}", ("close",)))
        if found:
            raise faults(found)
        return self
