"""Words of a comparison that terminal and workbook share: its rows, what the random numbers have in common, the scale
of its money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from valuation.report.numbers import SCALES, MoneyScale
from valuation.report.text import one_line
from valuation.statistics.distribution import Distribution
from valuation.tables import CaseDifference, ComparedCase, Comparison

Kind = Literal["money", "share", "cover"]


@dataclass(frozen=True)
class CaseRow:
    """A row of the table of cases: its label, what it shows, and the number of a case (None: does not exist)."""

    label: str
    kind: Kind
    number: Callable[[ComparedCase], float | None]
    of_financing: bool = False
    """Whether it is of owners and lenders, whom not every case has."""


@dataclass(frozen=True)
class DifferenceRow:
    """A row of the table of differences."""

    label: str
    kind: Kind
    number: Callable[[CaseDifference], float | None]
    of_financing: bool = False


def _of(spread: Distribution | None, statistic: str) -> float | None:
    """A statistic of a distribution that not every case has."""
    found: float | None = None if spread is None else getattr(spread, statistic)
    return found


_CASES = (
    CaseRow("NPV, base case", "money", lambda case: case.npv_base),
    CaseRow("NPV, mean", "money", lambda case: case.npv.mean),
    CaseRow("  standard error of the mean", "money", lambda case: case.npv.se),
    CaseRow("NPV, P5", "money", lambda case: case.npv.p5),
    CaseRow("NPV, P50", "money", lambda case: case.npv.p50),
    CaseRow("NPV, P95", "money", lambda case: case.npv.p95),
    CaseRow("NPV below 0", "share", lambda case: case.npv_negative),
    CaseRow("IRR, base case", "share", lambda case: case.irr_base),
    CaseRow("IRR of the expected cash flows", "share", lambda case: case.irr_of_expected_flows),
    CaseRow("IRR, P50", "share", lambda case: case.irr.p50),
    CaseRow("IRR below the hurdle rate", "share", lambda case: case.irr_below_hurdle),
    CaseRow("Margin, base case", "share", lambda case: case.margin_base),
    CaseRow("Margin of the expected flows", "share", lambda case: case.margin_of_expected_flows),
    CaseRow("Event within the term", "share", lambda case: case.revoked),
    CaseRow("Discount rate", "share", lambda case: case.discount_rate),
    CaseRow("Owners' NPV, base case", "money", lambda case: case.npv_equity_base, True),
    CaseRow("Owners' NPV, mean", "money", lambda case: _of(case.npv_equity, "mean"), True),
    CaseRow("  standard error of the mean", "money", lambda case: _of(case.npv_equity, "se"), True),
    CaseRow("Owners' IRR, base case", "share", lambda case: case.irr_equity_base, True),
    CaseRow("Owners' IRR, P50", "share", lambda case: _of(case.irr_equity, "p50"), True),
    CaseRow("Owners' discount rate", "share", lambda case: case.equity_discount_rate, True),
    CaseRow("Loans", "money", lambda case: case.debt, True),
    CaseRow("Least DSCR, base case", "cover", lambda case: case.dscr_min_base, True),
    CaseRow("Least DSCR, P50", "cover", lambda case: _of(case.dscr_min, "p50"), True),
    CaseRow("Default", "share", lambda case: case.default, True),
)
_DIFFERENCES = (
    DifferenceRow("NPV, base case", "money", lambda less: less.npv_base),
    DifferenceRow("NPV, mean", "money", lambda less: less.npv.mean),
    DifferenceRow("  standard error, path by path", "money", lambda less: less.npv.se),
    DifferenceRow("  of two independent runs", "money", lambda less: less.se_if_independent),
    DifferenceRow("NPV, P5", "money", lambda less: less.npv.p5),
    DifferenceRow("NPV, P50", "money", lambda less: less.npv.p50),
    DifferenceRow("NPV, P95", "money", lambda less: less.npv.p95),
    DifferenceRow("Worth more on", "share", lambda less: less.better),
    DifferenceRow("  standard error", "share", lambda less: less.better_se),
    DifferenceRow("Worth the same on", "share", lambda less: less.equal),
    DifferenceRow("NPV below 0, change", "share", lambda less: less.npv_negative),
    DifferenceRow("  standard error", "share", lambda less: less.npv_negative_se),
    DifferenceRow("Owners' NPV, base case", "money", lambda less: less.npv_equity_base, True),
    DifferenceRow("Owners' NPV, mean", "money", lambda less: _of(less.npv_equity, "mean"), True),
    DifferenceRow("  standard error, path by path", "money", lambda less: _of(less.npv_equity, "se"), True),
)


ERRORS = frozenset(row.label for row in (*_CASES, *_DIFFERENCES) if "error" in row.label or "independent" in row.label)
"""Labels of rows of standard errors, which take one more digit."""


def case_rows(found: Comparison) -> list[CaseRow]:
    """Rows that some case has a number for."""
    return [row for row in _CASES if any(row.number(case) is not None for case in found.cases)]


def difference_rows(found: Comparison) -> list[DifferenceRow]:
    """Rows of the differences: those of the owners where some two cases have them."""
    owners = any(less.npv_equity is not None for less in found.differences)
    return [row for row in _DIFFERENCES if owners or not row.of_financing]


def missing(row: CaseRow | DifferenceRow, of: ComparedCase | CaseDifference) -> str:
    """What stands where there is no number: a dash where there is no financing, or not on both sides."""
    return "-" if row.of_financing and of.npv_equity is None else "n/a"


def letters(found: Comparison) -> list[str]:
    """What heads the column of each case: A, B, …, AA."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [(alphabet[k // 26 - 1] if k >= 26 else "") + alphabet[k % 26] for k in range(len(found.cases))]


def case_words(case: ComparedCase) -> str:
    """Which file, scenario and party a case is."""
    scenario = "as it stands" if case.scenario is None else f"scenario {case.scenario}"
    return one_line(f"{case.file or case.contract}, {scenario}, seen from the {case.view}; {case.currency}")


def comparison_scale(found: Comparison) -> MoneyScale:
    """The scale that leaves the largest NPV above about ten units."""
    largest = max(abs(value) for case in found.cases for value in (case.npv_base, case.npv.mean or 0.0))
    return next((scale for scale in reversed(SCALES) if largest >= 10 * scale.divisor), SCALES[0])


def about(found: Comparison, money: str) -> str:
    """What the numbers are."""
    converted = any(case.converted_at != 1.0 for case in found.cases)
    basis = "nominal" if found.price_basis == "nominal" else found.price_basis
    return (
        f"NPV after tax in {money}{' (converted)' if converted else ''}, {basis}, valued at {found.valuation}; "
        f"{found.paths:,} paths of each case, seed {found.seed}"
        + (f"; with {', '.join(map(one_line, found.overrides))} in every case" if found.overrides else "")
    )


def common_numbers(less: CaseDifference, letter: str) -> str:
    """How far the paths of a case and of the first one are the same."""
    if less.pairing == "all":
        return f"{letter} and A draw the same random numbers throughout."
    apart = ", ".join(less.apart)
    if less.pairing == "none":
        return f"{letter} and A have no random number in common ({apart}): the difference has the errors of both runs."
    return (
        f"{letter} and A have the random numbers of {', '.join(less.common)} in common; {apart} "
        f"{'moves' if len(less.apart) == 1 else 'move'} one of them alone."
    )
