"""The workbook: its formulas, their stored values, its charts and its print set-up."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from program_of_tables import program_of
from recalculation import LiveBook, moved_cells, values_of
from stored_cells import named, read, sheet_parts

from valuation.report.excel import workbook_bytes
from valuation.report.excel.template import load_template
from valuation.report.numbers import NotFiniteError
from valuation.tables import CASH_TIE, TAX_TIE, Assumption, Tables

pytestmark = pytest.mark.slow

FUNCTIONS = set("SUM SUMPRODUCT SUMIF SUMIFS IF IFERROR ISNUMBER AND OR ABS MIN MAX INT MOD ROUND INDEX MATCH".split())
FUNCTIONS |= set("DATE YEAR MONTH XIRR COUNTIF ISERROR".split())
"""All of them in Excel 2007."""
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def formulas_of(content: bytes) -> Iterator[tuple[Worksheet, str, str]]:
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet, cell.coordinate, str(cell.value)


@pytest.fixture(scope="module")
def content(tables: Tables) -> bytes:
    return workbook_bytes(tables)


def without_irr(tables: Tables) -> Tables:
    nothing = replace(
        tables.irr.distribution, mean=None, se=None, sd=None, p5=None, p50=None, p95=None, se_p5=None, count=0
    )
    return replace(
        tables,
        base=replace(tables.base, irr=None, irr_status="no_investment", irr_pre_tax=None, margin=None),
        irr=replace(tables.irr, distribution=nothing, of_expected_flows=None, status={"total_loss": 1000}),
        histograms={"npv": tables.histograms["npv"]},
        indicators=(),
        claims=(),
        claims_audit=None,
        break_even={},
        two_way=None,
        two_way_axes=None,
        npv_by_rate=(),
        convergence=(),
        deal=replace(tables.deal, not_modelled=(), remarks=(), warnings=(), risk_free=None),
    )


def valued_later(tables: Tables) -> Tables:
    """The same deal valued on 15 September 2026: two payments are sunk, and nothing is paid in the month after it."""
    deal = replace(tables.deal, valuation=date(2026, 9, 15))
    later = [(day - deal.valuation).days for day in tables.flows.dates]
    base = [0.0 if days == 15 else flow for days, flow in zip(later, tables.flows.base_pre_tax, strict=True)]
    flows = replace(tables.flows, base_pre_tax=tuple(base))
    year = replace(tables.years[0], cash_base=sum(base[2:6]))
    capex = with_line(tables, "capex", lambda values: tuple(0.0 if t == 2 else x for t, x in enumerate(values)))

    def npv(side: list[float], rate: float) -> float:
        return sum(x * (1 + rate) ** (-days / 365) for x, days in zip(side, later, strict=True) if days >= 0)

    def irr(side: list[float]) -> float:
        low, high = -0.5, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if npv(side, middle) > 0 else (low, middle)
        return low

    after, mean = (
        [a + b for a, b in zip(cash, tax, strict=True)]
        for cash, tax in ((base, flows.base_tax), (flows.mean_pre_tax, flows.mean_tax))
    )
    figures = {"npv_pre_tax": npv(base, 0.09), "npv": npv(after, 0.09), "irr": irr(after), "irr_pre_tax": irr(base)}
    return with_program(
        replace(
            tables,
            deal=deal,
            lines=capex.lines,
            flows=flows,
            years=(year, *tables.years[1:]),
            base=replace(tables.base, sunk=after[0] + after[1], **figures),
            npv=replace(tables.npv, mean=npv(mean, 0.09)),
            irr=replace(tables.irr, of_expected_flows=irr(mean)),
            bridge=(),
        )
    )


def with_program(tables: Tables) -> Tables:
    return replace(tables, live=program_of(tables))


def with_line(tables: Tables, name: str, change: Callable[[tuple[float, ...]], tuple[float, ...]]) -> Tables:
    """Tables and their program with other values of a line."""
    lines = tuple(replace(line, values=change(line.values)) if line.name == name else line for line in tables.lines)
    return with_program(replace(tables, lines=lines))


def test_formualizer_changes_no_stored_value(content: bytes, tmp_path: Path) -> None:
    assert moved_cells(content, tmp_path) == []


def test_a_stale_value_would_be_found(content: bytes, tmp_path: Path) -> None:
    stale = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stale, "w") as target:
        part = sheet_parts(source)["Model"]
        for item in source.infolist():
            data = source.read(item)
            if item.filename == part:
                data, count = re.subn(rb"(<f>SUM\(G[^<]*</f><v>)[^<]*", rb"\g<1>999.0", data, count=1)
                data, within = re.subn(rb'(<c r="Z[2-9]\d"[^>]*><f>[^<]*</f><v>)[^<]*', rb"\g<1>777.0", data, count=1)
                assert (count, within) == (1, 1)
            target.writestr(item, data)
    found = moved_cells(stale.getvalue(), tmp_path)
    assert sorted(re.findall(r"^Model!\w+: ([\d.]+) -> ", "\n".join(found), re.MULTILINE)) == ["777.0", "999.0"]


@pytest.mark.slow
@pytest.mark.parametrize("variant", [without_irr, valued_later])
def test_unusual_deals_recalculate_too(tables: Tables, variant: object, tmp_path: Path) -> None:
    made = workbook_bytes(variant(tables))  # type: ignore[operator]
    assert moved_cells(made, tmp_path) == []


def test_every_formula_has_a_stored_value_and_none_is_an_error(content: bytes) -> None:
    values, count = values_of(content), 0
    for sheet, cell, formula in formulas_of(content):
        value = values[sheet.title][cell].value
        if value is None and '""' in formula:  # the empty text, which reads as no value
            continue
        assert value is not None, f"{sheet.title}!{cell}: {formula}"
        assert not str(value).startswith("#"), f"{sheet.title}!{cell}: {value}"
        count += 1
    assert count > 2000


def test_formulas_use_only_functions_that_old_programs_know(content: bytes) -> None:
    used = {name for _, _, formula in formulas_of(content) for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", formula)}
    assert used <= FUNCTIONS, used - FUNCTIONS


@pytest.mark.parametrize("later", [False, True])
def test_xirr_never_begins_with_a_zero(tables: Tables, content: bytes, later: bool) -> None:
    made = workbook_bytes(valued_later(tables)) if later else content
    values, found = values_of(made), set()
    cells = r"XIRR\('([^']+)'!([$A-Z0-9]+):[$A-Z0-9]+,'([^']+)'!([$A-Z0-9]+):"
    for _, _, formula in formulas_of(made):
        assert "XNPV" not in formula
        for sheet, flow, other, day in re.findall(cells, formula):
            assert sheet == other and values[sheet][flow.replace("$", "")].value != 0, formula
            found.add((sheet, flow, values[sheet][day.replace("$", "")].value.date()))
    base, expected = (date(2026, 10, 31), date(2026, 9, 30)) if later else (date(2026, 7, 31),) * 2
    assert sorted(day for *_, day in found) == sorted([base, base, expected])
    if later:
        sheet = values["Payments"]
        assert sheet["F7"].value == 0 and sheet["F8"].value == 0 and sheet["F9"].value > 0


def test_page_one_shows_the_engine_s_numbers(tables: Tables, content: bytes) -> None:
    values = values_of(content)
    page, named = values["Summary"], values.defined_names
    numbers = [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, int | float)]
    for wanted in (
        tables.base.npv,
        tables.npv.mean,
        tables.npv.p5,
        tables.irr.of_expected_flows,
        tables.margin.p50,
        tables.probability.revoked,
        tables.bridge[1].change,
        tables.npv_by_rate[0].mean_npv,
        132.4,
    ):
        assert any(abs(number - wanted) <= 1e-9 * abs(wanted) for number in numbers), wanted
    texts = " ".join(str(cell.value) for row in page.iter_rows() for cell in row if isinstance(cell.value, str))
    for wanted in ("LETTER OF INTENT", "real-world", "default of the tenant", "contradicts", "OK"):
        assert wanted in texts
    assert "0123456789abcdef" not in texts, "seed and digest stand on Run and in the footer"
    assert set(named) == set(load_template()[1].names) | {"calc_first_month"}


def test_sunk_flows_are_in_no_year_and_break_no_check(tables: Tables) -> None:
    found = verdicts_of(workbook_bytes(valued_later(tables)))
    assert found["Base case by year = payments of the year (relative to the flows)"] == "OK"
    assert found[CASH_TIE] == "OK" and "CHECK" not in found.values()


@pytest.mark.slow
def test_master_check_turns_when_the_engine_and_the_workbook_differ(tables: Tables, tmp_path: Path) -> None:
    off = replace(tables, base=replace(tables.base, npv=tables.base.npv + 1e5))
    made = workbook_bytes(off)
    assert values_of(made)["Summary"]["S1"].value == "CHECK"
    assert values_of(workbook_bytes(tables))["Summary"]["S1"].value == "OK"
    assert moved_cells(made, tmp_path) == []


@pytest.mark.slow
def test_another_discount_rate_turns_page_one_amber_and_moves_the_base_npv_alone(
    content: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "deal.xlsx"
    file.write_bytes(content)
    stored = {address: cell.value for (sheet, address), cell in read(file).items() if sheet == "Summary"}
    after = LiveBook(file).changed({named(file, "in_discount_rate"): 0.1})
    assert str(after("Summary", "N1")).startswith("inputs changed: base NPV, IRR, margin follow")
    assert after("Summary", "S1") == "CHANGED"
    assert stored["N1"] == "inputs as run" and stored["S1"] == "OK"
    moved = {
        address
        for address, value in stored.items()
        if isinstance(value, float) and abs(float(str(after("Summary", address))) - value) > 1e-6 * abs(value)
    }
    assert moved == {"C7", "C8"}, "NPV after and before tax"
    book = openpyxl.load_workbook(io.BytesIO(content))
    rules = [rule for cells in book["Summary"].conditional_formatting for rule in cells.rules]
    amber = [rule for rule in rules if rule.dxf.fill and rule.dxf.fill.bgColor.rgb.endswith("FFEB9C")]
    assert any('"CHECK"' in rule.formula[0] and "$S$1" in rule.formula[0] for rule in amber)


def test_exactly_the_live_inputs_look_like_inputs(tables: Tables, content: bytes) -> None:
    """One that can be changed, one that cannot, and one that is a record; each says which it is."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    looks = {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.style == "valuate input" and cell.value is not None and sheet.title != "Notes"
    }
    assert tables.live is not None
    named = {
        name: found.attr_text.replace("'", "").replace("$", "")
        for name, found in book.defined_names.items()
        if name.startswith("in_")
    }
    assert set(named) == {"in_discount_rate", "in_valuation_date"} and looks == set(named.values())
    sheet = book["Assumptions"]
    rows = rows_of(sheet)
    assert rows["Discount rate"][5] == rows["Valuation date"][5] == "live"
    assert rows["Rent"][5] == "fixed: a change needs a run" and rows["Rent"][3] == 131.3
    rent = next(cell for cell in sheet["A"] if cell.value == "Rent")
    assert sheet.cell(rent.row, 2).style == "valuate record"
    assert "contract file or use --set" in sheet["A2"].value
    fixed = replace(tables.live.inputs[1], use="fixed", reason="for a test")
    rate = Assumption("Dates", "Rate", "discount_rate", 0.09, "%/year", "assumption", "", "", None, None)
    live = replace(tables.live, inputs=(tables.live.inputs[0], fixed))
    made = workbook_bytes(replace(tables, live=live, assumptions=(rate,)))
    sheet = openpyxl.load_workbook(io.BytesIO(made))["Assumptions"]
    rate = next(cell for cell in sheet["A"] if cell.value == "Discount rate")
    assert sheet.cell(rate.row, 2).style == "valuate record"
    assert sheet.cell(rate.row, 6).value == "fixed: for a test"


def rows_of(sheet: Worksheet) -> dict[str, list[object]]:
    return {str(row[0]): list(row) for row in sheet.iter_rows(values_only=True) if row[0] is not None}


def test_page_one_says_what_the_deal_is_worth_in_a_sentence_and_in_figures(tables: Tables, content: bytes) -> None:
    page = values_of(content)["Summary"]
    sentence = page["A4"].value
    for wanted in ("does not earn its discount rate of 9.0 % a year", "mean NPV is", "below 0 in", "1 case of 20"):
        assert wanted in sentence
    rows = rows_of(page)
    assert rows["Contracted power"][2] == 110.0 and rows["Investment"][2] is not None
    revenue = sum(v for day, v in zip(tables.month_ends, tables.lines[9].values, strict=True) if day.year == 2027)
    assert rows["EBITDA of 2027, the first full year"][2] == pytest.approx(revenue)


def test_break_evens_stand_beside_the_file_in_its_unit(content: bytes) -> None:
    rows = rows_of(values_of(content)["Summary"])
    assert rows["Rent"][2:6] == [131.3, 132.4, pytest.approx(132.4 / 131.3 - 1), "USD/kW/month"]
    assert rows["Fixed price on the hedged 80 %"][3] == "n/a"


def test_scenarios_show_base_case_and_paths(tables: Tables, content: bytes) -> None:
    rows = rows_of(values_of(content)["Summary"])
    assert rows["base (this run)"][3] == 0.09
    assert rows["net_of_power"][2:8] == [1.9e8, "n/a", 1.5e8, 6e6, 0.1, "the tenant pays for power"]
    assert any("acts by events only leaves the base case" in text for text in rows)
    run = replace(tables.audit, scenario="net_of_power", overrides=("clauses.rent.price=120 USD/kW/month",))
    cases = tuple(replace(case, is_run=case.name == "net_of_power") for case in tables.scenarios)
    made = openpyxl.load_workbook(io.BytesIO(workbook_bytes(replace(tables, audit=run, scenarios=cases))))
    assert "SCENARIO net_of_power: the tenant pays for power" in made["Summary"]["A2"].value
    assert "CHANGED against the file: clauses.rent.price=120" in made["Summary"]["A2"].value
    assert all("scenario net_of_power, 1 changed by --set" in sheet.oddHeader.right.text for sheet in made)
    cell = next(cell for cell in made["Assumptions"]["L"] if cell.value == "clauses.rent.price")
    assert made["Assumptions"].cell(cell.row, 2).style == "valuate changed"
    assert made["Assumptions"].cell(cell.row, 11).value.startswith("changed by --set")


def test_the_two_way_table_frames_the_base_case(tables: Tables, content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    framed = [c for row in book["Summary"].iter_rows() for c in row if c.style == "valuate marked"]
    assert len(framed) == 1
    value = values_of(content)["Summary"][framed[0].coordinate].value
    assert value == pytest.approx(tables.base.npv)
    axes = next(text for text in texts_of(book["Summary"]) if "(across)" in text)
    assert "Investment, M USD/MW (down); framed: base case" in axes


def test_a_view_that_only_pays_leads_with_its_cost_and_has_no_dead_rows(tables: Tables) -> None:
    nothing = replace(tables.irr.distribution, **dict.fromkeys(("mean", "se", "sd", "p5", "p50"), None), count=0)
    cost = replace(
        tables,
        base=replace(tables.base, irr=None, irr_status="total_loss", irr_pre_tax=None, margin=None, npv=-1e9),
        irr=replace(tables.irr, distribution=nothing, of_expected_flows=None, status={"total_loss": 1000}),
        histograms={"npv": tables.histograms["npv"]},
        figures=replace(tables.figures, npv_per_kw_month=-131.3),
    )
    page = values_of(workbook_bytes(cost))["Summary"]
    rows = rows_of(page)
    assert "present value of its cost is 1,000.0 M USD, 131.30 USD/kW/month" in page["A4"].value
    assert rows["Present value of the cost"][2] == 1e9
    assert not [label for label in rows if label.startswith(("IRR", "Margin", "Break-even", "Payback"))]


def test_a_view_that_invests_nothing_has_no_rows_of_rates(tables: Tables) -> None:
    rows = rows_of(values_of(workbook_bytes(without_irr(tables)))["Summary"])
    assert "IRR after tax" not in rows and "IRR of the expected cash flows" not in rows
    assert rows["IRR before tax"][3] is not None and rows["Margin, PV EBITDA / PV revenue"][2] == "n/a"


def test_histograms_say_what_their_outer_bins_hold_and_show_shares(tables: Tables, content: bytes) -> None:
    sheet = values_of(content)["Distributions"]
    heads = {
        (cell.row, cell.column): cell.value
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in {"label", "paths with an event"}
    }
    for row, column in [place for place, word in heads.items() if word == "label"]:
        named = [cell for (cell,) in sheet.iter_rows(min_row=row + 1, min_col=column, max_col=column) if cell.value]
        assert named[0].value.startswith("≤ ") and named[-1].value.startswith("≥ ")
        at = [cell.row for cell in named[1:-1]]
        assert len({b - a for a, b in zip(at, at[1:], strict=False)}) <= 1, "evenly"
        shares = [sheet.cell(at, column - k).value for k in (1, 2) for at in range(row + 1, named[-1].row + 1)]
        assert sum(shares) == pytest.approx(1.0)
    assert sum(word == "label" for word in heads.values()) == 4, "NPV, its paths with an event, IRR, margin"
    area = openpyxl.load_workbook(io.BytesIO(content))["Distributions"].print_area
    assert int(area.rpartition("$")[2]) < min(row for row, _ in heads), "bins take no paper"


def test_an_input_stands_once_on_assumptions(tables: Tables) -> None:
    rate = Assumption("Dates", "Discount rate", "discount_rate", 0.09, "%/year", "assumption", "", "why", 0.07, 0.12)
    sheet = values_of(workbook_bytes(replace(tables, assumptions=(rate, *tables.assumptions))))["Assumptions"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "Discount rate"]
    assert len(rows) == 1 and rows[0][1] == rows[0][3] == 0.09 and rows[0][6] == "assumption"
    assert rows[0][8:10] == (0.07, 0.12) and rows[0][10].endswith("; why") and rows[0][11] == "discount_rate"
    run = replace(tables.audit, overrides=("discount_rate=9 %/year",))
    made = openpyxl.load_workbook(io.BytesIO(workbook_bytes(replace(tables, assumptions=(rate,), audit=run))))
    sheet = made["Assumptions"]
    assert sheet["K6"].value.startswith("changed by --set; ")
    assert (sheet["B6"].style, sheet["D6"].style) == ("valuate input", "valuate changed")


def test_key_inputs_come_first_and_defaults_last(tables: Tables) -> None:
    start = Assumption(
        "Dates", "Start", "dates.start", "2026-10-01", "date", "assumption", "", "range a to b", None, None
    )
    note = "default of the contract language"
    lag = Assumption("Lease", "Lag", "clauses.rent.lag", 0.0, "days", "assumption", "", note, None, None)
    made = workbook_bytes(replace(tables, assumptions=(lag, start, *tables.assumptions)))
    rows = rows_of(values_of(made)["Assumptions"])
    at = {label: place for place, label in enumerate(rows)}
    assert at["Key inputs: no facts, and known within a range only"] < at["Rent"] < at["Tax"] < at["Tax rate"]
    assert at["Tax rate"] < at["Month shapes, and defaults of the contract language"] < at["Lag"]
    assert rows["Start of the term"][6] == "assumption" and rows["Start of the term"][10] == "range a to b"
    assert rows["Start of the term"][11] == "dates.start" and "Start" not in rows


def test_empty_years_and_payments_after_the_end_are_not_printed(tables: Tables, content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    flow = book["Cash flow"]
    last = column_index_from_string(re.sub(r"\d|\$", "", flow.print_area.rpartition(":")[2]))
    heads = [cell.value for row in flow.iter_rows() for cell in row[: last + 4] if row[0].value == "By calendar year"]
    assert heads[last - 1 : last + 1] == [2041, 2042], "the last year of the term is printed, a spare year is not"
    paid = int(book["Payments"].print_area.rpartition("$")[2])
    later = [row[2:] for row in book["Payments"].iter_rows(min_row=paid + 1, values_only=True)]
    assert later and not any(amount for row in later for amount in row if isinstance(amount, float))


def texts_of(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_rows_that_say_the_same_stand_once_and_labels_are_unique(tables: Tables) -> None:
    price, rent = tables.lines[3], tables.lines[4]
    lines = (
        replace(price, name="forward", label="Forward price"),
        *tables.lines,
        replace(rent, name="rent.EUR", unit="EUR", cash=False, values=tuple(0.9 * v for v in rent.values)),
    )
    values = values_of(workbook_bytes(with_program(replace(tables, lines=lines))))
    texts = texts_of(values["Cash flow"])
    model = texts_of(values["Model"])
    assert {"Rent [USD]", "Rent [EUR]", "Forward price", "Average power price"} <= set(model) and "Rent" not in model
    assert "Forward price" not in texts and "Average power price" in texts
    assert "Rent [USD]" in texts and "Rent [EUR]" in texts and "Rent" not in texts
    assert not [text for text in texts if text.startswith("0 in every month")], "a row that is shown is not 0"
    assert values["Summary"]["S1"].value == "OK"


def test_a_total_stands_only_where_months_add_up(content: bytes) -> None:
    rows = rows_of(values_of(content)["Model"])
    assert rows["Contracted capacity"][4] is None and rows["Utilisation"][4] is None and rows["Rent"][4] > 0


def test_empty_years_and_empty_utilisation_are_left_out(tables: Tables, tmp_path: Path) -> None:
    zero = dict.fromkeys(
        (name for name in vars(tables.years[0]) if name.startswith(("cash", "revenue", "ebitda"))), 0.0
    )
    none = {"utilisation_mean": None, "utilisation_p5": None, "utilisation_p95": None}
    years = [replace(year, **none) for year in tables.years]
    later = tuple(replace(years[-1], year=years[-1].year + k, **zero) for k in (1, 2))
    made = workbook_bytes(replace(tables, years=(*years, *later)))
    sheet = openpyxl.load_workbook(io.BytesIO(made))["Years"]
    shown = [cell.value for cell in sheet["A"] if isinstance(cell.value, int | float)]
    assert shown == [year.year for year in tables.years if year.cash_mean] and shown[-1] == 2041
    assert sheet.column_dimensions["Q"].hidden and sheet.column_dimensions["S"].hidden
    assert not sheet.column_dimensions["P"].hidden
    assert moved_cells(made, tmp_path) == []


def test_bands_of_the_fan_are_told_apart() -> None:
    colours = load_template()[1].colours
    bands = [shade for name, shade in colours.items() if name.endswith("_band")]
    assert len(bands) == len(set(bands)) == 4


def test_claims_say_in_which_scenarios_they_hold(tables: Tables, content: bytes) -> None:
    sheet = values_of(content)["Claims"]
    assert sheet["G6"].value == "does not hold as valued here; holds in: net_of_power"
    cost = replace(tables.claims[1], value=24e6, unit="USD/year")
    rate = replace(tables.claims[0], value=0.0883, unit="%/year")
    sheet = values_of(workbook_bytes(replace(tables, claims=(cost, rate), claims_audit=None)))["Claims"]
    assert [sheet.cell(row, 6).value for row in (5, 6)] == ["M USD/year", "%"]


def test_claims_are_held_against_each_other(tables: Tables, content: bytes) -> None:
    rows = [
        [cell for cell in row if cell is not None] for row in values_of(content)["Claims"].iter_rows(values_only=True)
    ]
    cost = next(row for row in rows if row[:1] == ["3. cost"])
    assert cost[-4:] == [200.0, 2_400_000.0, pytest.approx(100 * 200 * 12 / 8760), 43.09]
    words = [str(row[0]) for row in rows if row]
    assert any("Claims 1, 2 and 3 cannot all hold" in text for text in words)
    page_one = [str(cell.value) for row in values_of(content)["Summary"].iter_rows() for cell in row if cell.value]
    assert any("cannot all hold" in text for text in page_one)
    bare = values_of(workbook_bytes(replace(tables, claims_audit=None)))["Claims"]
    assert not any("cannot all hold" in str(cell.value) for row in bare.iter_rows() for cell in row)


def test_master_check_follows_the_engine_s_own_checks(tables: Tables) -> None:
    off = replace(tables, checks=(replace(tables.checks[0], ok=False),))
    assert values_of(workbook_bytes(off))["Summary"]["S1"].value == "CHECK"


def verdicts_of(content: bytes) -> dict[str, str]:
    """Results of the checks by formula; those of the engine, further down, may have the same names."""
    found: dict[str, str] = {}
    for row in values_of(content)["Checks"].iter_rows(values_only=True):
        found.setdefault(str(row[0]), str(row[4]))
    return found


def test_payments_add_up_to_what_was_earned(tables: Tables, content: bytes) -> None:
    found = verdicts_of(content)
    assert found[CASH_TIE] == found[TAX_TIE] == "OK"
    flows = tables.flows
    off = replace(flows, base_pre_tax=(flows.base_pre_tax[0] + 1e6, *flows.base_pre_tax[1:]))
    assert verdicts_of(workbook_bytes(replace(tables, flows=off)))[CASH_TIE] == "CHECK"
    half = replace(flows, base_tax=tuple(0.5 * tax for tax in flows.base_tax))
    assert verdicts_of(workbook_bytes(replace(tables, flows=half)))[TAX_TIE] == "CHECK"


def test_a_tie_that_cannot_hold_is_left_out_with_its_reason(tables: Tables) -> None:
    checks = tuple(check for check in tables.checks if check.name != CASH_TIE)
    sheet = values_of(workbook_bytes(replace(tables, checks=checks)))["Checks"]
    assert CASH_TIE not in {cell.value for cell in sheet["A"]}
    assert any(text.startswith("Left out: Cash before tax") and "rate" in text for text in texts_of(sheet))


def test_hours_have_no_total_and_a_year_after_the_grid_shows_a_dash(tables: Tables) -> None:
    hours = replace(tables.lines[2], name="metered.hours", label="Hours", unit="h", values=(730.0,) * 190)
    flows = tables.flows
    later = replace(
        flows,
        dates=(*flows.dates, date(2043, 2, 15)),
        **{name: (*getattr(flows, name), 1.0) for name in ("base_pre_tax", "base_tax", "mean_pre_tax", "mean_tax")},
    )
    values = values_of(workbook_bytes(with_program(replace(tables, lines=(hours, *tables.lines), flows=later))))
    rows = rows_of(values["Cash flow"])
    assert rows["Hours"][2] is None and rows["Hours"][5] == 12 * 730.0
    assert rows_of(values["Model"])["Hours [metered]"][4] is None
    assert rows["By calendar year"][-1] == 2043, "a payment is in no year that the sheet lacks"


def test_a_total_that_is_not_that_of_the_run_is_found(tables: Tables) -> None:
    """The model has spare months and sums its own parts: both must leave the run's total as it is."""
    lines = tuple(
        replace(line, values=tuple(v + 1e4 for v in line.values)) if line.name == "accounts.ebitda" else line
        for line in tables.lines
    )
    made = workbook_bytes(replace(tables, lines=lines))
    assert verdicts_of(made)["EBITDA: model = engine"] == "CHECK"
    assert values_of(made)["Summary"]["S1"].value == "CHECK"


def test_every_chart_has_a_title_and_both_axes_show_theirs(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [name for name in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
        trees = [ElementTree.fromstring(archive.read(name)) for name in charts]
    assert len(charts) == 19
    for tree in trees:
        chart = tree.find(f"{CHART}chart")
        assert chart is not None and _words(chart.find(f"{CHART}title"))
        axes = [axis for kind in ("catAx", "valAx") for axis in tree.iter(f"{CHART}{kind}")]
        assert len(axes) >= 2
        for axis in axes:
            assert _words(axis.find(f"{CHART}title"))
            deleted = axis.find(f"{CHART}delete")
            assert deleted is not None and deleted.get("val") == "0"


def _words(title: ElementTree.Element | None) -> str:
    return "" if title is None else "".join(title.itertext()).strip()


def test_lines_of_a_chart_are_told_apart_without_colour_and_survival_runs_from_0_to_1(content: bytes) -> None:
    drawing = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    styles, bounds = {}, {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not re.fullmatch(r"xl/charts/chart\d+\.xml", name):
                continue
            tree = ElementTree.fromstring(archive.read(name))
            title = _words(tree.find(f"{CHART}chart/{CHART}title"))
            lines = [one for chart in tree.iter(f"{CHART}lineChart") for one in chart.iter(f"{CHART}ser")]
            dashes = [[dash.get("val") for dash in line.iter(f"{drawing}prstDash")][0] for line in lines]
            colours = [line.find(f".//{drawing}srgbClr").get("val") for line in lines]
            styles[title] = list(zip(colours, dashes, strict=True))
            scales = [axis.find(f"{CHART}scaling") for axis in tree.iter(f"{CHART}valAx")]
            bounds[title] = [
                tuple(found.get("val") for found in scale if "orientation" not in found.tag) for scale in scales
            ]
    fan = next(found for title, found in styles.items() if title.startswith("Cash after tax"))
    assert len({dash for _, dash in fan}) == 3 and ("000000", "dash") in fan, "base dashed in black, mean, median"
    assert sorted(bounds["Survival"][0], key=float) == ["0", "1"]


def test_formulas_that_read_another_sheet_are_green_and_others_are_not(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    seen = set()
    for sheet, cell, formula in formulas_of(content):
        style = book[sheet.title][cell].style
        names = (quoted or plain for quoted, plain in re.findall(r"(?:'([^']+)'|\b([A-Z]\w*))!", formula))
        others = {name for name in names if name != sheet.title}
        if style in {"valuate formula", "valuate link"}:
            seen.add(style)
            linked = bool(others) or bool(re.search(r"\b(in|out|inputs|all)_", formula))
            assert (style == "valuate link") == linked or sheet.title == "Checks", f"{sheet.title}!{cell}: {formula}"
    assert len(seen) == 2


def test_a_rate_of_exchange_shows_four_decimals(tables: Tables) -> None:
    rate = replace(tables.lines[3], name="fx", label="fx.EURUSD", unit="USD/EUR", values=(1.1515,) * 190)
    made = workbook_bytes(with_program(replace(tables, lines=(rate, *tables.lines))))
    sheet = openpyxl.load_workbook(io.BytesIO(made))["Model"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "fx.EURUSD")
    assert "0.0000" in row[20].number_format


def test_every_sheet_prints_on_a4_landscape_one_page_wide(content: bytes, tables: Tables) -> None:
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        setup = sheet.page_setup
        assert (setup.orientation, int(setup.paperSize), setup.fitToWidth) == ("landscape", 9, 1), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert sheet.oddFooter.left.text == f"run {tables.audit.digest[:16]}, seed 1"
        assert sheet.oddHeader.left.text == tables.deal.name
        assert sheet.oddHeader.right.text == "scenario none; seen from the host; USD"
        assert sheet.oddFooter.right.text == "Page &P of &N"
        if sheet.title not in {"Summary", "Run"}:
            assert sheet.print_title_rows, sheet.title
            assert sheet.freeze_panes, sheet.title


def test_spare_months_change_nothing(tables: Tables, content: bytes) -> None:
    """More than a year of months before those of the run and after it: all the cash is in the months between."""
    assert tables.live is not None
    book = values_of(content)
    rows, ends = rows_of(book["Model"]), [cell.value.date() for cell in book["Model"][4][6:]]
    first = ends.index(tables.month_ends[0])
    assert (first, len(ends) - first - len(tables.month_ends)) == (tables.live.before, tables.live.after)
    assert first > 12
    for line in tables.lines:
        months = rows[line.label][6:]
        assert months[first : first + len(line.values)] == pytest.approx(line.values), line.label
        if line.unit == "USD":
            assert not any(months[:first]) and not any(months[first + len(line.values) :])
            assert rows[line.label][4] == pytest.approx(sum(line.values))


@pytest.mark.slow
def test_lines_that_are_zero_are_named_and_left_out(tables: Tables, tmp_path: Path) -> None:
    made = workbook_bytes(with_line(tables, "depreciation", lambda values: (0.0,) * len(values)))
    texts = [str(c.value) for row in values_of(made)["Cash flow"].iter_rows() for c in row if c.value]
    assert not any(text.startswith("Depreciation") for text in texts)
    assert "0 in every month of the run, so only on Model: Depreciation." in texts
    assert "Depreciation" in rows_of(values_of(made)["Model"])
    assert values_of(made)["Summary"]["S1"].value == "OK"
    assert moved_cells(made, tmp_path) == []


@pytest.mark.slow
def test_columns_are_wide_enough_for_their_numbers_in_any_currency(tables: Tables) -> None:
    rent = tables.lines[4]
    other = replace(
        rent, name="nok", label="Rent in NOK", unit="NOK", cash=False, values=tuple(1e6 * v for v in rent.values)
    )
    made = workbook_bytes(with_program(replace(tables, lines=(*tables.lines, other))))
    sheet, usual = (openpyxl.load_workbook(io.BytesIO(one))["Model"] for one in (made, workbook_bytes(tables)))
    assert rows_of(sheet)["Rent in NOK"][1] == "k NOK"
    assert sheet.column_dimensions["Z"].width > usual.column_dimensions["Z"].width + 4


@pytest.mark.slow
def test_small_money_shows_in_thousands(tables: Tables) -> None:
    small = replace(tables, years=tuple(replace(year, cash_base=year.cash_base / 1e4) for year in tables.years))
    assert values_of(workbook_bytes(small))["Summary"]["B7"].value == "k USD"
    assert values_of(workbook_bytes(tables))["Summary"]["B7"].value == "M USD"


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_refused_by_its_cell(tables: Tables, wrong: float) -> None:
    off = with_line(tables, "tax.assessed", lambda values: (*values[:3], wrong, *values[4:]))
    assert off.live is not None
    column = get_column_letter(column_index_from_string("G") + off.live.before + 3)
    with pytest.raises(NotFiniteError, match=rf"'Model'!\${column}\$\d+: "):
        workbook_bytes(off)
