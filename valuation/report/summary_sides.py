"""What the contract is worth to each party, one under the other, and what the transfers between them sum to."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.report.numbers import MoneyScale, amount, percent
from valuation.report.summary_layout import Line, Page
from valuation.report.text import one_line
from valuation.tables import PartyValue, Tables, Transfers

_CASH = {
    "both": "pays and receives",
    "pays": "only pays: minus the PV of its cost",
    "receives": "only receives: the PV of its income",
    "contingent": "pays or receives on some paths only",
    "none": "no payment in this file",
}
_HEADS = ("rate", "base NPV", "mean NPV", "+/- s.e.")


def sides(page: Page) -> Iterator[Line]:
    """A row a party with the run's own marked, what it does in words, and the sum of the transfers."""
    parties, transfers = page.tables.parties, page.tables.transfers
    if not parties or transfers is None:
        return
    yield from page.heading(f"Each side (NPV in {page.money}, at its own rate, after its own tax)")
    rows = {f"{'*' if one.is_view else ' '} {one_line(one.party)}": _numbers(page, one) for one in parties}
    widths = [2 + max(map(len, cells)) for cells in zip(_HEADS, *rows.values(), strict=True)]
    room = min(max(map(len, rows)), page.width - sum(widths))
    beside = page.width - room - sum(widths) >= 2 + max(len(side_words(one)) for one in parties)
    yield Line("note", " " * room + "".join(f"{head:>{width}}" for head, width in zip(_HEADS, widths, strict=True)))
    for (name, cells), one in zip(rows.items(), parties, strict=True):
        if len(name) > room:
            yield from page.paragraph(name, "text", "" if one.is_view else "  ", "  ")
            name = ""
        numbers = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        yield Line("text", f"{name:<{room}}{numbers}" + (f"  {side_words(one)}" if beside else ""))
        if not beside:
            yield from page.paragraph(side_words(one), "note", "    ")
    yield from page.paragraph(f"* = this run. {about_sides(page.tables)}", "note")
    yield from page.paragraph(
        transfers_sum(transfers, page.scale, page.money), "note" if transfers.residual <= transfers.allowed else "bad"
    )


def side_words(one: PartyValue) -> str:
    """What a party does in the base case, and whether its tax is in."""
    return _CASH[one.cash] + ("; after tax" if one.taxed else "")


def about_sides(tables: Tables) -> str:
    """What the numbers of the sides are over, and how that of a party with one direction of cash is to be read."""
    paths = tables.transfers.paths if tables.transfers is not None else 0
    told = f"Means over the first {paths:,} paths. "
    if any(one.cash == "pays" for one in tables.parties):
        told += "The file holds nothing that a party which only pays gets for it, so its NPV is its cost and no loss. "
    return told + "Tax is paid to nobody in the file."


def transfers_sum(transfers: Transfers, scale: MoneyScale, money: str) -> str:
    """Whether what is paid is what is received."""
    of = f"{amount(transfers.gross, scale)} {money} a path are paid between the sides, undiscounted"
    if transfers.residual == 0.0:
        return f"Transfers sum to exactly 0 on each of these paths; {of}."
    if transfers.residual <= transfers.allowed:
        return f"Transfers sum to 0 on each of these paths, but for the rounding of amounts that are shared; {of}."
    apart = amount(transfers.residual, scale)
    return f"Transfers do not sum to 0: up to {apart} {money} on a path are booked by one side only; {of}."


def _numbers(page: Page, one: PartyValue) -> tuple[str, ...]:
    npv = (amount(value, page.scale) for value in (one.npv_base, one.npv_mean, one.npv_se))
    return percent(one.discount_rate), *npv
