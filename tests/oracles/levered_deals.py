"""Levered contracts for tests: some written by hand, others drawn by seed over the keys of ``financing``, terms of
payment, events and the volatility of prices; amounts scaled by a factor."""

from __future__ import annotations

import random
from io import StringIO
from pathlib import Path
from typing import Any

from small_deal import _yaml, dates_as_text, merged, write

Tree = dict[str, Any]

SITE = """
parties: {host: Host, tenant: Tenant, supplier: Supplier, state: State}
dates: {valuation: 2026-06-30, start: 2027-07-01, term: 7 years}
discount_rate: 8 %/year
equity_discount_rate: {value: 11 %/year, basis: nominal post-tax levered}
capacity: {contracted: 100 MW, utilisation: use}
clauses:
  rent: {price: 100 USD/kW/month}
  power: {structure: power_supply, payer: host, payee: supplier, spot: power}
  care: {structure: fixed_cost, payer: host, payee: outside, price: 9 USD/kW/month, index: {by: inflation}}
  build:
    structure: capex
    payer: host
    payee: outside
    cost: 2.8 MUSD/MW
    schedule: {from: 2026-07-31, months: 12}
    depreciation: {method: straight_line, life: 7 years}
tax: {host: {rate: 25 %, losses: carry_forward}}
risks:
  use: {process: logit_ou, mean: 85 %, logit_sd: 0.6, reversion: 2 /year}
  gone: {process: hazard, rate: {value: 10 %/year, evidence: historical}, notice: 3 months}
financing: {borrower: host}
"""
"""A site that is let gross for seven years: its rent is fixed, its power is bought at the market, its tenant may go."""

BY_HAND = {
    "half-yearly, sculpted, with a termination payment": """
clauses: {rent: {payment: {lag: 45 days}}}
risks: {gone: {compensation: {payer: state, payee: host, share: 60 %, of: capex_straight_line, lag: 4 months}}}
financing:
  service: half_year
  debt:
    bank: {size: {dscr: 1.35, max_gearing: 75 %}, rate: 6.5 %/year, repayment: sculpted, tenor: 6 years,
             upfront_fee: 1.5 %, commitment_fee: 0.7 %/year}
  reserves: {debt_service: {months: 6 months, filled: at_completion}}
  covenants: {lock_up: 1.2, default: 1.05}
""",
    "quarterly, floating and swept, two loans and the owners'": """
clauses:
  help: {structure: grant, payer: state, payee: host, share: 10 %, of: build, payment: {lag: 2 months}}
  again: {structure: equipment_refresh, payer: host, payee: outside, cost: 20 MUSD, every: 3 years}
risks: {base_rate: {process: logit_ou, mean: 3 %, logit_sd: 0.5, reversion: 0.5 /year}}
financing:
  service: quarter
  draws: owners_first
  debt:
    first: {size: 45 %, floating: {factor: base_rate, margin: 2.5 %/year, fixed_share: 60 %, swap_rate: 3.5 %/year},
             repayment: equal_principal, tenor: 5 years, grace: 6 months, sweep: 50 %}
    second: {size: 30 MUSD, rate: {2026-07-01: 9 %/year, 2029-01-01: 10 %/year}, repayment: bullet, tenor: 6 years}
  reserves: {debt_service: {months: 9 months, filled: from_cash}, maintenance: {months: 18 months}}
  covenants: {lock_up: 1.1, unpaid_for: 3}
  shareholder_loan: {part: 40 %, rate: 8 %/year}
""",
    "yearly, level, at year ends": """
dates: {valuation: 2026-12-31, start: 2029-01-01, flows: year_end}
tax: {host: {paid: in_year}}
clauses: {build: {schedule: {from: null, months: null, 2027-12-31: 40 %, 2028-12-31: 60 %}}}
financing:
  service: year
  cfads: pre_tax
  draws: loans_first
  debt: {bank: {size: 60 %, rate: 7 %/year, repayment: level, tenor: 7 years}}
""",
}  # fmt: skip


def by_hand(name: str) -> Tree:
    """A contract written by hand, as the change of the small contract that makes it."""
    read = _yaml().load
    return merged(dates_as_text(read(SITE)), dates_as_text(read(BY_HAND[name])))


def put(folder: Path, contract: Tree, market: Tree | None = None) -> Path:
    """The files of a contract; the path of the contract."""
    texts = []
    for tree in (contract, market or {}):
        out = StringIO()
        _yaml().dump(tree, out)
        texts.append(out.getvalue())
    folder.mkdir(exist_ok=True)
    return write(folder, *texts)


def drawn(seed: int, k: float = 1.0) -> tuple[Tree, Tree]:
    """A contract and its market by seed, all money times ``k``."""
    d = random.Random(seed)
    pick, yes = d.choice, lambda chance=0.5: d.random() < chance
    m = lambda amount, unit: f"{k * amount!r} {unit}"  # noqa: E731
    lag = lambda: pick(({}, {}, {"lag": "40 days"}, {"lag": "3 months"}, {"in": "advance"}))  # noqa: E731
    contract = dates_as_text(_yaml().load(SITE))
    clauses, risks, dates = contract["clauses"], contract["risks"], contract["dates"]
    clauses["rent"] |= {"price": m(pick((70.0, 85.0, 100.0)), f"{pick(('USD', 'EUR'))}/kW/month"), "payment": lag()}
    clauses["power"]["payment"], clauses["care"]["payment"] = lag(), lag()
    clauses["care"]["price"] = m(9.0, "USD/kW/month")
    clauses["build"] |= {"cost": m(pick((2.2, 2.9)), "MUSD/MW"), "payment": pick(({}, {"lag": "1 months"}))}
    clauses["build"]["schedule"] = pick(
        (
            {"from": "2026-07-31", "months": 12, "shape": pick(("equal", "s_curve"))},
            {"2026-08-15": "30 %", "2027-03-31": "50 %", "2027-08-20": "20 %"},
        )
    )
    if yes(0.3):
        clauses["help"] = {"structure": "grant", "payer": "state", "payee": "host", "share": "15 %", "of": "build"}
        clauses["help"]["payment"] = {"lag": pick(("1 months", "5 months"))}
    elif yes(0.3):
        clauses["build"] |= {"cost": m(2.2, "MEUR/MW"), "payment": {}}
    if yes(0.4):
        clauses["again"] = {"structure": "equipment_refresh", "payer": "host", "payee": "outside", "every": "3 years"}
        clauses["again"]["cost"] = m(25.0, "MUSD")
    if yes(0.3):
        clauses["restore"] = {"structure": "decommissioning", "payer": "host", "payee": "outside"}
        clauses["restore"]["cost"] = m(8.0, "MUSD")
    if yes(0.3):
        clauses["worth"] = {"structure": "terminal_value", "payer": "outside", "payee": "host", "share": "15 %"}
        clauses["worth"]["of"] = "build"
    if yes(0.3):
        levy = {"structure": "property_tax", "payer": "host", "payee": "state", "rate": "0.7 %/year"}
        clauses["levy"] = levy | {"assessed": "80 %"}
    if yes(0.3):
        clauses["build"]["vat"] = {"rate": "25 %", "settled_after": "2 months"}
    if yes(0.2):
        clauses["build"]["investment_credit"] = {"share": "10 %"}
    contract["tax"]["host"] |= {
        "losses": pick(("carry_forward", "none", "refunded")),
        "year_start": pick(("01-01", "01-01", "07-01")),
        "paid": pick(("in_year", ["02-15", "04-15"])),
        "residual": pick(("written_off", "continues")),
    }
    if contract["tax"]["host"]["losses"] == "carry_forward" and yes(0.3):
        contract["tax"]["host"]["loss_limit"] = {"share": "60 %", "free": m(1.0, "MUSD"), "carry_forward": "5 years"}
    if yes(0.3):
        limit = {"share": "25 %", "threshold": m(2.0, "MUSD"), "carry_forward": "3 years"}
        contract["tax"]["host"]["interest_limit"] = limit
    if yes(0.7):
        risks["gone"]["rate"]["value"] = pick(("3 %/year", "25 %/year"))
        of = pick((None, "capex_straight_line", "tax_basis", "remaining_rent"))
        if of:
            risks["gone"]["compensation"] = {"payer": "state", "payee": "host", "share": pick(("40 %", "100 %"))}
            risks["gone"]["compensation"] |= {"of": of, "lag": pick(("1 months", "7 months"))}
    else:
        del risks["gone"]
    if yes(0.2):
        wait = {"probability": "60 %", "distribution": "exponential", "mean": "4 months", "max": "11 months"}
        risks["late"] = {"process": "delay", "of": "rent", "phase": 1, "delay": wait, "end": pick(("fixed", "moves"))}
        clauses["build"] |= {"delayed_by": "late"} if yes() else {}
    if yes(0.3):
        risks["up"] = {"process": "outages", "nodes": 20, "up_time": "9 months", "repair": "4 days"}
        bands = [{"at_least": "99.5 %", "credit": "0 %"}, {"at_least": "0 %", "credit": "20 %"}]
        clauses["rent"]["service_credits"] = {"uptime": "up", "steps": bands}
    if yes(0.25):
        dates |= {"valuation": "2026-12-31", "start": "2029-01-01", "flows": "year_end"}
        clauses["build"]["schedule"] = {"2027-12-31": "40 %", "2028-12-31": "60 %"}
        contract["tax"]["host"] |= {"year_start": "01-01", "paid": "in_year"}
    contract["financing"] = _financing(d, m, risks, begins=dates["start"])
    curve = {"2026-07-01": m(30.0, "EUR/MWh"), "2027-03-01": m(45.0, "EUR/MWh")}
    slow = {"volatility": pick(("0.3 /sqrt(year)", "1.2 /sqrt(year)", "2 /sqrt(year)"))}
    return contract, {"factors": {"power": {"forward": {"curve": curve}, "slow": slow}}}


def _financing(d: random.Random, m: Any, risks: Tree, begins: str) -> Tree:
    pick, yes = d.choice, lambda chance=0.5: d.random() < chance
    service = pick(("month", "quarter", "half_year", "half_year", "year"))
    terms: Tree = {"borrower": "host", "service": service, "cfads": pick(("after_tax", "pre_tax"))}
    terms["draws"] = pick(("pro_rata", "owners_first", "loans_first"))
    if yes(0.3):
        terms["close"] = "2026-09-15"
    if begins == "2027-07-01" and yes(0.4):
        terms["completion"] = pick(("2027-04-30", "2027-09-30"))
    debt: Tree = {}
    tenors = ["5 years", "6 years"] + ([] if "completion" in terms else ["7 years"])
    for name in ("first", "second", "third")[: pick((0, 1, 1, 1, 2, 2, 3))]:
        way = pick(("share", "amount", "cover", "case"))
        size: Any = pick(("25 %", "40 %", "55 %")) if way == "share" else m(pick((40.0, 90.0)), "MUSD")
        repayment = pick(("level", "equal_principal", "sculpted", "sculpted"))
        if way == "cover":
            size = {"dscr": pick((1.1, 1.4, 2.5)), "max_gearing": pick(("50 %", "80 %"))}
        elif way == "case":
            terms["cases"] = {"dear": {"factor": "power", "exceeded_with": "10 %"}}
            size = {"dscr": 1.5, "by_case": {"dear": 1.2}, "max_gearing": "60 %"}
        elif yes(0.2):
            repayment = "bullet"
        loan: Tree = {"size": size, "repayment": repayment, "tenor": pick(tenors)}
        if yes(0.3):
            risks["base_rate"] = {"process": "logit_ou", "mean": "3 %", "logit_sd": 0.5, "reversion": "0.5 /year"}
            loan["floating"] = {"factor": "base_rate", "margin": "2 %/year"}
            if yes():
                loan["floating"] |= {"fixed_share": "70 %", "swap_rate": "3.5 %/year"}
        else:
            loan["rate"] = pick(("6 %/year", {"2026-07-01": "5 %/year", "2029-01-01": "8 %/year"}))
        if repayment != "bullet" and yes(0.3):
            loan["grace"] = "12 months"
        if yes():
            loan |= {"upfront_fee": "1.5 %", "commitment_fee": "0.8 %/year"}
        if yes(0.3):
            loan["sweep"] = pick(("50 %", "100 %"))
        debt[name] = loan
    if debt:
        terms["debt"] = debt
    reserves: Tree = {}
    if debt and yes(0.6):
        reserves["debt_service"] = {"months": pick(("5 months", "6 months", "12 months"))}
        reserves["debt_service"]["filled"] = pick(("at_completion", "from_cash"))
    if yes(0.3):
        reserves["maintenance"] = {"months": "18 months"}
    if yes(0.2):
        reserves["tax"] = True
    if reserves:
        terms["reserves"] = reserves
    if debt and yes(0.7):
        terms["covenants"] = {"lock_up": pick((1.1, 1.3)), "unpaid_for": pick((1, 2, 4))}
        if yes():
            terms["covenants"]["default"] = 1.02
    if yes(0.3):
        terms["shareholder_loan"] = {"part": pick(("40 %", "100 %")), "rate": "9 %/year"}
    return terms
