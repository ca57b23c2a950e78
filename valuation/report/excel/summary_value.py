"""Tables of page one on the value: bridge, chances, discount rates, investment against operating cost."""

from __future__ import annotations

from collections.abc import Sequence

from valuation.report.excel.book import Book, CheckRow, Page
from valuation.report.excel.cells import plain_kind
from valuation.report.excel.payments import years_formula, years_of_payments
from valuation.report.excel.summary_words import LEFT
from valuation.report.financing_words import chances as of_financing
from valuation.report.numbers import SCALES, bridge_decimals, costs_only
from valuation.report.summary_lines import chances

_CHANCES = 6
"""First column of the chances, beside the tables of five columns."""
_STEPS = {
    "base": "Base case: expected values, no event",
    "volatility": "+ volatility of prices and volumes",
    "events": "+ events that end or change it",
    "mean": "= mean over the paths",
}


def write_bridge(book: Book, page: Page, row: int) -> int:
    """From the base case to the mean, as the engine found both; the row after it."""
    page.heads(row, ("From the base case to the mean NPV", "Unit", "NPV", "Change", "± s.e."))
    kind = "finer_money" if bridge_decimals(book.tables, book.scale) > 1 else "money"
    sum_at, value = 0, 0.0
    for step in book.tables.bridge:
        row += 1
        total = step.step in {"base", "mean"}
        page.text(row, 1, _STEPS.get(step.step, step.step), "total_text" if total else "text")
        page.text(row, 2, book.money_unit, "total_text" if total else "unit")
        if step.change is not None:
            value += step.change
            page.formula(row, 3, f"=C{row - 1}+D{row}", value, kind)
            page.number(row, 4, step.change, kind)
            sum_at = row
        elif step.step == "base":
            value = book.tables.base.npv
            page.formula(row, 3, f"={book.places['engine:out_base_npv']}", value, kind, "total_link")
            page.text(row, 4, "", "total_text")
        else:
            mean = book.tables.npv.mean
            if mean is None:
                page.number(row, 3, step.npv, kind, "total_engine")
            else:
                page.formula(row, 3, f"={book.places['mean:npv']}", mean, kind, "total_link")
            page.text(row, 4, "", "total_text")
            _adds_up(book, page, sum_at, row, value, step.npv)
        page.number(row, 5, step.se, kind, "total_engine" if total else "engine")
    return row + 1


def _adds_up(book: Book, page: Page, sum_at: int, row: int, value: float, mean: float) -> None:
    residual = round((value - mean) / max(1.0, abs(value) + abs(mean)), 11) + 0.0
    cells = page.address(sum_at, 3), page.address(row, 3)
    formula = f"=ROUND(({cells[0]}-{cells[1]})/MAX(1,ABS({cells[0]})+ABS({cells[1]})),11)"
    book.checks.append(CheckRow("Bridge: base case and changes add up to the mean NPV", formula, residual, 1e-8))


def write_chances(book: Book, page: Page, row: int) -> int:
    """Chances over all paths, to the right of a narrow table; the row after it."""
    page.heads(row, ("Chances", *[""] * (LEFT - _CHANCES)), _CHANCES)
    page.sheet.merge_cells(start_row=row, end_row=row, start_column=_CHANCES, end_column=LEFT)
    for label, share in _telling(book):
        row += 1
        page.wrapped(row, _CHANCES, LEFT - 1, label.strip(), "wrap_indent")
        page.number(row, LEFT, share, "share")
    return row + 1


def _telling(book: Book) -> list[tuple[str, float]]:
    """Chances that exist; that the NPV of a view that only pays is below 0 says nothing."""
    known = [(label, share) for label, share in chances(book.tables)[:11] if share is not None]
    if (financing := book.tables.financing) is not None:
        known += [one for one in of_financing(financing) if one[0].startswith(("Default:", "Lock-up", "Owners' NPV"))]
    return [one for one in known if not (costs_only(book.tables) and one[0].startswith("NPV below 0"))]


def write_rates(book: Book, page: Page, row: int) -> int:
    """NPV at other discount rates, worked out from Payments; the row after it."""
    rates = book.tables.npv_by_rate[: LEFT - 2]
    if not rates:
        return row
    flows, years = book.tables.flows, years_of_payments(book)
    places = book.places
    page.heads(row, ("NPV after tax by discount rate", "Unit", *[""] * (LEFT - 2)))
    for offset, label, place, of, amounts in (
        (1, "Base case", "base_net", "base", (flows.base_pre_tax, flows.base_tax)),
        (2, "Mean over the paths", "pay_mean_net", "pay", (flows.mean_pre_tax, flows.mean_tax)),
    ):
        dates = places[f"{of}_dates"]
        page.text(row + offset, 1, label)
        page.text(row + offset, 2, book.money_unit, "unit")
        paid = [(after, a + b) for after, a, b in zip(years, *amounts, strict=True)]
        for column, found in enumerate(rates, 3):
            page.number(row, column, found.rate, "share", "head")
            rate = page.address(row, column, False)
            power = f"(1+{rate})^{years_formula(book, dates, places[f'{of}_years'])}"
            formula = f"=SUMPRODUCT(({dates}>=in_valuation_date)*{places[place]}/{power})"
            npv = sum(flow / (1.0 + found.rate) ** after for after, flow in paid if after >= 0)
            page.formula(row + offset, column, formula, npv, "money", "link")
    return row + 3


def write_two_way(book: Book, page: Page, row: int) -> int:
    """Base NPV by investment and operating cost, the cell of the run marked; the row after it."""
    table, axes = book.tables.two_way, book.tables.two_way_axes
    if not table or not axes or len({value for line in table[1:] for value in line[1:]}) == 1:
        return row  # none, or it moves nothing for this view
    near = [abs(value - book.tables.base.npv) <= 1e-9 * abs(value) + 1e-2 for line in table[1:] for value in line[1:]]
    width = min(len(table[0]), LEFT - 1)
    down, across = (
        _scaled(axis, values) for axis, values in zip(axes, ([r[0] for r in table[1:]], table[0][1:]), strict=True)
    )
    page.heads(row, (f"Base-case NPV after tax [{book.money_unit}]", "", *[""] * (LEFT - 2)))
    page.text(row, 3, f"{across[0]} (across); {down[0]} (down); framed: base case", "head_left")
    page.sheet.merge_cells(start_row=row, end_row=row, start_column=3, end_column=LEFT)
    for place, value in enumerate(across[1][: width - 1], 3):
        page.number(row + 1, place, value, plain_kind(value), "subhead")
    for offset, line in enumerate(table[1:], 2):
        page.number(row + offset, 1, down[1][offset - 2], plain_kind(down[1][offset - 2]), "subhead")
        for place, value in enumerate(line[1:width], 3):
            if sum(near) == 1 and abs(value - book.tables.base.npv) <= 1e-9 * abs(value) + 1e-2:
                base = f"={book.places['engine:out_base_npv']}"
                page.formula(row + offset, place, base, book.tables.base.npv, "money", "marked")
            else:
                page.number(row + offset, place, value, "money")
    return row + len(table) + 1


def _scaled(axis: str, values: Sequence[float]) -> tuple[str, list[float]]:
    """An axis in millions or thousands where its values are that large: ``Investment, M USD/MW``."""
    label, _, unit = axis.rpartition(", ")
    scale = next((one for one in reversed(SCALES) if max(values) >= 1e5 and max(values) >= one.divisor), SCALES[0])
    return f"{label}, {scale.unit(unit)}" if label else axis, [value / scale.divisor for value in values]
