"""The deal's terms at the top of the summary: who, when, in what money, at what rate, and what was changed."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.report.numbers import MoneyScale, amount, percent
from valuation.report.summary_layout import Line, Page
from valuation.report.summary_words import switches

_COLUMN = 11


def terms(page: Page) -> Iterator[Line]:
    """A fact a line, its text in a column."""
    for name, text in _facts(page).items():
        first, *more = page.wrapped(text, " " * _COLUMN)
        yield Line("text", f"{name:<{_COLUMN}}{first.strip()}")
        yield from (Line("text", line) for line in more)


def _facts(page: Page) -> dict[str, str]:
    deal, audit = page.tables.deal, page.tables.audit
    timing = f"; {deal.timing}" if deal.timing else ""
    covers = ", ".join(deal.discount_includes) or "no risk that is simulated as an event"
    facts = {
        "Stage": deal.stage,
        "Seen from": f"the {deal.view}; + is cash to the {deal.view}",
        "Parties": "; ".join(f"{role}: {name}" for role, name in deal.parties.items()),
        "Term": f"{deal.span}; valued at {deal.valuation.isoformat()}",
        "Money": f"{_scale_word(page.scale)}{deal.currency}, {deal.price_basis}; unlevered (before debt); "
        "after tax unless it says before tax",
        "Measure": f"{deal.measure}; {audit.paths:,} simulated monthly paths",
        "Discount": f"{percent(deal.discount_rate)} a year, {deal.discount_basis}; covers {covers}{timing}",
    }
    if changed := [*([f"scenario {audit.scenario}"] if audit.scenario else []), *audit.overrides]:
        facts["Changed"] = "; ".join(changed)
    if found := switches(page.tables):
        facts["Switches"] = "; ".join(found)
    if sunk := page.tables.base.sunk:
        facts["Sunk"] = f"{amount(sunk, page.scale)} {page.money} paid before the valuation date, left out"
    return facts


def _scale_word(scale: MoneyScale) -> str:
    """What the letter before the currency means."""
    return {"M": "M = millions of ", "k": "k = thousands of "}.get(scale.prefix, "")
