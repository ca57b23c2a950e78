"""`valuate calibrate`: what it prints and writes, that the block values a contract, and what it refuses."""

import csv
import json
import sys
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from valuation import registry, value
from valuation.shipped import shipped
from valuation.spec import load

PRICES = shipped("contracts") / "examples" / "prices.csv"
CONTRACT = shipped("contracts") / "examples" / "two-ou.yaml"


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """(exit code, standard output, block) of one fit of the made-up prices."""
    from click.testing import CliRunner

    from valuation.cli import main

    block = tmp_path_factory.mktemp("fit") / "block.yaml"
    words = ["calibrate", str(PRICES), "--out", str(block)]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    return done.exit_code, done.output, block


def market_with(folder, block, name):
    """A market file made of a head and a block, and the two-factor example that buys at its price."""
    (folder / "markets").mkdir(exist_ok=True)
    head = "as_of: 2026-06-30\nrisk_free: {value: 3 %/year, status: assumption}\n"
    (folder / "markets" / "power-and-rates.yaml").write_text(head + block, encoding="utf-8")
    text = CONTRACT.read_text(encoding="utf-8").replace("spot: power.example", f"spot: {name}")
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    return folder / "deal.yaml"


@pytest.mark.slow
def test_the_page_says_what_was_read_fitted_and_tested(fitted):
    code, text, _ = fitted
    assert code == 0
    for words in (
        "1,458 daily values, 2022-01-01 to 2025-12-31",
        "2023-07-15 to 2023-07-16 (2), after line 563",
        "slow.reversion /year",
        "days",
        "month_shape",
        "Ljung",
        "sd of log yearly means",
        "Before you use it",
        "The same again:  valuate calibrate",
    ):
        assert words in text, words
    assert "nan" not in text.lower()


@pytest.mark.slow
def test_the_guide_shows_these_parameters(fitted):
    """To a thousandth: the last digits hang on the machine."""
    page = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text(encoding="utf-8")

    def table(text):
        lines = [line.split() for line in text.splitlines() if line.startswith(("  slow.", "  fast."))]
        return {words[0]: [float(one) for one in words[2:7]] for words in lines if words[1].startswith("/")}

    shown, found = table(page), table(fitted[1])
    assert len(shown) == 4
    for name, numbers in shown.items():
        assert numbers == pytest.approx(found[name], rel=2e-3), name


@pytest.mark.slow
def test_the_block_loads_in_a_market_file_and_values_a_contract(fitted, tmp_path):
    _, _, block = fitted
    deal = market_with(tmp_path, block.read_text(encoding="utf-8"), "power.XX")
    contract = load(deal)
    factor = contract.market.factors["power.XX"]
    origin = factor.slow.reversion.provenance
    assert origin.source == "prices.csv XX"
    assert origin.status == "derived"
    assert origin.estimate.law == "lognormal"
    assert origin.low < factor.slow.reversion.canonical < origin.high
    assert len(factor.forward.month_shape) == 12
    for words in ("1,458 daily values of XX, 2022-01-01 to 2025-12-31", "prices.csv (sha256 ", "by valuate 0."):
        assert words in factor.note
    (warning,) = contract.warnings
    assert warning.path == "market.factors.power.XX.forward.flat"
    assert "is a placeholder (mean of the history and no forward" in warning.message
    assert "month_shape is not determined by 4.0 years" in factor.forward.month_shape[0].provenance.note
    comment = block.read_text(encoding="utf-8").partition("factors:\n")[0]
    assert "'correlation_of_estimates' to the root of the market file" in comment
    result = value(deal, paths=512)
    assert np.isfinite(result.npv.mean())


@pytest.mark.slow
def test_the_block_names_its_file_and_its_command(fitted):
    import hashlib

    text = fitted[2].read_text(encoding="utf-8")
    assert hashlib.sha256(PRICES.read_bytes()).hexdigest() in text
    assert f"valuate calibrate {PRICES} --out" in text


@pytest.mark.slow
def test_json_has_every_number_and_only_finite_ones(valuate):
    done = valuate("calibrate", PRICES, "--json", "--model", "ou")
    found = json.loads(done.stdout)
    assert found["history"]["count"] == 1458
    assert found["history"]["gaps"][0] == {"first": "2023-07-15", "last": "2023-07-16", "count": 2}
    assert len(found["seasonality"]["month_shape"]) == 12
    reversion = found["parameters"][0]
    assert reversion["name"] == "reversion"
    assert reversion["low"] < reversion["corrected"] < reversion["high"]
    assert found["command"].startswith("valuate calibrate")
    assert done.stdout == valuate("calibrate", PRICES, "--json", "--model", "ou").stdout


def test_a_file_of_another_origin_is_not_replaced(valuate, here):
    (here / "mine.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    refused = valuate("calibrate", PRICES, "--out", "mine.yaml")
    assert refused.exit_code == 2
    assert "was not written by valuate calibrate; replace it with --force" in refused.stderr
    assert "ends in .yaml" in valuate("calibrate", PRICES, "--out", "mine.txt").stderr
    assert "no folder" in valuate("calibrate", PRICES, "--out", "none/block.yaml").stderr


@pytest.mark.slow
def test_without_matplotlib_the_page_says_what_to_install(valuate, here, monkeypatch):
    for name in [one for one in sys.modules if one.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = valuate("calibrate", PRICES, "--model", "ou", "--page", "page.png")
    assert done.exit_code == 1
    assert "pip install 'valuate[calibrate]'" in done.stderr
    assert not (here / "page.png").exists()


@pytest.mark.slow
def test_the_page_is_drawn(valuate, here):
    if find_spec("matplotlib") is None:  # the test above has what is said then
        return
    assert valuate("calibrate", PRICES, "--model", "ou", "--page", "page.png").exit_code == 0
    assert (here / "page.png").read_bytes().startswith(b"\x89PNG")
    assert valuate("calibrate", PRICES, "--model", "ou", "--page", "page.png").exit_code == 0  # ours to replace


# Bad data: a clear message, and no parameter.


def made(change=None, count=800):
    rng, x, rows = np.random.default_rng(3), 0.0, []
    for at in range(count):
        x = 0.95 * x + 0.1 * rng.standard_normal()
        rows.append([(date(2020, 1, 1) + timedelta(days=at)).isoformat(), f"{30.0 * np.exp(x):.2f}", "EUR/MWh"])
    if change is not None:
        change(rows)
    return rows


def put(at, column, text):
    return lambda rows: rows[at].__setitem__(column, text)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda rows: rows.__delitem__(slice(100, 300)), 2, "25.0% of the days"),
        (lambda rows: rows.insert(50, list(rows[50])), 2, ":53:1: error: got 2020-02-20 again, it stands in line 52"),
        (put(60, 2, "NOK/MWh"), 2, ":62:18: error: got the unit 'NOK/MWh', but line 2 has 'EUR/MWh'"),
        (lambda rows: [row.__setitem__(1, "28.5") for row in rows], 2, "all 800 values are 28.5"),
        (lambda rows: rows.__delitem__(slice(10, None)), 2, "10 daily values, expected at least 60"),
        (put(60, 1, "n.v."), 2, ":62:12: error: got 'n.v.', expected a number"),
        (put(60, 1, "28,50"), 2, ":62:1: error: got '28,50', expected a number; --decimal , reads a decimal comma"),
        (lambda rows: rows.reverse() or rows.insert(9, rows.pop(0)), 2, "sort the file by date"),
        (put(60, 1, "-3"), 1, "1 of 800 days have a price of 0 or below"),
    ],
)
def test_bad_data(valuate, here, change, code, words):
    with (here / "prices.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["date", "price", "unit"], *made(change)])
    done = valuate("calibrate", "prices.csv", "--out", "block.yaml")
    assert done.exit_code == code
    assert words in done.stderr
    assert done.stdout == ""
    assert not (here / "block.yaml").exists()


def test_duplicate_hours_name_the_clock(valuate, here):
    lines = ["time,price [EUR/MWh]"]
    for at in range(24 * 70):
        lines.append(f"{date(2020, 9, 1) + timedelta(days=at // 24)} {at % 24:02}:00,{at % 17}")
    lines.insert(1310, lines[1309])
    (here / "hours.csv").write_text("\n".join(lines), encoding="utf-8")
    done = valuate("calibrate", "hours.csv")
    assert done.exit_code == 2
    assert "hours.csv:1311:1: error: got 2020-10-25 12:00 again, it stands in line 1310 too" in done.stderr


def test_a_wrong_choice_of_transform_and_scale(valuate):
    done = valuate("calibrate", PRICES, "--transform", "asinh")
    assert done.exit_code == 1
    assert "--transform asinh and --scale go together" in done.stderr
    done = valuate("calibrate", PRICES, "--model", "gbm", "--scale", "5")
    assert "'gbm' moves the logarithm of a price" in done.stderr


# Every model.


@pytest.mark.slow
@pytest.mark.parametrize("model", ["ou", "schwartz", "schwartz_smith", "gbm", "jump_diffusion", "kluge"])
def test_the_block_of_every_price_model_values_a_contract(valuate, here, model):
    rng, x, spike, lines = np.random.default_rng(8), 0.0, 0.0, ["date,price,unit"]
    for at in range(700):
        jump = rng.exponential(0.8) if rng.random() < 0.04 else 0.0
        spike = 0.5 * spike + jump * (model == "kluge")
        x = 0.97 * x + 0.06 * rng.standard_normal() + jump * (model == "jump_diffusion")
        price = 30.0 * np.exp(x + spike)
        lines.append(f"{date(2020, 1, 1) + timedelta(days=at)},{price:.2f},EUR/MWh")
    (here / "prices.csv").write_text("\n".join(lines), encoding="utf-8")
    out = ["--out", "block.yaml"] if model in registry.factors() else []
    done = valuate("calibrate", "prices.csv", "--model", model, *out)
    assert done.exit_code == 0, done.stderr
    if out:
        deal = market_with(here, (here / "block.yaml").read_text(encoding="utf-8"), "power.fitted")
        assert np.isfinite(value(deal, paths=256).npv.mean())


def test_a_model_that_takes_no_gaps_names_a_part_without(valuate):
    done = valuate("calibrate", PRICES, "--model", "kluge")
    assert done.exit_code == 1
    assert "or take its longest whole part, --from 2023-07-17 --to 2025-02-02" in done.stderr


@pytest.mark.slow
def test_regimes_of_months(valuate, here):
    rng, state, lines = np.random.default_rng(5), 0, ["month,price [EUR/MWh]"]
    for at in range(240):
        state = 1 - state if rng.random() < 0.08 else state
        lines.append(
            f"{2004 + at // 12}-{at % 12 + 1:02},{30.0 * np.exp(1.2 * state + 0.2 * rng.standard_normal()):.2f}"
        )
    (here / "months.csv").write_text("\n".join(lines), encoding="utf-8")
    out = ["--out", "block.yaml"] if "regime_switching" in registry.factors() else []
    done = valuate("calibrate", "months.csv", "--model", "regime_switching", *out)
    assert done.exit_code == 0, done.stderr
    if out:
        deal = market_with(here, (here / "block.yaml").read_text(encoding="utf-8"), "power.fitted")
        assert np.isfinite(value(deal, paths=256).npv.mean())


def own_risk(folder, block):
    """The two-factor example with a risk of its own."""
    deal = folder / "deal.yaml"
    (folder / "markets").mkdir(exist_ok=True)
    market = CONTRACT.parent / "markets" / "power-and-rates.yaml"
    (folder / "markets" / market.name).write_bytes(market.read_bytes())
    deal.write_text(CONTRACT.read_text(encoding="utf-8") + block, encoding="utf-8")
    return deal


@pytest.mark.slow
@pytest.mark.parametrize("model", ["logit_ou", "jacobi", "beta_ar"])
def test_shares(valuate, here, model):
    rng, x, lines = np.random.default_rng(2), 0.0, ["date,utilisation"]
    for at in range(600):
        x = 0.99 * x + 0.1 * rng.standard_normal()
        lines.append(f"{date(2020, 1, 1) + timedelta(days=at)},{1.0 / (1.0 + np.exp(-2.0 - x)):.6f}")
    (here / "use.csv").write_text("\n".join(lines), encoding="utf-8")
    out = ["--out", "block.yaml"] if model in registry.factors() else []
    done = valuate("calibrate", "use.csv", "--model", model, *out)
    assert done.exit_code == 0, done.stderr
    assert "nan" not in done.stdout
    if out:
        assert "utilisation" in load(own_risk(here, (here / "block.yaml").read_text(encoding="utf-8"))).risks


@pytest.mark.slow
def test_customers(valuate, here):
    rng, count, lines = np.random.default_rng(4), 20, ["month,customers"]
    for at in range(120):
        count = rng.binomial(count, np.exp(-0.25 / 12.0)) + rng.poisson(0.5)
        lines.append(f"{2014 + at // 12}-{at % 12 + 1:02},{count}")
    (here / "customers.csv").write_text("\n".join(lines), encoding="utf-8")
    done = valuate("calibrate", "customers.csv", "--model", "customers", "--out", "block.yaml")
    assert done.exit_code == 0, done.stderr
    contract = load(own_risk(here, (here / "block.yaml").read_text(encoding="utf-8")))
    assert contract.risks["customers"].start.canonical == count


@pytest.mark.slow
def test_all_models_side_by_side(valuate, monkeypatch):
    """Of fewer models than the command has, for the time they take."""
    monkeypatch.setattr("valuation.calibration.study.PRICE_MODELS", ("ou", "two_ou", "gbm", "kluge"))
    done = valuate("calibrate", PRICES, "--model", "all")
    assert done.exit_code == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    table = {words[0]: words for words in lines if words and words[0] in ("ou", "two_ou", "gbm") and len(words) > 4}
    assert table.keys() == {"ou", "two_ou", "gbm"}
    assert table["two_ou"][-1] == "chosen"
    assert len({words[2] for words in table.values()}) == 1  # the same values
    assert "kluge: not fitted: 'kluge' needs a history without gaps" in done.stdout
