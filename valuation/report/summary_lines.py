"""The summary of a valuation as lines of text, each with the role that it has on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from valuation.report.numbers import (
    PULLED,
    MoneyScale,
    amount,
    bridge_decimals,
    claim_scenarios,
    claim_value,
    costs_only,
    margin_is_pulled,
    money_scale,
    percent,
    quantity,
)
from valuation.report.summary_layout import (
    PERCENTILES,
    Line,
    Role,
    heading,
    in_percent,
    in_scale,
    in_years,
    labelled,
    measure_cells,
    measure_row,
    note_lines,
    scale_word,
    three_errors,
    wrapped,
)
from valuation.report.text import one_line
from valuation.tables import Claim, Indicator, Tables

_SWITCHES = {"lease", "volume"}
VERDICTS: dict[str, tuple[str, Role]] = {
    "holds": ("holds", "good"),
    "contradicts": ("contradicts", "bad"),
    "cannot_be_tested": ("cannot be tested", "note"),
}
BREAK_EVENS = {"rent": "Rent", "capex": "Investment", "power_price": "Power price"}
STATUSES = {
    "ok": "one root",
    "multiple": "several roots (the one nearest the discount rate is taken)",
    "total_loss": "total loss (counts as -100 %)",
    "no_investment": "nothing invested (left out of percentiles)",
    "no_root": "no root (counts as -100 % where it loses at 0 % and at the discount rate)",
    "not_converged": "not converged (counted likewise)",
}


def summary_lines(tables: Tables) -> Iterator[Line]:
    """What ``valuate FILE`` prints: at most ``WIDTH`` columns, our words in ASCII, texts of the contract cleaned."""
    scale = money_scale(tables)
    yield from _deal(tables, scale)
    if costs_only(tables):
        yield from _bullets("Remarks", tables.deal.remarks)
    yield from _measures(tables, scale)
    yield from _bridge(tables, scale)
    yield from _chances(tables, scale)
    yield from _break_even(tables)
    yield from _rates(tables, scale)
    yield from _watched(tables)
    yield from _claims(tables)
    yield from _remarks(tables)
    yield from _audit(tables)


def switches(tables: Tables) -> list[str]:
    """Choices of the contract file that decide who bears what, e.g. ``Rent lease: gross``."""
    return [
        f"{one_line(found.label).replace(':', '')}: {one_line(found.value).replace('_', ' ')}"
        for found in tables.assumptions
        if isinstance(found.value, str) and found.path.rpartition(".")[2] in _SWITCHES
    ]


def _deal(tables: Tables, scale: MoneyScale) -> Iterator[Line]:
    deal = tables.deal
    for text in wrapped(deal.name):
        yield Line("title", text)
    parties = ", ".join(f"{role} {name}" for role, name in deal.parties.items())
    covers = ", ".join(deal.discount_includes) or "no risk that is simulated as an event"
    facts = {
        "Stage": deal.stage,
        "Seen from": f"{deal.view} ({parties}); + is cash to the {deal.view}",
        "Term": f"{deal.start.isoformat()} to {deal.end.isoformat()}; valued at {deal.valuation.isoformat()}",
        "Money": f"{scale_word(scale)}{deal.currency}, {deal.price_basis}; unlevered (before debt); "
        "after tax unless it says before tax",
        "Measure": f"{deal.measure}; {tables.audit.paths:,} simulated monthly paths",
        "Discount": f"{percent(deal.discount_rate)} a year, {deal.discount_basis}; covers {covers}",
    }
    if tables.audit.scenario or tables.audit.overrides:
        facts["Changed"] = "; ".join([f"scenario {tables.audit.scenario or 'none'}", *tables.audit.overrides])
    if found := switches(tables):
        facts["Switches"] = "; ".join(found)
    if tables.base.sunk:
        facts["Sunk"] = (
            f"{amount(tables.base.sunk, scale)} {scale.unit(deal.currency)} paid before the valuation date, left out"
        )
    for name, text in facts.items():
        first, *more = wrapped(text, " " * 11)
        yield Line("text", f"{name:<11}{first.strip()}")
        yield from (Line("text", line) for line in more)


def _measures(tables: Tables, scale: MoneyScale) -> Iterator[Line]:
    unit = scale.unit(tables.deal.currency)
    base = tables.base
    yield from heading("Value")
    columns = ("base", "mean", "+/- s.e.", *(f"P{p}" for p in PERCENTILES))
    yield Line("head", measure_row("", "", columns))
    lenders = ("case", "", "of mean", *(f"P{100 - p}" for p in PERCENTILES))
    yield Line("note", measure_row("lenders say (exceeded with)", "", lenders))
    money = [
        ("NPV after tax", base.npv, tables.npv),
        ("NPV before tax", base.npv_pre_tax, tables.npv_pre_tax),
        (f"NPV at risk-free {percent(tables.deal.risk_free)}", base.npv_risk_free, tables.npv_risk_free),
    ]
    for label, of_base, spread in money:
        if label.startswith("NPV at") and tables.deal.risk_free is None:
            continue
        yield Line("text", measure_row(label, unit, [in_scale(v, scale) for v in measure_cells(of_base, spread)]))
    shares = [
        ("IRR after tax", base.irr, tables.irr.distribution),
        ("IRR before tax", base.irr_pre_tax, tables.irr_pre_tax.distribution),
        ("Margin, EBITDA/revenue", base.margin, tables.margin),
    ]
    for label, of_base, spread in shares:
        cells = [in_percent(v) for v in measure_cells(of_base, spread)]
        cells[2] = in_percent(spread.se, 2)
        yield Line("text", measure_row(label, "%", cells))
    errors = ", ".join(
        [
            f"NPV {three_errors(tables.npv, partial(in_scale, scale=scale))} {unit}",
            f"IRR {three_errors(tables.irr.distribution, partial(in_percent, decimals=2))} %",
            f"margin {three_errors(tables.margin, partial(in_percent, decimals=2))} %",
        ]
    )
    yield from note_lines(f"Standard errors of P5 / P50 / P95: {errors}.")
    yield from note_lines(
        "P5 = 5 % of the paths lie below. Margin = PV of EBITDA / PV of revenue over the life. The mean IRR averages "
        "annualised losses: read the median and the IRR of the expected flows."
        + (f" {PULLED[0].upper()}{PULLED[1:]}." if margin_is_pulled(tables.margin) else "")
    )
    yield Line("text", "")
    expected = (
        f"{percent(tables.irr.of_expected_flows)} after tax, {percent(tables.irr_pre_tax.of_expected_flows)} before"
    )
    yield Line("text", f"IRR of the expected cash flows   {expected}")
    if base.irr is None:
        why = STATUSES.get(base.irr_status, base.irr_status)
        if not base.invests and base.irr_status != "total_loss":
            why = "nothing is invested from the valuation date on"
        yield from labelled("Base case has no IRR", why)
    statuses = (f"{n:,} {STATUSES.get(key, key)}" for key, n in tables.irr.status.items() if n)
    yield from labelled("IRR found on the paths", ", ".join(statuses))
    tail = f"{amount(tables.tail.get('cvar_05'), scale)} {unit} (mean of the worst 5 % of the paths)"
    yield Line("text", f"NPV in the worst 5 %             {tail}")
    years = [in_years(base.payback_years), in_years(base.discounted_payback_years)]
    payback = f"{years[0]}; discounted {years[1]}" if base.invests else "n/a"
    yield Line("text", f"Payback, base case               {payback}")


def _bridge(tables: Tables, scale: MoneyScale) -> Iterator[Line]:
    words = {
        "base": "Base case: every factor at its expected value, no event",
        "volatility": "+ volatility of prices and volumes",
        "events": "+ events that end or change the contract",
        "mean": "= mean over the paths",
    }
    yield from heading(f"From the base case to the mean NPV ({scale.unit(tables.deal.currency)}, after tax)")
    yield Line("note", f"  {'':<56}{'change':>10}{'+/- s.e.':>10}{'NPV':>10}")
    decimals = bridge_decimals(tables, scale)
    for step in tables.bridge:
        npv, se = amount(step.npv, scale, decimals), amount(step.se, scale, decimals)
        change = "" if step.change is None else amount(step.change, scale, decimals)
        se = "" if step.step == "base" else se
        yield Line("text", f"  {words.get(step.step, step.step):<56}{change:>10}{se:>10}{npv:>10}")


def _chances(tables: Tables, scale: MoneyScale) -> Iterator[Line]:
    yield from heading("Chances")
    for label, p in chances(tables):
        yield Line("text", f"  {label:<68}{percent(p):>10}")


def chances(tables: Tables) -> list[tuple[str, float | None]]:
    """Chances with their words. A view that only pays has none of a rate of return; a single hazard names itself."""
    chance, deal = tables.probability, tables.deal
    paid = costs_only(tables)
    causes = {one_line(cause): p for cause, p in chance.by_cause.items()}
    only = f" ({next(iter(causes))})" if len(causes) == 1 else ""
    rows: list[tuple[str, float | None]] = [
        (f"NPV below 0 at the discount rate of {percent(deal.discount_rate)}", chance.npv_negative),
        (f"NPV below 0 at the risk-free rate of {percent(deal.risk_free)}", chance.npv_negative_risk_free),
        (f"IRR below the hurdle rate of {percent(deal.hurdle_rate)}", None if paid else chance.irr_below_hurdle),
        ("IRR below 0 (less comes back than was invested)", None if paid else chance.irr_negative),
        ("No IRR exists", None if paid else chance.no_irr),
        (f"Revoked or ended by an event within the term{only}", chance.revoked),
        ("Term cut short (notice runs out before its end)", chance.term_cut_short),
    ]
    if not only:
        rows += [(f"  first event: {cause}", p) for cause, p in causes.items()]
    return rows


def _break_even(tables: Tables) -> Iterator[Line]:
    yield from heading("Break-even: the value at which the base-case NPV after tax is 0")
    for key, label in BREAK_EVENS.items():
        found = tables.break_even.get(key)
        if found is None:
            text = "the contract has no such number"
        elif found.value is None:
            text = f"none: {found.reason}"
        else:
            text = f"{quantity(found.value, found.unit)}   ({found.path})"
        yield from labelled(f"  {label}", text)


def _rates(tables: Tables, scale: MoneyScale) -> Iterator[Line]:
    if not tables.npv_by_rate:
        return
    unit = scale.unit(tables.deal.currency)
    yield from heading(f"NPV after tax by discount rate ({unit})")
    shown = tables.npv_by_rate[:9]
    for label, texts in (
        ("Discount rate", [percent(row.rate) for row in shown]),
        ("Base case", [in_scale(row.base_npv, scale) for row in shown]),
        ("Mean", [in_scale(row.mean_npv, scale) for row in shown]),
    ):
        yield Line("note" if label == "Discount rate" else "text", f"  {label:<16}" + "".join(f"{t:>9}" for t in texts))


def _watched(tables: Tables) -> Iterator[Line]:
    if tables.indicators:
        yield from heading("Indicators (chance that the condition holds, given no event until the end of that year)")
    for indicator in tables.indicators:
        yield from _indicator(indicator)


def _indicator(indicator: Indicator) -> Iterator[Line]:
    start = "; holds already at the start" if indicator.at_start else ""
    note = f"; {indicator.note}" if indicator.note else ""
    for text in wrapped(
        f"{indicator.name}: {indicator.when} ({indicator.over.replace('_', ' ')}){start}{note}", "  ", "  "
    ):
        yield Line("text", text)
    last = len(indicator.years) - 1
    picked = [indicator.years[k] for k in sorted({*range(0, min(5, last + 1)), last // 2, last}) if k >= 0]
    yield Line("note", "    " + "   ".join(f"{y.year}: {percent(y.given_alive, 0)}" for y in picked))


def _claims(tables: Tables) -> Iterator[Line]:
    if tables.claims:
        yield from heading("Claims held against the model")
    for claim in tables.claims:
        word, role = VERDICTS.get(claim.verdict, (claim.verdict, "text"))
        first, *more = wrapped(_claim(claim), " " * 20)
        yield Line(role, f"  {word:<18}{first.strip()}")
        yield from (Line(role, text) for text in more)


def _claim(claim: Claim) -> str:
    value = f"; here {claim_value(claim)}" if claim.value is not None else ""
    check = f" [{claim.check}{value}]" if claim.check else ""
    where = claim_scenarios(claim)
    scenarios = f"; {where}" if where else ""
    return f'"{claim.quote}" ({claim.source}){check}{scenarios}'


def _remarks(tables: Tables) -> Iterator[Line]:
    deal = tables.deal
    yield from _bullets("Risks that are not modelled", deal.not_modelled)
    if not costs_only(tables):
        yield from _bullets("Remarks", deal.remarks)
    yield from _bullets("Warnings", deal.warnings, "bad")
    failed = [check for check in tables.checks if not check.ok]
    if failed:
        yield from heading("Checks that failed")
    for check in failed:
        text = f"- {check.name}: {check.residual:g} {check.unit}, allowed {check.tolerance:g}"
        yield from (Line("bad", line) for line in wrapped(text, "  ", "  "))


def _bullets(title: str, texts: Sequence[str], role: Role = "text") -> Iterator[Line]:
    if texts:
        yield from heading(title)
    for text in texts:
        yield from (Line(role, line) for line in wrapped(f"- {text}", "  ", "  "))


def _audit(tables: Tables) -> Iterator[Line]:
    audit = tables.audit
    yield Line("text", "")
    yield Line(
        "note", f"Seed {audit.seed}, digest {audit.digest[:16]}, version {audit.version}. The same numbers again:"
    )
    # One line however long: a command that is broken in two cannot be copied.
    yield Line("note", f"  {one_line(audit.command)}")
