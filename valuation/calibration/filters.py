"""Likelihoods that walk through a history value by value, compiled.

All of them stand in this file, since Numba's cache on disk sees a change in the file of a function and not in another
that it calls.
"""

from __future__ import annotations

from math import erfc, exp, log, pi, sqrt

import numpy as np

from valuation.kernel.jit import compiled, compiled_entry

LOG_TWO_PI = log(2.0 * pi)


@compiled_entry
def gaussian_pair(y, x, d1, q1, v1, d2, q2, v2, diffuse, innovation, regressor, variance, first, second, left):
    """Kalman filter of y = β·x + a + b with two independent AR(1) states.

    a' = d1·a + N(0, q1), a_0 ~ N(0, v1), and likewise b. Where ``diffuse`` is set b_0 has no law and takes up the first
    value; that value then has no density. Fills the innovations of y and of x (same gain, so that β follows by weighted
    least squares), their variance, the filtered states of y for β = 0 and of x, as [N, 2] arrays (y, x), and their
    variances and covariance, [N, 3]. NaN is a gap.
    """
    a = b = ax = bx = 0.0
    paa, pab, pbb = v1, 0.0, v2
    begun = not diffuse
    for t in range(len(y)):
        innovation[t] = regressor[t] = variance[t] = np.nan
        seen = not np.isnan(y[t])
        if not begun:
            if seen:
                begun = True
                b, bx = y[t], x[t]
                paa, pab, pbb = v1, -v1, v1
        else:
            if t > 0:
                a, b, ax, bx = d1 * a, d2 * b, d1 * ax, d2 * bx
                paa, pab, pbb = d1 * d1 * paa + q1, d1 * d2 * pab, d2 * d2 * pbb + q2
            if seen:
                f = paa + 2.0 * pab + pbb
                e, ex = y[t] - a - b, x[t] - ax - bx
                innovation[t], regressor[t], variance[t] = e, ex, f
                ca, cb = paa + pab, pab + pbb
                ka, kb = ca / f, cb / f
                a, b, ax, bx = a + ka * e, b + kb * e, ax + ka * ex, bx + kb * ex
                # a + b is seen exactly: what is left is one variance, with opposite signs.
                rest = (paa * pbb - pab * pab) / f
                paa, pab, pbb = rest, -rest, rest
        first[t, 0], first[t, 1] = a, ax
        second[t, 0], second[t, 1] = b, bx
        left[t, 0], left[t, 1], left[t, 2] = paa, pab, pbb
