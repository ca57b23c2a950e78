"""A value that is an estimate: which law it has, and whether the law fits the bounds of what it measures."""

from __future__ import annotations

from dataclasses import replace

from valuation.processes.estimated import FARTHEST, NoSuchLaw, estimate_at
from valuation.spec.faults import fault
from valuation.spec.quantity import Estimate, Law, Quantity


def as_estimated(quantity: Quantity, low: float | None, high: float | None, whole: bool) -> Quantity:
    """The quantity with the law of its estimate; the default where the file states none.

    Parameters
    ----------
    quantity : with a standard error.
    low, high : bounds of what it measures, in the canonical unit.
    whole : whether it must be a whole number.

    Raises
    ------
    PydanticCustomError : a standard error of 0 or below, or a law whose draws could leave the bounds.
    """
    origin = quantity.provenance
    if origin.estimate is None:
        return quantity
    se, stated = origin.estimate.se, origin.estimate.law
    if whole:
        raise fault("a whole number has no standard error: compare some values with --set or in scenarios", "se")
    if not se > 0.0:
        got = f"{se / quantity.scale:g} {quantity.unit}".rstrip()
        raise fault(f"a standard error must be above 0, got {got}", "se")
    law = stated or default_law(low, high)
    try:
        ends = [estimate_at(law, quantity.canonical, se, z, low, high) for z in (-FARTHEST, FARTHEST)]
    except NoSuchLaw as error:
        raise fault(str(error), "law" if stated is not None else "se") from None
    for end, bound, beyond in ((ends[0], low, -1.0), (ends[1], high, 1.0)):
        if bound is not None and beyond * (end - bound) > 0.0:
            others = "lognormal" if high is None else "logit_normal"
            raise fault(
                f"a {law} draw could be {end / quantity.scale:.3g}, beyond the bound of {bound / quantity.scale:g} "
                f"{quantity.unit}".rstrip()
                + f": expected 'law: {others}', or a smaller standard error",
                "law" if stated is not None else "se",
            )
    return replace(quantity, provenance=replace(origin, estimate=Estimate(se, law, low, high)))


def default_law(low: float | None, high: float | None) -> Law:
    """The law of an estimate for which the file states none: by the bounds of what is measured."""
    if low is None or low < 0.0 and high != -low:
        return "normal"
    return "lognormal" if high is None else "logit_normal"
