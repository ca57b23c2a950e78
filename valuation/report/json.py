"""The result as one JSON object: money in units of the currency, rates as fractions, missing = null."""

from __future__ import annotations

import json
from typing import Any

from valuation.report.financing_json import financing_object, levelised_object, project_object
from valuation.report.numbers import finite
from valuation.report.previous_json import previous_object
from valuation.report.uncertainty_json import uncertainty_object
from valuation.statistics.distribution import Distribution
from valuation.tables import (
    BreakEven,
    Claim,
    ClaimsAudit,
    Indicator,
    IrrSummary,
    PartyValue,
    ScenarioCase,
    Survivors,
    Tables,
    three_measures,
)

MOMENTS = ("mean", "se", "sd", "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "se_p5", "se_p50", "se_p95")
FRACTIONS = {"%": "1", "%/year": "1/year"}
"""Units of shares and rates, which are fractions in this object."""
BREAK_EVENS = ("rent", "capex", "power_price")


def to_json_object(tables: Tables) -> dict[str, Any]:
    """The result with the keys of docs/schema/result.schema.json; every key is always there.

    Raises
    ------
    NotFiniteError : when a number is infinite or NaN; it names the key.
    """
    probability = tables.probability
    audit, transfers = tables.audit, tables.transfers
    whole = {
        "npv": _moments(tables.npv),
        "irr": _irr(tables.irr),
        "margin": _margin(tables),
        "given_no_event": _survivors(tables.survivors),
        "base": {"npv": tables.base.npv, "irr": tables.base.irr, "margin": tables.base.margin},
        "probability": {
            "npv_negative": probability.npv_negative,
            "npv_negative_risk_free": probability.npv_negative_risk_free,
            "irr_negative": probability.irr_negative,
            "irr_below_hurdle": probability.irr_below_hurdle,
            "no_irr": probability.no_irr,
            "revoked": probability.revoked,
            "term_cut_short": probability.term_cut_short,
            "by_cause": dict(probability.by_cause),
            "starts": {name: dict(chances) for name, chances in probability.starts.items()},
        },
        "parameter_uncertainty": uncertainty_object(tables.parameter_uncertainty),
        "project": project_object(tables.project),
        "bridge": [
            {"step": step.step, "npv": step.npv, "change": step.change, "se": step.se} for step in tables.bridge
        ],
        "break_even": {"on": "base_npv", **{key: _break_even(tables.break_even.get(key)) for key in BREAK_EVENS}},
        "indicators": [_indicator(indicator) for indicator in tables.indicators],
        "claims": [_claim(claim) for claim in tables.claims],
        "claims_audit": _claims_audit(tables.claims_audit),
        "scenarios": [_scenario(case) for case in tables.scenarios],
        "parties": {one.party: _party(one) for one in tables.parties},
        "transfer_residual": None if transfers is None else transfers.residual,
        "transfer_gross": None if transfers is None else transfers.gross,
        "financing": financing_object(tables.financing),
        "levelised": levelised_object(tables.levelised),
        "previous": previous_object(tables.previous),
        "audit": {
            "seed": audit.seed,
            "paths": audit.paths,
            "digest": audit.digest,
            "spec_sha256": audit.spec_sha256,
            "version": audit.version,
            "command": audit.command,
            "currency": audit.currency,
            "view": audit.view,
            "scenario": audit.scenario,
            "overrides": list(audit.overrides),
            "stated_rates": dict(audit.stated_rates),
        },
    }
    checked: dict[str, Any] = finite_throughout(whole, "")
    return checked


def to_json_text(tables: Tables) -> str:
    """The object as ASCII text, keys in a fixed order: the same run gives the same text."""
    return json.dumps(to_json_object(tables), indent=2, allow_nan=False) + "\n"


def _moments(distribution: Distribution) -> dict[str, Any]:
    return {name: getattr(distribution, name) for name in MOMENTS}


def _irr(irr: IrrSummary) -> dict[str, Any]:
    return {
        **_moments(irr.distribution),
        "of_expected_flows": irr.of_expected_flows,
        "status": dict(irr.status),
    }


def _survivors(found: Survivors | None) -> dict[str, Any]:
    if found is None:
        return dict.fromkeys(("share", "npv_mean", "npv_se"))
    return {"share": found.share, "npv_mean": found.npv_mean, "npv_se": found.npv_se}


def _margin(tables: Tables) -> dict[str, Any]:
    expected = tables.margin_of_expected_flows
    return {
        **_moments(tables.margin),
        "of_expected_flows": None if expected is None else expected.ratio,
        "se_of_expected_flows": None if expected is None else expected.se,
    }


def _break_even(found: BreakEven | None) -> dict[str, Any]:
    if found is None:
        return {"value": None, "reason": "the contract has no such number"}
    if found.value is None:
        return {"value": None, "reason": found.reason}
    return {"path": found.path, "value": found.value, "unit": found.unit}


def _indicator(indicator: Indicator) -> dict[str, Any]:
    years = [
        {"year": y.year, "given_alive": y.given_alive, "and_alive": y.and_alive, "alive": y.alive}
        for y in indicator.years
    ]
    return {"name": indicator.name, "when": indicator.when, "over": indicator.over, "years": years}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "quote": claim.quote,
        "source": claim.source,
        "check": claim.check or None,
        "value": claim.value,
        "unit": FRACTIONS.get(claim.unit, claim.unit) or None,
        "verdict": claim.verdict,
        "with": list(claim.with_),
    }


def _claims_audit(audit: ClaimsAudit | None) -> dict[str, Any] | None:
    if audit is None:
        return None
    return {
        "amounts": [
            {
                "claim": one.claim,
                "reading": one.reading,
                "operator": one.operator,
                "claimed": _measures(one.reading, one.amount),
                "model": _measures(one.reading, one.model),
            }
            for one in audit.amounts
        ],
        "conflicts": [
            {"claims": list(one.claims), "rule": one.rule, "implied_margin": one.implied_margin}
            for one in audit.conflicts
        ],
        "implied": [
            {
                "claims": list(one.claims),
                "reading": one.reading,
                "operator": one.operator,
                **_measures(one.reading, one.amount),
            }
            for one in audit.implied
        ],
    }


def _measures(reading: str, amount: float | None) -> dict[str, Any]:
    names = ("per_kw_month", "per_mw_year", "per_kwh")
    return {
        **dict(zip(names, three_measures(reading, amount), strict=True)),
        "margin": amount if reading == "margin" else None,
    }


def _scenario(case: ScenarioCase) -> dict[str, Any]:
    return {
        "name": case.name,
        "npv_base": case.npv_base,
        "irr_base": case.irr_base,
        "margin_base": case.margin_base,
        "npv_mean": case.npv_mean,
        "npv_se": case.npv_se,
        "npv_negative": case.npv_negative,
        "paths": case.paths,
    }


def _party(one: PartyValue) -> dict[str, Any]:
    return {
        "npv_base": one.npv_base,
        "npv_mean": one.npv_mean,
        "npv_se": one.npv_se,
        "discount_rate": one.discount_rate,
        "cash": one.cash,
        "taxed": one.taxed,
    }


def finite_throughout(value: Any, key: str) -> Any:
    """The same object, every float finite and -0 as 0."""
    if isinstance(value, dict):
        return {name: finite_throughout(item, f"{key}.{name}".strip(".")) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite_throughout(item, f"{key}[{place}]") for place, item in enumerate(value)]
    return finite(value, key) if isinstance(value, float) else value
