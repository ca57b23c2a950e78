"""Cover in the workbook of a financed deal after a change: what the engine finds with the loans as they were sized."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from changed_inputs import DealWorkbook

from valuation import timeline
from valuation.appraisal.base import Base
from valuation.appraisal.financing.cover import base_cover
from valuation.appraisal.financing.service import service_dates
from valuation.report.excel.cover import COVER
from valuation.report.excel.debt import TOP
from valuation.resolve import resolve
from valuation.shipped import shipped

pytestmark = pytest.mark.slow

CHANGES: dict[str, tuple[dict[str, float], ...]] = {
    "project-finance": (
        {},
        {"clauses.rent.price": 35.0},
        {"clauses.rent.price": 0.0},
        {"dates.start": 46600.0},
        {"dates.start": 46753.0},
        {"clauses.build.cost": 4.0},
    ),
    "wind-farm-debt": ({}, {"clauses.ppa.price": 30.0}, {"generation.degradation": 0.05}),
}
"""As run; a default; no revenue at all; other service dates, inside and at the end of a year; a dearer site."""


@pytest.fixture(scope="module", params=list(CHANGES))
def deal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DealWorkbook:
    return DealWorkbook(shipped("contracts") / "examples" / f"{request.param}.yaml", tmp_path_factory.mktemp("deal"))


def off(got: object, want: float | None) -> bool:
    if want is None or not isinstance(got, float):
        return (want is None) == isinstance(got, float)
    return abs(got - want) > 1e-6 * max(1.0, abs(want))


def test_cover_is_what_the_engine_finds(deal: DealWorkbook) -> None:
    labels = {
        str(cell.value).partition(" (")[0]: cell.row
        for (sheet, _), cell in deal.cells.items()
        if sheet == "Financing" and cell.column == 1
    }
    found = []
    for changes in CHANGES[Path(deal.file).stem]:
        shows = deal.book.changed({deal.place(deal.names[name]): new for name, new in changes.items()})
        settings = [text for name, new in changes.items() for text in deal.settings(name, new)]
        base = Base.of(resolve(deal.source.contract(None, tuple(settings)), debt=deal.live.plan.solved))
        cover, dated = base_cover(base), {timeline.serial(one.day): one.dscr for one in service_dates(base)}
        pairs: list[tuple[str, object, float | None]] = [
            (label, shows("Financing", f"C{labels[label]}"), want)
            for label, want in (
                ("Minimum DSCR", cover.least),
                ("Average DSCR", cover.average),
                ("LLCR, loan life cover", cover.llcr),
                ("PLCR, project life cover", cover.plcr),
            )
        ]
        pairs += [
            (f"year {year}", shows("Financing", f"N{row}"), cover.by_year.get(year))
            for row, year in years_of(deal).items()
        ]
        for row in range(TOP, TOP + len(deal.tables.financing.schedule)):  # type: ignore[union-attr]
            day = shows("Debt", f"A{row}")
            if isinstance(day, float) and day in dated:
                pairs.append((f"date {timeline.date_of(day)}", shows("Debt", f"F{row}"), dated[day]))
        assert len(pairs) > 20
        found += [(changes, name, got, want) for name, got, want in pairs if off(got, want)]
    assert found == []


def years_of(deal: DealWorkbook) -> dict[int, int]:
    """The years of the table of cover, by their rows."""
    rows = {
        cell.row: int(cell.value)
        for (sheet, _), cell in deal.cells.items()
        if sheet == "Financing" and cell.column == COVER and isinstance(cell.value, float) and cell.value > 2000.0
    }
    assert len(rows) > 5
    return rows


@pytest.mark.parametrize("deal", ["project-finance"], indirect=True)
def test_grey_is_what_does_not_follow(deal: DealWorkbook) -> None:
    """On page one and the lender's page, once a price was changed."""
    book = openpyxl.load_workbook(deal.file)
    price = next(name for name in ("clauses.rent.price", "clauses.ppa.price") if name in deal.names)
    shows = deal.book.changed({deal.place(deal.names[price]): 0.9 * deal.inputs[price].value})
    for title in ("Summary", "Financing"):
        grey = {
            cell.coordinate
            for ranges in book[title].conditional_formatting
            if any(rule.formula == ["inputs_as_run=0"] for rule in ranges.rules)
            for area in ranges.cells.ranges
            for row in book[title][area.coord]
            for cell in (row if isinstance(row, tuple) else (row,))
        }
        numbers = {
            at: cell for (sheet, at), cell in deal.cells.items() if sheet == title and isinstance(cell.value, float)
        }
        table = {at for at, cell in numbers.items() if cell.row > 6 and cell.column < 23}
        moved = {at for at in table if off(shows(title, at), numbers[at].value)}
        assert len(moved) > 8 and moved & grey == set(), title
        stated = {at for at in table if not numbers[at].formula and numbers[at].column != COVER}  # the years are labels
        assert stated - grey == set(), title
