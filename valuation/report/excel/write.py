"""The workbook from the tables: sheets filled, values stored, file put in place in one step."""

from __future__ import annotations

import os
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from valuation.report.excel.assumptions import write_assumptions
from valuation.report.excel.base_tornado import write_base_tornado
from valuation.report.excel.book import Book
from valuation.report.excel.cash_flow import write_cash_flow
from valuation.report.excel.cells import cell_text
from valuation.report.excel.change_log import SHEET as CHANGE_LOG
from valuation.report.excel.change_log import write_change_log
from valuation.report.excel.checks import write_checks
from valuation.report.excel.claims import write_claims
from valuation.report.excel.convergence import write_convergence
from valuation.report.excel.cumulative import write_cumulative
from valuation.report.excel.debt import write_debt
from valuation.report.excel.distributions import write_distributions
from valuation.report.excel.drivers import write_drivers
from valuation.report.excel.fair_value import write_fair_value
from valuation.report.excel.financing import write_financing
from valuation.report.excel.finish import finish
from valuation.report.excel.indicators import write_indicators
from valuation.report.excel.live.write import write_live
from valuation.report.excel.notes import write_notes
from valuation.report.excel.owner import PROGRAM, mark, run_of
from valuation.report.excel.page_marks import mark_pages
from valuation.report.excel.payments import write_payments
from valuation.report.excel.record import SHEET as RECORD
from valuation.report.excel.record import write_record
from valuation.report.excel.run_record import write_run
from valuation.report.excel.sample_paths import write_sample_paths
from valuation.report.excel.scenario_page import write_scenarios_page
from valuation.report.excel.summary import write_summary
from valuation.report.excel.tax import write_tax
from valuation.report.excel.template import load_template
from valuation.report.excel.years import write_years
from valuation.report.numbers import money_scale
from valuation.tables import Tables

AS_RUN = ("Payments", "Distributions", "Years", "Indicators", "Claims", "Cumulative", "Tornado", "Drivers") + (
    "Scenarios",
    "Convergence",
    "Sample paths",
    "Fair value",
)
"""Sheets of the simulation, which say so once an input was changed."""
STALE_LOANS = (
    '=IF(inputs_as_run=1,"","Inputs were changed: cover and the NPV and IRR of the owners follow, with the loans as '
    'the run sized them; what is grey is as run")'
)
STALE = '=IF(inputs_as_run=1,"","Inputs were changed on Assumptions: this page shows the run as it was made")'

OF_FINANCING = ("Financing", "Debt", "Tax")
"""Sheets that only a workbook with a financing has."""


def workbook_bytes(tables: Tables, template: str = "standard", folder: Path | None = None) -> bytes:
    """The workbook as a file's content: equal tables give equal bytes.

    Parameters
    ----------
    template, folder : the look, see ``load_template``.

    Raises
    ------
    NotFiniteError : when a number is infinite or NaN; it names the cell.
    TemplateError : when the template lacks a sheet or a style.
    """
    workbook, look = load_template(template, folder)
    book = Book(workbook=workbook, look=look, tables=tables, scale=money_scale(tables))
    for name in _without_content(tables):
        workbook.remove(workbook[name])
    # Sheets that others link to come first; the order in the file is the template's.
    for write in (
        write_live,
        write_assumptions,
        write_payments,
        write_cash_flow,
        write_distributions,
        write_years,
        write_indicators,
        write_claims,
        write_debt,
        write_tax,
        write_financing,
        *((write_change_log,) if tables.previous is not None else ()),
        write_fair_value,
        write_notes,
        write_run,
        write_summary,
        write_checks,
    ):
        write(book)
    if tables.contract_text:
        write_record(book)
    _write_pages_of_paths(book)
    for title in AS_RUN:
        if title in workbook.sheetnames:
            page = book.page(title)
            page.formula(3, 1, STALE, "", "year", "text")
            page.coloured("A3:F3", '$A$3<>""', "9C0006", "FFD6D6")
    if "Financing" in workbook.sheetnames:
        page = book.page("Financing")
        page.formula(3, 1, STALE_LOANS, "", "year", "text")
        page.coloured("A3:V3", '$A$3<>""', "9C0006", "FFD6D6")
    for sheet in workbook.worksheets:
        mark_pages(sheet, tables)
    workbook.active = 0
    workbook.calculation.fullCalcOnLoad = True
    workbook.properties.creator = PROGRAM
    workbook.properties.lastModifiedBy = PROGRAM
    workbook.properties.title = cell_text(tables.deal.name)
    audit, drawn = tables.audit, tables.parameter_uncertainty
    draws = None if drawn is None else drawn.draws
    run = run_of(audit.spec_sha256, audit.view, audit.seed, audit.paths, draws, audit.version)
    mark(workbook, cell_text(tables.deal.id), audit.digest, run)
    saved = BytesIO()
    workbook.save(saved)
    return finish(saved.getvalue(), book.values, tables.deal.valuation, book.strips)


def _without_content(tables: Tables) -> list[str]:
    """Sheets of the template for which the run has nothing to show."""
    names = list(OF_FINANCING) if tables.financing is None else []
    names += [] if tables.quantiles else ["Cumulative"]
    names += [] if tables.tornado is not None else ["Tornado"]
    names += [] if tables.sample is not None else ["Drivers", "Sample paths"]
    names += [] if tables.scenarios else ["Scenarios"]
    names += [] if tables.contract_text else [RECORD]
    names += [] if tables.previous is not None else [CHANGE_LOG]
    return names if tables.convergence else [*names, "Convergence"]


def _write_pages_of_paths(book: Book) -> None:
    """The sheets on what the paths say, as far as the run has them."""
    tables = book.tables
    if tables.quantiles:
        write_cumulative(book)
    if tables.tornado is not None:
        write_base_tornado(book, tables.tornado)
    if tables.sample is not None:
        write_sample_paths(book, tables.sample)
        write_drivers(book, tables.sample)
    if tables.scenarios:
        write_scenarios_page(book)
    if tables.convergence:
        write_convergence(book)


def temporary_path(path: Path) -> Path:
    """Where this process writes before it renames: in the same folder, so that renaming is one step."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def put_whole(content: bytes, path: Path) -> None:
    """Write a file whole or not at all: under a temporary name beside it, then renamed in one step.

    Raises
    ------
    OSError : when the folder cannot be written to.
    """
    part = temporary_path(path)
    try:
        part.write_bytes(content)
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def write_workbook(tables: Tables, path: Path) -> None:
    """Write the workbook to a path, whole or not at all; what stood there is replaced in one step.

    Raises
    ------
    NotFiniteError : see ``workbook_bytes``.
    OSError : when the folder cannot be written to.
    """
    put_whole(workbook_bytes(tables), path)
