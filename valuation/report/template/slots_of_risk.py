"""Slots of what may go wrong: chances, tail, survivors, histograms, indicators and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.report.template.slots import Slot, Value, cell, listed, table

if TYPE_CHECKING:
    from valuation.statistics.distribution import Histogram
    from valuation.tables import Tables


def _bins(key: str, words: str, unit: str) -> tuple[Slot, ...]:
    """The histogram of a measure: where its bins begin and end, and the paths in each."""

    def of(tables: Tables) -> Histogram | None:
        return tables.histograms.get(key)

    def from_(tables: Tables) -> tuple[Value, ...]:
        found = of(tables)
        return found.edges[:-1] if found else ()

    def to(tables: Tables) -> tuple[Value, ...]:
        found = of(tables)
        return found.edges[1:] if found else ()

    def counts(tables: Tables) -> tuple[Value, ...]:
        found = of(tables)
        return tuple(float(a + b) for a, b in zip(found.survivors, found.events, strict=True)) if found else ()

    def events(tables: Tables) -> tuple[Value, ...]:
        found = of(tables)
        return tuple(map(float, found.events)) if found else ()

    return (
        listed(f"{key}_bins_from", f"histogram of {words}: lower ends of the bins", unit, from_),
        listed(f"{key}_bins_to", f"histogram of {words}: upper ends", unit, to),
        listed(f"{key}_bins_paths", f"histogram of {words}: paths in each bin", "number", counts),
        listed(f"{key}_bins_paths_with_event", "those of them on which an event strikes", "number", events),
    )


RISK: tuple[Slot, ...] = (
    cell("p_npv_negative", "chance of an NPV below 0", "1", lambda t: t.probability.npv_negative),
    cell("p_irr_negative", "chance of an IRR below 0", "1", lambda t: t.probability.irr_negative),
    cell("p_irr_below_hurdle", "chance of an IRR below the hurdle rate", "1", lambda t: t.probability.irr_below_hurdle),
    cell("p_event", "chance of an event within the term", "1", lambda t: t.probability.revoked),
    cell("p_term_cut_short", "chance that an event ends the term early", "1", lambda t: t.probability.term_cut_short),
    table("p_by_cause", "chance of each event within the term", ("event", "chance [1]"),
          lambda t: tuple(t.probability.by_cause.items())),
    cell("p_default", "chance of a default on the loans", "1",
         lambda t: t.financing.chances.default if t.financing else None),
    cell("npv_cvar_5", "mean NPV of the worst 5 % of the paths", "currency", lambda t: t.tail.get("cvar_05")),
    cell("loss_5", "base NPV less the 5th percentile", "currency", lambda t: t.tail.get("loss_05")),
    cell("survivors_share", "share of the paths without an event", "1",
         lambda t: t.survivors.share if t.survivors else None),
    cell("survivors_npv_mean", "mean NPV of the paths without an event", "currency",
         lambda t: t.survivors.npv_mean if t.survivors else None),
    cell("survivors_npv_se", "its standard error", "currency", lambda t: t.survivors.npv_se if t.survivors else None),
    *_bins("npv", "the NPV", "currency"),
    *_bins("irr", "the IRR", "1/year"),
    *_bins("margin", "the margin", "1"),
    table("indicators", "conditions that are watched, by year",
          ("indicator", "condition", "year", "P(true | no event) [1]", "P(true and no event) [1]", "P(no event) [1]"),
          lambda t: tuple((i.name, i.when, float(y.year), y.given_alive, y.and_alive, y.alive)
                          for i in t.indicators for y in i.years)),
    table("claims", "what is said of the deal, held against the model",
          ("quote", "source", "check", "value", "unit", "verdict"),
          lambda t: tuple((c.quote, c.source, c.check, c.value, c.unit, c.verdict) for c in t.claims)),
)  # fmt: skip
