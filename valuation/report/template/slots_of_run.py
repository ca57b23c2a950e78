"""Slots of the deal and of the run: who, when, on what terms, and what makes the numbers reproducible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.report.template.slots import Slot, cell, listed, table

if TYPE_CHECKING:
    from valuation.tables import Tables

RUN_DIGITS = 16
"""Digits of the digest that stand in the footer of our own workbook as the run's name."""


def _failed(tables: Tables) -> int:
    return sum(not check.ok for check in tables.checks)


RUN: tuple[Slot, ...] = (
    cell("contract_id", "id of the contract, by which a filled workbook is known again", "text", lambda t: t.deal.id),
    cell("contract_name", "name of the contract", "text", lambda t: t.deal.name),
    cell("stage", "how far the deal is", "text", lambda t: t.deal.stage),
    listed("parties", "the parties by name", "text", lambda t: tuple(t.deal.parties.values())),
    cell("view", "the party from whose side everything is valued", "text", lambda t: t.deal.view),
    cell("view_name", "its name", "text", lambda t: t.deal.parties.get(t.deal.view, t.deal.view)),
    cell("currency", "currency of all money", "text", lambda t: t.deal.currency),
    cell("price_basis", "nominal or real money", "text", lambda t: t.deal.price_basis),
    cell("measure", "real-world or risk-neutral probabilities", "text", lambda t: t.deal.measure),
    cell("valuation_date", "valuation date", "date", lambda t: t.deal.valuation, "in_valuation_date"),
    cell("term_start", "first day of the term", "date", lambda t: t.deal.start),
    cell("term_end", "last day of the term", "date", lambda t: t.deal.end),
    cell("discount_rate", "discount rate", "1/year", lambda t: t.deal.discount_rate, "in_discount_rate"),
    cell("discount_basis", "what the discount rate is", "text", lambda t: t.deal.discount_basis),
    cell("hurdle_rate", "rate that the IRR is held against", "1/year", lambda t: t.deal.hurdle_rate),
    cell("risk_free_rate", "risk-free rate of the market", "1/year", lambda t: t.deal.risk_free),
    cell("scenario", "scenario of the run, none without one", "text", lambda t: t.audit.scenario or "none"),
    cell("changes", "what --set changed, none without", "text", lambda t: "; ".join(t.audit.overrides) or "none"),
    cell("run", "name of the run: the first 16 digits of its digest", "text", lambda t: t.audit.digest[:RUN_DIGITS]),
    cell("digest", "digest of the results, the same for the same numbers", "text", lambda t: t.audit.digest),
    cell("plan_digest", "digest of the plan", "text", lambda t: t.audit.plan_digest),
    cell("inputs_sha256", "sha256 of the contract and market files", "text", lambda t: t.audit.spec_sha256),
    cell("seed", "seed of all random numbers (as text where it has more than 15 digits)", "number", lambda t: _seed(t)),
    cell("paths", "simulated paths", "number", lambda t: float(t.audit.paths)),
    cell("version", "version of valuate", "text", lambda t: t.audit.version),
    cell("command", "command that gives the same numbers again", "text", lambda t: t.audit.command),
    cell("check", "OK where all checks of the engine hold, else CHECK", "text", lambda t: _verdict(t)),
    cell("checks_failed", "number of the engine's checks that fail", "number", lambda t: float(_failed(t))),
    listed("not_modelled", "what the contract file says is not modelled", "text", lambda t: t.deal.not_modelled),
    listed("warnings", "warnings on the inputs", "text", lambda t: t.deal.warnings),
    listed("remarks", "sentences that the numbers need", "text", lambda t: t.deal.remarks),
    table(
        "assumptions",
        "every input: where it stands, its value and where that comes from",
        ("section", "label", "value", "unit", "status", "source", "path", "low", "high"),
        lambda t: tuple(
            (a.section, a.label, a.value, a.unit, a.status, a.source, a.path, a.low, a.high) for a in t.assumptions
        ),
    ),
    table(
        "checks",
        "the engine's checks",
        ("check", "OK or CHECK", "residual", "tolerance", "unit"),
        lambda t: tuple((c.name, "OK" if c.ok else "CHECK", c.residual, c.tolerance, c.unit) for c in t.checks),
    ),
)


def _verdict(tables: Tables) -> str:
    return "CHECK" if _failed(tables) else "OK"


def _seed(tables: Tables) -> float | str:
    seed = tables.audit.seed
    return float(seed) if seed < 10**15 else str(seed)
