"""Prices with `process: kluge` and `process: jump_diffusion`, on single paths, jump by jump, and against published
forms of their mean."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from valuation.errors import SpecError

AT_END = "{process: kluge, unit: EUR/MWh, settlement: month_end, forward: {flat: 40 EUR/MWh}, "
PUBLISHED = (  # the parameters and the forward-consistent shape that QuantLib's test of a power plant has
    AT_END + "diffusion: {reversion: 7 /year, volatility: 1.4 /sqrt(year)}, "
    "spikes: {rate: 4 /year, mean_size: 0.2, reversion: 200 /year}}"
)
AVERAGED = (
    "{process: kluge, unit: EUR/MWh, forward: {flat: 40 EUR/MWh}, diffusion: {reversion: 7 /year, volatility: "
    "0 /sqrt(year)}, spikes: {rate: 4 /year, mean_size: 0.4, reversion: 20 /year}, drops: {rate: 9 /year, mean_size: "
    "0.3, reversion: 0 /year}}"
)
DIFFUSION = (
    "{process: jump_diffusion, unit: EUR/MWh, transform: asinh, scale: 10 EUR/MWh, forward: {flat: 40 EUR/MWh}, "
    "reversion: 5 /year, volatility: 0 /sqrt(year), jumps: {rate: 15 /year, sd: 0.5}}"
)
H = 1 / 12


def made(deal, factor):
    """The deal with one more factor in its market, and what buys at it so that its rows stay."""
    clause = "clauses: {power: {structure: power_supply, payer: host, payee: supplier, spot: p}}"
    return deal(clause, f"factors: {{p: {factor}}}\nas_of: 2026-06-30")


def jumps(values, part, sizes):
    """(time [year], size) of every jump on one path, from the drawn numbers alone."""
    found = []
    for t, number in enumerate(values[f"p.{part}.number"][:, 0]):
        for place in range(1, int(number) + 1):
            rest = values[f"p.{part}.{place}.rest"][t, 0]
            drawn = values[f"p.{part}.{place}.{sizes}"][t, 0]
            found.append(((t + 1 - rest) * H, drawn))
    return found


def averages(found, reversion, months):
    """Average by month of Σ J·e^(−β(t − v)) over the jumps before t, each integrated over the month."""
    out = np.zeros(months)
    for at, size in found:
        for t in range(months):
            begin, end = max(t * H, at), (t + 1) * H
            if end > at:
                whole = (
                    end - begin
                    if reversion == 0
                    else (math.exp(-reversion * (begin - at)) - math.exp(-reversion * (end - at))) / reversion
                )
                out[t] += size * whole / H
    return out


def response(begin, at, reversion):
    """What a jump of size 1 adds to the average of the month that begins at a time."""
    return averages([(at - begin, 1.0)], reversion, 1)[0] if at < begin + H else 0.0


def exponent(excess, rate, begin, reversion):
    """Log E[e^Y] of a month's average, by SciPy's quadrature over the time of a jump."""
    edges = [0.0, *(begin - x / max(reversion, 1) for x in (8, 2, 0.5)), begin, begin + H / 2, begin + H]
    edges = sorted({x for x in edges if x >= 0.0})
    parts = zip(edges, edges[1:], strict=False)
    return rate * sum(quad(lambda v: excess(response(begin, v, reversion)), *part, epsabs=1e-13)[0] for part in parts)


def test_the_location_is_the_published_shape(deal):
    """f(t) = ln F − σ²/(4a)·(1 − e^(−2at)) − λ/β·ln((η − e^(−βt))/(η − 1))."""
    values = made(deal, PUBLISHED).values
    for t in (0, 5, 20):
        y = (t + 1) * H
        shape = (
            math.log(40.0)
            - 1.4**2 / 28 * (1 - math.exp(-14 * y))
            - 4 / 200 * math.log((5 - math.exp(-200 * y)) / (5 - 1))
        )
        log_f, half, other = (values.month[f"p.{row}"][t] for row in ("log_forward", "half_variance", "other_growth"))
        assert log_f - half - other == pytest.approx(shape, rel=1e-14)


def test_every_spike_and_drop_by_hand(deal):
    run = made(deal, AVERAGED).paths(1, seed=3)
    values = {name: np.atleast_2d(value) for name, value in run.values.items()}
    up = [(at, 0.4 * size) for at, size in jumps(values, "spikes", "drawn")]
    down = [(at, -0.3 * size) for at, size in jumps(values, "drops", "drawn")]
    assert len(up) > 3
    assert len(down) > 8
    months = len(values["p"])
    moved = averages(up, 20.0, months) + averages(down, 0.0, months)
    for t in (0, 3, 17):
        growth = exponent(lambda g: 0.4 * g / (1 - 0.4 * g), 4.0, t * H, 20.0)
        growth += exponent(lambda g: -0.3 * g / (1 + 0.3 * g), 9.0, t * H, 0.0)
        assert values["p"][t, 0] == pytest.approx(40.0 * math.exp(moved[t] - growth), rel=1e-10)


def test_every_normal_jump_by_hand(deal):
    """Left out, the mean is −sd²/2, with which E[e^J] = 1; under asinh e^m = [F/c + √((F/c)² + M(1)M(−1))]/M(1)."""
    run = made(deal, DIFFUSION).paths(1, seed=4)
    values = {name: np.atleast_2d(value) for name, value in run.values.items()}
    found = [(at, -0.125 + 0.5 * z) for at, z in jumps(values, "jumps", "normal")]
    assert len(found) > 20
    moved = averages(found, 5.0, len(values["p"]))
    for t in (0, 3, 17):
        up, down = (
            math.exp(exponent(lambda g, s=s: math.expm1(-0.125 * s * g + 0.125 * g * g), 15.0, t * H, 5.0))
            for s in (1, -1)
        )
        location = math.log((4.0 + math.sqrt(16.0 + up * down)) / up)
        assert values["p"][t, 0] == pytest.approx(10.0 * math.sinh(location + moved[t]), rel=1e-10)


def test_jumps_of_the_price_itself_by_hand(deal):
    """Under arithmetic the location takes off their mean, λδ/β·(1 − e^(−βy)) at a month's end."""
    factor = PUBLISHED.replace("month_end,", "month_end, transform: arithmetic,").replace(
        "mean_size: 0.2", "mean_size: 15 EUR/MWh"
    )
    factor = factor.replace("1.4 /sqrt(year)", "0 EUR/MWh/sqrt(year)").replace("200 /year", "6 /year")
    deal = made(deal, factor)
    values = {name: np.atleast_2d(value) for name, value in deal.paths(1, seed=3).values.items()}
    found = jumps(values, "spikes", "drawn")
    for t in (0, 7, 19):
        end = (t + 1) * H
        moved = sum(15 * size * math.exp(-6 * (end - at)) for at, size in found if at < end)
        assert values["p"][t, 0] == pytest.approx(40 + moved - 4 * 15 / 6 * -math.expm1(-6 * end), rel=1e-12)
    variance = deal.contract.market.factors["p"].moments([40.0] * 20, [H] * 20)[19][1]
    assert variance == pytest.approx(4 * 2 * 15**2 / 12 * -math.expm1(-12 * 20 * H), rel=1e-12)


@pytest.mark.parametrize(("size", "settles", "warned"), [("0.45", "month_end", 0), ("0.55", "month_end", 1)] + [
    ("0.55", "month_average", 0), ("0.95", "month_average", 1)])  # fmt: skip
def test_a_price_without_a_variance_is_warned_of(deal, size, settles, warned):
    """An average sees at most (1 − e^(−βh))/(βh) = 0.71 of a jump at β = 9."""
    factor = PUBLISHED.replace("mean_size: 0.2", f"mean_size: {size}").replace("reversion: 200", "reversion: 9")
    contract = made(deal, factor.replace("month_end", settles)).contract
    assert sum("no finite variance" in str(warning) for warning in contract.warnings) == warned
    variance = contract.market.factors["p"].moments([40.0] * 3, [H] * 3)[2][1]
    assert math.isinf(variance) == bool(warned)


@pytest.mark.parametrize(
    ("factor", "says"),
    [
        (AT_END + "diffusion: {reversion: 7 /year, volatility: 1 /sqrt(year)}, spikes: {rate: 4 /year, mean_size: 1, "
         "reversion: 9 /year}}", "expected below 1"),
        (AT_END + "diffusion: {reversion: 7 /year, volatility: 1 /sqrt(year)}, spikes: {rate: 90 /year, mean_size: "
         "0.1, reversion: 9 /year}}", "'fast' component of a two_ou"),
        (AT_END + "diffusion: {reversion: 7 /year, volatility: 1 /sqrt(year)}, spikes: {rate: 9 /year, mean_size: 5 "
         "EUR/MWh, reversion: 9 /year}}", "has the wrong unit: under 'transform: log'"),
        (DIFFUSION.replace("reversion: 5 /year", "reversion: 0.0001 /year"), "write 0 /year for jumps that stay"),
        (DIFFUSION.replace("sd: 0.5", "sd: 50"), "out of all proportion"),
        (DIFFUSION.replace("transform: asinh, scale: 10 EUR/MWh", "transform: arithmetic")
         .replace("0 /sqrt(year)", "0 EUR/MWh/sqrt(year)").replace("sd: 0.5", "sd: 5 EUR/MWh"), "must be stated"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(deal, factor, says):
    with pytest.raises(SpecError, match=says):
        made(deal, factor)
