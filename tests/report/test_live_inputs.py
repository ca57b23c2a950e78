"""Each live input of the four deals, changed alone in the workbook and in the contract: a recalculation by formualizer
gives what a fresh run of the engine gives."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from changed_inputs import DealWorkbook, Numbers, Years, engine

from valuation import timeline
from valuation.errors import ValuationError
from valuation.shipped import shipped
from valuation.tables import Tables

DEALS = ("bitzero", "crusoe-polar-drangedal", "nscale-narvik", "vivopower-mo-i-rana")
SLOW = pytest.mark.slow
TOGETHER = {
    # The leases may not let more than the site has.
    "clauses.cohosting.contracted.2027-04-01": {
        "clauses.anchor.contracted.2027-10-01": 40.0,
        "clauses.anchor.contracted.2028-05-01": 80.0,
    },
    "capacity.contracted.2028-05-01": {"clauses.anchor.contracted.2028-05-01": 70.0},
}
"""What is changed with an input, in the workbook and in the contract, where it may not be changed alone."""
EARLIER = {"bitzero": -11, "crusoe-polar-drangedal": -5, "nscale-narvik": -2, "vivopower-mo-i-rana": -11}
"""Months: a decision may not lie before today."""
OF_A_KIND = (
    "clauses.rent.price",
    "clauses.power.hedge.share",
    "dates.start",
    "capacity.contracted.2027-01-01.date",
    "dates.term",
    "clauses.build.schedule.months",
)
"""An amount, a share, two dates, a term, a number of payments."""


@pytest.fixture(scope="module")
def deal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DealWorkbook:
    return DealWorkbook(shipped("contracts") / f"{request.param}.yaml", tmp_path_factory.mktemp(request.param))


def share_of_live(deal: DealWorkbook) -> str:
    """How many of the numbers that the base case is made of can be changed, and which cannot."""
    stated = [one for one in deal.live.inputs if deal.inputs[one.name].origin.path]
    uses = Counter(one.use for one in stated)
    held = [f"{one.name} ({one.reason})" for one in stated if one.use in {"fixed", "solved"}]
    read = uses["live"] + len(held)
    return (
        f"{deal.file.stem}: {uses['live']} of {read} numbers and dates of the base case are live "
        f"({uses['live'] / read:.0%}); "
        f"{uses['simulation']} act on the simulation only; not live: {'; '.join(held) or 'none'}"
    )


def nonzero(numbers: Numbers, years: Years) -> tuple[Numbers, Years]:
    """Without lines of nothing: an event that pays something has a line more, and none of it is in the base case."""
    return numbers, {line: made for line, made in years.items() if any(any(of_year.values()) for _, of_year in made)}


def test_six_inputs_of_a_kind(bitzero: Tables, tmp_path: Path) -> None:
    deal = DealWorkbook(shipped("contracts") / "bitzero.yaml", tmp_path, bitzero)
    found = [deal.changed_alone(deal.live.use_of[name], {}) for name in OF_A_KIND]
    assert found == [[]] * len(OF_A_KIND)
    assert deal.differences(("dates.term=15.5 years",), {"dates.term": 15.5}) == []
    assert deal.failing({"dates.term": 15.3}, "Inputs: each") != [], "no whole number of months"


@SLOW
@pytest.mark.parametrize("deal", DEALS, indirect=True, scope="module")
class TestDeal:
    def test_the_workbook_as_run_is_the_engine(self, deal: DealWorkbook) -> None:
        assert deal.differences((), {}) == []

    def test_each_live_input_alone(self, deal: DealWorkbook, capsys: pytest.CaptureFixture[str]) -> None:
        with capsys.disabled():
            print("\n" + share_of_live(deal))
        found = {one.name: deal.changed_alone(one, TOGETHER) for one in deal.of_use("live")}
        assert {name: texts for name, texts in found.items() if texts} == {}
        assert [name for name, texts in found.items() if texts is None] == []

    @pytest.mark.parametrize("later", [True, False], ids=["later", "earlier"])
    def test_all_dates_together_within_the_spare_months(self, deal: DealWorkbook, later: bool) -> None:
        """Start, phases, payments of investments, decisions: all but the date that a deal of today is valued at."""
        months = 12 if later else EARLIER[deal.file.stem]
        dates = [
            item
            for item in deal.inputs.values()
            if item.unit == "date" and item.origin.path and item.name != "dates.valuation"
        ]
        moved = {item.name: timeline.edate(item.value, months) for item in dates}
        whole = {name: new for name, new in moved.items() if not re.search(r"\d\.date$", name)}
        settings = [text for name, new in whole.items() for text in deal.settings(name, new)]
        settings += deal.moved_schedules({name: new for name, new in moved.items() if name not in whole})
        live = {one.name for one in deal.of_use("live")}
        assert deal.differences(tuple(settings), {name: new for name, new in moved.items() if name in live}) == []

    def test_no_formula_reads_an_input_of_the_simulation(self, deal: DealWorkbook) -> None:
        words = {word for cell in deal.cells.values() for word in re.findall(r"\bin_\w+", cell.formula or "")}
        assert words, "formulas read inputs by name"
        assert words & {deal.names[one.name] for one in deal.of_use("simulation")} == set()
        assert {deal.names[one.name] for one in deal.of_use("live")} - words == set()

    def test_an_input_of_the_simulation_moves_no_number_of_the_base_case(self, deal: DealWorkbook) -> None:
        as_run, tried = nonzero(*engine(deal.contract, deal.tables)), 0
        for one in deal.of_use("simulation"):
            for new in deal.moves(one):
                try:
                    contract = deal.source.contract(None, deal.settings(one.name, new))
                except ValuationError:
                    continue
                assert nonzero(*engine(contract, deal.tables)) == as_run, one.name
                tried += 1
                break
        assert tried >= 0.8 * len(deal.of_use("simulation"))

    def test_what_is_not_live_says_why(self, deal: DealWorkbook) -> None:
        assert [one.name for one in deal.of_use("fixed") if not one.reason] == []
