"""Sheet Notes: what the words, numbers and colours of the workbook mean."""

from __future__ import annotations

from valuation.report.excel.book import Book

COLOURS = (
    ("input", "blue on yellow", "a live input: change it, and the base case is worked out anew"),
    ("solved", "brown on orange", "a number that the run solved, as the size of a loan: it stays as it was"),
    ("record", "grey field", "an input as run, a record: another value needs another run"),
    ("changed", "brown on yellow", "an input that --set or a scenario changed against the contract file"),
    ("engine", "grey", "a number worked out by the engine; the workbook does not recalculate it"),
    ("calc", "black", "a formula on cells of the same sheet"),
    ("link", "green", "a formula that reads another sheet"),
)

DEFINITIONS = (
    (
        "Sign",
        "+ is cash to the party whose view is valued; what leaves it is in brackets. Units stand in their own column.",
    ),
    (
        "Base case",
        "Every factor at its expected value (price = forward curve) and no event. It is not the mean of the "
        "simulation: the bridge on Summary leads from one to the other.",
    ),
    (
        "NPV",
        "Sum of flow / (1 + rate)^(days/365), days counted from the valuation date (ACT/365F, effective "
        "annual rate). Flows dated before the valuation date are sunk and left out. At a risk-adjusted rate "
        "the percentiles describe dispersion; therefore the NPV at the risk-free rate stands beside it.",
    ),
    (
        "IRR",
        "The rate at which NPV falls through 0; of several such rates the one nearest the discount rate. A "
        "path with outflows only is a total loss and counts as -100 %; a path with inflows only has no IRR "
        "and is left out of the percentiles. Where fewer than half of the paths have an IRR, or nothing is "
        "invested, no distribution is shown. Read the median and the IRR of the expected flows: the mean "
        "averages annualised losses.",
    ),
    (
        "XIRR in spreadsheets",
        "Excel's XIRR answers 0 % to a range that begins with 0: here it reads from the first payment on, "
        "with the engine's IRR rounded to 1 % as its guess. Excel's XNPV discounts to the first date of its "
        "range and refuses rates of 0 and less: here NPV is a SUMPRODUCT. XIRR stops at 1e-8; so Excel agrees "
        "with the engine to 1e-7 in IRR and 1e-9 of the gross flows in NPV.",
    ),
    (
        "Margin",
        "PV of EBITDA / PV of revenue over the life at the discount rate, pass-through and termination "
        "payments left out. The mean margin is pulled by paths with little revenue: read the median. The margin "
        "of a year is over the paths with revenue in that year.",
    ),
    (
        "Simulated path",
        "One possible course of prices, use, customers and events over the term, month by month, drawn at random as "
        "the inputs describe; 'case' in the sentence on page one. A chance is a share of the paths.",
    ),
    (
        "Histogram",
        "Bars of one width, labelled by their lower edges. The outermost bars, '≤ x' and '≥ y', take in all that lies "
        "beyond them. The bins stand below the printed page of Distributions.",
    ),
    (
        "Percentiles",
        "Statisticians' P10: 10 % of the paths lie below (linear interpolation, PERCENTILE.INC). Energy "
        "lenders name a number by the chance to exceed it, so the same number is their P90. Tables show both "
        "names.",
    ),
    (
        "Standard error",
        "How far a mean or percentile may be off because only so many paths were drawn: in two of three cases "
        "less than one standard error. For percentiles half the distance between the order statistics at n p "
        "± √(n p (1 - p)).",
    ),
    (
        "Worst 5 %",
        "Mean of the NPVs at or below P5 (conditional value at risk). Base case less P5 is the loss against plan.",
    ),
    (
        "Events",
        "Causes that end or change the contract, each with its yearly chance; the first to strike counts. An "
        "event in the term is counted as revoked; the term is cut short when the notice runs out before its "
        "end.",
    ),
    (
        "Break-even",
        "The value of one input at which the base-case NPV after tax is 0, everything else unchanged.",
    ),
    (
        "As earned, as paid",
        "Lines by month and year are accrued in the month they belong to; Dated cash shows the base case on the day "
        "it is paid, Payments the mean of the paths. Years add up months by formula; of "
        "prices and shares they are the mean, weighted by the days of the months.",
    ),
    (
        "What is live",
        "The base case: every line of Model is a formula made from the same program that the simulation runs. What is "
        "blue on Assumptions may be changed, dates by up to 12 months beyond the months of the run, and Model, Dated "
        "cash, Cash flow, Tax, Debt and the base case on page one follow as a new run would have it. Grey inputs are "
        "fixed, with the reason beside them, or concern the simulation only. The simulation, the tables of page one "
        "beside the base case, payback and multiple are as run; once an input differs, page one turns amber, those "
        "pages say so, and the comparisons with the engine rest. A loan stays as the run sized it.",
    ),
    (
        "Fact, claim, derived, assumption, placeholder",
        "What the author of the contract file says of a number. Fact: a source states it and could be held to it. "
        "Claim: somebody with an interest says so, and it is not verified. Derived: worked out from stated numbers; "
        "the note says how. Assumption: chosen, since nothing is known; the range says how far it may be off. "
        "Placeholder: stands there until it is replaced; page one warns while it does.",
    ),
)


YEAR_ENDS = {
    "NPV": "Sum of flow / (1 + rate)^years: every payment counts on 31 December of its calendar year and is discounted "
    "by the whole years from the valuation date, itself a year end. Flows of an earlier year are sunk and left out. At "
    "a risk-adjusted rate the percentiles describe dispersion; therefore the NPV at the risk-free rate stands beside "
    "it.",
    "XIRR in spreadsheets": "With flows at year ends a row of Payments is a year, so the rate is worked out by IRR and "
    "not XIRR, from the first payment on, with the engine's IRR rounded to 1 % as its guess. Excel's NPV puts its "
    "first value a year after today: here NPV is a SUMPRODUCT.",
}
"""What is defined otherwise where the flows count at year ends."""


def definitions(book: Book) -> list[tuple[str, str]]:
    """The words that a reader needs, for the timing of the contract."""
    other = YEAR_ENDS if book.tables.deal.year_count == "whole_years" else {}
    return [(term, other.get(term, meaning)) for term, meaning in DEFINITIONS]


def write_notes(book: Book) -> None:
    """Fill the sheet."""
    page = book.page("Notes")
    page.title("Notes", "Definitions and conventions.", 2)
    page.heads(4, ("Term", "Meaning"))
    page.repeat("A5", "4:4")
    row = 5
    for term, meaning in definitions(book):
        page.text(row, 1, term)
        page.wrapped(row, 2, 2, meaning)
        row += 1
    page.band(row, "Colours", 2)
    for style, colour, meaning in COLOURS:
        row += 1
        page.text(row, 1, colour, style)
        page.wrapped(row, 2, 2, meaning)
