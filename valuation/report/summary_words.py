"""Words of the summary for what the tables have as keys, and lists that page one of the workbook shows too."""

from __future__ import annotations

from valuation.report.numbers import costs_only, percent
from valuation.report.summary_layout import Role
from valuation.report.text import one_line
from valuation.tables import Tables

_SWITCHES = {"lease", "volume"}
VERDICTS: dict[str, tuple[str, Role]] = {
    "holds": ("holds", "good"),
    "contradicts": ("contradicted", "bad"),
    "cannot_be_tested": ("cannot be tested", "note"),
}
BREAK_EVENS = {"rent": "Rent", "capex": "Investment", "power_price": "Power price"}
START_WORDS = {
    "not_converted": "Letter of intent not converted",
    "refused": "Approval refused",
    "decided_late": "Decision later than planned",
    "delayed": "Start delayed",
    "beyond_long_stop": "Delay beyond the long stop, so that it never starts",
}
"""What an event that acts on a start can come to."""
STATUSES = {
    "ok": "one root",
    "multiple": "several roots (the one nearest the discount rate is taken)",
    "total_loss": "total loss (counts as -100 %)",
    "no_investment": "nothing invested (left out of percentiles)",
    "no_root": "no root (counts as -100 % where it loses at 0 % and at the discount rate)",
    "not_converged": "not converged (counted likewise)",
}


def levers(tables: Tables) -> dict[str, str]:
    """Break-evens by key with their words; no rent in a contract that sells energy and lets nothing."""
    rent, price = tables.break_even.get("rent"), tables.break_even.get("power_price")
    sells = price is not None and price.path and rent is not None and not rent.path
    return {key: label for key, label in BREAK_EVENS.items() if not (sells and key == "rent")}


def switches(tables: Tables) -> list[str]:
    """Choices of the contract file that decide who bears what, e.g. ``Rent lease: gross``."""
    return [
        f"{one_line(found.label).replace(':', '')}: {one_line(found.value).replace('_', ' ')}"
        for found in tables.assumptions
        if isinstance(found.value, str) and found.path.rpartition(".")[2] in _SWITCHES
    ]


def chances(tables: Tables) -> list[tuple[str, float | None]]:
    """Chances with their words. A view that only pays, or invests nothing, has none of a rate of return; a single
    hazard names itself."""
    chance, deal = tables.probability, tables.deal
    paid = costs_only(tables) or not tables.base.invests
    causes = {one_line(cause): p for cause, p in chance.by_cause.items()}
    only = f" ({next(iter(causes))})" if len(causes) == 1 else ""
    rows: list[tuple[str, float | None]] = [
        (f"NPV below 0 at the discount rate of {percent(deal.discount_rate)}", chance.npv_negative),
        (f"NPV below 0 at the risk-free rate of {percent(deal.risk_free)}", chance.npv_negative_risk_free),
        (f"IRR below the hurdle rate of {percent(deal.hurdle_rate)}", None if paid else chance.irr_below_hurdle),
        ("IRR below 0 (less comes back than was invested)", None if paid else chance.irr_negative),
        ("No IRR exists", None if paid else chance.no_irr),
        (f"Revoked or ended by an event within the term{only}", chance.revoked),
        ("Term cut short (notice runs out before its end)", chance.term_cut_short),
    ]
    rows += [
        (f"{START_WORDS[key]} ({one_line(name)})", p) for name, of in chance.starts.items() for key, p in of.items()
    ]
    if not only:
        rows += [(f"  first event: {cause}", p) for cause, p in causes.items()]
    return rows
