"""Likelihoods that walk through a history value by value, compiled.

All of them stand in this file, since Numba's cache on disk sees a change in the file of a function and not in another
that it calls.
"""

from __future__ import annotations

from math import erfc, exp, lgamma, log, pi, sqrt

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


@compiled
def normal_density(x, mean, variance):
    d = x - mean
    return exp(-0.5 * d * d / variance) / sqrt(2.0 * pi * variance)


@compiled
def normal_below(x, mean, variance):
    return 0.5 * erfc((mean - x) / sqrt(2.0 * variance))


@compiled_entry
def jump_steps(before, after, decay, mean, variance, expected, jump_mean, jump_variance, terms, pit):
    """Log density of each step of an AR(1) with a Poisson number of normal jumps, and its probability below.

    ``expected``: jumps in a step; ``jump_mean``, ``jump_variance``: of what is left of one at the end of the step.
    """
    most = 3
    while most < 60 and expected**most > 1e-10:
        most += 1
    total = 0.0
    for t in range(len(before)):
        centre = mean + (before[t] - mean) * decay
        weight, density, below = exp(-expected), 0.0, 0.0
        for n in range(most + 1):
            m, v = centre + n * jump_mean, variance + n * jump_variance
            density += weight * normal_density(after[t], m, v)
            below += weight * normal_below(after[t], m, v)
            weight *= expected / (n + 1)
        terms[t], pit[t] = log(max(density, 1e-300)), below
        total += terms[t]
    return total


@compiled
def _truncated(m, sd):
    """(ln P(K > 0), mean, variance) of a normal K ~ (m, sd²) given K > 0."""
    a = -m / sd
    if a < 8.0:
        p = 0.5 * erfc(a / sqrt(2.0))
        ratio = exp(-0.5 * a * a) / sqrt(2.0 * pi) / p
        log_p = log(p)
    else:  # Mills' ratio, to 1e-6: far in the tail the law is exponential
        aa = 1.0 / (a * a)
        ratio = a / (1.0 - aa * (1.0 - 3.0 * aa * (1.0 - 5.0 * aa)))
        log_p = -0.5 * a * a - 0.5 * LOG_TWO_PI - log(ratio)
    return log_p, m + sd * ratio, max(sd * sd * (1.0 + a * ratio - ratio * ratio), 1e-12 * sd * sd)


@compiled_entry
def spikes(y, phi, variance, mean, fade, expected, rate, kept, start_mean, start_variance, terms, pit, centre, spread):
    """Filter of y = X + Y: X an AR(1) around ``mean``, Y a sum of exponential spikes that fade by ``fade`` a step.

    X + Y is seen, so one number is hidden: Y. It is kept as two normal laws, one for a step without a spike and one for
    a step with one, each a moment match of the four or more that lead to it. A spike's size given the value is exactly
    a truncated normal. ``kept``: what is left at the end of the step of a spike that came at each node inside it, shape
    [nodes], all equally likely; ``rate``: 1/mean size. At most one spike a step. Fills the log densities, PIT, and mean
    and variance of Y after each value; the first value counts with a spike law of ``start_mean``, ``start_variance``
    and has no density.
    """
    nodes = len(kept)
    with_spike = 1.0 - exp(-expected)
    w = np.array([1.0 - 1e-9, 1e-9])
    m = np.array([start_mean, start_mean])
    v = np.array([start_variance, start_variance])
    terms[0] = pit[0] = np.nan
    centre[0], spread[0] = start_mean, start_variance
    total = 0.0
    for t in range(1, len(y)):
        nw, nm, ns = np.zeros(2), np.zeros(2), np.zeros(2)
        below = 0.0
        for i in range(2):
            if w[i] <= 0.0:
                continue
            g = fade - phi
            mu = mean + phi * (y[t - 1] - mean) + g * m[i]
            tau2 = variance + g * g * v[i]
            pull = fade * g * v[i] / tau2
            rest = fade * fade * v[i] - pull * pull * tau2
            # no spike
            d = w[i] * (1.0 - with_spike) * normal_density(y[t], mu, tau2)
            ym = fade * m[i] + pull * (y[t] - mu)
            nw[0] += d
            nm[0] += d * ym
            ns[0] += d * (ym * ym + rest)
            phi_below = normal_below(y[t], mu, tau2)
            below += w[i] * (1.0 - with_spike) * phi_below
            tau = sqrt(tau2)
            for q in range(nodes):
                r = rate / kept[q]
                log_p, km, kv = _truncated(y[t] - mu - r * tau2, tau)
                upper = exp(min(-r * (y[t] - mu) + 0.5 * r * r * tau2 + log_p, 700.0))
                d = w[i] * with_spike / nodes * r * upper
                # Y' = fade·m + pull·(y − K − mu) + K, linear in K
                ym = fade * m[i] + pull * (y[t] - mu) + (1.0 - pull) * km
                nw[1] += d
                nm[1] += d * ym
                ns[1] += d * (ym * ym + rest + (1.0 - pull) ** 2 * kv)
                below += w[i] * with_spike / nodes * max(phi_below - upper, 0.0)
        density = nw[0] + nw[1]
        if not density > 1e-300:
            terms[t] = -700.0
            total += terms[t]
            pit[t] = 0.5
            w[0], w[1] = 1.0, 0.0
            m[0], v[0] = max(m[0] * fade, 0.0), v[0] * fade * fade + 1e-12
            centre[t], spread[t] = m[0], v[0]
            continue
        terms[t], pit[t] = log(density), below
        total += terms[t]
        for i in range(2):
            w[i] = nw[i] / density
            if nw[i] > 0.0:
                m[i] = nm[i] / nw[i]
                v[i] = max(ns[i] / nw[i] - m[i] * m[i], 1e-14)
        centre[t] = w[0] * m[0] + w[1] * m[1]
        spread[t] = w[0] * (v[0] + m[0] ** 2) + w[1] * (v[1] + m[1] ** 2) - centre[t] ** 2
    return total


@compiled_entry
def regimes(y, transition, start, mean, variance, terms, pit, seen, ahead):
    """Hamilton's filter of normal regimes: log densities, PIT, probabilities of each regime given the values up to
    each (``seen``) and before each (``ahead``), shape [N, k]. NaN is a gap."""
    k = len(mean)
    now = start.copy()
    total = 0.0
    for t in range(len(y)):
        if t > 0:
            for j in range(k):
                now[j] = 0.0
                for i in range(k):
                    now[j] += seen[t - 1, i] * transition[i, j]
        density, below = 0.0, 0.0
        for j in range(k):
            ahead[t, j] = seen[t, j] = now[j]
            if not np.isnan(y[t]):
                d = now[j] * normal_density(y[t], mean[j], variance[j])
                seen[t, j] = d
                density += d
                below += now[j] * normal_below(y[t], mean[j], variance[j])
        if np.isnan(y[t]):
            terms[t] = pit[t] = np.nan
            continue
        density = max(density, 1e-300)
        for j in range(k):
            seen[t, j] /= density
        terms[t], pit[t] = log(density), below
        total += terms[t]
    return total


@compiled_entry
def regime_pairs(seen, ahead, transition, after, pairs):
    """Kim's smoother: probabilities of each regime given all values (``after`` [N, k]), expected moves [k, k]."""
    n, k = seen.shape
    pairs[:, :] = 0.0
    for j in range(k):
        after[n - 1, j] = seen[n - 1, j]
    for t in range(n - 2, -1, -1):
        for i in range(k):
            after[t, i] = 0.0
            for j in range(k):
                if ahead[t + 1, j] > 0.0:
                    move = seen[t, i] * transition[i, j] * after[t + 1, j] / ahead[t + 1, j]
                    pairs[i, j] += move
                    after[t, i] += move


@compiled_entry
def counts(before, after, stays, arrivals, terms, pit):
    """Log probability of each step of immigration and death: survivors Binomial(before, stays) plus Poisson(arrivals).

    ``pit``: probability below plus half of that of the count itself.
    """
    most = 0
    for t in range(len(after)):
        most = max(most, after[t])
    come, up_to = np.empty(most + 1), np.empty(most + 1)
    log_arrivals, reached = log(arrivals), 0.0
    for j in range(most + 1):
        come[j] = exp(j * log_arrivals - arrivals - lgamma(j + 1.0))
        reached += come[j]
        up_to[j] = reached
    log_stay, log_leave = log(stays), log(1.0 - stays)
    total = 0.0
    for t in range(len(before)):
        n, m = before[t], after[t]
        # Beyond twelve standard deviations a binomial has 1e-30 of its probability.
        reach = 12.0 * sqrt(n * stays * (1.0 - stays)) + 12.0
        high = min(n, m, int(n * stays + reach))
        low = max(0, min(int(n * stays - reach), high - 50))
        survivors = exp(
            lgamma(n + 1.0) - lgamma(low + 1.0) - lgamma(n - low + 1.0) + low * log_stay + (n - low) * log_leave
        )
        chance = below = 0.0
        for s in range(low, high + 1):
            chance += survivors * come[m - s]
            if m > s:
                below += survivors * up_to[m - s - 1]
            survivors *= (n - s) / (s + 1.0) * stays / (1.0 - stays)
        terms[t], pit[t] = log(max(chance, 1e-300)), below + 0.5 * chance
        total += terms[t]
    return total


@compiled_entry
def futures_panel(y, slope, level, noise, phi, drift, q, start, start_variance, residuals, terms, state):
    """Kalman filter of Schwartz and Smith's two factors from logarithms of futures prices, one price at a time.

    y[t, i] = level[i] + slope[i]·χ + ξ + N(0, noise[i]); χ' = phi·χ + e₁, ξ' = ξ + drift + e₂, (e₁, e₂) of covariance
    ``q`` = (q11, q12, q22). Joseph's form, so a price without noise is as good as any. ``start_variance``: of the state
    before the first prices. Fills standardised residuals [N, m], log density of each time [N], state [N, 2].
    """
    n, m = y.shape
    x1, x2 = start[0], start[1]
    p11, p12, p22 = start_variance[0], start_variance[1], start_variance[2]
    total = 0.0
    for t in range(n):
        if t > 0:
            x1, x2 = phi * x1, x2 + drift
            p11, p12, p22 = phi * phi * p11 + q[0], phi * p12 + q[1], p22 + q[2]
        terms[t] = 0.0
        for i in range(m):
            if np.isnan(y[t, i]):
                residuals[t, i] = np.nan
                continue
            h = slope[i]
            c1, c2 = h * p11 + p12, h * p12 + p22
            f = h * c1 + c2 + noise[i]
            e = y[t, i] - level[i] - h * x1 - x2
            if f <= 1e-18:  # seen already without noise
                residuals[t, i] = np.nan
                continue
            k1, k2 = c1 / f, c2 / f
            x1, x2 = x1 + k1 * e, x2 + k2 * e
            a11, a12, a21, a22 = 1.0 - k1 * h, -k1, -k2 * h, 1.0 - k2
            b11, b12 = a11 * p11 + a12 * p12, a11 * p12 + a12 * p22
            b21, b22 = a21 * p11 + a22 * p12, a21 * p12 + a22 * p22
            p11 = b11 * a11 + b12 * a12 + noise[i] * k1 * k1
            p12 = b11 * a21 + b12 * a22 + noise[i] * k1 * k2
            p22 = b21 * a21 + b22 * a22 + noise[i] * k2 * k2
            residuals[t, i] = e / sqrt(f)
            terms[t] -= 0.5 * (LOG_TWO_PI + log(f) + e * e / f)
        total += terms[t]
        state[t, 0], state[t, 1] = x1, x2
    return total
