"""Header and footer of every page: which contract, in which case, seen from where, and which run."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from valuation.report.excel.cells import cell_text
from valuation.report.text import one_line
from valuation.tables import Tables

_LONGEST = 90
"""Characters of a text: all of a header must fit into 255."""


def mark_pages(sheet: Worksheet, tables: Tables) -> None:
    """Fill the places that the template leaves for the contract, the case and the run."""
    words = {
        "{contract}": _plain(tables.deal.name),
        "{case}": _plain(case_of(tables)),
        "{run}": f"{tables.audit.digest[:16]}, seed {tables.audit.seed}",
    }
    header: Any = sheet.oddHeader
    footer: Any = sheet.oddFooter
    for part in (header.left, header.center, header.right, footer.left, footer.center, footer.right):
        for place, text in words.items():
            part.text = (part.text or "").replace(place, text) or None


def case_of(tables: Tables) -> str:
    """Scenario, changes, view and currency in a few words."""
    audit = tables.audit
    changed = f", {len(audit.overrides)} changed by --set" if audit.overrides else ""
    return f"scenario {audit.scenario or 'none'}{changed}; seen from the {audit.view}; {audit.currency}"


def _plain(text: str) -> str:
    """Text that a header shows as it is: there ``&`` begins a code."""
    text = one_line(cell_text(text)).replace("&", "+")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
