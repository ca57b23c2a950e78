"""The intensity of an event, with what it rests on."""

from __future__ import annotations

from typing import Literal

from valuation.spec.model import Measured
from valuation.spec.schedule import IntensitySchedule


class EventRate(Measured):
    """Expected intensity of an event: `{value: 1 %/year, evidence: historical, …}`."""

    value: IntensitySchedule
    """Intensity by date [1/year]."""
    evidence: Literal["historical", "market"]
    """Whether the intensity is observed or implied by prices; a risk-neutral run takes `market` only."""
