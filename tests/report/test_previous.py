"""An earlier run's workbook, and what has changed since: each kind of change in its step, and nowhere else."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from recalculation import convert, moved_cells

import valuation
from valuation import Result, SpecError, load_contract, value
from valuation.appraisal.assumptions import assumptions
from valuation.appraisal.base import Base
from valuation.appraisal.change_log.log import Bridge, change_log
from valuation.appraisal.change_log.runs import Outcome, Runs
from valuation.appraisal.flows import mean_flows
from valuation.plan.assemble import assemble
from valuation.report.excel import NotReadable, edited_inputs, read_record, workbook_bytes
from valuation.report.json import to_json_object
from valuation.report.json_schema import result_schema
from valuation.report.record_text import record_from_rows, record_rows
from valuation.report.terminal import summary_text
from valuation.report.text import clean
from valuation.resolve import resolve
from valuation.run import NotThePrevious, previous_run
from valuation.shipped import shipped
from valuation.simulate import simulate
from valuation.spec.digest import canonical
from valuation.tables import ChangeLog, CsvFile, RunRecord

LEASE = shipped("contracts") / "examples" / "minimal-lease.yaml"
PATHS = 600
FORWARD = "market.factors.power.example.forward=50 EUR/MWh"
RENT = "clauses.rent.price=120 EUR/kW/month"
LATER = "dates.valuation=2026-12-31"

ANNUITY = """
id: annuity
name: A rent and nothing else
stage: example
currency: EUR
parties: {host: Landlord, tenant: Tenant}
view: host
market: market.yaml
dates: {valuation: 2026-06-30, start: 2026-07-01, term: 5 years}
discount_rate: 8 %/year
capacity: {basis: grid, connection: 2 MW, contracted: 1 MW, pue: 1.2, utilisation: 85 %}
clauses:
  rent: {structure: capacity_lease, payer: tenant, payee: host, lease: triple_net, price: 100 EUR/kW/month}
"""
MARKET = """
as_of: 2026-06-30
risk_free: 3 %/year
factors:
  power.example:
    process: two_ou
    unit: EUR/MWh
    forward: 45 EUR/MWh
    slow: {reversion: 1.5 /year, volatility: 0.6 /sqrt(year)}
    fast: {reversion: 90 /year, volatility: 1.5 /sqrt(year)}
"""


@dataclass(frozen=True)
class Ran:
    """A contract valued as the program does it, without its other tables: a tenth of the time."""

    record: RunRecord
    log: ChangeLog | None


def run(
    previous: RunRecord | None = None, *overrides: str, file: Path = LEASE, paths: int = PATHS, seed: int = 1
) -> Ran:
    contract = load_contract(file, overrides=overrides)
    plan = resolve(contract)
    base, simulation = Base.of(plan), simulate(assemble(plan), paths=paths, seed=seed)
    outcome = Outcome.of(base, simulation.measure["npv"], mean_flows(simulation, plan))
    log = None
    if previous is not None:
        others = Runs(paths=paths, seed=seed, threads=None, chunk=None)
        log = change_log(
            Bridge.between("old.xlsx", previous, contract, plan), outcome, assumptions(contract, plan), others
        )
    record = RunRecord(
        contract_id=contract.id,
        name=contract.name,
        view=contract.view,
        currency=contract.currency,
        valuation=contract.dates.valuation.date,
        version=valuation.__version__,
        command="",
        seed=seed,
        paths=paths,
        digest="",
        plan_digest=plan.digest,
        spec_sha256="",
        npv_base=base.npv,
        npv_mean=outcome.mean,
        npv_se=outcome.se,
        irr_base=None,
        irr_median=None,
        irr_of_expected_flows=None,
        margin_base=None,
        contract=canonical(contract.tree),
        files=(),
    )
    return Ran(record, log)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("previous") / "old.xlsx"
    value(LEASE, paths=PATHS).to_excel(place)
    return place


@pytest.fixture(scope="module")
def before(old: Path) -> RunRecord:
    return read_record(old)


def log_of(ran: Ran) -> ChangeLog:
    assert ran.log is not None
    return ran.log


def moved(log: ChangeLog) -> set[str]:
    return {step.key for step in log.steps if step.base or step.mean or step.note}


def test_the_record_comes_back_bit_by_bit(before: RunRecord) -> None:
    again = run().record
    for name in ("npv_base", "npv_mean", "npv_se", "plan_digest", "contract"):
        assert getattr(before, name) == getattr(again, name)
    assert json.loads(before.contract)["clauses"]["rent"]["escalator"] == "2 %/year"
    assert record_from_rows(record_rows(before)) == before


def test_a_record_keeps_csvs_and_signs_of_every_kind() -> None:
    tree = {
        "id": "x",
        "note": "tab\t, bell\x07, \u202eright to left\u202c, =1+1",
        "long": "x" * 50_000,
        "list": [1, 2.5, None],
    }
    csv = CsvFile("market", "a b.csv", hashlib.sha256(b"date;x\r\n1;2\n").hexdigest(), "date;x\r\n1;2\n")
    record = replace(
        run().record, contract=canonical(tree), files=(csv, CsvFile("contract", "big.csv", "0" * 64, None))
    )
    rows = record_rows(record)
    assert all(len(text) <= 32_767 and clean(text) == text for _, text in rows)
    assert record_from_rows(rows) == record


def test_without_an_earlier_run_there_is_no_log(old: Path) -> None:
    names = openpyxl.load_workbook(old, read_only=True).sheetnames
    assert "Change log" not in names and {"Fair value", "Record"} <= set(names)


def test_the_same_run_again_changes_nothing(before: RunRecord) -> None:
    log = log_of(run(before))
    assert log.nothing_changed and not moved(log) and log.changes == () and log.joint == 0.0


@pytest.mark.parametrize(
    ("setting", "key", "path"),
    [
        (FORWARD, "market", "market.factors.power.example.forward"),
        (RENT, "terms", "clauses.rent.price"),
        ("discount_rate=9 %/year", "discount_rate", "discount_rate"),
        ("risks.tenant_default.rate=4 %/year", "risks", "risks.tenant_default.rate"),
    ],
)
def test_one_change_lands_in_its_step_alone(before: RunRecord, setting: str, key: str, path: str) -> None:
    now = run(before, setting)
    log = log_of(now)
    assert moved(log) == {key}
    step = next(step for step in log.steps if step.key == key)
    assert step.mean == pytest.approx(now.record.npv_mean - before.npv_mean, rel=1e-9)
    (one,) = log.changes
    assert (one.path, one.key) == (path, key)
    assert one.effect == pytest.approx(now.record.npv_base - before.npv_base, abs=1e-6)
    if key == "risks":
        assert one.effect == 0.0, "the base case has no event"


def test_a_later_date_is_time_and_splits_into_cash_and_discount(before: RunRecord) -> None:
    log = log_of(run(before, LATER))
    assert moved(log) == {"time"} and log.changes == ()
    assert log.time_base is not None and log.time_mean is not None
    assert log.time_base.other == 0.0, "the cash of the base case does not depend on the date"
    assert log.time_mean.other > 0.0, "no default in between"
    assert log.time_base.settled == pytest.approx(5 / 6 * 50e6), "five of six payments; the last is on the new date"


@pytest.mark.parametrize(("paths", "seed"), [(PATHS, 2), (PATHS // 2, 1)])
def test_other_draws_are_the_step_of_draws_alone(before: RunRecord, paths: int, seed: int) -> None:
    log = log_of(run(before, paths=paths, seed=seed))
    assert moved(log) == {"simulation"}
    step = next(step for step in log.steps if step.key == "simulation")
    assert step.se is not None and 0.0 < abs(step.mean) < 5 * step.se


@pytest.mark.slow
def test_another_program_is_the_step_of_the_model(before: RunRecord) -> None:
    """An old program that gave another number from the same file; with other draws both steps are told apart."""
    other = replace(before, version="0.0.1", npv_base=before.npv_base - 7e5, npv_mean=before.npv_mean - 5e5)
    log = log_of(run(other))
    assert moved(log) == {"model"}
    assert (log.steps[0].base, log.steps[0].mean) == (pytest.approx(7e5), pytest.approx(5e5))
    log = log_of(run(other, seed=2))
    assert moved(log) == {"model", "simulation"}
    assert (log.steps[0].base, log.steps[0].mean) == (pytest.approx(7e5), pytest.approx(5e5))


@pytest.mark.slow
def test_many_changes_add_up_and_each_has_its_row(before: RunRecord) -> None:
    now = run(before, LATER, FORWARD, RENT, "discount_rate=9 %/year", "risks.tenant_default.rate=4 %/year", seed=3)
    log = log_of(now)
    assert moved(log) == {"simulation", "time", "market", "discount_rate", "risks", "terms"}
    for name in ("base", "mean"):
        begin, there = (getattr(one, f"npv_{name}") for one in (before, now.record))
        assert begin + sum(getattr(step, name) for step in log.steps) == pytest.approx(there, rel=1e-12)
    assert {one.key for one in log.changes} == {"market", "discount_rate", "risks", "terms"}
    effects = [abs(one.effect or 0.0) for one in log.changes]
    assert effects == sorted(effects, reverse=True)
    assert log.joint is not None
    total = sum(one.effect or 0.0 for one in log.changes) + log.joint
    assert total == pytest.approx(sum(step.base for step in log.steps[3:]), rel=1e-9)


@pytest.mark.slow
def test_a_clause_that_is_new_stands_as_one_change(before: RunRecord) -> None:
    clause = "{structure: fixed_cost, payer: host, payee: outside, price: 1 EUR/kW/month}"
    log = log_of(run(before, f"clauses.insurance={clause}"))
    assert moved(log) == {"terms"}
    (one,) = log.changes
    assert (one.path, one.old) == ("clauses.insurance", "not stated") and (one.effect or 0.0) < 0.0


@pytest.mark.slow
def test_steps_that_cannot_be_told_apart_are_one() -> None:
    """Back to a date before the old market: no half-new contract can be valued."""
    later = run(None, LATER, "market.as_of=2026-12-31").record
    now = run(later)
    log = log_of(now)
    time, market = (next(step for step in log.steps if step.key == key) for key in ("time", "market"))
    assert (time.base, time.mean) == (0.0, 0.0) and "cannot be told apart" in time.note
    assert "time" in market.note and log.time_base is None
    assert later.npv_base + market.base == pytest.approx(now.record.npv_base, rel=1e-12)


def test_an_old_contract_that_this_program_does_not_read_is_one_step(before: RunRecord) -> None:
    tree = json.loads(before.contract)
    tree["clauses"]["rent"]["key_of_old"] = 1
    now = run(replace(before, contract=canonical(tree)), RENT)
    log = log_of(now)
    assert "does not read the old contract" in log.steps[0].note and log.joint is None
    assert before.npv_mean + sum(step.mean for step in log.steps) == pytest.approx(now.record.npv_mean, rel=1e-12)


def test_an_annuity_a_year_later_is_what_the_formula_says(tmp_path: Path) -> None:
    """100,000 EUR at each of 60 month ends at 8 %, days/365: settled and unwinding by a plain sum."""
    (tmp_path / "annuity.yaml").write_text(ANNUITY, encoding="utf-8")
    (tmp_path / "market.yaml").write_text(MARKET, encoding="utf-8")
    first = run(file=tmp_path / "annuity.yaml", paths=2).record
    later = run(first, "dates.valuation=2027-06-30", file=tmp_path / "annuity.yaml", paths=2)
    ends = [date.fromordinal(date(2026 + (6 + k) // 12, (6 + k) % 12 + 1, 1).toordinal() - 1) for k in range(1, 61)]
    begin, end = date(2026, 6, 30), date(2027, 6, 30)

    def worth(day: date, at: date) -> float:
        return float(1e5 * 1.08 ** (-(day - at).days / 365))

    paid, left = [day for day in ends if day < end], [day for day in ends if day >= end]
    assert first.npv_base == pytest.approx(sum(worth(day, begin) for day in ends), rel=1e-12)
    assert later.record.npv_base == pytest.approx(sum(worth(day, end) for day in left), rel=1e-12)
    log = log_of(later)
    for parts in (log.time_base, log.time_mean):
        assert parts is not None and parts.other == 0.0
        assert parts.settled == pytest.approx(-1e5 * len(paid), rel=1e-12)
        grown = sum(1e5 - worth(day, begin) for day in paid) + sum(worth(d, end) - worth(d, begin) for d in left)
        assert parts.unwinding == pytest.approx(grown, rel=1e-10)


@pytest.mark.slow
def test_a_workbook_that_openpyxl_saved_is_read(old: Path, tmp_path: Path) -> None:
    place = tmp_path / "saved.xlsx"
    openpyxl.load_workbook(old).save(place)
    assert read_record(place) == read_record(old)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_a_workbook_that_libreoffice_saved_is_read(old: Path, tmp_path: Path) -> None:
    place = tmp_path / "saved.xlsx"
    place.write_bytes(convert(old.read_bytes(), "xlsx", tmp_path))
    assert read_record(place) == read_record(old)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_inputs_that_were_changed_in_the_workbook_are_told_and_left_out(old: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(old)
    for name, new in (("in_rent_price", 130.0), ("in_discount_rate", 0.1)):
        sheet, cell = next(iter(book.defined_names[name].destinations))
        book[sheet][cell] = new
    place, kept = tmp_path / "changed.xlsx", io.BytesIO()
    book.save(kept)
    place.write_bytes(kept.getvalue())
    assert edited_inputs(place) == 2, "not calculated since"
    assert edited_inputs(old) == 0
    place.write_bytes(convert(kept.getvalue(), "xlsx", tmp_path))
    compared = value(LEASE, paths=PATHS, previous=place)
    log = compared.previous
    assert log is not None and log.edited == 2
    assert log.nothing_changed, "the comparison is with the run"
    said = " ".join(summary_text(compared.tables).split())
    assert "In changed.xlsx 2 inputs were changed on Assumptions after its run." in said
    assert to_json_object(compared.tables)["previous"]["edited"] == 2


def edited(old: Path, place: Path) -> None:
    book = openpyxl.load_workbook(old)
    cell = next(row[1] for row in book["Record"].iter_rows(min_row=5) if row[0].value == "npv_mean")
    cell.value = "1.0"
    book.save(place)


def without_the_sheet(old: Path, place: Path) -> None:
    book = openpyxl.load_workbook(old)
    del book["Record"]
    book.save(place)


def with_entities(old: Path, place: Path) -> None:
    with zipfile.ZipFile(old) as archive, zipfile.ZipFile(place, "w") as made:
        for name in archive.namelist():
            data = archive.read(name)
            made.writestr(name, b"<!DOCTYPE x []>" + data if name == "xl/workbook.xml" else data)


def cut_off(old: Path, place: Path) -> None:
    place.write_bytes(old.read_bytes()[:5_000])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda old, place: place.write_text("not a workbook"), "no workbook"),
        (lambda old, place: None, "cannot be read"),
        (cut_off, "no workbook"),
        (without_the_sheet, "no sheet 'Record'"),
        (edited, "changed after it was written"),
        (with_entities, "not as a spreadsheet program writes it"),
    ],
)
def test_other_files_are_refused(old: Path, tmp_path: Path, make: Callable[[Path, Path], object], words: str) -> None:
    place = tmp_path / "x.xlsx"
    make(old, place)
    with pytest.raises(NotReadable, match=words):
        read_record(place)
    with pytest.raises(NotThePrevious, match="minimal_lease"):
        previous_run(place, load_contract(LEASE))


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"overrides": ["id=another"]}, "contract 'minimal_lease', expected 'another'"),
        ({"view": "tenant"}, "view 'host', expected 'tenant'"),
    ],
)
def test_runs_of_another_contract_or_side_are_refused(old: Path, how: dict[str, Any], words: str) -> None:
    with pytest.raises(NotThePrevious, match=words):
        previous_run(old, load_contract(LEASE, **how))


@pytest.fixture(scope="module")
def compared(old: Path) -> Result:
    paid = "fair_value={host: {transaction_price: 1 MEUR, date: 2026-06-30}}"
    return value(LEASE, paths=PATHS, previous=old, overrides=[LATER, FORWARD, RENT, paid])


@pytest.mark.slow
def test_the_sheets_hold_the_numbers_and_no_engine_changes_them(compared: Result, tmp_path: Path) -> None:
    content = workbook_bytes(compared.tables)
    assert moved_cells(content, tmp_path) == []
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    log = compared.previous
    assert log is not None and log.time_mean is not None
    rows = {row[0].value: row for row in book["Change log"].iter_rows(max_col=8)}
    assert rows["Earlier run"][4].value == pytest.approx(log.previous.npv_mean, rel=1e-12)
    assert rows["This run"][5].value == pytest.approx(compared.tables.npv.mean, rel=1e-12)
    fair = {row[0].value: row for row in book["Fair value"].iter_rows(max_col=10)}
    closing = fair["Closing, at 2026-12-31"][2].value
    assert closing == pytest.approx(compared.tables.npv.mean, rel=1e-12)
    settled = fair["Settlements: cash received (-) or paid (+)"][2].value
    assert settled == pytest.approx(log.time_mean.settled, rel=1e-12)
    assert fair["Difference"][2].value == pytest.approx((compared.tables.npv.mean or 0.0) - 1e6, rel=1e-12)
    assert [check.value for check in book["Checks"]["E"] if check.value == "CHECK"] == []


@pytest.mark.slow
def test_terminal_and_json_tell_the_steps(compared: Result) -> None:
    text = summary_text(compared.tables)
    assert "Since old.xlsx, valued at 2026-06-30" in text and "+ Price curve and market" in text
    jsonschema.validate(to_json_object(compared.tables), result_schema())
    whole = to_json_object(compared.tables)["previous"]
    assert [step["key"] for step in whole["steps"]][:3] == ["model", "simulation", "time"]
    assert "--previous" in compared.audit.command


def test_a_price_in_another_currency_is_refused() -> None:
    with pytest.raises(SpecError, match="expected EUR, the contract's currency"):
        load_contract(LEASE, overrides=["fair_value={host: {transaction_price: 1 MUSD}}"])
