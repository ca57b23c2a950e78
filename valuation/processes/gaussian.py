"""The tail of the standard normal law to full relative precision, over arrays."""

from __future__ import annotations

import numpy as np

from valuation.processes.lanes import Lanes, exp, log

_HALF_LOG_TWO_PI = 0.91893853320467274178
_SERIES_TO = 2.0


def log_tail(z: Lanes) -> Lanes:
    """log P(Z > z) for z ≥ 0: ½ − φ(z)·(z + z³/3 + z⁵/15 + …) up to 2, a continued fraction of Mills' ratio beyond."""
    z = np.asarray(z, float)
    density = exp(-0.5 * z * z - _HALF_LOG_TWO_PI)
    near = np.minimum(z, _SERIES_TO)
    term, total = near, near
    for k in range(1, 60):
        term = term * (near * near) / (2.0 * k + 1.0)
        total = total + term
    far = np.maximum(z, _SERIES_TO)
    fraction = far
    for k in range(200, 0, -1):
        fraction = far + k / fraction
    series = 0.5 - np.where(z <= _SERIES_TO, density, 0.0) * total
    return np.where(z <= _SERIES_TO, log(series), -0.5 * z * z - _HALF_LOG_TWO_PI - log(fraction))
