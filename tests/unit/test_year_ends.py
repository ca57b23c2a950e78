"""What a contract with flows at year ends says and refuses; its numbers are in tests/oracles/test_year_ends.py."""

from datetime import date
from pathlib import Path

import pytest

from valuation import timeline
from valuation.appraisal.base import Base
from valuation.plan.text import parse_program, program_text
from valuation.resolve import resolve
from valuation.spec import SpecError, load
from valuation.studies.like import NotAlike, refuse_unlike

ANNUAL = Path(__file__).resolve().parents[1] / "data" / "annual.yaml"


def test_the_valuation_date_is_a_year_end():
    with pytest.raises(SpecError, match="expected for example '2025-12-31'; or leave 'flows: year_end' out") as refused:
        load(ANNUAL, overrides=["dates.valuation=2026-03-31"])
    assert "dates.valuation" in str(refused.value)
    load(ANNUAL, overrides=["dates.valuation=2026-03-31", "dates.flows=by_date"])


def test_the_count_of_years_stands_in_the_program_only_where_it_is_not_by_days():
    plan = resolve(load(ANNUAL))
    text = program_text(plan)
    assert " year_count whole_years\n" in text and parse_program(text).digest == plan.digest
    by_date = program_text(resolve(load(ANNUAL, overrides=["dates.flows=by_date"])))
    assert "year_count" not in by_date and "year_end_of" not in by_date and "discount_years" not in by_date


def test_the_first_flow_counts_at_the_end_of_its_year():
    """Capex of April 2026, the tenth year's rent: `from_inception` discounts to 31 December 2026."""
    plan = resolve(
        load(ANNUAL, overrides=["from_inception=true", "clauses.plant.schedule={2026-04-30: 100 %}"]),
    )
    assert timeline.date_of(plan.valuation) == date(2026, 12, 31)
    base = Base.of(plan)
    assert base.flows.years[0] == 0.0 and base.flows.pre_tax[0] == pytest.approx(140.36e6 - 900e6)


def test_what_is_paid_in_the_year_of_the_valuation_date_counts_and_before_it_is_sunk():
    def paid(day: str):
        contract = load(ANNUAL, overrides=[f"clauses.plant.schedule={{{day}: 100 %}}"])
        return Base.of(resolve(contract)), [problem.message for problem in contract.warnings]

    base, warnings = paid("2025-02-28")
    assert (base.flows.sunk, base.invests) == (0.0, True)
    assert base.flows.ahead().net[0] == -900e6
    assert not any("does not count" in message for message in warnings)
    base, warnings = paid("2024-12-31")
    assert (base.flows.sunk, base.invests) == (-900e6, False)
    assert any("does not count" in message for message in warnings)


def test_two_timings_do_not_stand_side_by_side():
    contracts = [load(ANNUAL, overrides=[f"dates.flows={timing}"]) for timing in ("year_end", "by_date")]
    with pytest.raises(NotAlike, match="dates.flows=by_date"):
        refuse_unlike(("yearly", "by date"), contracts, [resolve(contract) for contract in contracts])
