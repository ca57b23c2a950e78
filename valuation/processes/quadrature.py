"""Composite Gauss–Legendre quadrature on panels that halve towards 0: exact to rounding for any mixture of decays."""

from __future__ import annotations

_NODES = (
    (0.095012509837637440185, 0.18945061045506849629),
    (0.28160355077925891323, 0.18260341504492358887),
    (0.45801677765722738634, 0.16915651939500253819),
    (0.61787624440264374845, 0.14959598881657673208),
    (0.7554044083550030339, 0.12462897125553387205),
    (0.86563120238783174388, 0.09515851168249278481),
    (0.94457502307323257608, 0.062253523938647892863),
    (0.9894009349916499326, 0.027152459411754094852),
)
"""Positive nodes and weights of the 16-point Gauss–Legendre rule on −1 … 1."""


def graded_nodes(length: float, fastest: float) -> list[tuple[float, float]]:
    """Nodes and weights on 0 … length, panels [0, ℓ], [ℓ, 2ℓ], [2ℓ, 4ℓ] … with fastest·ℓ ≤ 1.

    On panel [c, 2c] a decay e^−κu falls by κc, and where κc is too much for 16 points its weight e^−κc is below
    rounding: so one rule serves slow and fast components together.

    Parameters
    ----------
    length : end of the integral, ≥ 0 [year].
    fastest : largest decay rate in the integrand, ≥ 0 [1/year].

    Returns
    -------
    list of (node [year], weight [year]), ascending by panel.
    """
    first, panels = length, 0
    while first * fastest > 1.0:
        first, panels = 0.5 * first, panels + 1
    nodes = _panel(0.0, first)
    for _ in range(panels):
        nodes += _panel(first, 2.0 * first)
        first = 2.0 * first
    return nodes


def unit_nodes(panels: int) -> list[tuple[float, float]]:
    """Nodes and weights on 0 … 1 in equal panels of 16 points."""
    return [pair for k in range(panels) for pair in _panel(k / panels, (k + 1) / panels)]


def _panel(start: float, end: float) -> list[tuple[float, float]]:
    middle, half = 0.5 * (start + end), 0.5 * (end - start)
    return [(middle + side * half * node, half * weight) for node, weight in _NODES for side in (-1.0, 1.0)]
