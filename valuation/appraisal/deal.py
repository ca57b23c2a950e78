"""What page one says of the deal in words, and the sentences that its numbers need."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.appraisal import what_if
from valuation.appraisal.base import Base
from valuation.appraisal.facts import Case
from valuation.appraisal.figures import deal_figures
from valuation.spec.leasing import leases_of
from valuation.spec.ventures import part_of, venture_of
from valuation.tables import DealTerms, Indicator, IrrSummary

if TYPE_CHECKING:
    from valuation.spec.contract import Contract
    from valuation.spec.leasing import Renewal


def deal_terms(contract: Contract, base: Base, view: str, remarks: tuple[str, ...]) -> DealTerms:
    """The deal's terms as page one shows them."""
    rate = contract.rate_of(view)
    return DealTerms(
        id=contract.id,
        name=contract.name,
        stage=contract.stage,
        parties=dict(contract.parties),
        view=view,
        currency=contract.currency,
        price_basis=_price_basis(contract),
        measure=contract.measure.replace("_", "-"),
        valuation=timeline.date_of(base.plan.valuation),
        year_count=base.plan.year_count,
        start=contract.dates.start.date,
        end=timeline.date_of(base.values.scalar["term.end"] - 1.0),
        discount_rate=base.rate,
        discount_basis=rate.basis,
        discount_includes=tuple(rate.includes),
        risk_free=base.values.scalar["rates.risk_free"],
        hurdle_rate=contract.hurdle.canonical,
        not_modelled=tuple(contract.not_modelled),
        warnings=tuple(f"{problem.path}: {problem.message}".removeprefix(": ") for problem in contract.warnings),
        remarks=remarks,
        runs_to=_runs_to(base),
    )


def _runs_to(base: Base) -> date | None:
    """The last day of the last lease with every renewal, where that is not the last of the term."""
    ends = base.values.scalar
    days = [value for name, value in ends.items() if name.endswith(".end_date") or name.startswith("term.last_end_")]
    days += [value for name, value in ends.items() if ".end_" in name and name.endswith(".date")]
    dated = [day for day in days if day > ends["term.end"]]
    return timeline.date_of(max(dated) - 1.0) if dated else None


def _price_basis(contract: Contract) -> str:
    basis = contract.price_basis
    if basis == "nominal":
        return "nominal"
    by = basis.deflator
    rate = by if not isinstance(by, str) else getattr(contract.factors[by], "rate", "")
    named = f"{by}, " if isinstance(by, str) else ""
    return f"real, money of 30 June {basis.real} (deflated by {named}{rate})"


def remarks(
    case: Case,
    view: str,
    failed: tuple[str, ...],
    watched: tuple[Indicator, ...],
    irr: IrrSummary,
) -> tuple[str, ...]:
    """What the file says of itself, why there is no IRR or margin, whose indicator a condition is, what could not be
    done."""
    note = case.contract.note or ""
    found = [
        f"{note[:1].upper()}{note[1:]}{'' if note.endswith('.') else '.'}" if note else "",
        _no_rate(case, view, irr),
        _few_rates(case, irr),
        _no_tax(case.contract, view),
        _priced_risk(case.contract, case.base.rate),
        _curve(case),
        _part(case.contract, view),
        _use(case, view),
        _starts_in_base(case.contract),
        *renewal_remarks(case.contract),
        *(f"'{one.name}' ({one.when}) holds already at the start." for one in watched if one.at_start),
        *failed,
    ]
    return tuple(text for text in found if text)


def _no_rate(case: Case, view: str, irr: IrrSummary) -> str:
    """Costs only, or nothing invested."""
    base, measures = case.base, case.measures
    if measures.irr_status != "total_loss" or irr.some_path_gains:
        if base.invests:
            return ""
        clauses, taxed = case.contract.clauses.values(), venture_of(case.contract, view)
        if any(getattr(one, "structure", "") == "capex" and getattr(one, "payer", "") == taxed for one in clauses):
            return "Nothing is left to invest from the valuation date on, so there is no IRR and no payback."
        return f"The {view} invests nothing in this file, so there is no IRR and no payback."
    currency = case.contract.currency
    figures = deal_figures(case.contract, base)
    per_unit = ""
    if figures.npv_per_kw_month is not None:
        per_unit = f", {-figures.npv_per_kw_month:,.2f} {currency}/kW/month of contracted power"
    elif figures.npv_per_mwh is not None:
        per_unit = f", {-figures.npv_per_mwh:,.2f} {currency}/MWh"
    return (
        f"The {view} has costs only: the PV of cost is {_money(-measures.npv, currency)}{per_unit}. There is no IRR "
        "and no margin, because the file holds nothing that the power brings in."
    )


def _few_rates(case: Case, irr: IrrSummary) -> str:
    """Why the rates of return on the paths are not shown as a distribution."""
    if irr.distribution.mean is not None or (case.measures.irr_status == "total_loss" and not irr.some_path_gains):
        return ""
    paths = sum(irr.status.values())
    why = "these are fewer than half" if case.base.invests else "nothing is invested"
    return (
        f"{irr.distribution.count:,} of {paths:,} paths have an IRR; {why}, so no distribution of the IRR is shown. "
        "The chances of an IRR below 0 and below the hurdle rate are over all paths."
    )


def _no_tax(contract: Contract, view: str) -> str:
    taxed = venture_of(contract, view) in contract.tax
    return "" if taxed else f"No tax is stated for {view}: after tax equals before tax."


def _priced_risk(contract: Contract, rate: float) -> str:
    """Intensities from spreads in a run of the real world, whose discount rate pays for risk already."""
    flat = contract.market.risk_free.flat
    if contract.measure != "real_world" or (flat is not None and rate <= flat.canonical):
        return ""
    rates = [
        name
        for name, event in contract.hazards.items()
        if any(getattr(getattr(event, word, None), "evidence", "") == "market" for word in ("rate", "arrival"))
    ]
    if not rates:
        return ""
    named = ", ".join(f"'{name}'" for name in rates)
    carry, their = ("carries", "its") if len(rates) == 1 else ("carry", "their")
    return (
        f"The rate of {named} is 'evidence: market' and {carry} the market's price of the risk; in a real-world run at "
        f"a risk-adjusted discount rate the risk is paid for twice. Take {their} historical rate, or a discount rate "
        "that leaves this risk out."
    )


def _curve(case: Case) -> str:
    """What stands for a risk-free curve where one rate is shown."""
    if case.contract.market.risk_free.flat is not None:
        return ""
    rate = case.base.values.scalar["rates.risk_free"]
    return (
        f"The risk-free rate is a curve by maturity, on which each payment is discounted; {100.0 * rate:.2f} % is its "
        "zero rate to the end of the term."
    )


def _part(contract: Contract, view: str) -> str:
    """Whose business a view is a part of."""
    part, venture = part_of(contract, view), venture_of(contract, view)
    if part is None:
        return ""
    if venture == view:
        return f"Every flow is the {100 * part:g} % that the {view} has kept of its joint venture, of its tax too."
    return f"Every flow is {100 * part:g} % of what the {venture} pays and is paid, of its tax too."


def _starts_in_base(contract: Contract) -> str:
    """What the base case takes the events of a start to be: one of the two sides of a decision, and nothing late."""
    words = {"conversion": "converted", "delay": "on time"}
    taken = []
    for name, risk in contract.starts.items():
        stated = getattr(risk, "base", None) or words[getattr(risk, "process", "")]
        taken.append(f"'{name}' as {stated}")
    return f"The base case takes {', '.join(taken)}." if taken else ""


def renewal_remarks(contract: Contract) -> list[str]:
    """A sentence for each lease that may be renewed: how often, with what chance, and what the base case has of it."""
    said = []
    for name, lease in leases_of(contract).items():
        if not lease.renewals:
            continue
        parts = [f"{one.count} x {one.term} ({_chance(one)})" for one in lease.renewals]
        taken = 0
        for one in lease.renewals:
            if one.base_case is None or one.base_case.value == "lapsed":
                break
            taken += one.count
        every = sum(one.count for one in lease.renewals)
        sure = all(one.certain for one in lease.renewals)
        order = "" if sure or every == 1 else ", each only after the one before"
        has = "none" if not taken else "all" if taken == every else f"{taken} of {every}"
        verb = "is" if sure else "may be"
        said.append(f"'{name}' {verb} renewed: {', then '.join(parts)}{order}. The base case has {has}.")
    return said


def _chance(renewal: Renewal) -> str:
    if renewal.certain:
        return "certain"
    return f"{renewal.probability}{' each' if renewal.count > 1 else ''}"


def _use(case: Case, view: str) -> str:
    """A remark where more use is worth less to the view, as under take-or-pay."""
    used = case.contract.capacity.utilisation if case.contract.capacity is not None else None
    if not isinstance(used, str) or not any(one.when.name == used for one in case.contract.indicators):
        return ""
    mean = case.base.plan.row_of[used].base
    if not isinstance(mean, str) or all(item.name != mean for item in case.base.plan.inputs):
        return ""
    more = case.base.values.scalar[mean] + 0.01
    change = what_if.WhatIf(case.base, mean).npv({mean: more}) - case.measures.npv
    if change > -0.5:  # less than one unit of money is rounding
        return ""
    return (
        f"A point more of {used} changes the base NPV of the {view} by {_money(change, case.contract.currency)}: "
        "it costs more than it is billed."
    )


def _money(value: float, currency: str) -> str:
    """An amount in words: millions from 100,000 on."""
    return f"{value / 1e6:,.1f} M {currency}" if abs(value) >= 1e5 else f"{value:,.0f} {currency}"
