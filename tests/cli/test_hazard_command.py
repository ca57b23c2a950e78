"""`valuate hazard`: the page, the JSON object, the block for a contract file, and wrong usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from valuation.appraisal.deal import _priced_risk
from valuation.cli import main
from valuation.factors.hazard import Hazard
from valuation.shipped import shipped
from valuation.spec import load
from valuation.spec.reader import parse

EXAMPLES = shipped("contracts") / "examples"


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["hazard", *args])


def test_events_give_an_interval_and_survival_with_what_is_not_known() -> None:
    page = run("--events", "0", "--years", "10")
    assert page.exit_code == 0
    for text in ("Gamma(0.5, 0 years) (Jeffreys)", "5 %/year", "0.0196607 %/year to 19.2073 %/year"):
        assert text in page.output
    assert "     15      63.25 %       47.24 %" in page.output


def test_the_json_object_holds_the_same() -> None:
    found = json.loads(run("--events", "5", "--years", "10", "--prior", "1", "2", "--horizon", "3", "--json").output)
    assert found["law"] | {"p5": 0, "p95": 0, "sd": 0} == {
        "law": "gamma", "shape": 6.0, "years": 12.0, "mean": 0.5, "p5": 0, "p95": 0, "sd": 0
    }  # fmt: skip
    assert [row["years"] for row in found["survival"]] == [1, 2, 3]
    assert found["survival"][2]["predictive"] == pytest.approx((12 / 15) ** 6)


def block(*args: str) -> dict[str, object]:
    """The block for a contract file as read."""
    tree = parse(json.loads(run(*args, "--json").output)["yaml"], "printed").tree
    (event,) = tree.values()
    rate: dict[str, object] = event["rate"]
    return rate


def test_the_block_is_the_rate_of_a_hazard() -> None:
    rate = block("--events", "2", "--years", "40")
    assert (rate["se"], rate["law"]) == ("3.95285 %/year", "gamma")
    hazard = Hazard.model_validate({"process": "hazard", "rate": rate})
    (quantity,) = hazard.schedule.quantities
    assert quantity.canonical == pytest.approx(0.0625)
    assert quantity.provenance.status == "derived"
    assert quantity.provenance.estimate is not None
    assert quantity.provenance.estimate.law == "gamma"
    assert quantity.provenance.estimate.se == pytest.approx(2.5**0.5 / 40.0, rel=1e-5)
    assert quantity.provenance.low is not None and quantity.provenance.low < 0.0625
    assert "2 events in 40 site-years, prior Gamma(0.5, 0 years) (Jeffreys)" in str(quantity.provenance.note)


def test_spreads_by_maturity_give_steps_by_date(tmp_path: Path) -> None:
    (tmp_path / "spreads.csv").write_text("year,spread [bp]\n1,60\n3,90\n5,120\n")
    asked = ("--spreads", str(tmp_path / "spreads.csv"), "--recovery", "40 %", "--discount", "3 %/year")
    hazard = Hazard.model_validate({"process": "hazard", "rate": block(*asked, "--from", "2026-06-30")})
    assert [str(day) for day, _ in hazard.schedule.steps] == ["2026-06-30", "2027-06-30", "2029-06-30"]
    assert hazard.schedule.quantities[0].canonical == pytest.approx(0.01, rel=1e-5)
    assert hazard.rate.evidence == "market"
    (one,) = Hazard.model_validate({"process": "hazard", "rate": block(*asked)}).schedule.quantities
    assert one.canonical > 0.01  # without a day, the average


def test_a_table_of_ratings(tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text("year,A [%],Baa [%]\n1,0.055,0.181\n10,2.136,4.904\n")
    page = run("--ratings", str(file), "--grade", "Baa", "--horizon", "10")
    assert "0.502833 %/year" in page.output
    assert "one of the columns A, Baa" in run("--ratings", str(file)).output


def test_a_wrong_table_is_named_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text("year,A [%]\n1,0.055\n2,much\n0,1\n")
    failed = run("--ratings", str(file))
    assert failed.exit_code == 2
    assert f"{file}:3:3: error: column 'A': 'much %' is not a share" in failed.output
    assert f"{file}:4:1: error: '0' is no number of years" in failed.output


def test_tables_with_semicolons_and_lines_with_a_comma_too_many(tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text("year;A [%];Baa [%]\n1;0,055;0,181\n10;2,136;4,904\n")
    assert "0.502833 %/year" in run("--ratings", str(file), "--grade", "Baa", "--horizon", "10").output
    assert "one of the columns A, Baa" in run("--ratings", str(file)).output
    file.write_text("year,A [%]\n1,0,055\n10,2,136\n")
    failed = run("--ratings", str(file))
    assert failed.exit_code == 2
    assert f"{file}:2:3: error: got 3 fields, expected 2 as in the header; is it a decimal comma?" in failed.output


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "expected one of --events, --spread, --spreads and --ratings"),
        (("--events", "1", "--spread", "100 bp"), "expected one of --events"),
        (("--events", "1"), "--events needs --years"),
        (("--events", "0", "--years", "0"), "needs years of exposure"),
        (("--events", "nan", "--years", "5"), "finite"),
        (("--spread", "120 bp"), "a spread needs --recovery"),
        (("--spread", "120 bp", "--recovery", "100 %"), "--recovery is below 100 %"),
        (("--spread", "120", "--recovery", "40 %"), "--spread: '120' has no unit"),
        (("--events", "1", "--years", "5", "--from", "soon"), "--from: 'soon' is not a date"),
        (("--events", "1", "--years", "5", "--name", "event"), "'event' is the program's own; choose another"),
        (("--events", "1", "--years", "5", "--from", "2026-06-30"), "here is one for all time: leave --from out"),
        (("--spread", "120 bp", "--recovery", "40 %", "--from", "2026-06-30"), "leave --from out"),
        (
            ("--events", "1", "--years", "5", "--name", "Tenant default"),
            "--name: 'Tenant default' is no name of an event",
        ),
    ],
)
def test_wrong_usage(args: tuple[str, ...], message: str) -> None:
    failed = run(*args)
    assert failed.exit_code == 2
    assert message in failed.output.replace("\n", " ")


def test_what_is_printed_loads_as_it_stands_below_risks(tmp_path: Path) -> None:
    contract = (EXAMPLES / "minimal-lease.yaml").read_text(encoding="utf-8")
    (tmp_path / "markets").mkdir()
    (tmp_path / "markets" / "minimal.yaml").write_bytes((EXAMPLES / "markets" / "minimal.yaml").read_bytes())
    head, _, _ = contract.partition("\nrisks:")
    events = [
        run("--events", "0", "--years", "10").output,
        run("--spread", "120 bp", "--recovery", "40 %").output,
        run("--events", "1", "--years", "50", "--name", "permit_lost").output,
    ]
    pasted = "".join(page.partition("below 'risks:'\n")[2].rstrip() + "\n" for page in events)
    (tmp_path / "deal.yaml").write_text(f"{head}\nrisks:\n{pasted}", encoding="utf-8")
    read = load(tmp_path / "deal.yaml")
    assert list(read.hazards) == ["my_event", "tenant_default", "permit_lost"]
    told = _priced_risk(read, 0.08)
    assert "'tenant_default'" in told and "the market's price of the risk" in told
    assert not _priced_risk(read, 0.0)
