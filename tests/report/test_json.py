"""The JSON object: shape, schema, determinism, refusal of what is not a number."""

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from valuation.report.json import to_json_object, to_json_text
from valuation.report.json_schema import result_schema, schema_text
from valuation.report.numbers import NotFiniteError
from valuation.tables import Tables

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schema" / "result.schema.json"
MOMENTS = set("mean se sd p1 p5 p10 p25 p50 p75 p90 p95 p99 se_p5 se_p50 se_p95".split())


def test_committed_schema_is_the_one_that_the_code_makes() -> None:
    if os.environ.get("UPDATE_GOLDEN") == "1":
        SCHEMA.parent.mkdir(parents=True, exist_ok=True)
        SCHEMA.write_text(schema_text(), encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "stale: run the test with UPDATE_GOLDEN=1"


def test_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(result_schema())


def test_result_validates_and_a_stale_schema_does_not_fit(tables: Tables, hostile: Tables) -> None:
    committed = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for whole in (to_json_object(tables), to_json_object(hostile)):
        jsonschema.validate(whole, committed)
    stale = json.loads(SCHEMA.read_text(encoding="utf-8"))
    stale["properties"]["npv"]["required"].append("p33")
    with pytest.raises(jsonschema.ValidationError, match="p33"):
        jsonschema.validate(to_json_object(tables), stale)
    with pytest.raises(jsonschema.ValidationError, match="more"):
        jsonschema.validate({**to_json_object(tables), "more": 1}, committed)


def test_keys_are_those_of_the_manual(tables: Tables) -> None:
    whole = to_json_object(tables)
    top = "npv irr margin given_no_event base probability project bridge break_even indicators claims claims_audit "
    top += "parameter_uncertainty scenarios parties transfer_residual transfer_gross financing levelised previous audit"
    assert set(whole) == set(top.split())
    assert set(whole["npv"]) == MOMENTS
    assert set(whole["margin"]) == MOMENTS | {"of_expected_flows", "se_of_expected_flows"}
    assert set(whole["irr"]) == MOMENTS | {"of_expected_flows", "status"}
    assert list(whole["parties"]) == ["host", "tenant", "state", "outside"]
    assert whole["parties"]["tenant"]["npv_base"] == -1.51e9 and whole["parties"]["tenant"]["cash"] == "pays"
    assert (whole["transfer_residual"], whole["transfer_gross"]) == (0.0, 4.05e9)
    assert whole["npv"]["mean"] == tables.npv.mean
    assert whole["break_even"]["rent"] == {"path": "clauses.rent.price", "value": 132.4, "unit": "USD/kW/month"}
    assert set(whole["break_even"]["power_price"]) == {"value", "reason"}
    assert whole["claims"][1]["with"] == ["net_of_power"]


def test_missing_values_are_null_and_their_keys_stay(tables: Tables) -> None:
    nothing = replace(tables.irr.distribution, **dict.fromkeys(MOMENTS), count=0)
    bare = replace(
        tables,
        irr=replace(tables.irr, distribution=nothing, of_expected_flows=None),
        base=replace(tables.base, irr=None, margin=None),
        break_even={},
        indicators=(),
        claims=(),
        claims_audit=None,
    )
    whole = json.loads(to_json_text(bare))
    jsonschema.validate(whole, result_schema())
    assert whole["irr"]["mean"] is None and whole["base"]["irr"] is None
    assert whole["break_even"]["capex"]["value"] is None and whole["break_even"]["capex"]["reason"]


def test_text_is_the_same_twice_and_has_no_nan(tables: Tables) -> None:
    assert to_json_text(tables) == to_json_text(tables)
    assert to_json_text(tables).endswith("}\n")
    assert "NaN" not in to_json_text(tables)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_is_refused_by_name(tables: Tables, wrong: float) -> None:
    with pytest.raises(NotFiniteError, match="npv.mean"):
        to_json_object(replace(tables, npv=replace(tables.npv, mean=wrong)))


def test_negative_zero_is_zero(tables: Tables) -> None:
    whole = to_json_object(replace(tables, npv=replace(tables.npv, p99=-0.0)))
    assert math.copysign(1, whole["npv"]["p99"]) == 1


def test_a_claim_without_a_check_has_none_and_shares_are_fractions(tables: Tables) -> None:
    of_share = replace(tables.claims[0], value=0.6776, unit="%")
    untested = replace(tables.claims[0], check="", value=None, unit="", verdict="cannot_be_tested")
    found = to_json_object(replace(tables, claims=(of_share, untested)))["claims"]
    assert (found[0]["value"], found[0]["unit"]) == (0.6776, "1")
    assert (found[1]["check"], found[1]["value"], found[1]["unit"]) == (None, None, None)


def test_stated_rates_stand_in_the_audit(tables: Tables) -> None:
    stated = replace(tables, audit=replace(tables.audit, stated_rates=(("USD/NOK", 0.10436),)))
    assert to_json_object(stated)["audit"]["stated_rates"] == {"USD/NOK": 0.10436}
