"""The JSON Schema of the financing and of the levelised numbers, each key with its unit."""

from __future__ import annotations

from typing import Any

from valuation.report.financing_json import SPREAD
from valuation.report.json_shapes import COUNT, MAYBE, MAYBE_SHARE, NUMBER, SHARE, TEXT, listing, shape

DAY: dict[str, Any] = {"type": "string", "format": "date"}
MAYBE_DAY: dict[str, Any] = {"type": ["string", "null"], "format": "date"}

MONEY = "amount in units of audit.currency"
COVER = "cover ratio [1]"
RATE = "share a year [1/year]"
OF_PATHS = "share of the paths [1]"
YEARS = "years from the valuation date"


def distribution_schema() -> dict[str, Any]:
    """JSON Schema of a distribution over the paths; ``count`` is on how many of them the measure exists."""
    return shape({**dict.fromkeys(SPREAD, MAYBE), "count": COUNT})


def financing_schema() -> dict[str, Any]:
    """JSON Schema of ``financing_object``."""
    years = {
        "year": {"type": "integer"},
        "base": _said(MAYBE, COVER),
        "dscr": _spread(COVER),
        "below_lock_up": _said(MAYBE_SHARE, OF_PATHS),
        "below_one": _said(SHARE, OF_PATHS),
        "in_default": _said(SHARE, OF_PATHS),
    }
    service = {
        "day": DAY,
        **_each(NUMBER, MONEY, "cfads", "interest", "principal", "debt"),
        "dscr": _said(MAYBE, COVER),
        **_each(NUMBER, MONEY, "reserves", "distribution", "paid_in"),
    }
    case = {
        **_each(TEXT, "", "name", "what"),
        "dscr_min": _said(MAYBE, COVER),
        "dscr_min_day": MAYBE_DAY,
        **_each(MAYBE, COVER, "dscr_average", "llcr", "plcr"),
        "debt_at_end": _said(NUMBER, MONEY),
        "defaults": {"type": "boolean"},
        "equity_npv": _said(NUMBER, MONEY),
        "equity_irr": _said(MAYBE, RATE),
    }
    line = {"label": TEXT, "amount": _said(NUMBER, MONEY), "share": _said(NUMBER, "of all sources, or of all uses [1]")}
    ratios = {
        f"{name}{end}": _spread(COVER) if not end else _said(MAYBE, COVER)
        for name in ("dscr_min", "dscr_average", "llcr", "plcr")
        for end in ("", "_base")
    }
    return shape(
        {
            "borrower": TEXT,
            "service": {"enum": ["month", "quarter", "half_year", "year"]},
            "cfads": {"enum": ["after_tax", "pre_tax"]},
            **_each(DAY, "", "completion", "close"),
            "iterations": COUNT,
            "residual": _said(NUMBER, "share of the need [1]"),
            **_each(MAYBE, COVER, "lock_up", "default"),
            "loans": listing(_loan()),
            "sources": listing(shape(line)),
            "uses": listing(shape(line)),
            "owners": _owners(),
            **ratios,
            "dscr_min_day": MAYBE_DAY,
            "dscr_min_months": listing(shape({"day": DAY, "share": _said(SHARE, OF_PATHS)})),
            **_each(NUMBER, MONEY, "support_base", "support_mean"),
            "chances": _chances(),
            "years": listing(shape(years)),
            "schedule": listing(shape(service)),
            "cases": listing(shape(case)),
        }
    )


def levelised_schema() -> dict[str, Any]:
    """JSON Schema of ``levelised_object``."""
    per = "audit.currency a unit of `unit`"
    return shape(
        {
            "unit": {"enum": ["MWh", "kW/month"]},
            "pv_volume": _said(NUMBER, "discounted volume [MWh, or kW and month]"),
            **{name: {"anyOf": [{"type": "null"}, _spread(per)]} for name in ("price", "cost")},
            **_each(MAYBE, per, "price_base", "fixed_charge_cost"),
            **_each(NUMBER, per, "cost_base", "after_tax"),
        }
    )


def _loan() -> dict[str, Any]:
    covers = {"type": "object", "additionalProperties": NUMBER}
    return shape(
        {
            **_each(TEXT, "", "name", "lender"),
            "amount": _said(NUMBER, MONEY),
            "part_of_need": _said(NUMBER, "share of the uses less grants [1]"),
            "repayment": {"enum": ["level", "equal_principal", "sculpted", "bullet"]},
            **_each(COUNT, "months", "tenor_months", "grace_months"),
            "first_rate": _said(NUMBER, RATE),
            **_each(TEXT, "", "sized_by", "status"),
            "carried": _said(MAYBE, MONEY),
            "covers": _said(covers, COVER),
            "interest": _said(NUMBER, MONEY),
        }
    )


def _owners() -> dict[str, Any]:
    status = {"type": "object", "additionalProperties": COUNT}
    irr = {**dict.fromkeys(SPREAD, MAYBE), "of_expected_flows": MAYBE, "status": status}
    of_paths = {name: {"anyOf": [{"type": "null"}, spread]} for name, spread in _of_paths().items()}
    return shape(
        {
            "rate": _said(NUMBER, RATE),
            "npv": _spread(MONEY),
            "npv_base": _said(NUMBER, MONEY),
            "npv_negative": _said(SHARE, OF_PATHS),
            "irr": {**shape(irr), "description": RATE},
            "irr_base": _said(MAYBE, RATE),
            "irr_status": TEXT,
            **_each(NUMBER, MONEY, "paid_in", "paid_out"),
            **of_paths,
            **_of_base(),
        }
    )


def project_schema() -> dict[str, Any]:
    """Modified rate, multiple and payback of the view's investment."""
    return shape({**_of_paths(), **_of_base()})


def _of_paths() -> dict[str, Any]:
    """Modified rate, multiple and payback over the paths."""
    times = {"mirr": RATE, "moic": "times [1]", "payback_years": YEARS, "discounted_payback_years": YEARS}
    return {name: _spread(unit) for name, unit in times.items()}


def _of_base() -> dict[str, Any]:
    """The same of the base case."""
    rates = {"mirr_base": _said(MAYBE, RATE), "moic_base": _said(MAYBE, "times [1]")}
    return {**rates, **_each(MAYBE, YEARS, "payback_years_base", "discounted_payback_years_base")}


def _chances() -> dict[str, Any]:
    return shape(
        {
            **_each(SHARE, OF_PATHS, "default", "debt_left", "support"),
            **_each(MAYBE_SHARE, OF_PATHS, "default_given_no_event", "locked_up"),
        }
    )


def _spread(unit: str) -> dict[str, Any]:
    return {"$ref": "#/$defs/distribution", "description": unit}


def _each(kind: dict[str, Any], unit: str, *names: str) -> dict[str, Any]:
    return {name: _said(kind, unit) if unit else kind for name in names}


def _said(kind: dict[str, Any], unit: str) -> dict[str, Any]:
    return {**kind, "description": unit}
