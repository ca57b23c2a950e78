"""Bitzero's base case a second time: one loop over months, as a spreadsheet would do it, from numbers written here.

It imports nothing of the engine, so a clause that the engine lowers wrongly shows as a difference. Definitions:
finance.md and contract-language.md; numbers and the sketch that the result is compared with: base-case.md.
"""

import math
from calendar import monthrange
from datetime import date, timedelta

import pytest
import pyxirr

BITZERO = {
    "valuation": date(2026, 6, 30),
    "start": date(2026, 10, 1),
    "term_months": 180,
    "discount_rate": 0.09,
    "phases": {date(2026, 10, 1): 40.0, date(2027, 1, 1): 110.0},  # contracted MW, each replacing the one before
    "utilisation": 0.90,
    "loss_share": 0.0,
    "rent": 131.3,  # USD/kW/month
    "rent_escalator": 0.0,
    "take_or_pay": 1.0,
    "net_of_power": False,
    "fixed_price": 0.0328,  # USD/kWh
    "hedged_share": 0.80,
    "forward": 28.5,  # EUR/MWh
    "month_shape": [1.253, 1.213, 1.103, 0.984, 0.901, 0.856, 0.835, 0.832, 0.859, 0.934, 1.057, 1.187],
    "usd_per_eur": 1.1515,
    "usd_per_nok": 0.10436,
    "inflation": 0.024,
    "grid_tariff": 135.0,  # NOK/kW/year, indexed
    "consumption_tax": 0.0058,  # NOK/kWh
    "operations": 16.6,  # USD/kW/month, indexed
    "capex_per_mw": 8e6,
    "capex_mw": 110.0,
    "capex_from": date(2026, 7, 31),
    "capex_months": 6,
    "saldo_rate": 0.10,
    "tax_rate": 0.22,
    "tax_paid": [(2, 15), (4, 15)],
    "tax_years_later": 1,
}


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def served_days(first: date, last: date, start: date, stop: date) -> int:
    """Days of a month inside start … stop, ``stop`` being the first day that no longer counts."""
    return max(0, (min(last + timedelta(1), stop) - max(first, start)).days)


def monthly_lines(n: dict) -> list[dict]:
    """Every line of the monthly sheet, from the month after the valuation date to the last tax payment."""
    stop = months_after(n["start"], n["term_months"])
    phases = sorted(n["phases"].items())
    lines, first = [], months_after(n["valuation"].replace(day=1), 1)
    while first <= date((stop - timedelta(1)).year + n["tax_years_later"], n["tax_paid"][-1][0], 1):
        last = months_after(first, 1) - timedelta(1)
        days = last.day
        mw = 0.0  # contracted MW, days outside the term counting as 0
        for i, (begins, size) in enumerate(phases):
            ends = phases[i + 1][0] if i + 1 < len(phases) else stop
            mw += size * served_days(first, last, max(begins, n["start"]), min(ends, stop)) / days
        years = 0  # completed since the start, at the first of the month
        while months_after(n["start"], 12 * (years + 1)) <= first:
            years += 1
        index = (1 + n["inflation"]) ** years
        load = mw * n["utilisation"] * 24 * days * (1 + n["loss_share"])
        rent = mw * 1000 * n["rent"] * (1 + n["rent_escalator"]) ** years * max(n["utilisation"], n["take_or_pay"])
        own = 0.0 if n["net_of_power"] else 1.0  # share of the power costs that stays with the host
        spot_eur = (1 - n["hedged_share"]) * load * n["forward"] * n["month_shape"][first.month - 1]
        nth = (first.year - n["capex_from"].year) * 12 + first.month - n["capex_from"].month
        line = {
            "last": last,
            "mw": mw,
            "load": load,
            "rent": rent,
            "fixed_power": own * n["hedged_share"] * load * 1000 * n["fixed_price"],
            "spot_power": own * spot_eur * n["usd_per_eur"],
            "grid_tariff": own * n["grid_tariff"] * 1000 * mw / 12 * index * n["usd_per_nok"],
            "consumption_tax": own * load * 1000 * n["consumption_tax"] * n["usd_per_nok"],
            "operations": n["operations"] * 1000 * mw * index,
            "capex": n["capex_per_mw"] * n["capex_mw"] / n["capex_months"] if 0 <= nth < n["capex_months"] else 0.0,
        }
        costs = ("fixed_power", "spot_power", "grid_tariff", "consumption_tax", "operations")
        line["ebitda"] = line["rent"] - sum(line[cost] for cost in costs)
        lines.append(line)
        first = last + timedelta(1)
    return lines


def yearly_tax(n: dict, lines: list[dict]) -> list[dict]:
    """Tax by calendar year: declining balance on the year-end balance, the rest written off in the term's last year."""
    end_year = (months_after(n["start"], n["term_months"]) - timedelta(1)).year
    book = losses = 0.0
    years = []
    for year in range(lines[0]["last"].year, end_year + 1):
        of_year = [line for line in lines if line["last"].year == year]
        book += sum(line["capex"] for line in of_year)
        depreciation = book if year == end_year else n["saldo_rate"] * book
        book -= depreciation
        profit = sum(line["ebitda"] for line in of_year) - depreciation
        used = min(losses, max(profit, 0.0))
        losses += max(-profit, 0.0) - used
        tax = n["tax_rate"] * (max(profit, 0.0) - used)
        years.append({"year": year, "depreciation": depreciation, "profit": profit, "losses": losses, "tax": tax})
    return years


def dated_flows(n: dict) -> tuple[dict, dict]:
    """Cash before tax and tax paid, by date, the viewed party's side."""
    lines = monthly_lines(n)
    cash, tax = {}, {}
    for line in lines:
        cash[line["last"]] = line["ebitda"] - line["capex"]
    for year in yearly_tax(n, lines):
        for month, day in n["tax_paid"]:
            tax[date(year["year"] + n["tax_years_later"], month, day)] = -year["tax"] / len(n["tax_paid"])
    return cash, tax


def present_value(flows: list[tuple[date, float]], rate: float, today: date) -> float:
    return math.fsum(amount * (1 + rate) ** (-(day - today).days / 365) for day, amount in flows)


def internal_rate(flows: list[tuple[date, float]], today: date) -> float:
    """Bisection between −50 % and 200 %, where the NPV of an investment that earns falls through zero once."""
    low, high = -0.5, 2.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if present_value(flows, middle, today) > 0 else (low, middle)
    return (low + high) / 2


def measures(n: dict) -> dict:
    """NPV and IRR after and before tax, and life margin."""
    cash, tax = dated_flows(n)
    before, after = list(cash.items()), [*cash.items(), *tax.items()]
    lines, rate, today = monthly_lines(n), n["discount_rate"], n["valuation"]

    def pv(name):
        return present_value([(line["last"], line[name]) for line in lines], rate, today)

    return {
        "npv": present_value(after, rate, today),
        "npv_pre_tax": present_value(before, rate, today),
        "irr": internal_rate(after, today),
        "irr_pre_tax": internal_rate(before, today),
        "margin": pv("ebitda") / pv("rent"),
    }


def break_even(n: dict, name: str) -> float:
    """The value of one number at which the NPV after tax is 0, by the secant method (tax bends the line)."""
    x, z = n[name], n[name] * 1.01
    y, w = (measures(n | {name: value})["npv"] for value in (x, z))
    while abs(w) > 1e-3:
        x, z, y = z, z - w * (z - x) / (w - y), w
        w = measures(n | {name: z})["npv"]
    return z


SKETCH = BITZERO | {"tax_paid": [(12, 31)], "tax_years_later": 0}
"""base-case.md's sketch has tax in the December in which it is assessed."""


SCENARIOS = {
    "net_of_power": {"net_of_power": True},
    "renewal": {"term_months": 240},
    "article": {"fixed_price": 0.02, "hedged_share": 1.0, "operations": 0.0, "capex_per_mw": 0.0},
    "article_cost_all_in": {"operations": 200.0, "inflation": 0.0, "fixed_price": 0.0, "forward": 0.0}
    | {"grid_tariff": 0.0, "consumption_tax": 0.0},
    "article_cost_plus_power": {"operations": 200.0, "inflation": 0.0, "fixed_price": 0.02, "hedged_share": 1.0}
    | {"grid_tariff": 0.0, "consumption_tax": 0.0},
    "article_price_to_tenant": {"rent": 200.0},
}
"""The contract's scenarios that move the base case, in the loop's numbers (``credit`` moves only what may happen)."""


def total(lines: list[dict], name: str) -> float:
    return math.fsum(line[name] for line in lines)


def test_first_month_by_hand():
    """October 2026: 40 MW, 31 days; hand values."""
    october = next(line for line in monthly_lines(BITZERO) if line["last"] == date(2026, 10, 31))
    assert october["load"] == pytest.approx(40 * 0.9 * 744, rel=1e-15)
    assert october["rent"] == pytest.approx(5_252_000.0, rel=1e-15)
    assert october["fixed_power"] == pytest.approx(0.8 * 26_784_000 * 0.0328, rel=1e-14)
    assert october["spot_power"] == pytest.approx(0.2 * 26_784 * 28.5 * 0.934 * 1.1515, rel=1e-14)
    assert october["grid_tariff"] == pytest.approx(450_000 * 0.10436, rel=1e-14)
    assert october["consumption_tax"] == pytest.approx(26_784_000 * 0.0058 * 0.10436, rel=1e-14)
    assert october["operations"] == pytest.approx(664_000.0, rel=1e-15)


def test_totals():
    """3 months of 40 MW and 177 of 110 MW bill 2.572 bn USD (base-case.md); capex 880 M before the first of January."""
    lines = monthly_lines(BITZERO)
    assert total(lines, "rent") == pytest.approx(131.3e3 * (3 * 40 + 177 * 110), rel=1e-14)
    assert total(lines, "capex") == pytest.approx(880e6, rel=1e-14)
    assert [line["last"].isoformat() for line in lines if line["capex"]][::5] == ["2026-07-31", "2026-12-31"]
    years = yearly_tax(BITZERO, lines)
    assert total(years, "depreciation") == pytest.approx(880e6, rel=1e-14)
    assert years[-1]["depreciation"] == pytest.approx(880e6 * 0.9**15, rel=1e-13)
    assert lines[-1]["last"] == date(2042, 4, 30) and lines[-1]["mw"] == 0.0


def test_sketch_is_met_at_its_own_tax_dates():
    """base-case.md, last part: NPV −9 M (pre-tax +87), IRR 8.8 % (10.8), margin 67.7 %; break-even capex 7.90 M/MW,
    rent 132.4; consumption tax shock −38 M; net of power +185 M, 13.0 % with the consumption tax left to the host."""
    got = measures(SKETCH)
    assert got["npv"] == pytest.approx(-9e6, abs=0.5e6)
    assert got["npv_pre_tax"] == pytest.approx(87e6, abs=0.5e6)
    assert (got["irr"], got["irr_pre_tax"]) == pytest.approx((0.088, 0.108), abs=5e-4)
    assert got["margin"] == pytest.approx(0.677, abs=1e-3)
    assert break_even(SKETCH, "capex_per_mw") == pytest.approx(7.90e6, abs=0.005e6)
    assert break_even(SKETCH, "rent") == pytest.approx(132.4, abs=0.05)
    assert measures(SKETCH | {"consumption_tax": 0.0713})["npv"] - got["npv"] == pytest.approx(-38e6, abs=0.5e6)
    net = measures(SKETCH | {"net_of_power": True})
    left = present_value(
        [(line["last"], line["consumption_tax"]) for line in monthly_lines(SKETCH)], 0.09, SKETCH["valuation"]
    )
    assert net["npv"] - left * (1 - 0.22) == pytest.approx(185e6, abs=0.5e6)


def test_readings_of_the_article():
    """base-case.md: 24 MUSD a year per 10 MW as the whole cost leave a margin of −52 %, with power on top −62 %."""
    assert measures(BITZERO | SCENARIOS["article_cost_all_in"])["margin"] == pytest.approx(-0.52, abs=0.005)
    assert measures(BITZERO | SCENARIOS["article_cost_plus_power"])["margin"] == pytest.approx(-0.62, abs=0.005)


def test_rate_of_return_agrees_with_pyxirr():
    cash, tax = dated_flows(BITZERO)
    days, amounts = [*cash, *tax], [*cash.values(), *tax.values()]
    assert measures(BITZERO)["irr"] == pytest.approx(pyxirr.xirr(days, amounts), abs=1e-9)
    at_rate = pyxirr.xnpv(0.09, [BITZERO["valuation"], *days], [0.0, *amounts])
    assert measures(BITZERO)["npv"] == pytest.approx(at_rate, rel=1e-9)
