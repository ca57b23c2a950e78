"""The standard normal distribution function, in ``+ - * /`` and the kernel's exponential: the same bits everywhere.

Φ(−z) = e^(−z²/2)·g(z) with g(z)·(z + 4) smooth in t = (z − 4)/(z + 4): a polynomial of degree 20 in t, fitted at the
Chebyshev nodes of 0 ≤ z ≤ 28 (the substitution of M. M. Shepherd and J. G. Laframboise, Mathematics of Computation 36,
1981). The error is below 8e-15 of the smaller tail down to z = 12, most of it that of the exponent's rounding.
"""

from valuation.kernel.elementary import exp

LAST = 28.0
"""Beyond it the tail, below 1e-172, is that at 28 times the decay: no draw comes near."""


def lower_tail(z: float) -> float:
    """Φ(−z) for z ≥ 0."""
    bounded = z if z < LAST else LAST
    t = (bounded - 4.0) / (bounded + 4.0)
    p = 9.517601781475246e-09 + t * 6.252449734650623e-09
    p = -6.041368677074234e-08 + t * p
    p = -1.3994858457264534e-07 + t * p
    p = 2.479521024870136e-07 + t * p
    p = 1.0029126027279165e-06 + t * p
    p = -6.164703741655746e-07 + t * p
    p = -5.9079555943585445e-06 + t * p
    p = 7.121862905628865e-07 + t * p
    p = 3.5139945887557275e-05 + t * p
    p = -1.9073227304049103e-06 + t * p
    p = -0.00023109381936603683 + t * p
    p = 0.0001333441940610704 + t * p
    p = 0.0016308183023298795 + t * p
    p = -0.0034796923586989247 + t * p
    p = -0.0075401889549460265 + t * p
    p = 0.06039657489059148 + t * p
    p = -0.18652185796006593 + t * p
    p = 0.3871374007422207 + t * p
    p = -0.607896641971888 + t * p
    p = 0.7552851304157515 + t * p
    return exp(-0.5 * z * z) * (p / (bounded + 4.0))


def normal_probability(z: float) -> float:
    """Φ(z), the probability that a standard normal variable is at most z."""
    tail = lower_tail(abs(z))
    return tail if z < 0.0 else 1.0 - tail
