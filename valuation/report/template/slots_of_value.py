"""Slots of what the deal is worth: base case, mean and percentiles, and the value beside other values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from valuation.report.template.slots import Slot, Value, cell, listed, table

if TYPE_CHECKING:
    from valuation.statistics.distribution import Distribution
    from valuation.tables import Tables

LEVELS = (1, 5, 10, 25, 50, 75, 90, 95, 99)
Spread = Callable[["Tables"], "Distribution | None"]


def of_spread(key: str, words: str, unit: str, spread: Spread) -> tuple[Slot, ...]:
    """Mean, standard error, standard deviation and percentiles of one measure, each in a cell, and all in a list."""

    def at(field: str) -> Callable[[Tables], Value]:
        def value(tables: Tables) -> Value:
            found = spread(tables)
            return None if found is None else getattr(found, field)

        return value

    return (
        cell(f"{key}_mean", f"{words}, mean of the paths", unit, at("mean")),
        cell(f"{key}_se", f"{words}, standard error of the mean", unit, at("se")),
        cell(f"{key}_sd", f"{words}, standard deviation", unit, at("sd")),
        *(cell(f"{key}_p{p}", f"{words}, {_nth(p)} percentile", unit, at(f"p{p}")) for p in LEVELS),
        *(
            cell(f"{key}_p{p}_se", f"{words}, standard error of the {_nth(p)} percentile", unit, at(f"se_p{p}"))
            for p in (5, 50, 95)
        ),
        listed(
            f"{key}_percentiles",
            f"{words}, percentiles 1, 5, 10, 25, 50, 75, 90, 95, 99",
            unit,
            lambda t: tuple(at(f"p{p}")(t) for p in LEVELS),
        ),
    )


def _nth(percent: int) -> str:
    return f"{percent}{'st' if percent == 1 else 'th'}"


VALUE: tuple[Slot, ...] = (
    cell("npv_base", "NPV after tax, base case", "currency", lambda t: t.base.npv, "out_base_npv"),
    *of_spread("npv", "NPV after tax", "currency", lambda t: t.npv),
    cell(
        "npv_before_tax_base", "NPV before tax, base case", "currency", lambda t: t.base.npv_pre_tax,
        "out_base_npv_before_tax",
    ),
    *of_spread("npv_before_tax", "NPV before tax", "currency", lambda t: t.npv_pre_tax),
    cell("npv_risk_free_base", "NPV at the risk-free rate, base case", "currency", lambda t: t.base.npv_risk_free),
    cell("npv_of_expected_flows", "PV of the expected cash flows after tax; equals the mean NPV", "currency",
         lambda t: t.npv.mean, "out_mean_npv"),
    cell("irr_base", "IRR after tax, base case", "1/year", lambda t: t.base.irr, "out_base_irr"),
    *of_spread("irr", "IRR after tax", "1/year", lambda t: t.irr.distribution),
    cell("irr_of_expected_flows", "IRR of the expected cash flows after tax", "1/year",
         lambda t: t.irr.of_expected_flows, "out_expected_irr"),
    cell("irr_before_tax_base", "IRR before tax, base case", "1/year", lambda t: t.base.irr_pre_tax,
         "out_base_irr_before_tax"),
    cell("margin_base", "margin over the life (PV of EBITDA over PV of revenue), base case", "1",
         lambda t: t.base.margin),
    *of_spread("margin", "margin over the life", "1", lambda t: t.margin),
    cell("margin_of_expected_flows", "margin of the expected flows", "1",
         lambda t: t.margin_of_expected_flows.ratio if t.margin_of_expected_flows else None),
    cell("margin_of_expected_flows_se", "its standard error", "1",
         lambda t: t.margin_of_expected_flows.se if t.margin_of_expected_flows else None),
    cell("payback_base", "payback from the valuation date, base case", "years", lambda t: t.base.payback_years),
    cell("discounted_payback_base", "the same, discounted", "years", lambda t: t.base.discounted_payback_years),
    cell("moic_base", "cash returned over cash invested, base case", "1", lambda t: t.base.moic),
    cell("sunk", "flows dated before the valuation date, outside every measure", "currency", lambda t: t.base.sunk),
    cell("investment", "what the view invests over the life, base case", "currency",
         lambda t: t.figures.investment if t.figures else None),
    cell("power_mw", "largest power let, base case", "MW", lambda t: t.figures.power_mw if t.figures else None),
    cell("levelised_cost_base", "levelised cost, base case", "currency per unit below",
         lambda t: t.levelised.cost_base if t.levelised else None),
    cell("levelised_price_base", "levelised price, base case", "currency per unit below",
         lambda t: t.levelised.price_base if t.levelised else None),
    cell("levelised_unit", "what the levelised cost and price are per", "text",
         lambda t: t.levelised.unit if t.levelised else None),
    table("bridge", "from the base NPV to the mean NPV",
          ("step", "NPV [currency]", "change [currency]", "standard error [currency]"),
          lambda t: tuple((b.step, b.npv, b.change, b.se) for b in t.bridge)),
    listed("bridge_steps", "steps of the bridge", "text", lambda t: tuple(b.step for b in t.bridge)),
    listed("bridge_npv", "NPV after each step", "currency", lambda t: tuple(b.npv for b in t.bridge)),
    listed("bridge_change", "change of each step", "currency", lambda t: tuple(b.change for b in t.bridge)),
    listed("rates", "discount rates of the next two lists", "1/year", lambda t: tuple(r.rate for r in t.npv_by_rate)),
    listed("npv_by_rate_base", "base NPV at these rates", "currency",
           lambda t: tuple(r.base_npv for r in t.npv_by_rate)),
    listed("npv_by_rate_mean", "mean NPV at these rates", "currency",
           lambda t: tuple(r.mean_npv for r in t.npv_by_rate)),
    table("break_even", "value of an input at which the base NPV is 0",
          ("input", "value", "unit", "stated in the file", "reason where there is none"),
          lambda t: tuple((b.path, b.value, b.unit, b.stated, b.reason) for b in t.break_even.values())),
    table("scenarios", "the file as it stands, then its scenarios",
          ("name", "base NPV [currency]", "base IRR [1/year]", "base margin [1]", "mean NPV [currency]",
           "standard error [currency]", "P(NPV < 0) [1]"),
          lambda t: tuple((s.name, s.npv_base, s.irr_base, s.margin_base, s.npv_mean, s.npv_se, s.npv_negative)
                          for s in t.scenarios)),
    table("value_by_party", "what the contract is worth to each party",
          ("party", "name", "discount rate [1/year]", "base NPV [currency]", "mean NPV [currency]",
           "standard error [currency]"),
          lambda t: tuple((p.party, p.name, p.discount_rate, p.npv_base, p.npv_mean, p.npv_se) for p in t.parties)),
    cell("debt", "loans together, as sized on the base case", "currency",
         lambda t: sum(loan.amount for loan in t.financing.loans) if t.financing else None),
    cell("npv_equity_base", "NPV of the owners, base case", "currency",
         lambda t: t.financing.owners.npv_base if t.financing else None),
    *of_spread("npv_equity", "NPV of the owners", "currency",
               lambda t: t.financing.owners.npv if t.financing else None),
    cell("irr_equity_base", "IRR of the owners, base case", "1/year",
         lambda t: t.financing.owners.irr_base if t.financing else None),
    *of_spread("irr_equity", "IRR of the owners", "1/year",
               lambda t: t.financing.owners.irr.distribution if t.financing else None),
    cell("dscr_min_base", "least cover of debt service, base case", "1",
         lambda t: t.financing.dscr_min_base if t.financing else None),
    *of_spread("dscr_min", "least cover of debt service of a path", "1",
               lambda t: t.financing.dscr_min if t.financing else None),
    cell("llcr_base", "loan life cover, base case", "1", lambda t: t.financing.llcr_base if t.financing else None),
    table("loans", "the loans", ("name", "lender", "amount [currency]", "share of the need [1]", "tenor [months]",
                                 "first rate [1/year]", "interest over its life [currency]"),
          lambda t: tuple((x.name, x.lender, x.amount, x.part_of_need, float(x.tenor_months), x.first_rate, x.interest)
                          for x in (t.financing.loans if t.financing else ()))),
    table("sources", "sources of the investment", ("label", "amount [currency]", "share [1]"),
          lambda t: tuple((x.label, x.amount, x.share) for x in (t.financing.sources if t.financing else ()))),
    table("uses", "uses of the investment", ("label", "amount [currency]", "share [1]"),
          lambda t: tuple((x.label, x.amount, x.share) for x in (t.financing.uses if t.financing else ()))),
)  # fmt: skip
