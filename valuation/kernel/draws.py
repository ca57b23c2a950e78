"""Filling blocks with draws: uniforms, normals and exponentials, four words of the generator at once."""

from valuation.kernel.arrays import BLOCK, EXPONENTIAL, NORMAL
from valuation.kernel.elementary import log
from valuation.kernel.jit import compiled, compiled_inner
from valuation.kernel.normal import CENTRAL, central_normal, tail_normal
from valuation.kernel.rng import MASK, philox, uniform


@compiled
def fill_uniforms(target, first_path, period_block, stream, key_0, key_1):
    """Four words of every path of a block as uniforms, into ``target`` [4, BLOCK]."""
    for j in range(BLOCK):
        path = first_path + j
        w0, w1, w2, w3 = philox(path & MASK, (path >> 32) & MASK, period_block, stream, key_0, key_1)
        target[0, j] = uniform(w0)
        target[1, j] = uniform(w1)
        target[2, j] = uniform(w2)
        target[3, j] = uniform(w3)


@compiled
def to_normals(target, tail, place):
    """Turn uniforms into normals in place.

    The central formula runs on every lane, then the tail's on the 15 % that need it, gathered. ``tail`` and ``place``
    are scratch at least as long.
    """
    lanes = target.size
    count = 0
    for i in range(lanes):
        place[count] = i
        count += abs(target[i] - 0.5) > CENTRAL
    for i in range(count):
        tail[i] = target[place[i]]
    for i in range(lanes):
        target[i] = central_normal(target[i] - 0.5)
    for i in range(count):
        u = tail[i]
        size = tail_normal(u if u < 0.5 else 1.0 - u)
        tail[i] = -size if u < 0.5 else size
    for i in range(count):
        target[place[i]] = tail[i]


@compiled_inner
def to_kind(kind, target, tail, place):
    """Turn uniforms into draws of a kind in place; uniforms stay as they are."""
    if kind == NORMAL:
        to_normals(target, tail, place)
    elif kind == EXPONENTIAL:
        for i in range(target.size):
            target[i] = -log(target[i])
