"""Investment credit: a share of what is built, set off against the tax that is due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from valuation.spec.finding import Check, Finding
from valuation.spec.kinds import Share
from valuation.spec.model import Flag, SpecModel, default

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


class InvestmentCredit(SpecModel):
    """A share of an investment that is set off against tax in the tax year in which it is in service:
    `{share: 30 %, basis_reduction: 50 %}`."""

    share: Share
    """Share of what is paid, less the grants that lower its tax basis [1]."""
    basis_reduction: Share = default("0 %")
    """Share of the credit by which what is written down falls [1]; half of it in the United States."""
    refundable: Flag = False
    """Whether it is paid out as far as no tax uses it; else that is carried forward."""


def _credit_without_tax(contract: Contract) -> Iterator[Finding]:
    """A credit of somebody who pays no tax in this file."""
    for name, clause in contract.clauses.items():
        if getattr(clause, "investment_credit", None) is not None and clause.payer not in contract.tax:
            said = f"'{clause.payer}' pays no tax here to set it off against; give it a 'tax', or take the credit away"
            yield Finding(("clauses", name, "investment_credit"), said)


CREDITS: dict[Check, frozenset[str]] = {_credit_without_tax: frozenset({"clauses", "tax"})}
"""Every check of this file, and the parts of the contract of which it needs everything."""
