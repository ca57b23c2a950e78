"""Tables of page one on the deal itself: its figures, its break-evens, its scenarios."""

from __future__ import annotations

from valuation.report.excel.book import Book, Page
from valuation.report.excel.cells import plain_kind
from valuation.report.excel.summary_words import LEFT
from valuation.report.numbers import costs_only, percent, rounded
from valuation.report.summary_lines import levers
from valuation.tables import BreakEven

FIGURES_LAST = 5
"""Last column of the deal's figures; chances stand beside them."""


def write_figures(book: Book, page: Page, row: int) -> int:
    """The deal in figures of the base case; the row after it."""
    figures, places = book.tables.figures, book.places
    page.heads(row, ("The deal in figures, base case", "Unit", "", "", ""))
    if figures is None:
        return row + 1
    year, money = figures.full_year, book.money_unit
    rows: list[tuple[str, str, str, float | None, str]] = []
    for label, power in (("Contracted power", figures.power_mw), ("Installed power", figures.installed_mw)):
        if power:
            rows.append((label, "MW", "", power, "plain_1" if power % 1 else "plain_0"))
    if figures.mwh_per_year is not None:
        rows.append(("Energy in an average year", "GWh/year", "", figures.mwh_per_year / 1000.0, "plain_1"))
    if figures.power_mw and figures.it_mw != figures.power_mw:
        rows.append(("of which IT power (at the PUE)", "MW", "", figures.it_mw, "plain_1"))
    if costs_only(book.tables):
        each = figures.npv_per_kw_month
        rows.append(("Present value of the cost", money, "", -book.tables.base.npv, "money"))
        if each is not None or figures.npv_per_mwh is None:
            rows.append(("the same per kW and month", book.currency, "", None if each is None else -each, "number"))
        else:
            rows.append(("the same per MWh", f"{book.currency}/MWh", "", -figures.npv_per_mwh, "number"))
    elif figures.investment:
        rows.append(("Investment", money, "", figures.investment, "money"))
    if (financing := book.tables.financing) is not None and financing.loans:
        rows.append(("Loans", money, "", sum(loan.amount for loan in financing.loans), "money"))
    if figures.cost_per_mwh is not None and not costs_only(book.tables):
        rows.append(("Cost per MWh before tax", f"{book.currency}/MWh", "", figures.cost_per_mwh, "number"))
    for name, label in (("accounts.revenue", "Revenue"), ("accounts.ebitda", "EBITDA")):
        if address := places.get(f"year:{name}:{year}"):
            label = f"{label} of {year}, the first full year"
            rows.append((label, money, address, float(book.values[_key(address)]), "money"))
    if not costs_only(book.tables) and book.tables.base.invests:
        rows.append(("Payback", "years", places["base:payback"], book.tables.base.payback_years, "years"))
    for label, unit, address, value, kind in rows:
        row += 1
        page.text(row, 1, label)
        page.text(row, 2, unit, "unit")
        if address and value is not None:
            page.formula(row, 3, f"={address}", value, kind, "link")
        elif value is None and label == "Payback":
            page.text(row, 3, "not reached", "missing")
        else:
            page.number(row, 3, value, kind)
    return row + 1


def write_break_even(book: Book, page: Page, row: int) -> int:
    """What each lever is in the file, what it would have to be for a base NPV of 0, and how far that is away."""
    page.heads(row, ("Break-even (base NPV after tax = 0)", "", "In the file", "Break-even", "Gap", "Unit"))
    page.heads(row, ("Input", *[""] * (LEFT - 9)), 9, "head")
    for column in (7, 8):
        page.text(row, column, "", "head")
    for key, label in levers(book.tables).items():
        row += 1
        found = book.tables.break_even.get(key)
        page.text(row, 1, _lever(book, key, label, found))
        if found is None:
            page.text(row, 4, "n/a", "missing")
            page.text(row, 6, "the contract has no such number", "unit")
            continue
        scale, unit = _as_in_file(book, found)
        kind = plain_kind(found.stated / scale) if found.stated is not None else "plain_0"
        page.number(row, 3, None if found.stated is None else found.stated / scale, kind)
        if found.value is None:
            page.text(row, 4, "n/a", "missing")
            page.text(row, 6, found.reason, "unit")
            continue
        value = rounded(found.value / scale, 4)
        page.number(row, 4, value, plain_kind(value))
        if found.stated:
            page.formula(row, 5, f"=D{row}/C{row}-1", value / (found.stated / scale) - 1.0, "gap")
        page.text(row, 6, unit, "unit")
        page.text(row, 9, found.path, "unit")
    return row + 1


def _lever(book: Book, key: str, label: str, found: BreakEven | None) -> str:
    """A fixed power price is that of the hedged share: the rest is bought at spot."""
    if key != "power_price" or found is None:
        return label
    path = found.path.rpartition(".")[0] + ".hedge.share"
    share = next((one.value for one in book.tables.assumptions if one.path == path), None)
    return f"Fixed price on the hedged {percent(share, 0)}" if isinstance(share, float) else f"{label}, fixed"


def _as_in_file(book: Book, found: BreakEven) -> tuple[float, str]:
    """How many units of the result one unit of the file is, and that unit: MUSD/MW for USD/MW."""
    said = next((one for one in book.tables.assumptions if one.path == found.path), None)
    if said is None or isinstance(said.value, str) or not said.value or not found.stated:
        return 1.0, found.unit
    return found.stated / said.value, said.unit


def some_mean(book: Book, paths: int) -> str:
    """Head of a mean over the first of the paths, which is another than that over all of them."""
    if paths == book.tables.audit.paths:
        return "Mean"
    return f"Mean, {paths // 1000}k paths" if paths % 1000 == 0 else f"Mean, {paths} paths"


def write_scenarios(book: Book, page: Page, row: int) -> int:
    """What the deal is worth in each scenario of the file: base case and paths."""
    cases = book.tables.scenarios
    if not cases:
        return row
    rates = not costs_only(book.tables)
    mean = some_mean(book, cases[0].paths)
    heads = ("Base NPV", "Base IRR" if rates else "", mean, "± s.e.", "NPV < 0" if rates else "")
    page.heads(row, ("Scenario", "Unit", *heads))
    page.heads(row, [""] * (LEFT - 7), 8)
    page.text(row, 8, "What it assumes", "head")
    page.sheet.merge_cells(start_row=row, end_row=row, start_column=8, end_column=LEFT)
    for case in cases:
        row += 1
        text, number = ("total_text", "total_engine") if case.is_run else ("text", "engine")
        page.text(row, 1, f"{case.name} (this run)" if case.is_run else case.name, text)
        page.text(row, 2, book.money_unit, text if case.is_run else "unit")
        page.number(row, 3, case.npv_base, "money", number)
        page.number(row, 5, case.npv_mean, "money", number)
        page.number(row, 6, case.npv_se, "money", number)
        for column, share in ((4, case.irr_base), (7, case.npv_negative)):
            if rates:
                page.number(row, column, share, "share", number)
            else:  # a view that only pays has no rate of return, and an NPV below 0 on every path
                page.text(row, column, "", text)
        page.wrapped(row, 8, LEFT, case.note or ("the file as it stands" if case is cases[0] else ""), "wrap_indent")
    text = (
        f"Mean and chance over the first {cases[0].paths:,} paths of the run, on the same random numbers. A risk that "
        "acts by events only leaves the base case as it is: it shows in the mean and the chance."
    )
    page.wrapped(row + 1, 1, LEFT, text, "note")
    return row + 2


def _key(address: str) -> tuple[str, str]:
    sheet, _, cell = address.rpartition("!")
    return sheet.strip("'"), cell.replace("$", "")
