"""Everything that a report shows of the financing, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuation import timeline
from valuation.appraisal.base import Base
from valuation.appraisal.facts import Case
from valuation.appraisal.financing.cases import lender_cases
from valuation.appraisal.financing.cover import (
    average_cover,
    base_cover,
    cover_years,
    least_cover_dates,
    of_paths,
    rounding,
)
from valuation.appraisal.financing.loans import loan_tables, solved_of
from valuation.appraisal.financing.owners import owners_return
from valuation.appraisal.financing.service import service_dates
from valuation.appraisal.financing.uses import sources, uses
from valuation.simulate import Simulation
from valuation.statistics.sums import block_sum, share
from valuation.tables import FinancingChances, FinancingTable

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

Mask = NDArray[np.bool_]


def financing_table(
    contract: Contract, base: Base, run: Simulation, struck: Mask, scenarios: Mapping[str, Case]
) -> tuple[FinancingTable | None, tuple[str, ...]]:
    """The financing where the viewed party is its borrower, None else; and the lender's cases that could not be shown.

    Parameters
    ----------
    base : the base case as it runs.
    run : its paths.
    struck : paths with an event within the term [n].
    scenarios : contracts of the file's scenarios by name.
    """
    terms = contract.financing
    if terms is None or terms.borrower != base.plan.view:
        return None, ()
    solved, cover, fixed = solved_of(base), base_cover(base), base.values.scalar
    lock_up, default = terms.covenants.lock_up, terms.covenants.default
    least, tiny = None if lock_up is None else lock_up.canonical, rounding(base)
    cases, failed = lender_cases(contract, terms, base, scenarios)
    made = FinancingTable(
        borrower=terms.borrower,
        service=terms.service,
        cfads=terms.cfads,
        completion=timeline.date_of(fixed["financing.completion"]),
        close=timeline.date_of(fixed["financing.close"]),
        iterations=solved.iterations,
        residual=solved.residual,
        lock_up=least,
        default=None if default is None else default.canonical,
        loans=loan_tables(terms, base),
        sources=sources(base),
        uses=uses(base),
        owners=owners_return(base, run),
        dscr_min=of_paths(run, "dscr_min"),
        dscr_min_base=cover.least,
        dscr_min_day=cover.least_day,
        dscr_min_months=least_cover_dates(base, run),
        dscr_average=average_cover(run, tiny),
        dscr_average_base=cover.average,
        llcr=of_paths(run, "llcr"),
        llcr_base=cover.llcr,
        plcr=of_paths(run, "plcr"),
        plcr_base=cover.plcr,
        support_base=base.row("financing.owners_support_in_all")[-1],
        support_mean=block_sum(run.final["owners_support"]) / run.paths,
        chances=_chances(base, run, struck, least),
        years=cover_years(cover, run, least, tiny),
        schedule=service_dates(base),
        cases=cases,
    )
    return made, failed


def _chances(base: Base, run: Simulation, struck: Mask, lock_up: float | None) -> FinancingChances:
    """Shares of the paths; what is left of rounding, a billionth of the loans, is not owed."""
    final, calm = run.final, ~struck
    tiny = rounding(base)
    in_default = final["default"] > 0.0 if "default" in final else np.zeros(run.paths, bool)
    owed = (
        (final["debt_at_end"] > tiny) | (final["left_unpaid"] > tiny)
        if "debt_at_end" in final
        else np.zeros(run.paths, bool)
    )
    locked_up = None
    if lock_up is not None and "dscr_min" in final:
        locked_up = share(final["dscr_min"] < lock_up)[0]
    return FinancingChances(
        default=share(in_default)[0],
        default_given_no_event=share(in_default[calm])[0] if struck.any() and calm.any() else None,
        debt_left=share(owed)[0],
        locked_up=locked_up,
        support=share(final["owners_support"] > tiny)[0],
    )
