"""The inverse of the normal distribution, to about 6e-16: Wichura's algorithm AS241 (PPND16), Applied Statistics 37
(1988).

Two regions of the unit interval need different arithmetic: the middle (85 % of all draws) a ratio of polynomials, the
tails a logarithm and a square root as well. The block interpreter runs the first on every lane and the second on the
tail lanes only; both give the bits of ``inverse_normal``.
"""

import math

from valuation.kernel.elementary import INFINITY, NOT_A_NUMBER, log

CENTRAL = 0.425
"""Half width of the central region around u = ½."""


def central_normal(q: float) -> float:
    """Inverse normal at u = ½ + q for |q| ≤ 0.425."""
    r = 0.180625 - q * q
    numerator = 33430.575583588128105 + r * 2509.0809287301226727
    numerator = 67265.770927008700853 + r * numerator
    numerator = 45921.953931549871457 + r * numerator
    numerator = 13731.693765509461125 + r * numerator
    numerator = 1971.5909503065514427 + r * numerator
    numerator = 133.14166789178437745 + r * numerator
    numerator = 3.3871328727963666080 + r * numerator
    denominator = 28729.085735721942674 + r * 5226.4952788528545610
    denominator = 39307.895800092710610 + r * denominator
    denominator = 21213.794301586595867 + r * denominator
    denominator = 5394.1960214247511077 + r * denominator
    denominator = 687.18700749205790830 + r * denominator
    denominator = 42.313330701600911252 + r * denominator
    denominator = 1.0 + r * denominator
    return q * (numerator / denominator)


def tail_normal(p: float) -> float:
    """Size of the inverse normal where the smaller tail holds p, for e^−25 ≤ p < 0.075: every word of the generator."""
    r = math.sqrt(-log(p)) - 1.6
    numerator = 0.0227238449892691845833 + r * 7.74545014278341407640e-4
    numerator = 0.241780725177450611770 + r * numerator
    numerator = 1.27045825245236838258 + r * numerator
    numerator = 3.64784832476320460504 + r * numerator
    numerator = 5.76949722146069140550 + r * numerator
    numerator = 4.63033784615654529590 + r * numerator
    numerator = 1.42343711074968357734 + r * numerator
    denominator = 5.47593808499534494600e-4 + r * 1.05075007164441684324e-9
    denominator = 0.0151986665636164571966 + r * denominator
    denominator = 0.148103976427480074590 + r * denominator
    denominator = 0.689767334985100004550 + r * denominator
    denominator = 1.67638483018380384940 + r * denominator
    denominator = 2.05319162663775882187 + r * denominator
    denominator = 1.0 + r * denominator
    return numerator / denominator


def far_tail_normal(p: float) -> float:
    """The same below e^−25, which no 32-bit word reaches."""
    r = math.sqrt(-log(p)) - 5.0
    numerator = 2.71155556874348757815e-5 + r * 2.01033439929228813265e-7
    numerator = 1.24266094738807843860e-3 + r * numerator
    numerator = 0.0265321895265761230930 + r * numerator
    numerator = 0.296560571828504891230 + r * numerator
    numerator = 1.78482653991729133580 + r * numerator
    numerator = 5.46378491116411436990 + r * numerator
    numerator = 6.65790464350110377720 + r * numerator
    denominator = 1.42151175831644588870e-7 + r * 2.04426310338993978564e-15
    denominator = 1.84631831751005468180e-5 + r * denominator
    denominator = 7.86869131145613259100e-4 + r * denominator
    denominator = 0.0148753612908506148525 + r * denominator
    denominator = 0.136929880922735805310 + r * denominator
    denominator = 0.599832206555887937690 + r * denominator
    denominator = 1.0 + r * denominator
    return numerator / denominator


def inverse_normal(u: float) -> float:
    """The z with P(Z ≤ z) = u; ∓infinity at 0 and 1, not a number outside."""
    q = u - 0.5
    if -CENTRAL <= q <= CENTRAL:
        return central_normal(q)
    p = u if q < 0.0 else 1.0 - u
    if p > 0.0:
        size = tail_normal(p) if p >= 1.388794386496402e-11 else far_tail_normal(p)
    else:
        size = INFINITY if p == 0.0 else NOT_A_NUMBER
    return -size if q < 0.0 else size
