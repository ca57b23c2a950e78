"""A calibration as lines of a page: what was read, the calendar, the parameters, the tests with a verdict each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from valuation.calibration.seasonality import MONTHS
from valuation.calibration.study import Study
from valuation.report.calibrated_words import coverage_verdict, extremes, half_life, parameter, spread_verdict, verdict
from valuation.report.summary_layout import Line, Paper
from valuation.report.text import one_line

_LABEL = 44


def calibration_lines(found: Study, name: str, command: str, width: int) -> Iterator[Line]:
    """The whole calibration on a page of some width.

    Parameters
    ----------
    name : of the factor in the file. command : to fit it again.
    """
    page = Paper(width)
    history = found.history
    of = f", {history.area}" if history.area else ""
    yield from page.paragraph(f"{name}: {found.fit.model} fitted to {one_line(Path(history.file).name)}{of}", "title")
    yield from _read(page, found)
    if found.season is not None:
        yield from _season(page, found)
    yield from _parameters(page, found)
    if found.compared or found.refused:
        yield from _compared(page, found)
    yield from _tests(page, found)
    if found.warnings:
        yield from page.heading("Before you use it")
        for text in found.warnings:
            yield from page.paragraph(f"- {text}", "text", "  ", "  ")
    yield Line("text", "")
    # One line however long: a command that is broken in two cannot be copied.
    yield Line("note", f"The same again:  {one_line(command)}")


def _read(page: Paper, found: Study) -> Iterator[Line]:
    history = found.history
    yield from page.heading("What was read")
    steps = "daily" if history.step == "day" else "monthly"
    of = f" from {history.lines:,} lines, one a {history.cadence}" if history.cadence != history.step else ""
    span = f"{history.count:,} {steps} values{of}, {history.first} to {history.last} ({history.years:.1f} years)"
    yield from page.labelled("  History", span)
    if found.is_price:
        negative = f"{history.negative} {history.step}s"
        if history.cadence != history.step:
            negative += f", {history.negative_lines} lines"
        yield from page.labelled("  Below 0", negative)
    if history.gaps:
        shown = "; ".join(str(gap) for gap in history.gaps[:4])
        more = f"; and {len(history.gaps) - 4} more" if len(history.gaps) > 4 else ""
        yield from page.labelled("  Missing, left as gaps", shown + more)
    for note in history.notes:
        yield from page.paragraph(f"- {note}", "note", "  ", "  ")


def _season(page: Paper, found: Study) -> Iterator[Line]:
    season = found.season
    if season is None:
        return
    yield from page.heading(f"The calendar, of {found.ask.transform}: least squares before the fit")
    yield from _columns(page, [(one, f"{season[one]:.5g}") for one in season.names], 11)
    yield Line("text", f"  explains {season.explained:.1%} of the variance")
    if found.shape:
        yield from page.heading("month_shape: expected price of the month over that of the year")
        yield from _columns(page, [(a, f"{b:.3f}") for a, b in zip(MONTHS, found.shape, strict=True)], 7)


def _columns(page: Paper, cells: list[tuple[str, str]], width: int) -> Iterator[Line]:
    """Names above their numbers, as many beside each other as fit."""
    fit = max(1, (page.width - 2) // width)
    for first in range(0, len(cells), fit):
        part = cells[first : first + fit]
        yield Line("head", "  " + "".join(f"{name:>{width}}" for name, _ in part))
        yield Line("text", "  " + "".join(f"{number:>{width}}" for _, number in part))


def _parameters(page: Paper, found: Study) -> Iterator[Line]:
    yield from page.heading(f"Parameters of {found.fit.model}; use the corrected ones")
    heads = f"{'estimate':>11}{'se':>11}{'95 % from':>11}{'to':>11}{'corrected':>11}"
    names = [parameter(one, found.series.unit) for one in found.fit.estimates]
    room = max(28, *(len(name) for name in names))
    yield Line("head", f"  {'':<{room}}{heads}  half-life")
    for one, name in zip(found.fit.estimates, names, strict=True):
        cells = "".join(f"{number:>11.5g}" for number in (one.value, one.se, one.low, one.high, one.corrected))
        days = half_life(one)
        yield Line("text", f"  {name:<{room}}{cells}{f'  {days} days' if days else ''}")


def _compared(page: Paper, found: Study) -> Iterator[Line]:
    yield from page.heading("Models side by side, on the values that all have a density for")
    if found.compared:
        yield Line("head", f"  {'':<20}{'parameters':>11}{'values':>9}{'log-likelihood':>16}{'BIC':>13}")
    for line in found.compared:
        numbers = f"{line.free:>11}{line.n:>9,}{line.log_likelihood:>16,.2f}{line.bic:>13,.2f}"
        mark = "  <- chosen" if line.model == found.fit.model else ""
        yield Line("text", f"  {line.model:<20}{numbers}{mark}")
    if found.compared:
        told = "BIC judges steps of one day; a contract of years hangs on the spread of yearly means below"
        yield from page.paragraph(told if found.history.step == "day" else "BIC judges steps of a month", "note", "  ")
    others = {fit.model for fit in found.fits} - {line.model for line in found.compared} if found.compared else set()
    for model in sorted(others):
        yield from page.paragraph(
            f"- {model}: fitted to monthly means, so its likelihood is not comparable", "note", "  "
        )
    for model, reason in found.refused.items():
        yield from page.paragraph(f"- {model}: not fitted: {reason}", "note", "  ", "  ")


def _tests(page: Paper, found: Study) -> Iterator[Line]:
    yield from page.heading("Whether to believe it")
    for check in found.checks:
        text = verdict(check)
        yield from page.labelled(f"  {check.name}", text, _LABEL, role="good" if text.startswith("passes") else "bad")
    for one in found.coverage:
        ahead = f"{one.horizon * 365.0:.0f} days" if one.horizon < 0.9 else f"{one.horizon:.2g} year"
        text = coverage_verdict(one)
        role = "good" if text.endswith("holds") else "bad"
        yield from page.labelled(f"  90 % band, {ahead} ahead", text, _LABEL, role=role)  # type: ignore[arg-type]
    if found.is_price:
        needed = found.level is not None and found.level.needed
        yield from page.labelled(
            "  sd of log yearly means", spread_verdict(found), _LABEL, role="bad" if needed else "text"
        )
        if found.yearly is not None:
            yield from page.labelled("  Extremes", extremes(found.yearly, found.history.unit), _LABEL)
