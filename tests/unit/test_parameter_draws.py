"""Drawn parameters: their streams and batches, what is refused, and that a run says how it was made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.stats as st

from valuation import load_contract, value
from valuation.appraisal.uncertainty.batches import CannotDraw, batch_bounds
from valuation.appraisal.uncertainty.draws import Uncertain, drawn, uncertain_values
from valuation.plan.evaluate import Once, once
from valuation.resolve import resolve
from valuation.spec import Contract

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
ESTIMATED, TWO_OU = EXAMPLES / "estimated-parameters.yaml", EXAMPLES / "two-ou.yaml"
SLOW = "market.factors.power.example.slow"


def _uncertain(contract: Contract) -> tuple[tuple[Uncertain, ...], tuple[tuple[float, ...], ...]]:
    return uncertain_values(contract, resolve(contract))


def test_draws_have_their_laws_and_go_together_as_stated() -> None:
    uncertain, factor = _uncertain(load_contract(ESTIMATED))
    values = np.array(drawn(uncertain, factor, 1, 2000))
    assert [one.quantity.path for one in uncertain][:2] == [f"{SLOW}.reversion", f"{SLOW}.volatility"]
    for one, column in zip(uncertain, values.T, strict=True):
        sd = one.estimate.se
        assert column.mean() == pytest.approx(one.quantity.value, abs=4 * sd / np.sqrt(2000))
        assert np.std(column) == pytest.approx(sd, rel=0.2 if one.estimate.law == "gamma" else 0.08)
    assert np.corrcoef(np.log(values[:, :2]).T)[0, 1] == pytest.approx(0.6, abs=4 * 0.64 / np.sqrt(2000))
    others = np.corrcoef(st.rankdata(values, axis=0).T)[2:, 2:]
    assert np.abs(others - np.eye(len(others))).max() < 4 / np.sqrt(2000)


def test_a_draw_depends_on_nothing_but_its_name_its_number_and_the_seed() -> None:
    all_of_them = _uncertain(load_contract(ESTIMATED))
    without = _uncertain(load_contract(ESTIMATED, overrides=["clauses.build.cost=5 MEUR/MW"]))
    many, few = drawn(*all_of_them, 1, 50), drawn(*without, 1, 20)
    names = [one.quantity.path for one in all_of_them[0]]
    kept = [names.index(one.quantity.path) for one in without[0]]
    assert len(kept) == len(names) - 1
    assert few == [[row[place] for place in kept] for row in many[:20]]
    assert drawn(*all_of_them, 2, 1)[0] != many[0]
    streams = [one.stream for one in all_of_them[0]]
    assert streams[0] == f"{SLOW}.reversion/estimate"  # every contract on the market draws the same
    assert streams[-1] == "estimated_parameters:risks.revocation.rate/estimate"


def test_a_factor_that_the_contract_does_not_read_draws_nothing() -> None:
    unread = "market.factors.power.other={process: two_ou, unit: EUR/MWh, forward: 40 EUR/MWh, slow: {reversion: "
    contract = load_contract(
        ESTIMATED, overrides=[unread + "{value: 2 /year, se: 1 /year}, volatility: 1 /sqrt(year)}}"]
    )
    assert not any("power.other" in one.quantity.path for one in _uncertain(contract)[0])


@pytest.mark.parametrize(("paths", "draws", "count"), [(100_000, 200, 200), (20_000, 200, 78), (5_121, 20, 20)])
def test_batches_are_whole_blocks_of_nearly_one_size(paths: int, draws: int, count: int) -> None:
    bounds = batch_bounds(paths, draws)
    assert len(bounds) == count
    assert bounds[0][0] == 0 and bounds[-1][1] == paths
    assert all(end == first for (_, end), (first, _) in zip(bounds, bounds[1:], strict=False))
    blocks = [-(-(end - first) // 256) for first, end in bounds]
    assert all(first % 256 == 0 for first, _ in bounds) and max(blocks) - min(blocks) <= 1


REFUSED = [
    ([], 2560, 200, TWO_OU, "no value that this contract reads has a standard error"),
    ([], 2559, 200, ESTIMATED, "expected at least 10 draws, and 256 paths for each, which is 2560 paths"),
    ([], 25_600, 9, ESTIMATED, "expected at least 10 draws"),
    (
        ["market.factors.power.example.forward={value: 45 EUR/MWh, se: 40 EUR/MWh}"], 2560, 10, ESTIMATED,
        r"draw \d of the parameters cannot be valued with market.factors.power.example.forward = -[\d.]+ EUR/MWh: ",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("overrides", "paths", "draws", "file", "words"), REFUSED)
def test_what_cannot_be_drawn_is_refused_with_the_parameter(
    overrides: list[str], paths: int, draws: int, file: Path, words: str
) -> None:
    with pytest.raises(CannotDraw, match=words):
        value(file, paths=paths, overrides=overrides, parameter_uncertainty=True, parameter_draws=draws)


def test_constants_that_are_computed_again_have_the_bits_of_those_computed_anew() -> None:
    known = Once.of(resolve(load_contract(ESTIMATED)))
    other = resolve(
        load_contract(
            ESTIMATED,
            overrides=[f"{SLOW}.reversion=2.5 /year", "clauses.build.cost=6 MEUR/MW", "risks.revocation.rate=1 %/year"],
        )
    )
    again, anew = known.again(other), once(other)
    assert {name: again.scalar[name] for name in anew.scalar} == anew.scalar
    assert {name: again.month[name] for name in anew.month} == anew.month
    assert again.month["revocation.expected"] != known.values.month["revocation.expected"]
