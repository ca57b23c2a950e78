"""How long something may come late: a chance that it does, and the law of the months by which it then does."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from valuation.spec import waiting_moments as waiting
from valuation.spec.faults import Fault, fault, faults, shown
from valuation.spec.kinds import Duration, Share
from valuation.spec.model import SpecModel
from valuation.spec.quantity import Quantity

TERMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fixed": (("mean",), ()),
    "exponential": (("mean",), ("max",)),
    "uniform": (("least", "most"), ()),
    "triangular": (("least", "mode", "most"), ()),
    "lognormal": (("mean", "sd"), ("max",)),
}
"""What each distribution needs, and what it may have besides."""
_EXAMPLES = {"mean": "6 months", "sd": "4 months", "least": "1 month", "mode": "4 months", "most": "12 months"}


class Waiting(SpecModel):
    """A wait: with some probability the months of a distribution, else none. Months are of exactly 1/12 year."""

    probability: Share
    """Probability that it comes late at all [1]."""
    distribution: Literal["fixed", "exponential", "uniform", "triangular", "lognormal"]
    """Law of the wait where there is one."""
    mean: Duration | None = None
    """Mean of the wait where there is one [month], before a `max`; for fixed, exponential and lognormal."""
    sd: Duration | None = None
    """Its standard deviation [month]; for lognormal."""
    least: Duration | None = None
    """Shortest wait [month]; for uniform and triangular."""
    mode: Duration | None = None
    """Likeliest wait [month]; for triangular."""
    most: Duration | None = None
    """Longest wait [month]; for uniform and triangular."""
    max: Duration | None = None
    """Longest wait [month]: a longer one counts as this; for exponential and lognormal."""

    @model_validator(mode="before")
    @classmethod
    def _law(cls, raw: Any) -> Any:
        if not isinstance(raw, (dict, Waiting)):
            example = "{probability: 40 %, distribution: exponential, mean: 3 months}"
            raise fault(f"expected a chance and a law, for example '{example}', got {shown(raw)}")
        return raw

    @model_validator(mode="after")
    def _complete(self) -> Waiting:
        needed, allowed = TERMS[self.distribution]
        found = [
            Fault(f"missing key '{term}': {self.distribution} needs it, for example '{term}: {_EXAMPLES[term]}'")
            for term in needed
            if getattr(self, term) is None
        ]
        takes = " and ".join(f"'{term}'" for term in (*needed, *allowed))
        for term in ("mean", "sd", "least", "mode", "most", "max"):
            if getattr(self, term) is not None and term not in (*needed, *allowed):
                found.append(Fault(f"{self.distribution} takes {takes} and not '{term}'", (term,)))
        if found:
            raise faults(found)
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Waiting:
        for term in ("mean", "sd", "max"):
            own = getattr(self, term)
            if own is not None and own.canonical <= 0.0:
                raise fault(f"'{own}' must be above 0 months; for no wait at all write 'probability: 0 %'", term)
        between = [(term, own) for term in ("least", "mode", "most") if (own := getattr(self, term)) is not None]
        for (_, low), (term, high) in zip(between, between[1:], strict=False):
            if high.canonical < low.canonical:
                raise fault(f"'{high}' is below {low}: expected least, mode and most in ascending order", term)
        if between and between[0][1].canonical == between[-1][1].canonical:
            raise fault(f"least and most are both {between[0][1]}: write 'distribution: fixed' with a 'mean'", "most")
        return self

    @property
    def longest(self) -> Quantity | None:
        """The longest wait there can be [month]; None where there is no bound."""
        return self.mean if self.distribution == "fixed" else self.most or self.max

    def moments(self) -> tuple[float, float]:
        """Exact mean [month] and variance [month²] of the wait, paths without one included."""
        needed, _ = TERMS[self.distribution]
        terms = [getattr(self, term).canonical for term in needed]
        cut = [] if self.max is None else [self.max.canonical]
        return waiting.moments(self.probability.canonical, *waiting.LAWS[self.distribution](*terms, *cut))
