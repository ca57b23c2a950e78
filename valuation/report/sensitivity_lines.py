"""A sensitivity study as lines of a page: tornado as a picture and in numbers, spider, shares of the risks, tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from valuation.report.numbers import MoneyScale, amount, percent
from valuation.report.sensitivity_words import (
    SHARES,
    SPIDER,
    common_unit,
    heading,
    how_many,
    in_unit,
    listed,
    span_of,
    study_scale,
    tornado_words,
)
from valuation.report.summary_layout import Line, Paper
from valuation.report.text import one_line
from valuation.tables.sensitivity import Attribution, NpvTable, Sensitivity, TornadoBar

PICTURED = 20
"""Bars of the picture; the table has them all."""

_NUMBER, _ERROR = 9, 7


def sensitivity_lines(found: Sensitivity, width: int) -> Iterator[Line]:
    """The whole study on a page of some width."""
    page, scale = Paper(width), study_scale(found)
    money = scale.unit(found.currency)
    yield from page.paragraph(heading(found), "title")
    mean = "" if found.mean is None else f", mean NPV {amount(found.mean, scale)} +/- {amount(found.se, scale)} (s.e.)"
    paths = "" if found.mean is None else f"; {found.paths:,} paths, seed {found.seed}"
    stands = f"As it stands, after tax in {money}: base NPV {amount(found.base, scale)}{mean}{paths}"
    yield from page.paragraph(stands, "text", "", "  ")
    if found.table is not None:
        yield from _table(found.table, page, scale, money)
    if found.tornado:
        yield from _picture(found, page, scale, money)
        yield from _numbers(found.tornado, page, scale, money)
        yield from page.paragraph(tornado_words(found), "note")
    yield from _remarks(found, page)
    if found.spider:
        yield from _spider(found, page, scale, money)
    if found.attribution is not None:
        yield from _shares(found.attribution, page, scale, money)
    yield Line("text", "")
    yield Line("note", f"Again: {found.command}")


def _picture(found: Sensitivity, page: Paper, scale: MoneyScale, money: str) -> Iterator[Line]:
    """A bar a line: # where the mean NPV goes up, = where it goes down."""
    bars = found.tornado[:PICTURED]
    labels = [one_line(bar.label) for bar in bars]
    room = min(max(map(len, labels)), page.width // 3)
    changes = [(bar.low.mean_change or 0.0, bar.high.mean_change or 0.0) for bar in bars]
    lowest = min(0.0, *(min(pair) for pair in changes))
    highest = max(0.0, *(max(pair) for pair in changes))
    columns = page.width - room - 2 * (_NUMBER + 1)
    left = round(columns * -lowest / ((highest - lowest) or 1.0))
    right = columns - left
    yield from page.heading(f"Tornado: change of the mean NPV [{money}], = down and # up")
    for label, (low, high) in zip(labels, changes, strict=True):
        down, up = min(low, high, 0.0), max(low, high, 0.0)
        below = "=" * round(left * down / (lowest or -1.0))
        above = "#" * round(right * up / (highest or 1.0))
        numbers = (amount(down, scale) if down else "", amount(up, scale) if up else "")
        name = label if len(label) <= room else label[: room - 3] + "..."
        picture = f"{below:>{left}}|{above:<{right}}"
        yield Line("text", f"{name:<{room}}{numbers[0]:>{_NUMBER}} {picture}{numbers[1]:>{_NUMBER}}")
    if len(found.tornado) > PICTURED:
        yield Line("note", f"and {len(found.tornado) - PICTURED} with less, in the table")


def _numbers(bars: Sequence[TornadoBar], page: Paper, scale: MoneyScale, money: str) -> Iterator[Line]:
    """Every bar with its ends: base and mean NPV at each, and the larger standard error."""
    yield from page.heading(f"Change of the NPV at the ends of the range [{money}]")
    numbers = 4 * _NUMBER + _ERROR
    names = [(one_line(bar.path), span_of(bar)) for bar in bars]
    room = page.width - numbers
    together = max(len(name) + len(span) + 2 for name, span in names) <= room
    yield Line("note", f"{'':<{room}}{'base NPV':>{2 * _NUMBER}}{'mean NPV':>{2 * _NUMBER}}")
    ends = f"{'low':>{_NUMBER}}{'high':>{_NUMBER}}"
    yield Line("note", f"{'':<{room}}{ends}{ends}{'s.e.':>{_ERROR}}")
    for bar, (name, span) in zip(bars, names, strict=True):
        cells = "".join(
            f"{amount(change, scale):>{_NUMBER}}"
            for change in (bar.low.change, bar.high.change, bar.low.mean_change, bar.high.mean_change)
        )
        cells += f"{amount(max(bar.low.se or 0.0, bar.high.se or 0.0), scale, 2):>{_ERROR}}"
        if together:
            yield Line("text", f"{name}  {span}".ljust(room) + cells)
        elif len(span) + 2 < room:
            yield Line("text", name)
            yield Line("text", f"  {span}".ljust(room) + cells)
        else:
            yield from page.paragraph(f"{name}  {span}", "text", "", "  ")
            yield Line("text", f"{'':<{room}}{cells}")


def _remarks(found: Sensitivity, page: Paper) -> Iterator[Line]:
    if found.unmoved:
        yield from page.paragraph(f"Move neither: {listed(found.unmoved)}.", "note", "", "  ")
    for path, reason in found.refused:
        yield from page.paragraph(f"Not moved: {path}: {reason}", "bad", "", "  ")
    if not found.tornado and found.table is None:
        yield from page.paragraph(
            "No input of the contract states a range: write one, range: [95 EUR/kW/month, 130 EUR/kW/month], or name "
            "inputs with --also PATH to move them by 10 %.",
            "note",
        )


def _spider(found: Sensitivity, page: Paper, scale: MoneyScale, money: str) -> Iterator[Line]:
    """A line an input: percentages of its value, the base NPV under each."""
    yield from page.heading(f"Spider: base NPV [{money}] at a percentage of the value")
    room = min(max(len(one_line(line.label)) for line in found.spider) + 1, max(20, page.width - 60))
    each = min(11, (page.width - room) // 5)
    for line in found.spider:
        label = one_line(line.label)
        name = label if len(label) < room else label[: room - 4] + "..."
        shown = [f"{100 * ratio:,.4g} %" for ratio, _ in line.points]
        yield Line("note", f"{name:<{room}}" + "".join(f"{text:>{each}}" for text in shown))
        yield Line("text", " " * room + "".join(f"{amount(npv, scale):>{each}}" for _, npv in line.points))
    yield from page.paragraph(SPIDER, "note")


def _shares(shares: Attribution, page: Paper, scale: MoneyScale, money: str) -> Iterator[Line]:
    """A line a risk: its share of the variance, its own spread, its part of the expected loss; the totals last."""
    yield from page.heading("Attribution: which risk the spread and the expected loss come from")
    if not shares.risks:
        yield from page.paragraph("No factor and no event moves cash of this party.", "note")
        return
    room = min(max(14, *(len(one_line(share.risk)) + 1 for share in shares.risks)), page.width - 46)
    yield Line("note", f"{'':<{room}}{'of variance':>12}{'s.e.':>8}{'sd alone':>9}{'loss':>9}{'s.e.':>8}")
    for share in shares.risks:
        part, error = percent(share.variance_share, 2), percent(share.variance_share_se, 2)
        cells = f"{part:>12}{error:>8}{amount(share.sd_alone, scale):>9}"
        cells += f"{amount(share.loss, scale, 2):>9}{amount(share.loss_se, scale, 2):>8}"
        name = one_line(share.risk)
        yield Line("text", f"{name if len(name) < room else name[: room - 4] + '...':<{room}}{cells}")
    if shares.rest_variance or shares.rest_loss:
        part = percent(shares.rest_variance / shares.variance if shares.variance else None, 2)
        cells = f"{part:>12}{'':>17}{amount(shares.rest_loss, scale, 2):>9}"
        yield Line("text", f"{'of no risk':<{room}}{cells}")
    sd = amount(shares.variance**0.5, scale)
    cells = f"{'100.00 %' if shares.variance else 'n/a':>12}{'':>8}{sd:>9}"
    cells += f"{amount(shares.loss, scale, 2):>9}{amount(shares.loss_se, scale, 2):>8}"
    yield Line("head", f"{'all together':<{room}}{cells}")
    yield from page.paragraph(
        f"Loss = base NPV less mean NPV, and sd = standard deviation of the NPV, in {money}. {SHARES} "
        f"{how_many(shares).capitalize()}.",
        "note",
    )


def _table(table: NpvTable, page: Paper, scale: MoneyScale, money: str) -> Iterator[Line]:
    """One input: a line a value. Two: a grid of base NPVs, and one of mean NPVs where they were asked for."""
    with_mean = table.cells[0][0].mean is not None
    values, unit = common_unit(table.rows)
    label = in_unit(table.paths[0], unit)
    if not table.columns:
        yield from page.heading(f"NPV [{money}] by {label}")
        room = max(10, *(len(value) + 2 for value in values))
        each = min(12, (page.width - room) // 5)
        heads = ("base", "change", *(("mean", "change", "+/- s.e.") if with_mean else ()))
        yield Line("note", " " * room + "".join(f"{head:>{each}}" for head in heads))
        for value, (point,) in zip(values, table.cells, strict=True):
            numbers = (point.base, point.change, *((point.mean, point.mean_change, point.se) if with_mean else ()))
            yield Line("text", f"{value:<{room}}" + "".join(f"{amount(number, scale):>{each}}" for number in numbers))
        return
    columns, column_unit = common_unit(table.columns)
    across = in_unit(table.paths[1], column_unit)
    room = max(len(value) for value in values) + 2
    each = max(min(12, (page.width - room) // len(columns)), *(len(column) + 1 for column in columns))
    grids = [("Base NPV", [[point.base for point in row] for row in table.cells])]
    if with_mean:
        grids.append(("Mean NPV", [[point.mean or 0.0 for point in row] for row in table.cells]))
    for name, grid in grids:
        yield from page.heading(f"{name} [{money}] by {label} (down) and {across} (across)")
        yield Line("note", " " * room + "".join(f"{column:>{each}}" for column in columns))
        for value, row in zip(values, grid, strict=True):
            yield Line("text", f"{value:<{room}}" + "".join(f"{amount(npv, scale):>{each}}" for npv in row))
    if with_mean:
        error = max(point.se or 0.0 for row in table.cells for point in row)
        yield from page.paragraph(
            "All means on the same random numbers: the standard error of a difference from the contract as it stands "
            f"is at most {amount(error, scale, 2)}.",
            "note",
        )
