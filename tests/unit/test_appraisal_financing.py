"""The tables of a financing against other ways to the same numbers: base rows, arrays of the paths, plain Python."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from valuation.appraisal.base import Base
from valuation.appraisal.facts import Case
from valuation.appraisal.figures import deal_figures
from valuation.appraisal.financing.table import financing_table
from valuation.appraisal.headline import struck, term_end_of
from valuation.appraisal.levelised import levelised
from valuation.appraisal.scenarios import scenario_cases
from valuation.finance import average_dscr, minimum_dscr
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import base_case
from valuation.resolve import resolve
from valuation.shipped import shipped
from valuation.simulate import Simulation, simulate
from valuation.spec import load
from valuation.tables import FinancingTable
from valuation.timeline import date_of

PATHS, SEED = 1_000, 5
EXAMPLES = shipped("contracts") / "examples"

FINANCED = """
equity_discount_rate: {value: 11 %/year, basis: nominal post-tax levered}
financing:
  borrower: farm
  service: half_year
  debt:
    senior:
      size: {dscr: 1.3, max_gearing: 60 %}
      rate: 5.5 %/year
      repayment: sculpted
      tenor: 15 years
      upfront_fee: 1 %
      lender: Bank
    junior:
      size: 12 %
      rate: {2026-06-30: 8 %/year, 2031-01-01: 9 %/year}
      repayment: level
      tenor: 8 years
      grace: 12 months
      sweep: 30 %
  reserves: {debt_service: {months: 6 months}}
  covenants: {lock_up: 1.1, default: 0.9}
  shareholder_loan: {part: 80 %, rate: 7 %/year}
  cases: {p90: {factor: wind, exceeded_with: 90 %}}
  lender_cases: [little_wind, other_loans]
scenarios:
  little_wind: {set: {generation.p50: 140 GWh/year}, note: less wind}
  other_loans: {set: {financing.debt.junior: null}}
"""


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory):
    """The wind farm of the examples, with two loans and money of its owners."""
    folder = tmp_path_factory.mktemp("financed")
    shutil.copytree(EXAMPLES / "markets", folder / "markets")
    text = (EXAMPLES / "pay-as-produced.yaml").read_text(encoding="utf-8")
    assert "scenarios:" not in text
    file = folder / "farm.yaml"
    file.write_text(text + FINANCED, encoding="utf-8")
    return load(file)


@pytest.fixture(scope="module")
def base(contract) -> Base:
    return Base.of(resolve(contract))


@pytest.fixture(scope="module")
def run(base: Base) -> Simulation:
    return simulate(assemble(base.plan), paths=PATHS, seed=SEED, threads=2)


@pytest.fixture(scope="module")
def told(contract, base: Base, run: Simulation) -> tuple[FinancingTable, tuple[str, ...]]:
    scenarios, failed = scenario_cases(contract, Case(contract, base), "farm")
    assert failed == ()
    table, left_out = financing_table(contract, base, run, struck(run, term_end_of(base.values.scalar, run)), scenarios)
    assert table is not None
    return table, left_out


@pytest.fixture(scope="module")
def made(told: tuple[FinancingTable, tuple[str, ...]]) -> FinancingTable:
    return told[0]


# Construction and loans, base case.


def test_sources_pay_for_the_uses(base: Base, made: FinancingTable) -> None:
    used = sum(base.row("financing.uses"))
    assert sum(line.amount for line in made.uses) == pytest.approx(used, rel=1e-12)
    assert sum(line.amount for line in made.sources) == pytest.approx(used, rel=1e-12)
    for lines in (made.sources, made.uses):
        assert sum(line.share for line in lines) == pytest.approx(1.0, rel=1e-12)
    amounts = {line.label: line.amount for line in made.sources}
    assert amounts["Owners, loan"] == pytest.approx(4.0 * amounts["Owners, equity"], rel=1e-12)
    assert [line.label for line in made.uses] == [
        "Investment",
        "Interest during construction",
        "Fees of the loans",
        "Filling of the reserve",
    ]
    assert amounts["Loan, senior"] == pytest.approx(made.loans[0].amount, rel=1e-9)


def test_loans_as_they_are_sized(base: Base, made: FinancingTable) -> None:
    senior, junior = made.loans
    assert (senior.lender, senior.sized_by, senior.status) == ("Bank", "gearing", "capped_by_gearing")
    assert senior.carried is not None and senior.carried > senior.amount
    assert (senior.part_of_need, junior.part_of_need) == (pytest.approx(0.6), pytest.approx(0.12))
    assert (junior.tenor_months, junior.grace_months, junior.carried) == (96, 12, None)
    assert junior.first_rate == pytest.approx(0.08)
    paid = sum(date.interest for date in made.schedule)
    construction = next(line.amount for line in made.uses if line.label == "Interest during construction")
    assert senior.interest + junior.interest == pytest.approx(paid + construction, rel=1e-12)
    assert made.residual < 1e-12 and made.iterations > 1


def test_the_schedule_adds_up(base: Base, made: FinancingTable) -> None:
    drawn = sum(loan.amount for loan in made.loans)
    for date in made.schedule:
        drawn -= date.principal
        assert date.debt == pytest.approx(drawn, abs=0.01)
    assert made.schedule[-1].debt == pytest.approx(0.0, abs=1e-3)
    flows = [base.row(f"financing.{row}") for row in ("distribution", "paid_in")]
    out, back = (sum(row) for row in flows)
    assert sum(date.distribution for date in made.schedule) == pytest.approx(out, rel=1e-12)
    assert made.owners.paid_in == pytest.approx(back, rel=1e-12)
    assert made.owners.paid_out == pytest.approx(out, rel=1e-12)
    days = [date.day for date in made.schedule]
    assert days == sorted(set(days)) and days[0].isoformat() == "2027-06-30"
    assert all(date.reserves > 0.0 for date in made.schedule if date.debt > 1.0)


def served(base: Base, made: FinancingTable) -> list[tuple[float, float]]:
    """Cash and debt service of each service date with debt, from the sizes that were solved: of an instalment what the
    sweep has not repaid before."""
    solved = base.plan.solved
    assert solved is not None
    due = [0.0] * len(made.schedule)
    for loan in solved.loans:
        balances = [balance for _, balance in loan.balances]
        owed, completed = base.row(f"financing.{loan.name}.balance"), base.row("financing.month").index(0.0)
        for k, (before, after) in enumerate(zip(balances, balances[1:], strict=False)):
            due[k] += max(min(before, owed[completed + 6 * k]) - after, 0.0)
    found = [(date.cfads, date.interest + paid) for date, paid in zip(made.schedule, due, strict=True)]
    return found[:30]  # fifteen years


def test_cover_of_the_base_case(base: Base, made: FinancingTable) -> None:
    dates = served(base, made)
    twice = [(a[0] + b[0], a[1] + b[1]) for a, b in zip(dates, dates[1:], strict=False)]
    covers = [cash / service for cash, service in twice]
    shown = [date.dscr for date in made.schedule]
    assert shown[0] is None, "half a year is no twelve months"
    assert shown[1:30] == pytest.approx(covers, rel=1e-9)
    assert set(shown[30:]) == {None}
    least = minimum_dscr(covers)
    assert least is not None
    assert made.dscr_min_base == pytest.approx(least.ratio, rel=1e-9)
    assert made.dscr_min_day == made.schedule[1 + least.period].day
    by_year = {year.year: year.base for year in made.years}
    assert list(by_year) == list(range(2027, 2042))
    for k, cover in enumerate(by_year.values()):
        (one, first), (other, second) = dates[2 * k], dates[2 * k + 1]
        assert cover == pytest.approx((one + other) / (first + second), rel=1e-9)
    assert made.dscr_average_base == pytest.approx(average_dscr(list(by_year.values())), rel=1e-12)


# Over the paths.


def test_cover_by_year_is_that_of_the_paths(run: Simulation, made: FinancingTable) -> None:
    for year in made.years:
        place = run.years.index(year.year)
        cash, service = run.yearly["cfads"][place], run.yearly["debt_service"][place]
        cover = cash / service
        assert year.dscr.count == PATHS
        assert year.dscr.p5 == pytest.approx(np.percentile(cover, 5), rel=1e-12)
        assert year.dscr.mean == pytest.approx(cover.mean(), rel=1e-12)
        assert year.dscr.se == pytest.approx(cover.std(ddof=1) / np.sqrt(PATHS), rel=1e-9)
        assert year.below_one == (cover < 1.0).mean()
        assert year.below_lock_up == run.count["locked_up"][place] / PATHS
        assert year.in_default == run.count["in_default"][place] / PATHS
    assert made.years[-1].in_default == made.chances.default, "a default stays one"


def test_average_cover_of_each_path(run: Simulation, made: FinancingTable) -> None:
    due = run.yearly["debt_service"] > 0.0
    covers = np.where(due, run.yearly["cfads"] / np.where(due, run.yearly["debt_service"], 1.0), np.nan)
    averages = np.array([average_dscr(covers[:, path]) for path in range(PATHS)])
    assert made.dscr_average.mean == pytest.approx(averages.mean(), rel=1e-12)
    assert made.dscr_average.p95 == pytest.approx(np.percentile(averages, 95), rel=1e-12)
    for spread, name in ((made.dscr_min, "dscr_min"), (made.llcr, "llcr"), (made.plcr, "plcr")):
        assert spread.p50 == pytest.approx(np.median(run.final[name]), rel=1e-12)
    assert (run.final["dscr_min"] <= averages + 1e-9).all()


def test_dates_of_the_least_cover(base: Base, run: Simulation, made: FinancingTable) -> None:
    months = run.final["dscr_min_month"].astype(int)
    counts = {month: int((months == month).sum()) for month in set(months)}
    best = sorted(counts, key=lambda month: (-counts[month], month))[:5]
    ends = base.row("time.month_end")
    assert made.dscr_min_months == tuple((date_of(ends[m]), counts[m] / PATHS) for m in best)


def test_chances_are_shares_of_the_paths(base: Base, run: Simulation, made: FinancingTable) -> None:
    chances, final = made.chances, run.final
    assert chances.default == (final["default"] > 0.0).mean()
    assert chances.locked_up == (final["dscr_min"] < 1.1).mean()
    assert chances.debt_left == ((final["debt_at_end"] > 1.0) | (final["left_unpaid"] > 1.0)).mean()
    assert chances.support == (final["owners_support"] > 1.0).mean()
    calm = final["event_time"] >= base.values.scalar["term.end_position"]
    assert 0.7 < calm.mean() < 0.9
    assert chances.default_given_no_event == (final["default"][calm] > 0.0).mean()
    assert made.support_mean == pytest.approx(final["owners_support"].mean(), rel=1e-12)


def test_the_owners_return(base: Base, run: Simulation, made: FinancingTable) -> None:
    owners = made.owners
    values, status = run.measure["npv_equity"], run.status["irr_equity"]
    assert owners.npv.mean == pytest.approx(values.mean(), rel=1e-12)
    assert owners.npv_negative == (values < 0.0).mean()
    assert sum(owners.irr.status.values()) == PATHS and owners.irr.status["ok"] == (status == 0).sum()
    lost = (status == 4) & (values < 0.0) & (run.equity_year.sum(axis=0) < 0.0)
    rates = np.where(lost, -1.0, run.measure["irr_equity"])
    assert owners.irr.distribution.p50 == pytest.approx(np.nanmedian(rates), rel=1e-12)
    assert owners.irr.distribution.count == np.isfinite(rates).sum()
    for spread, name in ((owners.mirr, "mirr"), (owners.moic, "moic"), (owners.payback_years, "payback")):
        values = run.measure[f"{name}_equity"]
        assert spread is not None and spread.count == np.isfinite(values).sum() > PATHS // 2
        assert spread.p50 == pytest.approx(np.nanmedian(values), rel=1e-12)
    late = owners.discounted_payback_years
    assert late is not None and late.count <= owners.payback_years.count


def test_the_owners_base_case_by_plain_sums(base: Base, made: FinancingTable) -> None:
    owners = made.owners
    ends, valuation = base.row("time.month_end"), base.plan.valuation
    pairs = zip(base.row("financing.distribution"), base.row("financing.paid_in"), strict=True)
    flows = np.array([out - back for out, back in pairs])
    years = (np.array(ends) - valuation) / 365.0

    def worth(rate: float) -> float:
        return float(np.sum(flows * (1.0 + rate) ** -years))

    assert owners.rate == 0.11 and owners.npv_base == pytest.approx(worth(0.11), abs=1e-3)
    assert owners.irr_base is not None and worth(owners.irr_base) == pytest.approx(0.0, abs=1.0)
    assert owners.moic_base == pytest.approx(owners.paid_out / owners.paid_in, rel=1e-12)
    some = np.flatnonzero(flows)
    life = years[some[-1]] - years[some[0]]
    later = np.sum(np.maximum(flows, 0.0) * 1.11 ** (years[some[-1]] - years))
    earlier = np.sum(np.maximum(-flows, 0.0) * 1.11 ** -(years - years[some[0]]))
    assert owners.mirr_base == pytest.approx((later / earlier) ** (1.0 / life) - 1.0, rel=1e-9)
    assert owners.payback_years_base is not None and owners.discounted_payback_years_base is not None
    before, after = (np.sum(flows[years <= owners.payback_years_base + shift]) for shift in (-0.5, 0.5))
    assert before < 0.0 < after
    assert owners.discounted_payback_years_base > owners.payback_years_base


# The lender's cases.


def test_cases_of_the_lender_have_these_loans(contract, told, base: Base) -> None:
    made, left_out = told
    cases = {case.name: case for case in made.cases}
    first, calm = cases["base"], cases["little_wind"]
    assert (first.dscr_min, first.equity_npv) == (made.dscr_min_base, made.owners.npv_base)
    assert (first.debt_at_end, first.defaults) == (pytest.approx(0.0, abs=1e-3), False)
    assert calm.what == "less wind"
    own = resolve(load(contract.source_file, "little_wind"), debt=base.plan.solved)
    here = Base.of(own)
    assert here.values.scalar["financing.senior.size"] == made.loans[0].amount
    assert calm.dscr_min == min(here.row("financing.dscr")) < made.dscr_min_base
    assert calm.llcr == here.row("financing.llcr")[-1] < made.llcr_base
    assert calm.equity_npv < first.equity_npv
    assert left_out == (
        "lender's case other_loans is left out: it has other loans or another borrower than the contract as it runs",
    )


def test_a_case_at_what_a_factor_exceeds(base: Base, made: FinancingTable) -> None:
    cases = {case.name: case for case in made.cases}
    assert list(cases) == ["base", "p90", "little_wind"]
    assert cases["p90"].what == "wind at what it exceeds with 90 % in each month"
    values = base_case(base.plan, {"wind": base.row("financing.cases.p90.value")})
    low = Base(base.plan, values)
    assert low.row("ppa.billed")[20] < 0.9 * base.row("ppa.billed")[20]
    tested = low.row("financing.dscr")
    assert cases["p90"].dscr_min == min(tested) < 0.9 * cases["base"].dscr_min
    assert cases["p90"].dscr_min_day == date_of(base.row("time.month_end")[tested.index(min(tested))])
    assert cases["p90"].equity_npv < cases["base"].equity_npv


# Without a loan, and without a financing.


def test_owners_alone(contract) -> None:
    owned = contract.financing.model_copy(
        update={"debt": {}, "lender_cases": (), "reserves": type(contract.financing.reserves)()}
    )
    alone = contract.model_copy(update={"financing": owned})
    here = Base.of(resolve(alone))
    paths = simulate(assemble(here.plan), paths=256, seed=1, threads=1)
    table, failed = financing_table(alone, here, paths, np.zeros(256, bool), {})
    assert table is not None and failed == ()
    assert table.loans == () and table.years == () and table.dscr_min_months == ()
    assert (table.dscr_min.count, table.dscr_min_base, table.llcr_base) == (0, None, None)
    assert (table.chances.default, table.chances.debt_left, table.chances.locked_up) == (0.0, 0.0, None)
    assert [line.label for line in table.sources] == ["Owners, loan", "Owners, equity"]
    assert [line.label for line in table.uses] == ["Investment"]
    assert table.owners.npv_base == pytest.approx(here_npv(table, here), rel=1e-9)


def here_npv(table: FinancingTable, base: Base) -> float:
    """Owners without a loan get the project's cash, when it can be distributed."""
    days = {date.day: date.distribution - date.paid_in for date in table.schedule}
    spent = zip(base.row("time.month_end"), base.row("financing.uses"), strict=True)
    whole = [(date_of(day), -amount) for day, amount in spent if amount] + list(days.items())
    at = date_of(base.plan.valuation)
    return sum(amount * 1.11 ** (-(day - at).days / 365.0) for day, amount in whole)


def test_other_views_have_no_financing(contract) -> None:
    here = Base.of(resolve(contract, view="buyer"))
    paths = simulate(assemble(here.plan), paths=256, seed=1, threads=1)
    assert financing_table(contract, here, paths, np.zeros(256, bool), {}) == (None, ())


# Levelised cost and price.


def test_levelised_numbers_by_plain_sums(contract, base: Base, run: Simulation) -> None:
    found = levelised(contract, base, deal_figures(contract, base), run)
    assert found is not None and found.unit == "MWh" and found.price is not None and found.cost is not None
    days = np.array(base.row("time.month_end")) - base.plan.valuation
    factors = 1.065 ** (-days / 365.0)

    def worth(row: str) -> float:
        return float(np.sum(factors * base.row(row)))

    mwh = worth("generation.produced")
    revenue, ebitda, built = worth("accounts.revenue"), worth("accounts.ebitda"), worth("financing.invested")
    assert found.pv_volume == pytest.approx(mwh, rel=1e-12)
    assert found.price_base == pytest.approx(revenue / mwh, rel=1e-12)
    tax = worth("tax.assessed")  # paid in the year in which it is assessed
    assert found.cost_base == pytest.approx((revenue - ebitda + built + tax) / mwh, rel=1e-9)
    assert found.after_tax == pytest.approx((revenue - base.npv) / mwh, rel=1e-12)
    final, tax_of_paths = run.final, run.measure["npv_pre_tax"] - run.measure["npv"]
    price, cost = (
        amount / final["pv_volume"]
        for amount in (
            final["pv_revenue"],
            final["pv_revenue"] - final["pv_ebitda"] + final["pv_investment"] + tax_of_paths,
        )
    )
    assert found.price.p50 == pytest.approx(np.median(price), rel=1e-12)
    assert found.cost.mean == pytest.approx(cost.mean(), rel=1e-12)
    assert found.cost.p50 == pytest.approx(found.cost_base, rel=0.03)


def test_cost_by_the_fixed_charge_rate(contract, base: Base, run: Simulation) -> None:
    found = levelised(contract, base, deal_figures(contract, base), run)
    recovery = 0.065 / (1.0 - 1.065**-20)
    days = np.array(base.row("time.month_end")) - base.plan.valuation
    down = float(np.sum(1.065 ** (-days / 365.0) * base.row("build.depreciation"))) / 55e6
    first = slice(6, 18)  # 2027
    running, mwh = (
        sum(np.subtract(base.row("accounts.revenue"), base.row("accounts.ebitda"))[first]),
        sum(base.row("generation.produced")[first]),
    )
    assert found is not None
    by_hand = (recovery * (1.0 - 0.22 * down) / 0.78 * 55e6 + running) / mwh
    assert found.fixed_charge_cost == pytest.approx(by_hand, rel=1e-9)


def test_nothing_sold_has_no_levelised_cost(contract) -> None:
    here = Base.of(resolve(contract, view="market"))
    bare = contract.model_copy(update={"clauses": {"operations": contract.clauses["operations"]}})
    none = simulate(assemble(here.plan), paths=2, seed=1, threads=1)
    assert levelised(bare, here, deal_figures(contract, here), none) is None
