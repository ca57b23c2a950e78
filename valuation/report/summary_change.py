"""What changed since an earlier run, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.report.change_words import NOTHING, OTHER, SETTLED, STEP, UNWINDING, notes
from valuation.report.numbers import amount
from valuation.report.summary_layout import Line, Page
from valuation.tables import TimeParts

LISTED = 6
"""Changes of inputs that are printed; the workbook lists more."""


def changed(page: Page) -> Iterator[Line]:
    """The section; nothing where no earlier run was given."""
    log, tables = page.tables.previous, page.tables
    if log is None:
        return
    old, scale = log.previous, page.scale
    yield from page.heading(f"Since {log.file}, valued at {old.valuation.isoformat()} ({page.money}, after tax)")
    if log.nothing_changed:
        yield from page.paragraph(NOTHING, "text", "  ")
        for note in notes(log):
            yield from page.paragraph(note, "note", "  ")
        return
    widths, room = (12, 12, 10), 58
    heads = "".join(
        f"{head:>{width}}" for head, width in zip(("base NPV", "mean NPV", "+/- s.e."), widths, strict=True)
    )
    yield Line("note", " " * min(room, page.width - sum(widths)) + heads)

    def row(label: str, base: float, mean: float, se: float | None = None) -> Iterator[Line]:
        yield from page.figures(
            label, (amount(base, scale), amount(mean, scale), "" if se is None else amount(se, scale)), widths, room
        )

    yield from row("Earlier run", old.npv_base, old.npv_mean, old.npv_se)
    for step in log.steps:
        if step.base or step.mean:
            yield from row(f"+ {STEP[step.key]}", step.base, step.mean, step.se)
        if step.key == "time" and log.time_base is not None and log.time_mean is not None:
            parts = zip((SETTLED, UNWINDING, OTHER), _parts(log.time_base), _parts(log.time_mean), strict=True)
            for label, base, mean in parts:
                if base or mean:
                    yield from row(f"    of which {label}", base, mean)
    yield from row("= This run", tables.base.npv, tables.npv.mean or 0.0, tables.npv.se)
    for note in notes(log):
        yield from page.paragraph(note, "note", "  ")
    for one in log.changes[:LISTED]:
        moved = "n/a" if one.effect is None else f"{amount(one.effect, scale)} {page.money} of base NPV alone"
        old_new = f"{_shown(one.old, one.unit)} -> {_shown(one.new, one.unit)}"
        yield from page.paragraph(f"- {one.path}: {old_new} ({moved})", "text", "  ", "  ")
    more = len(log.changes[LISTED:]) + log.more
    if more:
        yield from page.paragraph(f"and {more} more; see the sheet Change log", "note", "  ")


def _parts(parts: TimeParts) -> tuple[float, float, float]:
    return parts.settled, parts.unwinding, parts.other


def _shown(value: float | str, unit: str) -> str:
    if isinstance(value, str):
        return f"{value} {unit}".rstrip()
    return f"{100 * value if unit.startswith('%') else value:.6g} {unit}".rstrip()
