"""Whole numbers from one uniform by inversion: the smallest k with P(N ≤ k) ≥ u, summed upwards from 0.

One word a draw, whatever comes out, so no draw moves another. Both start from P(N = 0), which must not vanish: a
Poisson mean up to ``LARGEST_MEAN``, a binomial with −n·log(1 − p) up to the same; beyond it the result is not a
number, and whoever builds a plan refuses it before.

The ``_few`` forms are the same sums without a loop, up to 3: the interpreter runs them on all lanes side by side, and
the loops only on the lanes that they leave unsettled.
"""

from valuation.kernel.elementary import NOT_A_NUMBER, exp, log

LARGEST_MEAN = 700.0

UNSETTLED = -1.0
"""What the ``_few`` forms return where the answer is above 3 or the arguments are out of the ordinary."""


def poisson_quantile(u: float, mean: float) -> float:
    """Poisson law of the given mean at level u; 0 for a mean of 0 or less."""
    if not mean <= LARGEST_MEAN:
        return NOT_A_NUMBER
    if mean <= 0.0:
        return 0.0
    k = 0.0
    probability = exp(-mean)
    reached = probability
    while reached < u:
        k += 1.0
        probability *= mean / k
        if k > mean and reached + probability == reached:
            break
        reached += probability
    return k


def binomial_quantile(u: float, n: float, p: float) -> float:
    """Binomial law of n trials of probability p at level u; n a whole number."""
    if not (n == n and p == p):
        return NOT_A_NUMBER
    if n <= 0.0 or p <= 0.0:
        return 0.0
    if p >= 1.0:
        return n
    logarithm = n * log(1.0 - p)
    if logarithm < -LARGEST_MEAN:
        return NOT_A_NUMBER
    odds = p / (1.0 - p)
    k = 0.0
    probability = exp(logarithm)
    reached = probability
    while reached < u and k < n:
        k += 1.0
        probability *= odds * (n - k + 1.0) / k
        reached += probability
    return k


def poisson_few(u: float, mean: float) -> float:
    """``poisson_quantile`` where that is 3 or less, else ``UNSETTLED``."""
    p0 = exp(-mean)
    p1 = p0 * mean
    p2 = p1 * (mean / 2.0)
    p3 = p2 * (mean / 3.0)
    r1 = p0 + p1
    r2 = r1 + p2
    r3 = r2 + p3
    return 0.0 if p0 >= u else (1.0 if r1 >= u else (2.0 if r2 >= u else (3.0 if r3 >= u else UNSETTLED)))


def binomial_few(u: float, n: float, p: float) -> float:
    """``binomial_quantile`` where that is 3 or less, else ``UNSETTLED``."""
    odds = p / (1.0 - p)
    p0 = exp(n * log(1.0 - p))
    p1 = p0 * (odds * n)
    p2 = p1 * (odds * (n - 1.0) / 2.0)
    p3 = p2 * (odds * (n - 2.0) / 3.0)
    r1 = p0 + p1
    r2 = r1 + p2
    r3 = r2 + p3
    return 0.0 if p0 >= u else (1.0 if r1 >= u else (2.0 if r2 >= u else (3.0 if r3 >= u else UNSETTLED)))
