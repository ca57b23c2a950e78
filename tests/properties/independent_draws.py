"""The draws of a plan's paths from an independent generator: Philox4x32-10 in NumPy, SciPy's inverse normal."""

import hashlib

import numpy as np
from scipy.special import ndtri

from valuation.plan.model import Plan

START_BLOCK = 2**32 - 1


def philox(counter: np.ndarray, key: tuple[int, int]) -> np.ndarray:
    """Random words uint64 [n, 4] of counters [n, 4]; Salmon et al. (2011), ten rounds."""
    low = np.uint64(0xFFFFFFFF)
    c0, c1, c2, c3 = (counter[:, i].astype(np.uint64) for i in range(4))
    k0, k1 = key
    for _ in range(10):
        left, right = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1 = (right >> np.uint64(32)) ^ c1 ^ np.uint64(k0), right & low
        c2, c3 = (left >> np.uint64(32)) ^ c3 ^ np.uint64(k1), left & low
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return np.stack([c0, c1, c2, c3], axis=1)


def uniforms(seed: int, paths: int, period_block: int, stream: int) -> np.ndarray:
    """Four uniforms of every path [4, n]."""
    path = np.arange(paths, dtype=np.uint64)
    counter = np.stack(
        [path % 2**32, path // 2**32, np.full(paths, period_block, np.uint64), np.full(paths, stream, np.uint64)],
        axis=1,
    )
    return (philox(counter, (seed % 2**32, seed // 2**32)).T + 0.5) / 2.0**32


KIND = {
    "draw_normal": ndtri,
    "draw_uniform": lambda u: u,
    "draw_exponential": lambda u: -np.log(u),
}


def plan_draws(plan: Plan, seed: int, paths: int) -> dict[str, np.ndarray]:
    """Draws by row: [n] once a path, [T, n] by month (0 in months before the market's date)."""
    draws = {}
    for row in plan.rows:
        if row.op not in KIND:
            continue
        stream = int.from_bytes(hashlib.sha256(row.stream.encode()).digest()[:4], "little")
        if row.axis == "start":
            draws[row.name] = KIND[row.op](uniforms(seed, paths, START_BLOCK, stream)[0])
            continue
        months = np.zeros((plan.months, paths))
        for t in range(plan.months):
            period = plan.first_period + t
            if period >= 0:
                months[t] = KIND[row.op](uniforms(seed, paths, period // 4, stream)[period % 4])
        draws[row.name] = months
    return draws
