"""What is watched and what is said: indicators by year, claims with their verdicts."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from valuation.report.numbers import claim_scenarios, claim_value, percent
from valuation.report.summary_layout import Line, Page
from valuation.report.summary_words import VERDICTS
from valuation.report.text import one_line
from valuation.tables import Claim, Indicator, IndicatorYear

_YEAR = 13
_SAID = 23
"""Column in which the words of a claim begin."""
_NOTE = 120
"""Characters of a claim's note that a summary has room for; the workbook has the whole."""

_PREFIXES = {"bn": 1e9, "M": 1e6, "k": 1e3}
_MONEY = re.compile(r"(?P<number>[+-]?[\d_,]*\.?\d+) *(?P<prefix>bn|M|k) ?(?P<currency>[A-Z]{3})(?=$|/)")


def indicators(page: Page) -> Iterator[Line]:
    """The conditions that a reader can watch, with their chances in some of the years."""
    found = page.tables.indicators
    if found:
        given = "given no event until the end of that year"
        yield from page.heading(f"Indicators (chance that the condition holds, {given})")
    for indicator in found:
        yield from _indicator(page, indicator)
    if any(len(_picked(page, one)) < len(one.years) for one in found):
        yield from page.paragraph("  Some years are left out; the workbook and --json have them all.", "note", "  ")


def _indicator(page: Page, indicator: Indicator) -> Iterator[Line]:
    start = "; holds already at the start" if indicator.at_start else ""
    note = f"; {indicator.note}" if indicator.note else ""
    over = indicator.over.replace("_", " ")
    yield from page.paragraph(f"{indicator.name}: {indicator.when} ({over}){start}{note}", "text", "  ", "  ")
    years = "".join(f"{f'{y.year}: {percent(y.given_alive, 0)}':<{_YEAR}}" for y in _picked(page, indicator))
    yield Line("note", f"    {years}".rstrip())


def _picked(page: Page, indicator: Indicator) -> list[IndicatorYear]:
    """All years where they fit on a line; else the first ones, the middle one and the last."""
    years = indicator.years
    room, last = (page.width - 4) // _YEAR, len(years) - 1
    if len(years) <= room:
        return list(years)
    return [years[k] for k in sorted({*range(room - 2), max(room - 2, last // 2), last})]


def claims(page: Page) -> Iterator[Line]:
    """Each claim behind its verdict, then what the file notes on it."""
    if page.tables.claims:
        yield from page.heading("Claims held against the model")
    for number, claim in enumerate(page.tables.claims, 1):
        word, role = VERDICTS.get(claim.verdict, (claim.verdict, "text"))
        yield from page.labelled(f"  {number:<2} {word}", _claim(claim), _SAID, role)
        if claim.note:
            note = textwrap.shorten(one_line(claim.note), _NOTE, placeholder=" ...")
            yield from page.paragraph(f"note: {note}", "note", " " * _SAID)


def _claim(claim: Claim) -> str:
    check, value = against(claim)
    here = f"; here {value}" if value else ""
    held = f" [{check}{here}]" if check else ""
    where = claim_scenarios(claim)
    scenarios = f"; {where}" if where else ""
    return f'"{claim.quote}" ({claim.source}){held}{scenarios}'


def against(claim: Claim) -> tuple[str, str]:
    """The condition and the number that meets it; amounts of one currency in the condition's own thousands."""
    if claim.value is None:
        return claim.check, ""
    found = _MONEY.search(claim.check)
    if found is None or not claim.unit.startswith(found["currency"]):
        return claim.check, claim_value(claim)
    prefix = found["prefix"]
    written = f"{found['number']} {prefix} {found['currency']}"
    value = claim.value / _PREFIXES[prefix]
    decimals = max(0, 3 - len(f"{abs(value):.0f}"))
    here = f"{value:,.{decimals}f} {prefix} {claim.unit}"
    return claim.check[: found.start()] + written + claim.check[found.end() :], here
