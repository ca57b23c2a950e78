"""The range between two parties: each limit is −a/b of that party's own line of mean NPV by rent, without tax.

The tenant of the file earns something with the power: a fixed amount per kW that `outside` pays it.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from valuation.errors import ValuationError
from valuation.report.solved import range_lines
from valuation.studies.deal_range import deal_range
from valuation.studies.trials import Trials

EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"
RENT = "clauses.rent.price"
SERVICES = "  services: {structure: fixed_cost, payer: outside, payee: tenant, price: 150 EUR/kW/month}\n"
OWN_RATE = "discount_rate_by_party: {tenant: 12 %/year}\n"
PATHS, SEED = 500, 5


@pytest.fixture(scope="module")
def two_sides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The minimal lease without tax, with what the tenant earns and a rate of its own."""
    folder = tmp_path_factory.mktemp("two") / "examples"
    shutil.copytree(EXAMPLES, folder)
    text = (EXAMPLES / "minimal-lease.yaml").read_text(encoding="utf-8")
    text = text.replace("  build:\n", f"{SERVICES}  build:\n", 1).replace(
        "\ncapacity:\n", f"\n{OWN_RATE}capacity:\n", 1
    )
    text = text.replace("rate: 22 %, losses", "rate: 0 %, losses", 1)
    file = folder / "two-sides.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def trials(file: Path, *overrides: str) -> Trials:
    return Trials.of(file, paths=PATHS, seed=SEED, overrides=overrides)


def line(file: Path, party: str, *overrides: str) -> tuple[np.ndarray, np.ndarray]:
    """a_i and b_i of a party's NPV_i = a_i + b_i rent."""
    at = [replace(trials(file, *overrides, f"{RENT}={rent} EUR/kW/month"), view=party).run().npv for rent in (100, 200)]
    slope = (at[1] - at[0]) / 100.0
    return at[0] - 100.0 * slope, slope


def test_floor_ceiling_and_width_against_two_lines(two_sides: Path) -> None:
    found = deal_range(trials(two_sides), RENT, ("host", "tenant"))
    limit = {}
    move = {}
    for one in found.limits:
        a, b = line(two_sides, one.party)
        limit[one.party] = -a.mean() / b.mean()
        move[one.party] = (a + b * limit[one.party]) / b.mean()
        assert one.solution.value == pytest.approx(limit[one.party], rel=1e-8)
        assert one.solution.se == pytest.approx(move[one.party].std(ddof=1) / np.sqrt(PATHS), rel=1e-6)
    assert [one.gains for one in found.limits] == ["above", "below"]
    assert [one.discount_rate for one in found.limits] == [0.08, 0.12]
    assert (found.low, found.high) == tuple(one.solution.value for one in found.limits)
    assert found.width == pytest.approx(limit["tenant"] - limit["host"], rel=1e-8)
    width_error = (move["tenant"] - move["host"]).std(ddof=1) / np.sqrt(PATHS)
    assert found.width_se == pytest.approx(width_error, rel=1e-6)
    assert found.width_se < np.hypot(*(one.solution.se for one in found.limits)), "common paths cancel"


@pytest.mark.slow
def test_the_order_of_the_parties_moves_nothing(two_sides: Path) -> None:
    one, other = (deal_range(trials(two_sides), RENT, pair) for pair in (("host", "tenant"), ("tenant", "host")))
    assert (one.low, one.high, one.width, one.width_se) == (other.low, other.high, other.width, other.width_se)


def test_limits_that_miss_each_other(two_sides: Path) -> None:
    poor = "clauses.services.price=80 EUR/kW/month"  # less than the rent asked: the tenant loses month by month
    found = deal_range(trials(two_sides, poor), RENT, ("host", "tenant"))
    assert found.low is None and found.high is None
    a, b = line(two_sides, "tenant", poor)
    c, d = line(two_sides, "host", poor)
    assert found.width == pytest.approx(-a.mean() / b.mean() + c.mean() / d.mean(), rel=1e-7)
    assert found.width < 0.0


def test_both_gain_on_one_side(two_sides: Path) -> None:
    # each bears a fixed amount a year, so both need some power and gain from more
    fixed = [
        f"clauses.office_of_{party}={{structure: fixed_cost, payer: {party}, payee: outside, price: 1 MEUR/year}}"
        for party in ("host", "tenant")
    ]
    wide = "capacity.connection=100 MW"
    found = deal_range(trials(two_sides, wide, *fixed), "capacity.contracted", ("host", "tenant"))
    floors = [one.solution.value for one in found.limits]
    assert [one.gains for one in found.limits] == ["above", "above"]
    assert (found.low, found.high, found.width, found.width_se) == (max(floors), None, None, None)
    text = "".join(line.text for line in range_lines(found, 400))
    assert f"Both gain above: neither host nor tenant loses above {max(floors):.6g} MW" in text


@pytest.mark.parametrize(
    ("parties", "message"),
    [
        (("host", "host"), "named twice"),
        (("host", "nobody"), "no party 'nobody' in the file, expected one of: host, tenant, supplier"),
    ],
)
def test_parties_of_the_file(two_sides: Path, parties: tuple[str, str], message: str) -> None:
    with pytest.raises(ValuationError, match=message):
        deal_range(trials(two_sides), RENT, parties)


def test_a_party_that_only_pays_has_no_limit() -> None:
    with pytest.raises(ValuationError, match=r"the tenant only pays in this file, a mean PV of [\d.]+ M EUR") as raised:
        deal_range(trials(EXAMPLES / "minimal-lease.yaml"), RENT, ("host", "tenant"))
    assert "structure: fixed_cost, payer: outside, payee: tenant" in str(raised.value)


def test_a_limit_that_is_not_there_names_the_party(two_sides: Path) -> None:
    with pytest.raises(ValuationError, match="no limit for the tenant: clauses.build.cost moves no cash of the tenant"):
        deal_range(trials(two_sides), "clauses.build.cost", ("host", "tenant"))


def test_a_settlement_pays_its_payer_where_it_runs_the_other_way() -> None:
    """The buyer of a contract for difference pays a negative amount where the price is above the strike: he gains."""
    trials = Trials.of(EXAMPLES / "cfd.yaml", paths=1000, seed=1)
    found = deal_range(trials, "clauses.hedge.strike", ("farm", "buyer"))
    assert [one.gains for one in found.limits] == ["above", "below"]
    assert found.low is not None and found.high is not None and found.low < found.high
