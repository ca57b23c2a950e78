"""Histories of every model that can be calibrated, exact in law and written without a line of the package.

Each takes NumPy's generator, a number of values, a step [year] and the parameters.
"""

import numpy as np
from scipy.special import betaincinv, ndtr


def ou(rng, n, h, reversion, volatility, mean=0.0):
    x = np.empty(n)
    x[0] = rng.standard_normal() * volatility / np.sqrt(2 * reversion)
    keep = np.exp(-reversion * h)
    noise = rng.standard_normal(n) * volatility * np.sqrt((1 - keep * keep) / (2 * reversion))
    for t in range(1, n):
        x[t] = keep * x[t - 1] + noise[t]
    return mean + x


def two_ou(rng, n, h, slow, slow_volatility, fast, fast_volatility, mean):
    return mean + ou(rng, n, h, slow, slow_volatility) + ou(rng, n, h, fast, fast_volatility)


def short_and_walk(rng, n, h, reversion, short, long, drift):
    walk = np.cumsum(long * np.sqrt(h) * rng.standard_normal(n))
    return 2.0 + ou(rng, n, h, reversion, short) + drift * h * np.arange(n) + walk


def walk(rng, n, h, volatility, drift):
    return np.cumsum(drift * h + volatility * np.sqrt(h) * rng.standard_normal(n))


def jump_times(rng, n, h, rate):
    """Times of a Poisson process, and the step in which each falls; [steps]."""
    times = np.cumsum(rng.standard_exponential(int(rate * n * h * 2 + 100)) / rate)
    times = times[times < n * h]
    return times, np.floor(times / h).astype(int)


def decayed(times, steps, sizes, n, h, decay):
    """Sum of jumps that each decay from their own time, at the end of each step."""
    level = np.zeros(n)
    for time, step, size in zip(times, steps, sizes, strict=True):
        level[step:] += size * np.exp(-decay * ((np.arange(step, n) + 1) * h - time))
    return level


def jump_diffusion(rng, n, h, reversion, volatility, mean, intensity, jump_mean, jump_sd):
    times, steps = jump_times(rng, n + 200, h, intensity)
    sizes = jump_mean + jump_sd * rng.standard_normal(len(times))
    return ou(rng, n, h, reversion, volatility, mean) + decayed(times, steps, sizes, n + 200, h, reversion)[200:]


def kluge(rng, n, h, reversion, volatility, mean, decay, intensity, size):
    times, steps = jump_times(rng, n + 200, h, intensity)
    sizes = size * rng.standard_exponential(len(times))
    return ou(rng, n, h, reversion, volatility, mean) + decayed(times, steps, sizes, n + 200, h, decay)[200:]


def regimes(rng, n, h, levels, sds, transition):
    transition = np.asarray(transition)
    now, y = 0, np.empty(n)
    for t in range(-200, n):
        now = int(rng.choice(len(levels), p=transition[now]))
        if t >= 0:
            y[t] = levels[now] + sds[now] * rng.standard_normal()
    return y


def logit_ou(rng, n, h, reversion, logit_sd, location):
    return 1 / (1 + np.exp(-ou(rng, n, h, reversion, logit_sd * np.sqrt(2 * reversion), location)))


def beta_ar(rng, n, h, reversion, mean, concentration):
    z = ou(rng, n, h, reversion, np.sqrt(2 * reversion))
    return betaincinv(mean * concentration, (1 - mean) * concentration, ndtr(z))


def lineages(rng, n, time, theta, most=300):
    """Lines of descent left of infinitely many: m become m − 1 at the rate m(m + θ − 1)/2; the time that it takes to
    come down to ``most`` is put at its mean, whose standard deviation is 1e-4 of the times used here."""
    m = np.arange(most, 0, -1.0)
    above = np.arange(most + 1, 2e5)
    gone = np.sum(2 / (above * (above + theta - 1)))
    falls = gone + np.cumsum(rng.standard_exponential((n, most)) / (m * (m + theta - 1) / 2), axis=1)
    return most - (falls < time).sum(axis=1)


def jacobi(rng, n, h, reversion, mean, volatility):
    """Griffiths and Spanò's representation: after a time σ²h the law is Beta(a + L, b + M − L), M the lines of descent
    left and L ~ Binomial(M, U)."""
    a, b = 2 * reversion * mean / volatility**2, 2 * reversion * (1 - mean) / volatility**2
    left = lineages(rng, n, h * volatility**2, a + b)
    u = np.empty(n)
    u[0] = rng.beta(a, b)
    for t in range(1, n):
        ones = rng.binomial(left[t], u[t - 1])
        u[t] = rng.beta(a + ones, b + left[t] - ones)
    return u


def customers(rng, n, h, arrivals, churn):
    """Event by event: an exponential time to the next arrival or departure."""
    now, clock, counts = rng.poisson(arrivals / churn), 0.0, np.empty(n)
    for t in range(n):
        while True:
            wait = rng.standard_exponential() / (arrivals + churn * now)
            if clock + wait > t * h:
                break
            clock += wait
            now += 1 if rng.random() < arrivals / (arrivals + churn * now) else -1
        clock, counts[t] = t * h, now
    return counts


def cir(rng, n, h, reversion, mean, volatility):
    x = np.empty(n)
    x[0] = rng.gamma(2 * reversion * mean / volatility**2, volatility**2 / (2 * reversion))
    keep = np.exp(-reversion * h)
    c = volatility**2 * (1 - keep) / (4 * reversion)
    for t in range(1, n):
        x[t] = c * rng.noncentral_chisquare(4 * reversion * mean / volatility**2, x[t - 1] * keep / c)
    return x


def futures(rng, n, h, maturities, kappa, short, long, rho, premium, drift, priced, *noise):
    """Prices of Schwartz and Smith's model, [n, m]; level of the curve as in their equation 9."""
    keep, T = np.exp(-kappa * h), np.asarray(maturities)
    decay = np.exp(-kappa * T)
    level = priced * T - (1 - decay) * premium / kappa
    level += ((1 - decay**2) * short**2 / (2 * kappa) + long**2 * T + 2 * (1 - decay) * rho * short * long / kappa) / 2
    step = np.array(
        [
            [(1 - keep**2) * short**2 / (2 * kappa), (1 - keep) * rho * short * long / kappa],
            [(1 - keep) * rho * short * long / kappa, long**2 * h],
        ]
    )
    moves = rng.multivariate_normal([0, drift * h], step, n)
    chi, xi, prices = rng.standard_normal() * short / np.sqrt(2 * kappa), 3.0, np.empty((n, len(T)))
    for t in range(n):
        prices[t] = decay * chi + xi + level + np.array(noise) * rng.standard_normal(len(T))
        chi, xi = keep * chi + moves[t, 0], xi + moves[t, 1]
    return np.exp(prices)
