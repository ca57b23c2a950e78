"""Contract → tables: plan, simulation, and every table of the result, column by column."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, TypedDict

import valuation
from valuation import timeline
from valuation.appraisal import headline
from valuation.appraisal.assumptions import assumptions
from valuation.appraisal.base import Base
from valuation.appraisal.break_even import break_evens
from valuation.appraisal.bridge import bridge, npv_without_events
from valuation.appraisal.change_log.log import Bridge, change_log
from valuation.appraisal.change_log.runs import Outcome, Runs
from valuation.appraisal.checks import checks, checks_of_sides, gross_cash
from valuation.appraisal.claims import check_claims, paths_of
from valuation.appraisal.claims_audit import audit_claims
from valuation.appraisal.deal import deal_terms, remarks
from valuation.appraisal.digest import result_digest
from valuation.appraisal.facts import Case
from valuation.appraisal.figures import deal_figures
from valuation.appraisal.financing.table import financing_table
from valuation.appraisal.flows import Flows, mean_flows
from valuation.appraisal.indicators import indicators
from valuation.appraisal.levelised import levelised
from valuation.appraisal.lines import lines
from valuation.appraisal.live import live_model
from valuation.appraisal.probability import probability
from valuation.appraisal.project import project_return
from valuation.appraisal.scenarios import scenario_cases, scenario_table
from valuation.appraisal.sensitivity import npv_by_rate, two_way
from valuation.appraisal.sides import every_side
from valuation.appraisal.transaction import transaction_price
from valuation.appraisal.uncertainty.batches import draw_parameters
from valuation.appraisal.uncertainty.table import parameter_uncertainty
from valuation.appraisal.years import year_bands, year_rows
from valuation.plan.assemble import assemble
from valuation.plan.model import Plan
from valuation.resolve import resolve
from valuation.simulate import Simulation, simulate
from valuation.spec.digest import canonical, spec_sha256
from valuation.spec.leasing import may_lapse
from valuation.statistics.sums import Floats, convergence
from valuation.tables import Audit, CsvFile, DatedFlows, RunRecord, Tables

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

Progress = Callable[[float], None]
"""Called with the share of the paths that are done, 0 to 1."""


class Options(TypedDict):
    """Arguments of a simulation."""

    paths: int
    seed: int
    threads: int | None
    chunk: int | None


@dataclass(frozen=True)
class Settings:
    """How a run is made. Neither ``threads`` nor ``chunk`` changes a bit of the result."""

    paths: int
    seed: int
    threads: int | None = None
    chunk: int | None = None
    parameter_draws: int | None = None
    """Draws of the parameters that the files call estimates; None leaves them as stated."""

    @property
    def options(self) -> Options:
        """As the simulation takes them."""
        return {"paths": self.paths, "seed": self.seed, "threads": self.threads, "chunk": self.chunk}


@dataclass(frozen=True)
class Appraisal:
    """The tables of a valuation, what is behind them, and NPV, IRR and margin by path (NaN where there is none)."""

    tables: Tables
    plan: Plan
    npv: Floats
    irr: Floats
    margin: Floats
    contract: Contract
    base: Base
    settings: Settings


@dataclass(frozen=True)
class Previous:
    """An earlier run of the same contract, view and currency, and the workbook that it was read from.

    Parameters
    ----------
    edited : inputs that were changed in the workbook after the run; they are no part of it.
    """

    file: str
    record: RunRecord
    edited: int = 0


def appraise(
    contract: Contract,
    view: str,
    settings: Settings,
    command: str,
    progress: Progress | None = None,
    previous: Previous | None = None,
) -> Appraisal:
    """Values a contract from one party's side.

    Parameters
    ----------
    command : what reproduces the run, for the audit block.
    previous : an earlier run, for what has changed since.
    """
    plan = resolve(contract, view=view)
    case = Case(contract, Base.of(plan))
    drawing = None
    if settings.parameter_draws is not None:
        drawing = draw_parameters(
            contract, view, plan, paths=settings.paths, seed=settings.seed, draws=settings.parameter_draws
        )
    eventful = contract.has_events or may_lapse(contract)
    calm_plan = resolve(contract, view=view, events=False, debt=plan.solved) if eventful else None
    before = 0 if calm_plan is None else 1
    own = before + (1 if drawing is None else 2)
    since = None if previous is None else Bridge.between(PurePath(previous.file).name, previous.record, contract, plan)
    runs = own + (0 if since is None else since.runs)
    # The run without events first: only its NPV is kept while the large one runs.
    calm = (
        None
        if calm_plan is None
        else npv_without_events(calm_plan, **settings.options, progress=_share(progress, settings, 0, runs))
    )
    simulation = simulate(assemble(plan), **settings.options, progress=_share(progress, settings, before, runs))
    found = _tables(contract, view, settings, command, case, calm, simulation)
    tables = found.tables
    if drawing is not None:
        uncertainty = parameter_uncertainty(
            drawing,
            simulation,
            has_rates=tables.irr.distribution.mean is not None,
            threads=settings.threads,
            progress=_share(progress, settings, own - 1, runs),
        )
        tables = replace(tables, parameter_uncertainty=uncertainty)
    if since is not None:
        outcome = Outcome.of(case.base, simulation.measure["npv"], mean_flows(simulation, plan))
        others = Runs(**settings.options, progress=lambda number: _share(progress, settings, own + number, runs))
        log = change_log(since, outcome, tables.assumptions, others)
        tables = replace(tables, previous=replace(log, edited=previous.edited if previous is not None else 0))
    return replace(found, tables=tables)


def _share(progress: Progress | None, settings: Settings, before: int, runs: int) -> Callable[[int], None] | None:
    """Paths done in one of several runs as a share of them all."""
    if progress is None:
        return None
    return lambda done: progress((before + min(1.0, done / settings.paths)) / runs)


def _tables(
    contract: Contract, view: str, settings: Settings, command: str, case: Case, calm: Floats | None, run: Simulation
) -> Appraisal:
    plan, base = case.base.plan, case.base
    npv = run.measure["npv"]
    measures = case.measures
    steps = bridge(measures.npv, calm, npv)
    del calm
    mean = mean_flows(run, plan)
    term_end = headline.term_end_of(base.values.scalar, run)
    irr = headline.irr_summary(run, "irr", base.rate, mean, False, base.invests)
    struck = headline.struck(run, term_end)
    margin = headline.margin_distribution(run.final["margin"])
    npv_spread = headline.npv_distribution(npv)
    chances = probability(run, term_end, contract.hurdle.canonical, tuple(contract.hazards), tuple(contract.starts))
    scenarios, failed = scenario_cases(contract, case, view)
    watched = indicators(contract, base, run)
    table, axes = two_way(contract, base)
    sides = every_side(contract, plan, paths=settings.paths, seed=settings.seed, threads=settings.threads)
    figures = deal_figures(contract, base)
    financing, left_out = financing_table(contract, base, run, struck, scenarios)
    failed += sides.failed + left_out
    tables = Tables(
        deal=deal_terms(contract, base, view, remarks(case, view, failed, watched, irr)),
        audit=_audit(contract, view, settings, command, plan, run),
        npv=npv_spread,
        npv_pre_tax=headline.npv_distribution(run.measure["npv_pre_tax"]),
        npv_risk_free=headline.npv_distribution(run.measure["npv_risk_free"]),
        irr=irr,
        irr_pre_tax=headline.irr_summary(run, "irr_pre_tax", base.rate, mean, True, base.invests),
        margin=margin,
        margin_of_expected_flows=headline.margin_of_expected_flows(run),
        survivors=headline.survivors(npv, struck),
        tail=headline.tail(npv, measures.npv),
        base=measures,
        lines=lines(base),
        month_ends=tuple(timeline.date_of(day) for day in base.row("time.month_end")),
        flows=dated(base.flows, mean),
        years=year_rows(base, run),
        bridge=steps,
        break_even=break_evens(contract, base),
        npv_by_rate=npv_by_rate(base, mean),
        two_way=table,
        two_way_axes=axes,
        probability=chances,
        indicators=watched,
        claims=check_claims(
            contract,
            case,
            scenarios,
            {"npv": npv_spread, "irr": irr, "margin": margin, "probability": chances, **paths_of(financing)},
        ),
        histograms=headline.histograms(run, struck, irr.distribution.mean is None),
        event_npv=headline.event_npv(run, struck),
        figures=figures,
        claims_audit=audit_claims(case),
        assumptions=assumptions(contract, plan),
        checks=checks(base, mean, run) + checks_of_sides(sides, npv, gross_cash(mean), contract.currency),
        convergence=convergence(npv),
        scenarios=scenario_table(scenarios, npv, here=contract.scenario, seed=settings.seed, threads=settings.threads),
        parties=sides.parties,
        transfers=sides.transfers,
        financing=financing,
        levelised=levelised(contract, base, figures, run),
        project=project_return(base, measures, run),
        live=live_model(contract, plan, view),
        contract_text=canonical(contract.tree) if contract.tree else "",
        files=_files(contract),
        transaction_price=transaction_price(contract, view),
        quantiles=headline.quantiles(run, irr.distribution.mean is None),
        bands=year_bands(base, run),
    )
    return Appraisal(tables, plan, npv, run.measure["irr"], run.final["margin"], contract, base, settings)


def dated(base: Flows, mean: Flows) -> DatedFlows:
    """Base and expected cash on one calendar. A sunk flow is the same on every path."""
    by_date = [dict(zip(one.dates, zip(one.pre_tax, one.tax, strict=True), strict=True)) for one in (base, mean)]
    calendar = sorted({*base.dates, *mean.dates})
    if base.year_count == "whole_years" and calendar:  # every year between, so that a row is a period
        first, last = (timeline.date_of(day).year for day in (calendar[0], calendar[-1]))
        calendar = [timeline.month_end(12 * year + 11) for year in range(first, last + 1)]
    in_base = [by_date[0].get(day, (0.0, 0.0)) for day in calendar]
    in_mean = [by_date[0 if day < base.valuation else 1].get(day, (0.0, 0.0)) for day in calendar]
    return DatedFlows(
        tuple(timeline.date_of(day) for day in calendar),
        tuple(cash for cash, _ in in_base),
        tuple(tax for _, tax in in_base),
        tuple(cash for cash, _ in in_mean),
        tuple(tax for _, tax in in_mean),
    )


def _files(contract: Contract) -> tuple[CsvFile, ...]:
    """The CSVs of a contract, then those of its market, by name."""
    of_both = (("contract", contract.texts.own), ("market", contract.texts.market))
    return tuple(
        CsvFile(of, name, hashlib.sha256(text.encode()).hexdigest(), text)  # type: ignore[arg-type]
        for of, texts in of_both
        for name, text in sorted(texts.items())
    )


def _audit(contract: Contract, view: str, settings: Settings, command: str, plan: Plan, run: Simulation) -> Audit:
    return Audit(
        seed=settings.seed,
        paths=settings.paths,
        digest=result_digest(plan, run),
        plan_digest=plan.digest,
        spec_sha256=spec_sha256(contract),
        version=valuation.__version__,
        command=command,
        currency=contract.currency,
        view=view,
        scenario=contract.scenario,
        overrides=contract.overrides,
        stated_rates=tuple((pair, rate.canonical) for pair, rate in contract.market.stated_rates.items()),
    )
