"""The summary of a valuation as lines of text, each with the role that it has on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from valuation.report.numbers import amount, bridge_decimals, costs_only, percent
from valuation.report.summary_break_even import break_evens
from valuation.report.summary_change import changed
from valuation.report.summary_claims import claims, indicators
from valuation.report.summary_claims_audit import claims_audit
from valuation.report.summary_financing import financing
from valuation.report.summary_headline import headline
from valuation.report.summary_layout import WIDTH, Line, Page, Role
from valuation.report.summary_scenarios import scenarios
from valuation.report.summary_sides import sides
from valuation.report.summary_terms import terms
from valuation.report.summary_uncertainty import uncertainty
from valuation.report.summary_value import value_facts, value_table
from valuation.report.summary_words import BREAK_EVENS, STATUSES, chances, levers, switches
from valuation.report.text import one_line
from valuation.tables import Tables

__all__ = ["BREAK_EVENS", "STATUSES", "chances", "levers", "summary_lines", "switches"]


def summary_lines(tables: Tables, width: int = WIDTH) -> Iterator[Line]:
    """What ``valuate FILE`` prints: our words in ASCII, texts of the contract cleaned, no line but the command's wider
    than the page."""
    page = Page(width, tables)
    yield from page.paragraph(tables.deal.name, "title")
    yield from headline(page)
    yield Line("text", "")
    yield from terms(page)
    if costs_only(tables):
        yield from _bullets(page, "Remarks", tables.deal.remarks)
    yield from value_table(page)
    yield from value_facts(page)
    yield from uncertainty(page)
    yield from _bridge(page)
    yield from changed(page)
    yield from _chances(page)
    yield from financing(page)
    yield from break_evens(page)
    yield from _rates(page)
    yield from scenarios(page)
    yield from sides(page)
    yield from indicators(page)
    yield from claims(page)
    yield from claims_audit(page)
    yield from _remarks(page)
    yield from page.heading("In short")
    yield from headline(page)
    yield from _audit(page)


def _bridge(page: Page) -> Iterator[Line]:
    words = {
        "base": "Base case: every factor at its expected value, no event",
        "volatility": "+ volatility of prices and volumes",
        "events": "+ events that end or change the contract",
        "mean": "= mean over the paths",
    }
    yield from page.heading(f"From the base case to the mean NPV ({page.money}, after tax)")
    widths, room = (10, 10, 10), 58
    heads = "".join(f"{head:>{width}}" for head, width in zip(("change", "+/- s.e.", "NPV"), widths, strict=True))
    yield Line("note", " " * min(room, page.width - sum(widths)) + heads)
    decimals = bridge_decimals(page.tables, page.scale)
    for step in page.tables.bridge:
        npv, se = amount(step.npv, page.scale, decimals), amount(step.se, page.scale, decimals)
        change = "" if step.change is None else amount(step.change, page.scale, decimals)
        se = "" if step.step == "base" else se
        yield from page.figures(words.get(step.step, step.step), (change, se, npv), widths, room)


def _chances(page: Page) -> Iterator[Line]:
    yield from page.heading("Chances")
    for label, p in chances(page.tables):
        if p is not None or not costs_only(page.tables):
            yield from page.figures(label, (percent(p),), (10,), 70)


def _rates(page: Page) -> Iterator[Line]:
    """The NPV at other rates, in as many rows as the rates need."""
    rows = page.tables.npv_by_rate
    if not rows:
        return
    yield from page.heading(f"NPV after tax by discount rate ({page.money})")
    texts = [[percent(r.rate), amount(r.base_npv, page.scale), amount(r.mean_npv, page.scale)] for r in rows]
    cell = max(9, 1 + max(len(text) for row in texts for text in row))
    fit = max(1, (page.width - 18) // cell)
    for first in range(0, len(texts), fit):
        for k, label in enumerate(("Discount rate", "Base case", "Mean")):
            cells = "".join(f"{row[k]:>{cell}}" for row in texts[first : first + fit])
            yield Line("text" if k else "note", f"  {label:<16}{cells}")


def _remarks(page: Page) -> Iterator[Line]:
    deal = page.tables.deal
    yield from _bullets(page, "Risks that are not modelled", deal.not_modelled)
    if not costs_only(page.tables):
        yield from _bullets(page, "Remarks", deal.remarks)
    yield from _bullets(page, "Warnings", deal.warnings, "bad")
    failed = [check for check in page.tables.checks if not check.ok]
    yield from _bullets(
        page,
        "Checks that failed",
        [f"{check.name}: {check.residual:g} {check.unit}, allowed {check.tolerance:g}" for check in failed],
        "bad",
    )


def _bullets(page: Page, title: str, texts: Sequence[str], role: Role = "text") -> Iterator[Line]:
    if texts:
        yield from page.heading(title)
    for text in texts:
        yield from page.paragraph(f"- {text}", role, "  ", "  ")


def _audit(page: Page) -> Iterator[Line]:
    audit = page.tables.audit
    yield Line("text", "")
    yield from page.paragraph(
        f"Seed {audit.seed}, digest {audit.digest[:16]}, version {audit.version}. The same numbers again:", "note"
    )
    # One line however long: a command that is broken in two cannot be copied.
    yield Line("note", f"  {one_line(audit.command)}")
