"""An intensity with what it rests on, however it was found: for a page, a JSON object and a contract file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from valuation.hazards.events import GammaLaw
from valuation.hazards.piecewise import Piecewise


@dataclass(frozen=True)
class HazardEstimate:
    """An estimated intensity.

    Parameters
    ----------
    title : what it was found from, in words.
    facts : what went in, each a label and its text.
    evidence : whether it was observed or is implied by prices.
    rates : the intensity, its mean where it has a law.
    law : what is not known of it, None where nothing is said of that.
    horizon : last year of the table [year].
    note : the reasoning in a sentence, for the contract file.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    evidence: Literal["historical", "market"]
    rates: Piecewise
    law: GammaLaw | None
    horizon: int
    note: str

    @property
    def average(self) -> float:
        """Constant intensity of the same survival to the horizon, at the mean [1/year]."""
        return self.rates.average(float(self.horizon))

    @property
    def survival(self) -> tuple[tuple[int, float, float], ...]:
        """By year: the chance of no event, with what is not known of the intensity and at its mean [-]."""
        years = range(1, self.horizon + 1)
        return tuple(
            (year, self.law.survival(year) if self.law else self.rates.survival(year), self.rates.survival(year))
            for year in years
        )
