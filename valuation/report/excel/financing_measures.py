"""The measures of lenders and owners: what Distributions, the lender's page and page one show of each."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.report.excel.book import Book
from valuation.statistics.distribution import Distribution


@dataclass(frozen=True)
class FinancingMeasure:
    """A measure with its base case, and the kinds of format of its numbers and of its standard errors.

    ``spread`` is None where it is known of the base case alone.
    """

    key: str
    label: str
    base: float | None
    spread: Distribution | None
    kind: str
    se_kind: str

    def unit(self, book: Book) -> str:
        """The unit in which it shows."""
        return {"money": book.money_unit, "share": "%", "years": "years"}.get(self.kind, "times")

    @property
    def is_spread(self) -> bool:
        """Whether some path has it."""
        return self.spread is not None and self.spread.count > 0


def financing_measures(book: Book) -> list[FinancingMeasure]:
    """The lender's measures, then the owners'; none without a financing, nor one that exists nowhere."""
    table = book.tables.financing
    if table is None:
        return []
    own = table.owners
    found = [
        FinancingMeasure("dscr_min", "Minimum DSCR", table.dscr_min_base, table.dscr_min, "plain_2", "plain_4"),
        FinancingMeasure(
            "dscr_average", "Average DSCR", table.dscr_average_base, table.dscr_average, "plain_2", "plain_4"
        ),
        FinancingMeasure("llcr", "LLCR, loan life cover", table.llcr_base, table.llcr, "plain_2", "plain_4"),
        FinancingMeasure("plcr", "PLCR, project life cover", table.plcr_base, table.plcr, "plain_2", "plain_4"),
        FinancingMeasure("npv_equity", "Owners' NPV after tax and debt", own.npv_base, own.npv, "money", "money"),
        FinancingMeasure("irr_equity", "Owners' IRR", own.irr_base, own.irr.distribution, "share", "fine_share"),
        FinancingMeasure("mirr_equity", "Owners' modified IRR", own.mirr_base, own.mirr, "share", "fine_share"),
        FinancingMeasure("moic_equity", "Owners' cash out / cash in", own.moic_base, own.moic, "plain_2", "plain_4"),
        FinancingMeasure(
            "payback_equity", "Owners' payback", own.payback_years_base, own.payback_years, "years", "plain_2"
        ),
        FinancingMeasure(
            "discounted_payback_equity",
            "Owners' payback, discounted",
            own.discounted_payback_years_base,
            own.discounted_payback_years,
            "years",
            "plain_2",
        ),
    ]
    return [one for one in found if one.base is not None or one.is_spread]
