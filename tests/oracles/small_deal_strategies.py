"""Random small contracts for hypothesis: every clause with options drawn, amounts scaled by a factor."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

PARTIES = ("host", "tenant", "supplier", "grid", "state", "outside")
PAYMENT = st.sampled_from(
    [{}, {"payment": {"lag": "30 days"}}, {"payment": {"in": "advance"}}, {"payment": {"lag": "2 months"}}]
)
INDEX = st.sampled_from(
    [{}, {"index": {"by": "inflation"}}, {"index": {"by": "5 %/year", "cap": "2 %/year", "frequency": "quarterly"}}]
)


def _money(k: float, amount: float, unit: str) -> str:
    return f"{k * amount!r} {unit}"


@st.composite
def contracts(draw: st.DrawFn, events: bool = True) -> Any:
    """A function k → (contract, market) whose money is multiplied by k, everything else being the same."""
    pick = lambda *options: draw(st.sampled_from(options))  # noqa: E731
    lease, foreign = pick("gross", "net_of_power", "triple_net", "modified_gross"), pick("USD", "EUR", "NOK")
    several, random_use, hazards = draw(st.booleans()), draw(st.booleans()), draw(st.integers(0, 2)) if events else 0
    top = pick(None, {"share": "80 %", "per": "month"}, {"share": "95 %", "per": "year"})
    contracted = pick(
        "100 MW", {"2026-10-01": "40 MW", "2027-01-16": "100 MW"}, {"2026-10-01": "90 MW", "2027-05-01": "50 MW"}
    )
    hedge = pick(
        None,
        {"volume": "as_consumed", "share": "70 %", "of": "consumption"},
        {"volume": "baseload", "share": "90 %", "of": "contracted_capacity", "surplus": "sold_at_spot"},
        {"volume": "baseload", "share": "95 %", "of": "consumption", "surplus": "paid_not_taken"},
    )
    of = pick("capex_straight_line", "tax_basis", "multiple_of_annual_fee", "termination_fee", "remaining_rent", None)
    method = pick(
        {"method": "declining_balance", "rate": "20 %/year"}, {"method": "straight_line", "life": "20 months"}
    )
    tax = {"rate": "25 %", "losses": pick("carry_forward", "none", "refunded"), "year_start": pick("01-01", "07-01")}
    start, payments, index = (
        pick("2026-10-01", "2026-10-12", "2026-03-01"),
        [draw(PAYMENT) for _ in range(6)],
        draw(INDEX),
    )
    schedule = pick({"from": "2026-07-31", "months": 5}, {"2026-05-05": "30 %", "2026-11-20": "70 %"})
    notice = pick("0 months", "2.5 months", "7 months")
    renewal = pick(None, None, {"term": "6 months"}, {"count": 2, "term": "5 months", "probability": "60 %"})
    new_rent, credited, gpus = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    metered = pick(None, {"markup": "7 %"}, {"price": 90.0, "pue": 1.4})
    if of == "remaining_rent" and renewal and ("probability" in renewal or new_rent):
        renewal = None
    secured = pick(None, {"form": "deposit", "interest": "3 %/year"}, {"form": "letter_of_credit", "fee": "2 %/year"})
    months_secured = draw(st.booleans())
    taken = draw(st.booleans()) and events
    again = pick(None, {"void": "3 months", "price": 70.0}, {"share_of_rent": "75 %"})

    def made(k: float = 1.0) -> tuple[dict[str, Any], dict[str, Any]]:
        m = lambda amount, unit: _money(k, amount, unit)  # noqa: E731
        rent = {"structure": "capacity_lease", "payer": "tenant", "payee": "host", "lease": lease}
        clauses: dict[str, Any] = {
            "rent": {**rent, "price": m(100.0, f"{foreign}/kW/month"), "escalator": "3 %/year", **payments[0]},
            "power": {"structure": "power_supply", "payer": "host", "payee": "supplier", "spot": "power"} | payments[1],
            "care": {"structure": "fixed_cost", "payer": "host", "payee": "outside", "price": m(9.0, "USD/kW/month")}
            | index | payments[2],
            "tariff": {"structure": "fixed_cost", "payer": "host", "payee": "grid", "passes": "power"}
            | {"of": "connection", "price": m(100.0, "NOK/kW/year")} | payments[3],
            "charge": {"structure": "volume_charge", "payer": "host", "payee": "state", "price": m(5.0, "NOK/MWh")}
            | payments[4],
            "build": {"structure": "capex", "payer": "host", "payee": "outside", "cost": m(3.0, "MEUR/MW")}
            | {"schedule": schedule, "depreciation": method},
            "end": {"structure": "terminal_value", "payer": "outside", "payee": "host", "share": "10 %", "of": "build"},
        }  # fmt: skip
        if top:
            clauses["rent"]["take_or_pay"] = top
        if lease == "modified_gross":
            clauses["rent"]["passes_through"] = {"power": "80 %", "operating": "100 %"}
        if renewal:
            own = {"price": m(110.0, f"{foreign}/kW/month")} if new_rent else {}
            clauses["rent"]["renewals"] = [renewal | own]
        if credited:
            steps = [{"at_least": "99.9 %", "credit": "0 %"}, {"at_least": "0 %", "credit": "4 %"}]
            clauses["rent"]["service_credits"] = {"uptime": "99.5 %", "steps": steps, "cap": "3 %"}
        if gpus:
            one = {"from": "2026-11-10", "until": "2028-03-04", "units": "900 GPU", "decay": "30 %/year"}
            clauses["gpus"] = {"structure": "usage_fee", "payer": "outside", "payee": "tenant"}
            clauses["gpus"] |= {"moves_with": "eur", "generations": [one | {"price": m(2.5, "USD/GPU/hour")}]}
        if several:
            clauses["rent"]["contracted"] = "30 MW"
            clauses["other"] = {**rent, "payer": "state", "lease": "gross", "price": m(80.0, "USD/kW/month")}
            clauses["other"] |= {"contracted": "60 MW"} | payments[5]
            if metered:
                del clauses["other"]["lease"]
                price = {"price": m(metered["price"], "NOK/MWh")} if "price" in metered else {}
                clauses["other"] |= {"structure": "colocation", "metered_power": metered | price}
        if hedge:
            clauses["power"] |= {"hedge": hedge, "fixed_price": m(60.0, "USD/MWh")}
        risks: dict[str, Any] = {}
        if random_use:
            risks["use"] = {"process": "logit_ou", "mean": "85 %", "logit_sd": 0.6, "reversion": "2 /year"}
        if taken:
            risks["taken"] = {"process": "withdrawal", "tolerance": "5 %", "margin": "10 %"}
            risks["taken"] |= {"arrival": {"value": "150 %/year", "evidence": "historical"}}
        for name in ("first", "second")[:hazards]:
            risks[name] = {"process": "hazard", "rate": {"value": "20 %/year", "evidence": "historical"}}
        if hazards and secured:
            amount = "4 months" if months_secured else m(25e6, foreign)
            clauses["safe"] = {"structure": "security", "payer": "tenant", "payee": "host", "of": "rent"} | secured
            clauses["safe"] |= {"amount": amount, "covers": "first", "payment": {"lag": "1 months"}}
            if secured["form"] != "deposit":
                clauses["safe"]["guarantor"] = "state"
        if hazards and again:
            clauses["again"] = {"structure": "reletting", "payer": "grid", "payee": "host", "of": "rent"}
            clauses["again"] |= {"after": "first", "void": {"distribution": "exponential", "mean": "4 months"}}
            clauses["again"] |= again | (
                {"price": m(again["price"], f"{foreign}/kW/month")} if "price" in again else {}
            )
            clauses["again"] |= {"cost": "2 months" if months_secured else m(1e6, "USD")}
        if hazards:
            risks["first"] |= {"notice": notice}
            if several:
                risks["first"]["ends"] = ["rent"]
            if of == "termination_fee":
                clauses["rent"]["termination_fee"] = {"2026-10-01": "7 months", "2027-06-01": "3 months"}
            if of:
                paid = {"payer": "state", "payee": "host", "share": "60 %", "of": of, "lag": "3 months"}
                risks["first"]["compensation"] = paid | ({"multiple": 1.5} if of.startswith("multiple") else {})
            if hedge:
                survives = {"first": {"wind_up": "5 months", "resale_discount": m(4.0, "EUR/MWh")}}
                clauses["power"]["survives"] = survives
        contract = {
            "dates": {"start": start}, "tax": {"host": tax}, "clauses": clauses, "risks": risks,
            "capacity": {"contracted": "90 MW" if several else contracted, "loss_share": "1 %"}
            | {"utilisation": "use" if random_use else "85 %"},
        }  # fmt: skip
        curve = {"2026-07-01": m(30.0, "EUR/MWh"), "2027-03-01": m(45.0, "EUR/MWh")}
        return contract, {"factors": {"power": {"forward": {"curve": curve}}}}

    return made
