"""A share that reverts and stays between 0 and 1, in a contract `process: jacobi`: the law of the long run and its
memory on many paths, single steps by the moments, what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from valuation.errors import SpecError, ValuationError
from valuation.lowering.grid import lay_grid
from valuation.plan.assemble import assemble
from valuation.plan.model import Record
from valuation.plan.text import parse_program, program_text
from valuation.processes import jacobi
from valuation.simulate import simulate

LAW = "process: jacobi, mean: 92 %, reversion: 2 /year, volatility: 0.4 /sqrt(year)"
EARLY = "dates: {valuation: 2026-08-12, start: 2026-07-01}"
PATHS = 200_000


def on_paths(made, months=30, threads=2):
    """Value of the factor in the last month of each year, the last of the plan among them [Y, n]."""
    records = (Record("use", "use", "yearly"),)
    plan = replace(made.plan, months=min(months, made.plan.months), payments=(), measures=(), records=records)
    return simulate(assemble(plan), paths=PATHS, seed=4, threads=threads).yearly["use"]


def test_the_long_run_is_beta_and_remembers(deal):
    """Beta(23, 2): P(U > .92) = .5827096236785, correlation e^(−κt); κ = 2, θ = .92, s = .4. In each month, also after
    thirty steps: a step's law is that of the process. Twice the same bits, by one thread and by two."""
    made = deal(f"risks: {{use: {{{LAW}}}}}\ncapacity: {{utilisation: use}}")
    values = on_paths(made)
    assert np.array_equal(values, on_paths(made, threads=1))
    share = 0.5827096236785
    assert stats.beta.sf(0.92, 23.0, 2.0) == pytest.approx(share, abs=1e-12)
    for of_month in values:
        assert np.mean(of_month > 0.92) == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / PATHS))
        assert stats.kstest(of_month, stats.beta(23.0, 2.0).cdf).statistic < 2.2 / np.sqrt(PATHS)
    correlation = np.corrcoef(values[0], values[1])[0, 1]
    assert correlation == pytest.approx(np.exp(-2.0), abs=5 / np.sqrt(PATHS))


def test_from_a_stated_start(deal):
    """From .5: mean .665257122921 and variance .00589941195 after a quarter, .863159181041 after a year."""
    made = deal(f"risks: {{use: {{{LAW}, start: 50 %}}}}\ndates: {{valuation: 2026-09-30}}")
    base = list(made.month("use").values())
    assert base[2] == pytest.approx(0.665257122921, abs=1e-12)
    assert base[11] == pytest.approx(0.863159181041, abs=1e-12)
    run = made.paths(10_000)
    quarter = run.values["use"][2]
    assert quarter.mean() == pytest.approx(0.665257122921, abs=4 * np.sqrt(0.0059 / 10_000))
    assert quarter.var() == pytest.approx(0.00589941195, rel=4 * np.sqrt(2 / 10_000))


def test_the_first_part_of_a_month_has_a_law_of_its_own(deal):
    made = deal(f"risks: {{use: {{{LAW}, start: 50 %}}}}\n{EARLY}", "as_of: 2026-08-12")
    steps = {row.name: row for row in made.plan.rows if row.op == "lookup_2d"}
    assert len(steps) == 2
    assert {table.law.name for table in made.plan.tables if table.law} == {"jacobi_step", "jacobi_step_from"}
    run = made.paths(5_000)
    assert np.all(run.values["use"][:1] == pytest.approx(0.5))  # before the market's date nothing moves
    mean, variance = jacobi.moments(jacobi.Jacobi(2.0, 0.92, 0.4), 0.5, lay_grid(made.contract).steps[1])
    august = run.values["use"][1]
    assert august.mean() == pytest.approx(mean, abs=2e-3)
    assert august.var() == pytest.approx(variance, rel=0.1)
    again = parse_program(program_text(made.plan))
    assert again.digest == made.plan.digest
    assert again.columns == made.plan.columns


@pytest.mark.parametrize(
    ("law", "says"),
    [
        ("mean: 100 %, reversion: 2 /year, volatility: 0.4 /sqrt(year)", "'100 %' must be below 100 %"),
        ("mean: 92 %, reversion: 2 /year, volatility: 3 /sqrt(year)", "expected at most 1.131 /sqrt"),
        ("mean: 92 %, reversion: 2 /year, volatility: 0.4 /sqrt(year), start: 0 %", "must be above 0"),
    ],
)
def test_what_is_wrong_is_said(deal, law, says):
    with pytest.raises(SpecError, match=says):
        deal(f"risks: {{use: {{process: jacobi, {law}}}}}")


def test_a_step_too_small_for_a_table_is_told_in_words(deal):
    made = deal("risks: {use: {process: jacobi, mean: 90 %, reversion: 1 /year, volatility: 0.0002 /sqrt(year)}}")
    with pytest.raises(ValuationError, match=r"jacobi_step\(.*\) has no table .* a larger volatility or a faster"):
        assemble(replace(made.plan, payments=(), measures=(), records=(Record("use", "use", "yearly"),)))
