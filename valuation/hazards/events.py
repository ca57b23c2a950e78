"""The intensity of an event from how often it was seen: k events in n years of exposure, with a Gamma prior.

Events of intensity λ in n years are Poisson(λ·n); a prior Gamma(a, b) becomes Gamma(a + k, b + n). The chance to see no
event in t further years, with what is not known of λ, is E[e^−λt] = ((b + n)/(b + n + t))^(a + k), above e^−E[λ]·t:
sites with a low intensity are those that stay. Jeffreys' prior Gamma(½, 0) lets the data speak, and gives a law also
where nothing was seen.

References: H. Jeffreys: Theory of Probability (1961), 3.1; A. Gelman and others: Bayesian Data Analysis (2013), 2.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite, log1p, sqrt

from valuation.kernel.normal import inverse_normal
from valuation.processes.incomplete_gamma import gamma_at


@dataclass(frozen=True)
class GammaLaw:
    """Law of an intensity λ.

    Parameters
    ----------
    shape : a [1], a number of events.
    years : b [year], an exposure; 0 in a prior that has none.
    """

    shape: float
    years: float

    @property
    def mean(self) -> float:
        """E[λ] = a/b [1/year]."""
        return self.shape / self.years

    @property
    def sd(self) -> float:
        """√a/b [1/year]."""
        return sqrt(self.shape) / self.years

    def quantile(self, p: float) -> float:
        """λ that is not exceeded with probability p [1/year]."""
        return gamma_at(self.shape, inverse_normal(p)) / self.years

    def survival(self, years: float) -> float:
        """Probability of no event in t years [-] over the law of λ: (b/(b + t))^a."""
        return exp(-self.shape * log1p(years / self.years))

    def survival_at_mean(self, years: float) -> float:
        """e^−E[λ]·t [-]: the same were λ known to be its mean."""
        return exp(-self.mean * years)


JEFFREYS = GammaLaw(0.5, 0.0)
"""The prior in which no event counts for more than its scale."""


def posterior(events: float, years: float, prior: GammaLaw = JEFFREYS) -> GammaLaw:
    """Law of the intensity after ``events`` in ``years`` of exposure [year].

    Raises
    ------
    ValueError : numbers that leave no law: below 0, no exposure, or neither events nor a shape of the prior.
    """
    if not all(isfinite(number) for number in (events, years, prior.shape, prior.years)):
        raise ValueError("events, years and both numbers of the prior are finite")
    if events < 0 or years < 0 or prior.shape < 0 or prior.years < 0:
        raise ValueError("events, years and both numbers of the prior are 0 or above")
    law = GammaLaw(prior.shape + events, prior.years + years)
    if not (law.years > 0.0 and law.shape > 0.0):
        raise ValueError("an intensity needs years of exposure, and an event or a prior with a shape above 0")
    return law
