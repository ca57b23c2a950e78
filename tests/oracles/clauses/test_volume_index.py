"""The volume index beyond its moments: P90 of a year, what lasts and what does not, draws that do not move."""

import numpy as np
import pytest
from small_deal import dated
from wind_farm import GRID, farm, volume

from valuation.spec import SpecError

SALE = "structure: pay_as_produced, price: 1 USD/MWh"
P90_OF_NORMAL = -1.2815515655446004  # standard tables


def paths_of(deal, index, count=20_000):
    made = farm(deal, SALE, f"risks: {{wind: {{process: volume_index, {index}}}}}\ngeneration: {{volume: wind}}")
    return made.paths(count).values


def test_p90_of_a_year_where_only_the_year_moves(deal):
    """exp(−1.28155·σ − σ²/2) of the expected volume, σ² = σ_J² + σ_G²; ranks by their binomial spread."""
    produced = paths_of(deal, "yearly_sd: 8 %, estimate_sd: 6 %")["generation.produced"]
    year = produced[6:18].sum(axis=0)  # 2027
    expected = sum(volume(m) for m in GRID[6:18])
    sd = np.hypot(0.08, 0.06)
    p90 = expected * np.exp(P90_OF_NORMAL * sd - sd * sd / 2.0)
    below = (year < p90).mean()
    assert abs(below - 0.10) < 4.0 * np.sqrt(0.09 / 20_000)
    assert year.mean() == pytest.approx(expected, abs=4.0 * year.std() / np.sqrt(20_000))


def test_what_lasts_what_is_a_years_and_what_is_a_months(deal):
    """Correlation of the logarithm between January and March 2027, and between two years."""
    logs = np.log(paths_of(deal, "yearly_sd: 9 %, monthly_sd: 12 %, estimate_sd: 6 %")["wind"])
    whole = 0.09**2 + 0.12**2 + 0.06**2
    for other, shared in ((8, 0.09**2 + 0.06**2), (18, 0.06**2)):
        got = np.corrcoef(logs[6], logs[other])[0, 1]
        rho = shared / whole
        assert abs(got - rho) < 4.0 * (1.0 - rho * rho) / np.sqrt(20_000)
    assert abs(logs[6].mean() + whole / 2.0) < 4.0 * np.sqrt(whole / 20_000)


def test_the_year_keeps_its_level(deal):
    run = paths_of(deal, "yearly_sd: 10 %", 5)["wind"]
    assert np.all(run[6:18] == run[6]) and np.all(run[18] != run[17]) and np.all(run[0:6] == run[0])


def test_base_case_is_the_expected_volume(deal):
    made = farm(deal, SALE, "risks: {wind: {process: volume_index, monthly_sd: 30 %}}\ngeneration: {volume: wind}")
    assert made.flows()[GRID[4].last] == pytest.approx(volume(GRID[4]), rel=1e-13)
    assert dated(made.paths(1), 0)[GRID[4].last] != pytest.approx(volume(GRID[4]), rel=1e-3)


def test_an_index_that_nothing_moves_is_refused(deal):
    with pytest.raises(SpecError, match="nothing moves it: state 'yearly_sd'"):
        farm(deal, SALE, "risks: {wind: {process: volume_index}}")
