"""What a reader does to a workbook by hand, and that page one and the checks say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from recalculation import LiveBook
from stored_cells import named, read

from valuation.report.excel import workbook_bytes
from valuation.tables import Tables

NOT_ALLOWED = {
    "in_discount_rate": (-1.0, -2.0, "nine per cent"),
    "in_power_hedge_share": (1.5, -0.1),
    "in_build_schedule_months": (0.0, 6.5),
    "in_dates_term": (0.0, "fifteen"),
    "in_power_NO4_risk_premium": (-40.0,),
    "in_power_NO4_forward_flat": (-10.0, 0.0),
    "in_utilisation_mean": (0.0, 1.2),
    "in_rent_price": ("131,3",),
    "in_capacity_contracted_2027_01_01_date": (46296.0, 60000.0),
}


@pytest.fixture(scope="module")
def file(bitzero: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("by_hand") / "bitzero.xlsx"
    file.write_bytes(workbook_bytes(bitzero))
    return file


@pytest.fixture(scope="module")
def book(file: Path) -> LiveBook:
    return LiveBook(file)


@pytest.mark.parametrize("name", NOT_ALLOWED)
def test_what_the_contract_language_refuses_turns_the_master_check(name: str, file: Path, book: LiveBook) -> None:
    for value in NOT_ALLOWED[name]:
        shows = book.changed({named(file, name): value})
        assert shows(*named(file, "all_checks")) == "CHECK", value
        assert shows("Summary", "S1") == "CHECK", value


def test_what_is_not_live_may_not_be_changed_even_beside_a_live_change(file: Path, book: LiveBook) -> None:
    rent, factor, hazard = (
        named(file, f"in_{name}") for name in ("rent_price", "constant_kw_per_mw", "revocation_rate")
    )
    checks = named(file, "all_checks")
    assert book.changed({rent: 140.0})(*checks) == "OK"
    assert book.changed({rent: 140.0, factor: 1.0})(*checks) == "CHECK"
    assert book.changed({rent: 140.0, hazard: 0.02})(*checks) == "CHECK", "the run had another hazard"


def test_every_value_on_assumptions_is_watched(file: Path, book: LiveBook) -> None:
    """Also what no formula reads: a switch, the shape of a plan, a term of which only the run knows."""
    assumptions = {at: cell for (sheet, at), cell in read(file).items() if sheet == "Assumptions"}
    paths = {at for at, cell in assumptions.items() if at[0] == "L" and "." in str(cell.value)}
    watched = {at[1:] for at, cell in assumptions.items() if at[0] == "E" and cell.formula}
    follows = {at[1:] for at, cell in assumptions.items() if str(cell.value).startswith("follows")}
    assert {at[1:] for at in paths} - watched - follows == set()
    checks = named(file, "all_checks")
    for label, new in (("Rent: lease", "triple_net"), ("Revocation: compensation paid after", 3.0)):
        row = next(at[1:] for at, cell in assumptions.items() if at[0] == "A" and str(cell.value).startswith(label))
        assert book.changed({("Assumptions", f"B{row}"): new})(*checks) == "CHECK", label


def test_a_month_that_was_written_over_turns_the_master_check(file: Path) -> None:
    """Also in a row that no cash depends on."""
    cells, book = read(file), LiveBook(file)  # a book of its own: a formula that was written over is gone
    checks = named(file, "all_checks")
    rows = [cell.row for (sheet, _), cell in cells.items() if sheet == "Model" and cell.column == 53 and cell.formula]
    unseen = []
    for row in rows[::4]:
        now = cells["Model", f"BA{row}"].value
        if isinstance(now, float) and book.changed({("Model", f"BA{row}"): now + 1000.0})(*checks) == "OK":
            unseen.append(cells["Model", f"A{row}"].value)
    assert len(rows) > 60 and len(unseen) <= 1, unseen


def test_page_one_says_that_its_sentence_is_the_run_s(file: Path, book: LiveBook) -> None:
    rent, month = named(file, "in_rent_price"), named(file, "in_power_NO4_forward_month_shape_0")
    as_run = book.changed({})("Summary", "A4")
    assert isinstance(as_run, str) and as_run.startswith("In the base case the deal does not earn")
    for place, value in ((rent, 140.0), (month, 1.4)):
        shows = book.changed({place: value})
        assert shows("Summary", "A4") == f"INPUTS WERE CHANGED. The run, before that: {as_run}"
        assert shows("Summary", "S1") == "CHANGED" and "as run" in str(shows("Summary", "N1"))


def test_an_error_on_a_page_of_the_base_case_turns_the_master_check(file: Path, book: LiveBook) -> None:
    assert book.changed({("Curves", "B7"): "none"})(*named(file, "all_checks")) == "CHECK"


def test_an_input_that_only_an_event_would_feel_is_none_of_the_base_case(bitzero: Tables) -> None:
    assert bitzero.live is not None
    uses = {one.name: one.use for one in bitzero.live.inputs}
    assert uses["risks.revocation.notice"] == "simulation"
    assert uses["clauses.power.survives.revocation.wind_up"] == "simulation"
    assert uses["market.factors.power.NO4.forward.month_shape.0"] == "live"
