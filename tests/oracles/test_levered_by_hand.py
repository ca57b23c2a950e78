"""Levered contracts against a spreadsheet loop: the base case first, then single paths of the kernel, whose rates of
exchange, reference rates and ends of the notice are the loop's inputs; everything behind them is worked out again."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from levered_cases import CASES, EQUITY, Levered
from levered_loop import (
    Business,
    Sized,
    Terms,
    day_of,
    internal_rate,
    life_cover,
    owners_flows,
    present_value,
    solved,
    waterfall,
)
from levered_site import NEVER, business
from small_deal import Deal, same, write

from valuation import timeline
from valuation.kernel.arrays import IRR_OK
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import once
from valuation.plan.reference import reference_run
from valuation.simulate import simulate

CLOSE = 1e-9
"""How far numbers may be apart, as a share of the largest of their line."""
PATHS, SEED = 16, 3
ROWS = {"losses": "levered_tax.losses", "assessed": "levered_tax.assessed"}
"""Lines of the loop that are no rows of the financing by the same name."""

RATIOS = ("dscr", "default", "dates_missed")
"""Lines that are no money."""


def _draws():
    """The independent generator of ``tests/properties``, loaded by path: tests are not a package."""
    file = Path(__file__).parents[1] / "properties" / "independent_draws.py"
    spec = importlib.util.spec_from_file_location("independent_draws_of_levered", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DRAWS = _draws()


def near(got, want, where, least=1000.0):
    """Lines of numbers agree; a money line is at least of ``least``."""
    got, want = np.asarray(got, float), np.asarray(want, float)
    assert got.shape == want.shape, where
    assert np.isfinite(got).all(), where
    size = np.abs(want).max(initial=least, where=np.abs(want) < NEVER)
    far = np.abs(got - want) > CLOSE * size
    assert not far.any(), f"{where}: month {int(np.argmax(far))}: got {got[far][0]}, want {want[far][0]}"


@dataclass(frozen=True)
class Both:
    """A contract resolved, and the loop's terms with the sizes that the loop finds itself."""

    case: Levered
    deal: Deal
    terms: Terms
    brings: Business
    rates: dict[str, list[float]]
    sized: Sized

    @classmethod
    def of(cls, case: Levered, made: Deal) -> Both:
        plan = made.plan
        year, month = divmod(plan.first_month, 12)
        terms = case.terms(date(year, month + 1, 1), plan.months)
        euro, reference = (made.values.series(name, plan.months) if name in made.values.month else (1.0,) * plan.months
                           for name in ("eur", "euribor"))  # fmt: skip
        brings, rates = business(case.site, terms, euro), case.rates(terms, reference)
        weak = business(case.site, terms, case.weak_euro(terms, euro)) if case.weak_euro else None
        return cls(case, made, terms, brings, rates, solved(terms, brings, rates, weak))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def both(request, tmp_path_factory):
    case = request.param
    return Both.of(case, Deal(write(tmp_path_factory.mktemp("levered"), case.contract, case.market)))


def same_lines(lines, month, where):
    """Every line of the loop is the row of the plan."""
    compared = 0
    for name, want in lines.items():
        row = ROWS.get(name, f"financing.{name}")
        got = month(row)
        if got is None:
            assert not any(want), (where, row)
        else:
            near(got, want, f"{where}, {row}", 1.0 if name in RATIOS else 1000.0)
            compared += 1
    assert compared > 22, where


def test_base_case(both):
    made, terms, sized = both.deal, both.terms, both.sized
    found, lines = made.plan.solved, waterfall(terms, sized, both.brings, both.rates)
    assert found.need == pytest.approx(sized.need, rel=CLOSE)
    for loan in found.loans:
        assert loan.amount == pytest.approx(sized.amounts[loan.name], rel=CLOSE)
        near([balance for _, balance in loan.balances], sized.balances[loan.name], f"schedule of {loan.name}")
    month = lambda row: made.values.month.get(row)  # noqa: E731
    near(month("financing.operating_cash"), both.brings.operating, "operating cash")
    near(month("accounts.taxable"), both.brings.profit, "taxable profit")
    same_lines(lines, month, "base")
    llcr, plcr = life_cover(terms, lines, both.rates[terms.loans[0].name])
    assert month("financing.llcr")[-1] == pytest.approx(llcr, rel=CLOSE)
    assert month("financing.plcr")[-1] == pytest.approx(plcr, rel=CLOSE)
    same(made.flows("equity"), owners_flows(terms, lines), CLOSE)


def test_everything_that_is_paid_reaches_the_borrower(both):
    """Cash before tax of the project, and tax after interest, all of it inside the grid."""
    total = lambda row: sum(both.deal.values.month.get(row, (0.0,)))  # noqa: E731
    into = total("financing.operating_cash") + total("financing.termination") + total("financing.later_investment")
    into += total("financing.grants") - total("financing.investment")
    assert into == pytest.approx(sum(both.deal.flows().values()), rel=1e-12)
    assert -total("financing.tax_paid") == pytest.approx(total("levered_tax.assessed"), rel=1e-12)


def test_paths(both):
    """What the loop makes of each path's rates of exchange, reference rates and end of the notice is what the reference
    interpreter has row by row, and the kernel in what leaves it."""
    plan, terms, sized = both.deal.plan, both.terms, both.sized
    run = simulate(assemble(plan), paths=PATHS, seed=SEED, threads=1)
    known = once(plan)
    reference = reference_run(plan, {**known.scalar, **known.month}, DRAWS.plan_draws(plan, SEED, PATHS))
    today = timeline.date_of(plan.valuation)
    seen = set()
    for path in range(PATHS):
        where = f"{both.case.name}, path {path}"
        of_path = {name: values[..., path] for name, values in reference.values.items()}
        euro, floating = (list(of_path.get(name, [1.0] * plan.months)) for name in ("eur", "euribor"))
        brings = business(both.case.site, terms, euro, float(run.final["event_stop"][path]))
        rates = both.case.rates(terms, floating)
        lines = waterfall(terms, sized, brings, rates)
        near(of_path["accounts.taxable"], brings.profit, where)
        same_lines(lines, of_path.get, where)
        llcr, plcr = life_cover(terms, lines, rates[terms.loans[0].name])
        flows = owners_flows(terms, lines)
        low = min(lines["dscr"])
        finals = {
            "dscr_min": low, "llcr": llcr, "plcr": plcr,
            "default": lines["default"][-1], "cash_kept": lines["cash"][-1],
            "left_unpaid": sum(lines[f"{loan.name}.behind"][-1] for loan in terms.loans),
            "debt_at_end": sum(lines[f"{loan.name}.balance"][-1] for loan in terms.loans),
            "owners_support": sum(lines["owners_support"][terms.completion + 1 :]),
        }  # fmt: skip
        month = round(float(run.final["dscr_min_month"][path]))  # of equals the last bit decides
        assert lines["dscr"][month] == pytest.approx(low, rel=1e-9), f"{where}: month of the least cover"
        for name, want in finals.items():
            size = 1.0 if abs(want) < 100.0 else abs(want)
            slack = 1e-6 if name in ("left_unpaid", "cash_kept", "debt_at_end") else 0.0
            assert abs(run.final[name][path] - want) <= CLOSE * size + slack, f"{where}: {name}"
        npv = present_value(flows, EQUITY, today)
        assert run.measure["npv_equity"][path] == pytest.approx(npv, rel=CLOSE, abs=1e-3), where
        if run.status["irr_equity"][path] == IRR_OK:
            rate = internal_rate(flows, today)
            assert abs(run.measure["irr_equity"][path] - rate) < CLOSE, where
        for name, line in (("cfads", "cfads"), ("debt_service", "debt_service")):
            by_year = in_years(terms, lines[line])
            near(run.yearly[name][:, path], [by_year[year] for year in run.years], f"{where}, {name} by year")
        seen |= {name for name, values in (
            ("default", lines["default"]), ("behind", lines[f"{terms.loans[0].name}.behind"]),
            ("support", lines["owners_support"]), ("kept", lines["cash"]),
        ) if any(values)}  # fmt: skip
    assert seen >= {"default", "behind", "support", "kept"}, f"{both.case.name} tries too little: {seen}"


def in_years(terms, line):
    """Sums by calendar year over the longest tenor."""
    longest = max(loan.tenor for loan in terms.loans)
    found = defaultdict(float)
    for t, amount in enumerate(line):
        found[day_of(terms.first, t).year] += amount if 0 < t - terms.completion <= longest else 0.0
    return found
