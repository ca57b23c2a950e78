"""Withdrawal of unused power: by hand on chosen paths, and its mean in closed form for a stated use.

With a use of 70 % and no tolerance the intensity is 30 % of what is stated: 40 % a year makes 12 % a year, so an
exponential of 0.01·x strikes x months after the start of the term, which is position 3 (1 October 2026).
"""

import math
from datetime import date

import numpy as np
import pytest
from small_deal import dated, months, same

from valuation.errors import SpecError
from valuation.plan.assemble import assemble
from valuation.simulate import simulate

GRID = months(date(2026, 7, 1), date(2028, 12, 31))
NEVER = 99.0
ARRIVAL = "arrival: {value: 40 %/year, evidence: historical}"
USE = "capacity: {utilisation: 70 %}"
TAKEN = f"taken: {{process: withdrawal, {ARRIVAL}}}"
HAZARD = "gone: {process: hazard, rate: {value: 12 %/year, evidence: historical}}"


def served(t, begin=3.0, end=27.0):
    return max(0.0, min(end, 27.0, t + 1) - max(begin, 3.0, t))


def by_month(amount):
    return {m.last: amount(t) for t, m in enumerate(GRID) if amount(t)}


@pytest.mark.parametrize(("waits", "at"), [(0.0, 3.0), (0.055, 8.5), (0.2, 23.0), (0.3, 33.0)])
def test_rent_load_and_costs_fall_to_the_use(deal, waits, at):
    made = deal(
        f"""
        {USE}
        clauses:
          power: {{structure: power_supply, payer: host, payee: supplier, spot: power}}
          care: {{structure: fixed_cost, payer: host, payee: outside, price: 10 USD/kW/month}}
          line: {{structure: fixed_cost, payer: host, payee: grid, price: 1 USD/kW/month, of: connection}}
        risks: {{{TAKEN}}}
        """
    )
    run = made.paths(1, taken=[waits])
    left = lambda t: served(t, end=at) + 0.7 * served(t, at)  # noqa: E731

    def month(t):
        spot = run.values["power"][t, 0] * run.values["eur"][t, 0]
        return (1e7 - 1e6 - spot * 0.7 * 100 * 24 * GRID[t].days) * left(t) - 2e5 * served(t)

    same(dated(run, 0), by_month(month), 1e-10)


def test_none_in_the_base_case_and_without_events(deal):
    change = f"{USE}\nrisks: {{{TAKEN}}}"
    whole = by_month(lambda t: 1e7 * served(t))
    same(deal(change).flows(), whole)
    same(deal(change, events=False).flows(), whole)
    same(dated(deal(change).paths(1, taken=[NEVER]), 0), whole)


@pytest.mark.parametrize(
    ("terms", "use", "intensity", "kept"),
    [
        ("tolerance: 10 %", 0.7, 0.4 * 0.2 / 0.9, 0.7),
        ("margin: 20 %", 0.7, 0.4 * 0.3, 0.84),
        ("margin: 60 %", 0.7, 0.4 * 0.3, 1.0),
        ("tolerance: 25 %, margin: 10 %", 0.4, 0.4 * 0.35 / 0.75, 0.44),
    ],
)
def test_tolerance_and_margin(deal, terms, use, intensity, kept):
    made = deal(
        f"capacity: {{utilisation: {100 * use} %}}\nrisks: {{taken: {{process: withdrawal, {terms}, {ARRIVAL}}}}}"
    )
    run = made.paths(1, taken=[5.5 / 12 * intensity])
    same(dated(run, 0), by_month(lambda t: 1e7 * (served(t, end=8.5) + kept * served(t, 8.5))), 1e-10)


def test_a_random_use_decides_when_and_how_much(deal):
    """∫λ month by month from the paths of the use; what is left is the use of the month in which it strikes."""
    use = "use: {process: logit_ou, mean: 60 %, logit_sd: 1, reversion: 2 /year}"
    made = deal(f"capacity: {{utilisation: use}}\nrisks: {{{use}, {TAKEN}}}")
    run = made.paths(20, taken=[0.15] * 20)
    struck = 0
    for path in range(20):
        used, so_far, at = run.values["use"][:, path], 0.0, None
        for t in range(3, len(GRID)):
            grows = 0.4 / 12 * (1 - used[t])
            if so_far + grows >= 0.15:
                at = t + (0.15 - so_far) / grows
                break
            so_far += grows
        if at is None:
            same(dated(run, path), by_month(lambda t: 1e7 * served(t)), 1e-10)
            continue
        struck += at < 27
        kept = used[int(at)]
        want = by_month(lambda t, at=at, kept=kept: 1e7 * (served(t, end=at) + kept * served(t, at)))
        same(dated(run, path), want, 1e-9)
    assert struck >= 5


def test_it_may_stand_before_the_use_in_the_file(deal):
    use = "use: {process: logit_ou, mean: 60 %, logit_sd: 1, reversion: 2 /year}"
    one, two = (
        deal(f"capacity: {{utilisation: use}}\nrisks: {{{first}, {then}}}").paths(5, taken=[0.1] * 5).cash.sum()
        for first, then in ((use, TAKEN), (TAKEN, use))
    )
    assert one == pytest.approx(two, rel=1e-12)


def test_what_is_withdrawn_is_no_loss_by_a_later_default(deal):
    """Withdrawn at 8.5, default at 12.25: 40 % of 14.75 months of 7 MUSD are recovered."""
    claim = ", compensation: {payer: tenant, payee: host, share: 40 %, of: remaining_rent}}"
    made = deal(f"{USE}\nrisks: {{{TAKEN}, {HAZARD[:-1]}{claim}}}")
    run = made.paths(1, taken=[0.055], gone=[0.1225])
    assert run.values["gone.compensation_paid"][:, 0].sum() == pytest.approx(0.4 * 7e6 * 14.75, rel=1e-10)
    assert run.cash.sum() == pytest.approx(1e7 * 5.5 + 7e6 * 3.75 + 0.4 * 7e6 * 14.75, rel=1e-10)


def test_the_tenant_who_follows_lets_what_is_left(deal):
    again = "again: {structure: reletting, payer: grid, payee: host, of: rent, after: gone, void: 4 months, "
    made = deal(f"{USE}\nclauses: {{{again}price: 60 USD/kW/month}}}}\nrisks: {{{TAKEN}, {HAZARD}}}")
    run = made.paths(1, taken=[0.055], gone=[0.1225])
    assert run.cash.sum() == pytest.approx(1e7 * 5.5 + 7e6 * 3.75 + 0.7 * 6e6 * 10.75, rel=1e-10)


def test_mean_in_closed_form(deal):
    """Undiscounted rent of the term T = 24 months: c·(K·T + (1 − K)·(1 − e^(−hT))/h), h = 1 % a month, K = 70 %."""
    made = deal(f"discount_rate: 0 %/year\n{USE}\nrisks: {{{TAKEN}}}")
    paths, h = 40_000, 0.01
    npv = simulate(assemble(made.plan), paths=paths, seed=9).measure["npv"]
    want = 1e7 * (0.7 * 24 + 0.3 * (1 - math.exp(-24 * h)) / h)
    assert abs(npv.mean() - want) < 4 * npv.std() / paths**0.5
    assert abs((npv < 24e7 - 1.0).mean() - (1 - math.exp(-0.24))) < 4 * (0.24 / paths) ** 0.5


def test_every_side_and_the_draws_of_others(deal):
    change = f"{USE}\nrisks: {{{TAKEN}, {HAZARD}}}"
    views = [deal(change, view=view).paths(2, taken=[0.055, 0.1], gone=[0.2, 0.05]).cash for view in ("host", "tenant")]
    assert np.abs(views[0] + views[1]).max() == 0.0
    with_it = simulate(assemble(deal(change).plan), paths=512, seed=1)
    without = simulate(assemble(deal(f"{USE}\nrisks: {{{HAZARD}}}").plan), paths=512, seed=1)
    assert np.array_equal(with_it.final["event_time"], without.final["event_time"])
    assert (with_it.measure["npv"] <= without.measure["npv"] + 1e-6).all()


class TestMessages:
    def test_nothing_that_could_be_unused_is_a_warning(self, deal):
        made = deal(f"risks: {{taken: {{process: withdrawal, tolerance: 10 %, {ARRIVAL}}}}}")  # a use of 90 %
        assert any("it never strikes" in warning.message for warning in made.contract.warnings)

    def test_another_measure(self, deal):
        with pytest.raises(SpecError, match="expected 'evidence: market'"):
            deal(f"measure: risk_neutral\ndiscount_rate: 4 %/year\n{USE}\nrisks: {{{TAKEN}}}")

    @pytest.mark.parametrize("rate", ["discount_rate: {{{0}}}", "discount_rate_by_party: {{host: {{{0}}}}}"])
    def test_a_rate_that_pays_for_it(self, deal, rate):
        rate = rate.format("value: 8 %/year, includes: [taken]")
        with pytest.raises(SpecError, match="the rate must not pay for it too"):
            deal(f"{rate}\n{USE}\nrisks: {{{TAKEN}}}")

    def test_a_margin_without_unit(self, deal):
        with pytest.raises(SpecError, match="0.1 has no unit, expected a share"):
            deal(f"{USE}\nrisks: {{taken: {{process: withdrawal, margin: 0.1, {ARRIVAL}}}}}")
