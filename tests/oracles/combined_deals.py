"""Random contracts that put clauses and events of every kind together, by seed; amounts scaled by a factor.

Some combinations are refused by the language: then ``load`` raises a SpecError, and the seed says nothing more.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Tree = dict[str, Any]
Made = Callable[..., tuple[Tree, Tree]]
"""A function k → (contract, market) whose money is multiplied by k, everything else being the same."""

PARTIES = ("host", "partner", "tenant", "other_tenant", "supplier", "grid", "state", "owner", "seller", "buyer")
PAYMENTS: tuple[Tree, ...] = ({}, {}, {"payment": {"lag": "30 days"}}, {"payment": {"in": "advance"}})
DEPRECIATION: tuple[Tree, ...] = (
    {"method": "declining_balance", "rate": "20 %/year"},
    {"method": "straight_line", "life": "20 months"},
    {"method": "straight_line", "life": "10 years"},
)
TRUST: Tree = {"status": "assumption"}


class Drawn:
    """Options of one contract, drawn once and used for every k."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def pick(self, *options: Any) -> Any:
        """One of some options."""
        return self._random.choice(options)

    def yes(self, chance: float = 0.5) -> bool:
        """Whether something is there."""
        return self._random.random() < chance


def market_of(k: float) -> Tree:
    """Prices that scale, a rate of exchange, an index, and a rent of the market."""
    curve = {"2026-07-01": f"{k * 30!r} EUR/MWh", "2027-03-01": f"{k * 45!r} EUR/MWh"}
    rent = {"process": "gbm", "unit": "USD/kW/month", "forward": {"value": f"{k * 105!r} USD/kW/month"}}
    return {"factors": {"power": {"forward": {"curve": curve}}, "rents": rent | {"volatility": "0.2 /sqrt(year)"}}}


def combined(seed: int) -> Made:
    """A site that is let, or one that generates, with most of what the language knows."""
    d = Drawn(seed)
    farm = d.yes(0.35)
    term = d.pick("24 months", "31 months", "4 years")
    start = d.pick("2026-10-01", "2026-11-12", "2027-01-01")
    body = _farm(d) if farm else _site(d, start, term)
    owned = _owned(d, start, farm)
    tax = {
        "rate": "25 %",
        "losses": d.pick("carry_forward", "none", "refunded"),
        "year_start": d.pick("01-01", "07-01"),
    }
    tax |= {"residual": d.pick("written_off", "continues")} | ({"paid": "in_year"} if d.yes() else {})
    several = d.yes(0.3)

    def made(k: float = 1.0) -> tuple[Tree, Tree]:
        m = lambda amount, unit: f"{k * amount!r} {unit}"  # noqa: E731
        contract = {
            "parties": {party: party for party in PARTIES},
            "dates": {"start": start, "term": term},
            "tax": {"host": tax} | ({"seller": tax} if several else {}),
            "clauses": {"rent": None}, "risks": {},
        }  # fmt: skip
        for part in (body, owned):
            for key, value in part(m).items():
                contract[key] = {**contract[key], **value} if key in ("clauses", "risks") else value
        return finished(contract), market_of(k)

    return made


def _site(d: Drawn, start: str, term: str) -> Any:
    """One or two leases by phases, with what acts on their starts, ends and uptime."""
    phased, second = d.yes(0.6), d.yes(0.4)
    steps = {start: "40 MW", "2027-04-16": "70 MW"} if phased else "70 MW"
    foreign, lease = d.pick("USD", "USD", "EUR", "NOK"), d.pick("gross", "net_of_power", "triple_net", "modified_gross")
    payments = [d.pick(*PAYMENTS) for _ in range(8)]
    starting = d.pick(None, "approval", "delay", "delay", "conversion", "approval and delay")
    moves, of_phase = d.yes(0.4), (2 if phased and d.yes(0.7) else "all")
    renewal = d.pick(None, None, "certain", "uncertain", "market", "priced") if not moves or not starting else None
    index = d.pick(
        None,
        None,
        {"by": "inflation"},
        {"by": "power", "lag": "1 months"},
        {"by": "eur", "cap": "4 %/year", "lag": "1 months"},
    )
    if index and renewal in ("market", "priced"):
        index = None
    phase_term = d.pick(None, None, "24 months") if renewal not in ("market", "priced") else None
    use, credits, outages = d.pick("85 %", "use", "up"), d.yes(0.4), d.pick("99.4 %", "up")
    hedge = d.pick(
        None, {"volume": "as_consumed", "share": "70 %", "of": "consumption"},
        {"volume": "baseload", "share": "90 %", "of": "contracted_capacity", "surplus": "sold_at_spot"},
        {"volume": "baseload", "share": "95 %", "of": "consumption", "surplus": "paid_not_taken"},
    )  # fmt: skip
    hazards, cure = d.pick(0, 1, 1, 2), d.yes(0.3)
    of = d.pick("capex_straight_line", "tax_basis", "multiple_of_annual_fee", "termination_fee", None)
    notice, take = d.pick("0 months", "2.5 months", "7 months"), d.pick(None, "month", "year")
    colo, gpus, shock = d.pick(None, {"markup": "7 %"}, "price"), d.yes(0.3), d.pick(None, "level", "change", "tax")
    ends_first, damages = d.yes(), d.pick(None, "price", "rent")
    chance, later = d.pick("40 %", "70 %"), d.yes()
    gated, stop = d.yes(0.7), d.pick(None, "7 months")
    basis = d.pick("grid", "it")
    hall_renewal, hall_late = d.pick(None, None, "certain", "uncertain"), d.pick(None, None, "fixed", "moves")
    hall_term, hall_ends = d.pick(None, None, "20 months"), d.yes()

    def made(m: Any) -> Tree:
        clauses: Tree = {}
        risks: Tree = {}
        rent = {"structure": "capacity_lease", "payer": "tenant", "payee": "host", "lease": lease,
                "price": m(100.0, f"{foreign}/kW/month"), "escalator": "3 %/year", **payments[0]}  # fmt: skip
        if lease == "modified_gross":
            rent["passes_through"] = {"power": "80 %", "operating": "100 %", "property": "50 %"}
        if take:
            rent["take_or_pay"] = {"share": "92 %", "per": take}
        if phase_term:
            rent["phase_term"] = phase_term
        if index:
            rent["index"] = index
        if renewal:
            one = {"term": "7 months", "count": 2}
            one |= {} if renewal == "certain" else {"probability": "60 %"}
            one |= {"price": m(110.0, f"{foreign}/kW/month")} if renewal == "priced" else {}
            if renewal == "market":
                rent["price"] = m(100.0, "USD/kW/month")
                one["price"] = "rents"
            rent["renewals"] = [one]
        if credits:
            bands = [{"at_least": "99.9 %", "credit": "0 %"}, {"at_least": "99 %", "credit": "4 %"}]
            rent["service_credits"] = {"uptime": outages, "steps": [*bands, {"at_least": "0 %", "credit": "9 %"}]}
        clauses["rent"] = rent
        if second:
            rent["contracted"] = steps
            clauses["hall"] = {
                "structure": "capacity_lease",
                "payer": "other_tenant",
                "payee": "host",
                "lease": "gross",
            }
            clauses["hall"] |= {"price": m(80.0, "USD/kW/month"), "contracted": "20 MW"} | payments[1]
            if colo:
                del clauses["hall"]["lease"]
                metered = {"price": m(90.0, "USD/MWh"), "pue": 1.4} if colo == "price" else colo
                clauses["hall"] |= {"structure": "colocation", "metered_power": metered}
            if hall_renewal:
                more = {} if hall_renewal == "certain" else {"probability": "50 %"}
                clauses["hall"]["renewals"] = [{"term": "6 months"} | more]
            if hall_term:
                clauses["hall"]["phase_term"] = hall_term
            if hall_late and not (hall_late == "moves" and hall_renewal):
                wait = {"probability": "60 %", "distribution": "exponential", "mean": "3 months", "max": "9 months"}
                risks["hall_late"] = {"process": "delay", "of": "hall", "phase": "all", "delay": wait, "end": hall_late}
        clauses["power"] = {
            "structure": "power_supply",
            "payer": "host",
            "payee": "supplier",
            "spot": "power",
        } | payments[2]
        if hedge:
            clauses["power"] |= {"hedge": hedge, "fixed_price": m(60.0, "USD/MWh")}
        clauses["care"] = {"structure": "fixed_cost", "payer": "host", "payee": "outside"} | payments[3]
        clauses["care"] |= {"price": m(9.0, "USD/kW/month"), "index": {"by": "inflation"}}
        clauses["tariff"] = {"structure": "fixed_cost", "payer": "host", "payee": "grid", "passes": "power"}
        clauses["tariff"] |= {"of": "connection", "price": m(100.0, "NOK/kW/year")} | payments[4]
        clauses["charge"] = {
            "structure": "volume_charge",
            "payer": "host",
            "payee": "state",
            "price": m(50.0, "NOK/MWh"),
        }
        if gpus:
            one = {"from": "2026-12-10", "until": "2028-03-04", "units": "900 GPU", "decay": "30 %/year"}
            clauses["gpus"] = {"structure": "usage_fee", "payer": "outside", "payee": "tenant", "moves_with": "eur"}
            clauses["gpus"]["generations"] = [one | {"price": m(2.5, "USD/GPU/hour")}]
        if "use" in (use,):
            risks["use"] = {"process": "logit_ou", "mean": "85 %", "logit_sd": 0.6, "reversion": "2 /year"}
        if use == "up" or (credits and outages == "up"):
            risks["up"] = {"process": "outages", "nodes": 20, "up_time": "9 months", "repair": "4 days",
                           "common_mode": {"rate": "2 /year", "repair": "30 h"}}  # fmt: skip
        ahead = {"probability": {"value": chance, **TRUST}}
        if starting == "conversion":
            risks["letter"] = {"process": "conversion", **ahead, "decided": "2026-09-10", "ends": ["rent"]}
        if starting in ("approval", "approval and delay"):
            risks["permit"] = {"process": "approval", "of": "rent", "phase": of_phase, **ahead, "date": "2026-09-20"}
            risks["permit"] |= {"base": "approved" if chance == "70 %" else "refused"}
            if later:
                wait = {"probability": "50 %", "distribution": "triangular", "least": "1 months", "mode": "2 months"}
                risks["permit"]["later"] = wait | {"most": "6 months"}
        if starting in ("delay", "approval and delay"):
            wait = {"probability": "70 %", "distribution": "exponential", "mean": "4 months", "max": "11 months"}
            risks["late"] = {"process": "delay", "of": "rent", "phase": of_phase, "delay": wait}
            risks["late"] |= {"end": "moves" if moves else "fixed"} | ({"long_stop": stop} if stop else {})
            owed = {"payer": "host", "payee": "tenant"}
            if damages == "price":
                risks["late"]["damages"] = owed | {"price": m(40.0, f"{foreign}/kW/month"), "cap": "3 months"}
            if damages == "rent":
                risks["late"]["damages"] = owed | {"share_of_rent": "50 %", "cap": "20 %"}
            if damages == "price" and renewal == "market":
                risks["late"]["damages"]["price"] = m(40.0, "USD/kW/month")
        for name in ("first", "other")[:hazards]:
            risks[name] = {"process": "hazard", "rate": {"value": "25 %/year", "evidence": "historical"}}
        if hazards > 1 and second and hall_ends:
            risks["other"]["ends"] = ["hall"]
        if hazards:
            risks["first"] |= {"notice": notice} | ({"ends": ["rent"]} if ends_first and second else {})
            if cure:
                risks["first"]["cure"] = "30 %"
            if of == "termination_fee":
                rent["termination_fee"] = {"2026-06-01": "7 months", "2027-06-01": "3 months"}
                if second:
                    clauses["hall"]["termination_fee"] = "2 months"
            if of:
                paid = {"payer": "state", "payee": "host", "share": "60 %", "of": of, "lag": "3 months"}
                risks["first"]["compensation"] = paid | ({"multiple": 1.5} if of.startswith("multiple") else {})
            if hedge:
                clauses["power"]["survives"] = {"first": {"wind_up": "5 months", "resale_discount": m(4.0, "EUR/MWh")}}
        if shock in ("level", "change"):
            jump = {"level": m(150.0, "NOK/MWh")} if shock == "level" else {"change": "40 %"}
            risks["jump"] = {"process": "shock", "clause": "charge", **jump, "lasts": "9 months"}
        if shock == "tax":
            risks["jump"] = {"process": "shock", "tax_of": "host", "change": "20 %"}
        if shock:
            risks["jump"]["arrival"] = {"value": "40 %/year", "evidence": "historical"}
        gates = [name for name in ("letter", "permit") if name in risks]
        if "late" in risks and stop:
            gates.append("late")
        if gates and gated:
            for name in ("build", "end", "land", "again"):
                clauses.setdefault("_requires", {})[name] = gates
        capacity: Tree = {"contracted": steps, "loss_share": "1 %", "utilisation": use, "basis": basis}
        if second:
            first = steps if isinstance(steps, dict) else {start: steps}
            capacity["contracted"] = {day: f"{int(mw.split()[0]) + 20} MW" for day, mw in first.items()}
        return {"clauses": clauses, "risks": risks, "capacity": capacity}

    return made


def _farm(d: Drawn) -> Any:
    """Sales of energy and their hedges, which events end apart."""
    kinds = ("pay_as_produced", "spot", "baseload", "pay_as_nominated", "take_or_pay")
    sale, hedge = d.pick(*kinds), d.pick(None, "cfd", "collar", "physical", "proxy_revenue_swap")
    volume, share = d.pick("wind", None), d.pick("100 %", "60 %")
    merchant, fails, notice = d.yes(0.6), d.pick(None, "sale", "hedge", "all"), d.pick("0 months", "3.5 months")
    index, settled = (
        d.pick(None, {"by": "inflation"}, {"by": "eur", "cap": "4 %/year", "lag": "1 months"}),
        d.pick("produced", "proxy", "flat"),
    )
    payments, compensated, shock = [d.pick(*PAYMENTS) for _ in range(4)], d.yes(0.4), d.yes(0.3)
    period, per, make_up = d.pick("monthly", "quarterly", "yearly"), d.pick("month", "year"), d.yes()

    def made(m: Any) -> Tree:
        clauses: Tree = {}
        risks: Tree = {}
        sold = {"payer": "buyer", "payee": "host", **payments[0]}
        price = {"price": m(50.0, "USD/MWh")} | ({"index": index} if index else {})
        if sale == "pay_as_produced":
            clauses["sale"] = sold | {"structure": sale, "share": share} | price
        elif sale == "spot":
            clauses["sale"] = sold | {"structure": "pay_as_produced", "share": share, "spot": "power"}
        elif sale == "baseload":
            clauses["sale"] = sold | {"structure": sale, "volume": "10 MW", "spot": "power"} | price
        elif sale == "pay_as_nominated":
            clauses["sale"] = sold | {"structure": sale, "spot": "power", "long_spread": m(5.0, "EUR/MWh")} | price
            clauses["sale"] |= {"misforecast": "16 %", "short_spread": m(8.0, "EUR/MWh")}
        else:
            clauses["sale"] = sold | {"structure": sale, "quantity": "100 GWh/year", "taken": "demand"} | price
            clauses["sale"] |= {"minimum": "80 %", "per": per} | (
                {"make_up": {"expires": "1 years"}} if make_up else {}
            )
            risks["demand"] = {"process": "logit_ou", "mean": "80 %", "logit_sd": 0.8, "reversion": "1.5 /year"}
        volume_of: Tree = {"of": "produced", "share": "70 %"}
        if settled == "proxy":
            volume_of = {"of": "proxy", "availability": "97 %"}
        if settled == "flat":
            volume_of = {"baseload": "8 MW"}
        lag = {"lag": "30 days"} if payments[1] else {}
        hedged = {"payer": "buyer", "payee": "host", "spot": "power", "volume": volume_of, "payment": lag}
        if hedge == "cfd":
            clauses["hedge"] = hedged | {"structure": "cfd", "strike": m(42.0, "EUR/MWh"), "floor": "0 EUR/MWh"}
        elif hedge in ("collar", "physical"):
            clauses["hedge"] = hedged | {"structure": "collar", "floor": m(36.0, "EUR/MWh"), "cap": m(55.0, "EUR/MWh")}
            clauses["hedge"]["settlement"] = "physical" if hedge == "physical" else "financial"
        elif hedge:
            clauses["hedge"] = hedged | {"structure": hedge, "fixed_revenue": m(5.0, "MUSD/year"), "settlement": period}
            clauses["hedge"]["fixed_revenue"] = m(5.0, "MEUR/year")
        if merchant and clauses["sale"]["structure"] == "pay_as_produced" and fails in ("sale", "all"):
            clauses["merchant"] = {"structure": "pay_as_produced", "payer": "outside", "payee": "host", "spot": "power"}
            clauses["merchant"] |= {"instead_of": "sale"} | payments[2]
        clauses["care"] = {"structure": "fixed_cost", "payer": "host", "payee": "outside", "of": "installed_capacity"}
        clauses["care"] |= {"price": m(28.0, "USD/kW/year"), "index": {"by": "inflation"}} | payments[3]
        if volume:
            risks["wind"] = {"process": "volume_index", "yearly_sd": "6 %", "monthly_sd": "15 %", "estimate_sd": "4 %"}
        if fails:
            ends = {"sale": ["sale"], "hedge": ["hedge"] if hedge else ["sale"]}.get(fails)
            risks["fails"] = {"process": "hazard", "rate": {"value": "25 %/year", "evidence": "historical"}}
            risks["fails"] |= {"notice": notice} | ({"ends": ends} if ends else {})
            if fails == "all" and merchant and "merchant" in clauses:
                risks["fails"]["ends"] = ["sale"]
            if compensated:
                paid = {"payer": "buyer", "payee": "host", "share": "40 %", "of": "capex_straight_line"}
                risks["fails"]["compensation"] = paid
        if shock:
            risks["jump"] = {"process": "shock", "tax_of": "host", "change": "20 %", "lasts": "14 months"}
            risks["jump"]["arrival"] = {"value": "40 %/year", "evidence": "historical"}
        generation: Tree = {
            "capacity": "50 MW",
            "p50": "165 GWh/year",
            "availability": "96 %",
            "degradation": "0.4 %/year",
        }
        generation["capture"] = {"rate": "92 %"}
        if volume:
            generation |= {"volume": "wind", "capture": {"rate": "92 %", "falls_with_volume": 0.2}}
        if sale == "take_or_pay" and not hedge:
            generation = {}
            clauses["care"] |= {"price": m(1.0, "MUSD/year")}
            del clauses["care"]["of"]
            risks.pop("wind", None)
        return {"clauses": clauses, "risks": risks, "capacity": None} | (
            {"generation": generation} if generation else {}
        )

    return made


def _owned(d: Drawn, start: str, farm: bool) -> Any:
    """What is built, bought, bought anew, stands on land and is restored, and who has a part of it."""
    build, buys, again = d.pick(True, True, False), d.pick(None, None, "assets", "shares"), d.yes(0.4)
    land, restore, end, shared = (
        d.pick(None, None, "rent", "revenue", "both"),
        d.yes(0.5),
        d.yes(0.5),
        d.pick(None, None, 1, 2),
    )
    own_term, broken = d.yes(), d.pick(None, "5 months")
    schedule = d.pick({"from": "2026-07-31", "months": 5}, {"2026-05-05": "30 %", "2026-11-20": "70 %"})
    methods = [d.pick(*DEPRECIATION) for _ in range(3)]
    deferred, earn, ebitda = d.yes(), d.pick(None, "first", "fails"), d.yes(0.3)
    resale, every, first_too, late = d.pick("0 %", "15 %"), d.pick("10 months", "14 months"), d.yes(), d.yes()
    deductible, wait = d.yes(), d.pick("0 months", "6 months")
    payments, currency = [d.pick(*PAYMENTS) for _ in range(4)], d.pick("USD", "EUR", "NOK")
    after_event = d.pick(None, "lost", "due")

    def made(m: Any) -> Tree:
        clauses: Tree = {}
        pays = {"payer": "host", "payee": "outside"}
        if build or end:
            cost = m(60.0, "MUSD") if farm else m(1.5, f"M{currency}/MW")
            clauses["build"] = pays | {
                "structure": "capex",
                "cost": cost,
                "schedule": schedule,
                "depreciation": methods[0],
            }
        if end:
            clauses["end"] = {
                "structure": "terminal_value",
                "payer": "outside",
                "payee": "host",
                "share": "10 %",
                "of": "build",
            }
        if buys:
            price = {"price": m(20.0, "MUSD")} if not ebitda else {"multiple": 4.0, "ebitda": m(5.0, "MUSD/year")}
            clauses["purchase"] = {
                "structure": "acquisition",
                "payer": "host",
                "payee": "seller",
                "closing": "2026-09-15",
            }
            clauses["purchase"] |= price | {"buys": buys, "transaction_costs": "2 %"}
            if buys == "assets":
                clauses["purchase"]["depreciation"] = methods[1]
            if deferred:
                repaid = {"2027-03-15": "50 %", "2028-01-10": "50 %"}
                clauses["purchase"]["deferred"] = {"share": "30 %", "rate": "7 %/year", "repaid": repaid}
            if earn:
                clauses["purchase"]["earn_out"] = {"amount": m(3.0, "MUSD"), "due": "2027-12-20", "unless": earn}
        if again:
            clauses["again"] = pays | {"structure": "equipment_refresh", "cost": m(9.0, f"M{currency}"), "every": every}
            clauses["again"] |= {"resale": resale, "buys_first": first_too, "depreciation": methods[2]}
            clauses["again"] |= (
                {"index": {"by": "-8 %/year"}} | ({"none_in_last": "4 months"} if late else {}) | payments[0]
            )
        if land:
            clauses["land"] = {"structure": "land_lease", "payer": "host", "payee": "owner"} | payments[1]
            if land in ("rent", "both") or farm:
                clauses["land"] |= {"rent": m(20.0, "kUSD/ha/year"), "area": "12 ha", "index": {"by": "2 %/year"}}
            if land in ("revenue", "both") and not farm:
                clauses["land"]["share_of_revenue"] = "1.5 %"
            if own_term:
                clauses["land"] |= {"from": "2026-07-20", "term": "6 years"}
            if broken:
                clauses["land"]["break"] = broken
        if restore:
            clauses["restore"] = pays | {"structure": "decommissioning", "wait": wait, "deductible": deductible}
            clauses["restore"] |= {"cost": m(7.0, f"M{currency}"), "index": {"by": "inflation"}}
        if shared:
            clauses["fund"] = {"structure": "joint_venture", "payer": "host", "payee": "partner", "share": "49 %"}
        if after_event and end:
            clauses["end"]["after_event"] = after_event
        return {"clauses": clauses}

    return made


def finished(contract: Tree) -> Tree:
    """The contract with what only the whole can say: what requires an event, and what names something that is not
    there."""
    clauses, risks = contract["clauses"], contract["risks"]
    for name, gates in clauses.pop("_requires", {}).items():
        if name in clauses:
            clauses[name]["requires"] = gates
    if clauses.get("purchase", {}).get("earn_out", {}).get("unless", "first") not in risks:
        clauses.get("purchase", {}).pop("earn_out", None)
    if "build" not in clauses:
        for risk in risks.values():
            if risk.get("compensation", {}).get("of") in ("tax_basis", "capex_straight_line"):
                del risk["compensation"]
    return contract
