"""Standard errors and laws of estimated values: what the language takes, what it refuses, and what the laws are."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import scipy.special as sp
import scipy.stats as st
from hypothesis import given, settings
from hypothesis import strategies as some

from valuation.errors import SpecError
from valuation.kernel.probability import normal_probability
from valuation.processes.estimated import FARTHEST, estimate_at, logit_of
from valuation.processes.incomplete_gamma import gamma_at, gamma_probabilities, log_gamma
from valuation.spec import Contract, Source
from valuation.spec.estimates import estimates_of
from valuation.spec.quantity import Estimate

SOURCE = Source.read(Path(__file__).resolve().parents[2] / "contracts" / "examples" / "two-ou.yaml")
REVERSION, VOLATILITY, FAST = (
    f"market.factors.power.example.{name}" for name in ("slow.reversion", "slow.volatility", "fast.reversion")
)
KAPPA = f"{REVERSION}={{value: 2.0 /year, se: 0.6 /year}}"
SIGMA = f"{VOLATILITY}={{value: 1.2 /sqrt(year), se: 0.2 /sqrt(year)}}"
RATE = "discount_rate={value: 8 %/year, se: 0.5 %/year}"


def read(*overrides: str) -> Contract:
    return SOURCE.contract(overrides=overrides)


def pair(one: str, other: str, value: float, root: str = "") -> str:
    return f"{root}correlation_of_estimates=[{{of: [{one}, {other}], value: {value}}}]"


def test_a_standard_error_is_read_in_the_unit_of_its_value_and_gets_the_law_of_its_bounds() -> None:
    share = "capacity.utilisation={value: 85 %, se: 4 %}"
    price = "clauses.rent.price={value: 60 EUR/kW/month, se: 2_000 EUR/MW/month}"
    known = {one.path: one.provenance.estimate for one in estimates_of(read(KAPPA, RATE, share, price)).values}
    assert {path: one and (pytest.approx(one.se), one.law) for path, one in known.items()} == {
        REVERSION: (0.6, "lognormal"),
        "discount_rate": (0.005, "normal"),
        "capacity.utilisation": (0.04, "logit_normal"),
        "clauses.rent.price": (2.0, "lognormal"),
    }


def test_a_value_that_is_replaced_loses_what_was_said_of_the_old_one() -> None:
    assert not estimates_of(read(KAPPA, f"{REVERSION}=3 /year")).values
    (changed,) = estimates_of(read(KAPPA, f"{REVERSION}.se=0.3 /year")).values
    assert changed.provenance.estimate == Estimate(0.3, "lognormal", 0.0, None)


@pytest.mark.parametrize("root", ["", "market."])
def test_a_correlation_stands_in_the_contract_or_in_the_market_with_paths_from_the_root_of_its_file(root: str) -> None:
    one, other = (path.removeprefix(root) for path in (REVERSION, VOLATILITY))
    found = estimates_of(read(KAPPA, SIGMA, pair(other, one, 0.7, root)))
    assert [one.path for one in found.values] == [REVERSION, VOLATILITY]
    assert found.correlation == ((1.0, 0.7), (0.7, 1.0))


REFUSED = [
    (["dates.term={value: 5 years, se: 1 years}"], "dates.term.se", "a whole number has no standard error"),
    (["dates.start={value: 2027-01-01, se: 1 months}"], "dates.start.se", "belongs to a single number"),
    ([KAPPA.replace("0.6", "0")], f"{REVERSION}.se", "must be above 0, got 0 /year"),
    ([KAPPA.replace("0.6", "-0.6")], f"{REVERSION}.se", "must be above 0"),
    ([KAPPA.replace("0.6 /year}", "0.6 months}")], f"{REVERSION}.se", "wrong unit"),
    ([RATE.replace("0.5 %/year}", "0.5}")], "discount_rate.se", "has no unit"),
    ([KAPPA.replace("}", ", law: normal}")], f"{REVERSION}.law", "a normal draw could be -1.8, beyond the bound of 0"),
    ([KAPPA.replace("}", ", law: gama}")], f"{REVERSION}.law", "did you mean 'gamma'?"),
    ([KAPPA.replace("}", ", law: logit_normal}")], f"{REVERSION}.law", "between two bounds"),
    ([KAPPA.replace("se: 0.6 /year", "law: gamma")], f"{REVERSION}.law", "add 'se'"),
    (["capacity.utilisation={value: 100 %, se: 4 %}"], "capacity.utilisation.se", "on one of them"),
    (["capacity.utilisation={value: 50 %, se: 49 %}"], "capacity.utilisation.se", "too large"),
    (["capacity.utilisation={value: 85 %, se: 9 %, law: lognormal}"], "capacity.utilisation.law", "beyond the bound"),
    ([KAPPA, pair(REVERSION, VOLATILITY + "x", 0.5)], "correlation_of_estimates.0.of", "is no number of the files"),
    ([KAPPA, pair(REVERSION, REVERSION, 0.5)], "correlation_of_estimates.0.of", "same estimate"),
    ([KAPPA, SIGMA, pair(REVERSION, VOLATILITY, 1.0)], "correlation_of_estimates.0", "would be one"),
    ([KAPPA, SIGMA, pair(REVERSION, VOLATILITY, 1.5)], "correlation_of_estimates.0", "is above 1"),
    (
        [KAPPA, SIGMA, pair(REVERSION, VOLATILITY, 0.5),
         pair(VOLATILITY[7:], REVERSION[7:], 0.5, "market.")],
        "correlation_of_estimates.0.of", "the pair stands twice",
    ),
    (
        [KAPPA, SIGMA, f"{FAST}={{value: 134 /year, se: 10 /year}}",
         f"correlation_of_estimates=[{{of: [{REVERSION}, {VOLATILITY}], value: 0.9}}, "
         f"{{of: [{REVERSION}, {FAST}], value: 0.9}}, {{of: [{VOLATILITY}, {FAST}], value: -0.9}}]"],
        "correlation_of_estimates.", "not positive definite",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("overrides", "path", "words"), REFUSED)
def test_what_is_no_estimate_is_refused_where_it_stands(overrides: list[str], path: str, words: str) -> None:
    with pytest.raises(SpecError) as found:
        read(*overrides)
    assert any(one.path.startswith(path) and words in one.message for one in found.value.problems), str(found.value)


def test_a_correlation_with_a_value_that_is_no_estimate_has_no_effect_and_says_so() -> None:
    contract = read(KAPPA, pair(REVERSION, VOLATILITY, 0.5))
    assert ["has no standard error" in one.message for one in contract.warnings] == [True]
    assert estimates_of(contract).correlation == ((1.0,),)


LAWS = [
    ("normal", 3.0, 0.5, None, None, st.norm(3.0, 0.5)),
    ("lognormal", 2.0, 0.6, 0.0, None, st.lognorm(math.sqrt(math.log(1.09)), scale=2.0 / math.sqrt(1.09))),
    ("lognormal", 1.5, 0.3, 1.0, None, st.lognorm(math.sqrt(math.log(1.36)), loc=1.0, scale=0.5 / math.sqrt(1.36))),
    ("gamma", 0.05, math.sqrt(0.5) / 10.0, 0.0, None, st.gamma(0.5, scale=0.1)),
    ("gamma", 0.55, math.sqrt(5.5) / 10.0, 0.0, None, st.gamma(5.5, scale=0.1)),
    ("gamma", 4.0, 0.001, 0.0, None, st.norm(4.0, 0.001)),
]


@pytest.mark.parametrize(("law", "mean", "sd", "low", "high", "other"), LAWS)
def test_a_law_has_the_quantiles_of_an_independent_library(
    law: str, mean: float, sd: float, low: float | None, high: float | None, other: st.rv_continuous
) -> None:
    # the published tail of Gamma(½, 10 years): 5 and 95 % at 0.0002 and 0.192 a year, of Gamma(5½, 10): 0.229, 0.984
    assert float(other.mean()) == pytest.approx(mean) and float(other.std()) == pytest.approx(sd)
    tolerance = 1e-11 if sd / mean > 0.01 else 1e-6
    for z in (-4.0, -1.6448536269514722, -0.5, 0.0, 1.0, 1.6448536269514722, 5.0):
        expected = other.isf(st.norm.sf(z)) if z > 0 else other.ppf(st.norm.cdf(z))
        assert estimate_at(law, mean, sd, z, low, high) == pytest.approx(expected, rel=tolerance)


@settings(max_examples=10)
@given(some.floats(0.02, 0.98), some.floats(0.01, 0.85), some.floats(-2.0, 3.0), some.floats(0.5, 4.0))
def test_a_logit_normal_has_the_mean_and_the_spread_that_are_stated_between_its_bounds(
    mean: float, part: float, low: float, width: float
) -> None:
    sd = part * math.sqrt(mean * (1.0 - mean))
    z, weight = np.polynomial.hermite_e.hermegauss(150)
    at, spread = logit_of(mean, sd)
    if spread < 3.0:
        share = sp.expit(at + spread * z)
        first = float(weight @ share / weight.sum())
        assert first == pytest.approx(mean, rel=1e-6)
        assert float(weight @ (share - first) ** 2 / weight.sum()) == pytest.approx(sd * sd, rel=1e-4)
    ends = [estimate_at("logit_normal", low + width * mean, width * sd, end, low, low + width) for end in (-6.34, 6.34)]
    assert low <= ends[0] < ends[1] <= low + width


def test_an_estimate_without_spread_is_the_value_itself() -> None:
    for law in ("normal", "lognormal", "gamma"):
        assert estimate_at(law, 3.3, 1e-300, FARTHEST, None if law == "normal" else 0.0) == 3.3
    assert estimate_at("logit_normal", 0.85, 1e-300, FARTHEST, 0.0, 1.0) == pytest.approx(0.85, rel=1e-15)


@pytest.mark.parametrize("shape", [0.001, 0.1, 0.5, 1.0, 3.0, 55.0, 1000.0, 90_000.0])
def test_the_incomplete_gamma_function_and_its_inverse(shape: float) -> None:
    assert log_gamma(shape) == pytest.approx(sp.gammaln(shape), rel=2e-15, abs=2e-15)
    for x in (1e-8, 0.3 * shape, shape, 1.1 * shape + 1.0, shape + 8.0 * math.sqrt(shape)):
        assert gamma_probabilities(shape, x) == pytest.approx(
            (sp.gammainc(shape, x), sp.gammaincc(shape, x)), rel=1e-10, abs=1e-300
        )
    for z in (-6.3, -2.0, 0.0, 0.7, 3.0, 6.3):
        exact = st.gamma.isf(st.norm.sf(z), shape) if z > 0 else st.gamma.ppf(st.norm.cdf(z), shape)
        assert gamma_at(shape, z) == pytest.approx(exact, rel=1e-10, abs=1e-300)
        assert normal_probability(z) == pytest.approx(float(st.norm.cdf(z)), rel=1e-13)
