"""What the base NPV does over the range that the file states for an input."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RangeEffect:
    """An input with a stated range, and the base NPV at both ends of it, everything else unchanged.

    Numbers are in ``unit`` as written; where that begins with ``%`` they are fractions; dates are text (YYYY-MM-DD).
    ``npv_low`` and ``npv_high`` are the NPV after tax of the base case at ``low`` and at ``high`` [contract currency];
    None where the contract does not take that value, with the ``reason``.
    """

    path: str
    label: str
    section: str
    unit: str
    value: float | str
    low: float | str
    high: float | str
    status: str
    source: str
    npv_low: float | None
    npv_high: float | None
    reason: str = ""

    def changes(self, base_npv: float) -> tuple[float | None, float | None]:
        """Change of the base NPV at the low and at the high end [contract currency].

        Parameters
        ----------
        base_npv : NPV of the base case as it stands.
        """
        low, high = (None if npv is None else npv - base_npv for npv in (self.npv_low, self.npv_high))
        return low, high

    def swing(self, base_npv: float) -> float:
        """The larger of the two changes, without its sign [contract currency]."""
        return max((abs(change) for change in self.changes(base_npv) if change is not None), default=0.0)
