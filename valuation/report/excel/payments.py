"""Sheet Payments: the expected cash, the mean over the paths, by payment date, discounted line by line."""

from __future__ import annotations

from itertools import accumulate

from valuation.report.excel.book import Book
from valuation.report.excel.cells import serial
from valuation.timeline import years_between

TOP = 7
DATE, YEAR, MEAN, MEAN_TAX, MEAN_NET, FACTOR, MEAN_PRESENT, SUMMED = range(1, 9)


def write_payments(book: Book) -> None:
    """Fill the sheet; ``places`` gets the column ranges by name, e.g. ``pay_dates`` and ``pay_mean_net``."""
    tables = book.tables
    page, flows, deal = book.page("Payments"), tables.flows, tables.deal
    rows = range(TOP, TOP + len(flows.dates))
    last = rows[-1]
    page.title(
        "Payments, expected",
        f"Expected cash to the {deal.view} by payment date, the mean over the simulated paths, {book.fine_unit}, "
        f"{deal.price_basis}; + is received. As run: it follows a change of the discount rate and of the valuation "
        "date only. The base case stands on Dated cash.",
        SUMMED,
    )
    page.heads(
        4,
        (
            "Date",
            "Year",
            "Expected before tax",
            "Expected tax",
            "Expected after tax",
            "Discount factor",
            "Present value, expected",
            "Expected, summed up",
        ),
    )
    unit = book.fine_unit
    page.texts(5, 1, ("", "", unit, unit, unit, "", unit, unit), "subhead")
    page.text(6, 1, "Total", "total_text")
    page.text(6, 2, "", "total_text")
    page.repeat("C7", "4:5")

    mean = [cash + tax for cash, tax in zip(flows.mean_pre_tax, flows.mean_tax, strict=True)]
    factor = discount_factors(book)
    summed = list(accumulate(mean))
    for k, row in enumerate(rows):
        day = flows.dates[k]
        page.day(row, DATE, day)
        page.formula(row, YEAR, f"=YEAR(A{row})", float(day.year), "year")
        page.number(row, MEAN, flows.mean_pre_tax[k], "fine_money")
        page.number(row, MEAN_TAX, flows.mean_tax[k], "fine_money")
        page.formula(row, MEAN_NET, f"=C{row}+D{row}", mean[k], "fine_money")
        after = f"1/(1+in_discount_rate)^{years_formula(book, f'A{row}', f'B{row}')}"
        page.formula(row, FACTOR, f"=IF(A{row}<in_valuation_date,0,{after})", factor[k], "factor")
        page.formula(row, MEAN_PRESENT, f"=E{row}*F{row}", mean[k] * factor[k], "fine_money")
        page.formula(row, SUMMED, f"=SUM(E${TOP}:E{row})", summed[k], "fine_money")
    paid = zip(flows.mean_pre_tax, flows.mean_tax, strict=True)
    busy = [row for row, amounts in zip(rows, paid, strict=True) if any(amounts)]
    page.sheet.print_area = f"A1:H{busy[-1] if busy else last}"  # the calendar runs on after the last payment
    totals = {
        "C": sum(flows.mean_pre_tax),
        "D": sum(flows.mean_tax),
        "E": sum(mean),
        "G": sum(m * f for m, f in zip(mean, factor, strict=True)),
    }
    for column, letter in enumerate("CDEFGH", MEAN):
        if letter in totals:
            page.formula(6, column, f"=SUM({letter}{TOP}:{letter}{last})", totals[letter], "fine_money", "total")
        else:
            page.text(6, column, "", "total_text")
    named = {"dates": DATE, "years": YEAR, "mean": MEAN, "mean_net": MEAN_NET}
    for name, column in named.items():
        book.places[f"pay_{name}"] = page.span(TOP, column, last, column)


def discount_factors(book: Book) -> list[float]:
    """Discount factor of each payment date, 0 before the valuation date: (1 + r)^(−years)."""
    rate = book.tables.deal.discount_rate
    return [0.0 if years < 0 else 1 / (1 + rate) ** years for years in years_of_payments(book)]


def years_of_payments(book: Book) -> list[float]:
    """Years from the valuation date to each payment date [years], as the engine counts them."""
    deal = book.tables.deal
    start = serial(deal.valuation)
    return [years_between(deal.year_count, start, serial(day)) for day in book.tables.flows.dates]


def years_formula(book: Book, dates: str, years: str) -> str:
    """The same of cells: days/365, or the calendar years between where the flows count at year ends.

    Parameters
    ----------
    dates, years : cells of the payment dates and of their calendar years.
    """
    if book.tables.deal.year_count == "days":
        return f"(({dates}-in_valuation_date)/365)"
    return f"({years}-YEAR(in_valuation_date))"
