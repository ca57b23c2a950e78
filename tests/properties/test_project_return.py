"""Modified rate, multiple and payback of the investment over the paths, beside those of the base case."""

from types import ModuleType

import numpy as np
import pytest

from valuation.appraisal.base import Base, base_measures
from valuation.appraisal.project import project_return
from valuation.finance import discounted_payback, mirr, moic, payback
from valuation.plan.assemble import assemble
from valuation.plan.evaluate import once
from valuation.plan.reference import RESIDUE, reference_run
from valuation.resolve import resolve
from valuation.shipped import shipped
from valuation.simulate import simulate
from valuation.spec import load

PATHS, SEED = 400, 3
EXAMPLES = shipped("contracts") / "examples"


def _modified(flows: list[tuple[float, float]], rate: float) -> float:
    """Inflows carried to the last flow over outflows brought to the first, as a rate a year."""
    first, last = flows[0][1], flows[-1][1]
    later = sum(amount * (1.0 + rate) ** (last - year) for amount, year in flows if amount > 0.0)
    earlier = -sum(amount * (1.0 + rate) ** (first - year) for amount, year in flows if amount < 0.0)
    return float((later / earlier) ** (1.0 / (last - first)) - 1.0)


@pytest.mark.parametrize("name", ["project-finance", "pay-as-produced"])
def test_they_are_what_plain_functions_give_on_the_cash_of_each_path(name: str, independent_draws: ModuleType) -> None:
    plan = resolve(load(EXAMPLES / f"{name}.yaml"))
    base, run = Base.of(plan), simulate(assemble(plan), paths=PATHS, seed=SEED, threads=2)
    made = project_return(base, base_measures(base), run)
    assert made is not None
    few, known = 24, once(plan)
    draws = independent_draws.plan_draws(plan, SEED, few)
    again = reference_run(plan, {**known.scalar, **known.month}, draws)
    dates, flows = np.array(again.dates), again.cash + again.tax
    ahead = dates >= plan.valuation
    years, rate = (dates[ahead] - plan.valuation) / 365.0, base.rate
    want = {
        "mirr": lambda path, when: mirr(path, rate, rate, when),
        "moic": lambda path, when: moic(path),
        "payback": payback,
        "discounted_payback": lambda path, when: discounted_payback(rate, path, when),
    }
    for measure, of in want.items():
        paths = [(path, np.abs(path) > RESIDUE * np.abs(path).sum()) for path in flows[ahead].T]
        plain = [of(path[there], years[there]) for path, there in paths]
        assert run.measure[measure][:few] == pytest.approx(plain, rel=1e-9, nan_ok=True), measure
    for measure, spread in (
        ("mirr", made.mirr),
        ("moic", made.moic),
        ("payback", made.payback_years),
        ("discounted_payback", made.discounted_payback_years),
    ):
        values = run.measure[measure]
        assert spread.count == np.isfinite(values).sum() > 0
        assert spread.p50 == pytest.approx(np.nanmedian(values), rel=1e-12)
    assert made.discounted_payback_years.count <= made.payback_years.count
    ahead_of_base = base.flows.ahead()
    pairs = [(amount, year) for amount, year in zip(ahead_of_base.net, ahead_of_base.years, strict=True) if amount]
    assert made.mirr_base == pytest.approx(_modified(pairs, rate), rel=1e-9)


def test_a_view_that_invests_nothing_has_none() -> None:
    plan = resolve(load(EXAMPLES / "project-finance.yaml"))
    none = resolve(load(shipped("contracts") / "bitzero.yaml", scenario="article"))
    assert {"mirr", "moic", "payback"} <= {one.name for one in plan.measures}
    base = Base.of(none)
    assert not base.invests
    run = simulate(assemble(none), paths=64, seed=SEED, threads=1)
    assert project_return(base, base_measures(base), run) is None
