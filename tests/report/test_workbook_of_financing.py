"""The workbook of a borrower: the lender's page, the debt by service date, the tax with and without the debt."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from compared_cells import differences
from openpyxl.worksheet.worksheet import Worksheet
from recalculation import SPOILED, in_libreoffice, moved_cells, pages_of, recalculated, values_of
from stored_cells import read

from valuation import value
from valuation.report.excel import workbook_bytes
from valuation.report.financing_words import chances
from valuation.shipped import shipped
from valuation.tables import FinancingTable, Tables

OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
JUNIOR = (
    "financing.debt.junior={size: 10 %, rate: 9 %/year, repayment: level, tenor: 8 years, grace: 12 months, "
    "sweep: 40 %, lender: Fund}"
)
OWN = "financing.shareholder_loan={part: 60 %, rate: 7 %/year}"
SHEETS = ("Financing", "Debt", "Tax")


@cache
def borrowed() -> Tables:
    """The shipped example with a second loan that is repaid early and a loan of the owners."""
    path = shipped("contracts") / "examples" / "project-finance.yaml"
    return value(path, paths=256, seed=1, overrides=[JUNIOR, OWN]).tables


def financing() -> FinancingTable:
    found = borrowed().financing
    assert found is not None
    return found


def changed_to(**fields: object) -> Tables:
    return replace(borrowed(), financing=replace(financing(), **fields))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def content() -> bytes:
    return workbook_bytes(borrowed())


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return values_of(content)


def row_of(sheet: Worksheet, label: str, column: int = 1, after: int = 0) -> int:
    """The first row that has a label."""
    rows = (row for row in range(after + 1, sheet.max_row + 1) if sheet.cell(row, column).value == label)
    return next(rows)


def check(sheet: Worksheet, label: str) -> tuple[float, str, str]:
    """Residual and verdict of a check, and that of all of them."""
    row = row_of(sheet, label)
    return float(sheet.cell(row, 2).value), str(sheet.cell(row, 5).value), str(sheet["E4"].value)


def test_only_a_borrower_has_the_three_sheets(tables: Tables, book: openpyxl.Workbook) -> None:
    assert set(SHEETS) <= set(book.sheetnames)
    assert book.sheetnames[:2] == ["Summary", "Financing"]
    assert not set(SHEETS) & set(values_of(workbook_bytes(tables)).sheetnames)


def test_formualizer_changes_nothing(content: bytes, tmp_path: Path) -> None:
    assert moved_cells(content, tmp_path) == []


def test_every_check_holds_and_none_is_an_error(book: openpyxl.Workbook) -> None:
    assert book["Checks"]["E4"].value == "OK"
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "e"]


def test_debt_is_live_and_says_what_the_engine_says(content: bytes, book: openpyxl.Workbook) -> None:
    sheet = book["Debt"]
    heads = {sheet.cell(5, column).value: column for column in range(13, 0, -1)}
    formulas = openpyxl.load_workbook(io.BytesIO(content))["Debt"]
    wanted = {
        "CFADS": "cfads",
        "Interest": "interest",
        "Principal": "principal",
        "DSCR, twelve months": "dscr",
        "Debt after": "debt",
        "Reserves after": "reserves",
        "Distributed": "distribution",
        "Paid in": "paid_in",
    }
    for row, one in enumerate(financing().schedule, 8):
        assert sheet.cell(row, heads["Service date"]).value.date() == one.day
        for head, field in wanted.items():
            cell, stated = sheet.cell(row, heads[head]).value, getattr(one, field)
            assert cell == (None if stated is None else pytest.approx(stated, rel=1e-9, abs=1e-3)), (head, one.day)
            # early repayment pays more than is due: there the cover is no quotient of the two columns
            assert head.startswith("DSCR") or formulas.cell(row, heads[head]).data_type == "f", (head, one.day)
        service = sheet.cell(row, heads["Debt service"]).value
        assert service == pytest.approx(one.interest + one.principal)
    assert sheet.cell(7, heads["Drawn until the date"]).value == pytest.approx(sum(x.amount for x in financing().loans))


def test_each_loan_is_shown_apart(book: openpyxl.Workbook) -> None:
    sheet = book["Debt"]
    names = {sheet.cell(4, column).value: column for column in range(15, sheet.max_column + 1)}
    for loan, title in zip(financing().loans, ("senior (Bank)", "junior (Fund)"), strict=True):
        drawn, principal = (sheet.cell(7, names[title] + place).value for place in (0, 2))
        assert drawn == pytest.approx(loan.amount)
        assert principal == pytest.approx(loan.amount)
        assert sheet.cell(7 + len(financing().schedule), names[title] + 3).value == pytest.approx(0.0, abs=1e-3)


def test_the_lenders_page_holds_the_table(book: openpyxl.Workbook) -> None:
    sheet, table = book["Financing"], financing()
    loan = row_of(sheet, "senior (Bank)")
    assert sheet.cell(loan, 3).value == pytest.approx(table.loans[0].amount, rel=1e-12)
    assert "of the uses" in sheet.cell(loan, 13).value
    assert sheet.cell(row_of(sheet, "junior (Fund)"), 6).value == "level payments"
    total = row_of(sheet, "Total")
    assert sheet.cell(total, 3).value == pytest.approx(sheet.cell(total, 9).value, rel=1e-12)
    for label, base, spread in (
        ("Average DSCR", table.dscr_average_base, table.dscr_average),
        ("LLCR, loan life cover", table.llcr_base, table.llcr),
        ("Owners' NPV after tax and debt", table.owners.npv_base, table.owners.npv),
        ("Owners' IRR", table.owners.irr_base, table.owners.irr.distribution),
    ):
        cells = [sheet.cell(row_of(sheet, label), column).value for column in range(3, 12)]
        wanted = (base, spread.p5, spread.se_p5, spread.p50, spread.se_p50, spread.p95, spread.se_p95)
        assert cells == pytest.approx([*wanted, spread.mean, spread.se], rel=1e-12), label
    shown = dict(chances(table))
    assert len(shown) >= 5 and table.chances.default in shown.values()
    for label, share in shown.items():  # the words of the summary
        assert sheet.cell(row_of(sheet, label), 4).value == share, label
    case = row_of(sheet, "base")
    assert sheet.cell(case, 3).value == pytest.approx(table.cases[0].dscr_min, rel=1e-12)
    assert sheet.cell(case, 9).value == ("yes" if table.cases[0].defaults else "no")
    years = row_of(sheet, table.years[0].year, 13)
    for row, year in enumerate(table.years, years):
        shown = [sheet.cell(row, column).value for column in (13, 15, 17, 19, 21)]
        wanted = (year.year, year.dscr.p5, year.dscr.p50, year.dscr.p95, year.below_one)
        assert shown == pytest.approx(wanted, rel=1e-12)
        # the bands of the chart stand on each other up to P95
        assert sum(sheet.cell(row, column).value for column in range(24, 29)) == pytest.approx(year.dscr.p95)


def test_the_page_is_one_sheet_of_paper_with_two_charts(content: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Financing"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert len(sheet._charts) == 2


def test_page_one_shows_the_owners_and_the_least_cover(book: openpyxl.Workbook) -> None:
    sheet, table = book["Summary"], financing()
    for label, base, spread in (
        ("Owners' NPV after tax and debt", table.owners.npv_base, table.owners.npv),
        ("Owners' IRR", table.owners.irr_base, table.owners.irr.distribution),
        ("Minimum DSCR", table.dscr_min_base, table.dscr_min),
    ):
        row = row_of(sheet, label)
        shown = [sheet.cell(row, column).value for column in (3, 4, 6)]
        assert shown == pytest.approx([base, spread.mean, spread.p5], rel=1e-12)


def of_year(sheet: Worksheet, row: int, year: int) -> float:
    column = next(column for column in range(4, sheet.max_column + 1) if sheet.cell(4, column).value == year)
    return float(sheet.cell(row, column).value)


def test_tax_is_shown_without_and_with_the_debt(book: openpyxl.Workbook) -> None:
    sheet = book["Tax"]
    lines = {line.name: line for line in borrowed().lines}
    second = row_of(sheet, "With the debt: in CFADS and in the owners' NPV and IRR")
    rows = {
        "tax.assessed": row_of(sheet, "Tax assessed"),
        "levered_tax.assessed": row_of(sheet, "Tax assessed", after=second),
    }
    ends = borrowed().month_ends
    for name, row in rows.items():
        by_year = dict.fromkeys(range(ends[0].year, 2043), 0.0)
        for end, amount in zip(ends, lines[name].values, strict=True):
            if amount:
                by_year[end.year] -= amount
        assert [of_year(sheet, row, year) for year in by_year] == pytest.approx(list(by_year.values()))
    saved = row_of(sheet, "Tax assessed less because interest is deducted")
    assert of_year(sheet, saved, 2030) > 0.0
    # 22 % of what is left after interest and the losses used
    profit = row_of(sheet, "Taxable profit less losses used", after=second)
    for year in range(2027, 2043):
        tax = 0.22 * max(0.0, of_year(sheet, profit, year))
        assert -of_year(sheet, rows["levered_tax.assessed"], year) == pytest.approx(tax, abs=0.01)


@pytest.mark.slow
def test_interest_that_is_not_deducted_shows_in_the_profit() -> None:
    live = borrowed().live
    assert live is not None
    lines = {line.name: line for line in live.lines}
    taxed = [
        value + (100_000.0 if end.year == 2030 else 0.0)
        for end, value in zip(live.month_ends, lines["levered_tax.profit_of_year"].values, strict=True)
    ]
    limited = replace(lines["levered_tax.profit_of_year"], values=tuple(taxed))
    changed_lines = tuple(limited if line.name == limited.name else line for line in live.lines)
    tables = replace(borrowed(), live=replace(live, lines=changed_lines))
    sheet = values_of(workbook_bytes(tables))["Tax"]
    borne = row_of(sheet, "Interest and fees of the year")
    deducted = row_of(sheet, "of which interest and fees deducted")
    assert of_year(sheet, deducted, 2029) == pytest.approx(of_year(sheet, borne, 2029))
    assert of_year(sheet, deducted, 2030) == pytest.approx(of_year(sheet, borne, 2030) + 100_000.0)


@pytest.mark.slow
def test_what_does_not_add_up_fails_its_check() -> None:
    first, owed = financing().uses[0], financing().schedule[3]
    wrong = changed_to(
        uses=(replace(first, amount=first.amount + 1.0), *financing().uses[1:]),
        schedule=(*financing().schedule[:3], replace(owed, debt=owed.debt + 1_000.0), *financing().schedule[4:]),
        residual=1e-6,
    )
    sheet = values_of(workbook_bytes(wrong))["Checks"]
    residual, verdict, master = check(sheet, "Financing: sources = uses")
    assert (verdict, master) == ("CHECK", "CHECK") and abs(residual) < 1e-7
    assert check(sheet, "Debt: balance before, less principal, is the balance after")[1] == "CHECK"
    assert check(sheet, "Financing: sizes, fees, interest and tax agree (share of the need)")[1] == "CHECK"


@pytest.mark.slow
def test_owners_alone_need_no_loan(tmp_path: Path) -> None:
    nothing = replace(financing().dscr_min, **dict.fromkeys(("mean", "se", "sd", "p5", "p50", "p95")), count=0)
    alone = changed_to(
        loans=(),
        years=(),
        cases=(),
        lock_up=None,
        default=None,
        dscr_min=nothing,
        dscr_min_base=None,
        dscr_min_day=None,
        dscr_min_months=(),
        dscr_average=nothing,
        dscr_average_base=None,
        llcr=nothing,
        llcr_base=None,
        plcr=nothing,
        plcr_base=None,
        schedule=tuple(replace(one, interest=0.0, principal=0.0, debt=0.0, dscr=None) for one in financing().schedule),
    )
    made = workbook_bytes(alone)
    assert moved_cells(made, tmp_path) == []
    texts = {cell.value for row in values_of(made)["Financing"].iter_rows() for cell in row}
    assert "No loan: the owners pay for all of it." in texts
    assert not {"Minimum DSCR", "Something is owed at the end", "DSCR of the year"} & texts


def test_in_real_money_the_debt_is_nominal_and_every_check_holds() -> None:
    real = ["price_basis={real: 2026, deflator: 2 %/year}", "equity_discount_rate.basis=real post-tax levered"]
    real.append("discount_rate={value: 6 %/year, basis: real post-tax unlevered}")
    path = shipped("contracts") / "examples" / "project-finance.yaml"
    tables = value(path, paths=64, seed=1, overrides=real).tables
    assert tables.financing is not None
    book = values_of(workbook_bytes(tables))
    assert book["Checks"]["E4"].value == "OK"
    sheet, loan = book["Debt"], tables.financing.loans[0]
    heads = {sheet.cell(5, column).value: column for column in range(13, 0, -1)}
    for row, one in enumerate(tables.financing.schedule, 8):
        for head, amount in (("CFADS", one.cfads), ("Debt after", one.debt), ("Paid in", one.paid_in)):
            assert sheet.cell(row, heads[head]).value == pytest.approx(amount, rel=1e-9, abs=1e-3), (head, one.day)
    assert sheet.cell(7, heads["Drawn until the date"]).value == pytest.approx(loan.amount)
    assert sheet.cell(7, 17).value == pytest.approx(loan.amount)  # principal of the loan apart
    assert "nominal" in sheet["A2"].value and "nominal money" in book["Financing"]["A2"].value


@pytest.mark.slow
def test_text_of_the_contract_stays_text() -> None:
    first, case = financing().loans[0], financing().cases[0]
    bad = changed_to(
        borrower="=1+1",
        loans=(replace(first, lender="=cmd|' /C calc'!A0"), *financing().loans[1:]),
        sources=(replace(financing().sources[0], label="+1"), *financing().sources[1:]),
        uses=(replace(financing().uses[0], label="@x"), *financing().uses[1:]),
        cases=(replace(case, name="-1", what='=HYPERLINK("http://x")'),),
    )
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(bad)))
    seen = set()
    for name in SHEETS:
        for row in book[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f":
                    assert cell.data_type == "s"
                    seen.add(cell.value)
                    if cell.value in {"+1", "@x", "-1", '=HYPERLINK("http://x")'}:
                        assert cell.quotePrefix
    assert {"+1", "@x", "-1", '=HYPERLINK("http://x")'} <= seen


@pytest.mark.slow
@OFFICE
def test_libreoffice_changes_nothing_and_cuts_nothing(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "borrower.xlsx"
    file.write_bytes(content)
    assert differences(read(file), recalculated(file, engine="libreoffice")) == []
    pages = pages_of(in_libreoffice([file], tmp_path / "printed", "pdf")[file])
    assert not [text for text in pages if SPOILED.search(text)]
    assert sum("What set the size" in text for text in pages) == 1
    assert sum("Lender's cases" in text for text in pages) == 1, "more than one sheet of paper"
