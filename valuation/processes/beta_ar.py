"""A share with a Beta law of its own and the memory of an autoregression: U = F⁻¹(Φ(Z)), Z normal of order one.

F is the Beta distribution; Z reverts to 0 and is in its stationary law, so U is Beta in every month, exactly, and moves
with anything that is correlated with Z (a Gaussian copula). The share's own correlation lies a little below that of Z.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

from valuation.kernel.lookup import interpolated
from valuation.processes import beta, lanes
from valuation.processes.lanes import Lanes
from valuation.processes.precise import exp_minus, logistic
from valuation.processes.tables import of_normal

_PER_UNIT = 16.0
_REACH = 9.0
"""Standard deviations of Z that the table and the quadrature cover: beyond lies 2e-19 of the probability."""
_NODES = 8.0
"""Nodes of the trapezoidal rule per standard deviation."""


def table(alpha: float, beta_: float) -> tuple[float, ...]:
    """Log-odds of the share by Z, as :mod:`valuation.processes.tables`."""

    def quantiles(normals: Lanes) -> Lanes:
        return beta.log_odds_quantiles(lanes.single(alpha), lanes.single(beta_), normals).ravel()

    return of_normal(quantiles, _PER_UNIT, _REACH)


def covariance(table: Sequence[float], correlation: float) -> float:
    """Covariance of the shares of two normals Z by quadrature [-]; their ``correlation`` is 0 … 1.

    E[(U₁ − m)(U₂ − m)] with U₂'s mean given Z₁ inside; the trapezoidal rule is exact to rounding for what is as smooth
    as a share is in Z.
    """
    half = int(_REACH * _NODES)
    nodes = [k / _NODES for k in range(-half, half + 1)]
    weights = [exp_minus(0.5 * z * z) for z in nodes]
    total = fsum(weights)
    weights = [weight / total for weight in weights]
    shares = [logistic(interpolated(z, table, 0)) for z in nodes]
    mean = fsum(weight * share for weight, share in zip(weights, shares, strict=True))
    if correlation >= 1.0:
        return fsum(weight * (share - mean) * (share - mean) for weight, share in zip(weights, shares, strict=True))
    own, terms = sqrt(1.0 - correlation * correlation), []
    for z, weight, share in zip(nodes, weights, shares, strict=True):
        likely = fsum(
            other * logistic(interpolated(correlation * z + own * y, table, 0))
            for y, other in zip(nodes, weights, strict=True)
        )
        terms.append(weight * (share - mean) * (likely - mean))
    return fsum(terms)
