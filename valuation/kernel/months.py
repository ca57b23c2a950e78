"""One block of paths through the months of a plan: draws, payments, records.

The functions take the arrays they need and not the whole plan: a plan as an argument is some two hundred values, and
passing it costs seconds of compilation for each function.
"""

import numpy as np

from valuation.kernel.arrays import BLOCK
from valuation.kernel.draws import fill_uniforms, to_kind
from valuation.kernel.jit import compiled_inner
from valuation.kernel.rng import START_BLOCK


@compiled_inner
def fill(target, value):
    """Write one number into every lane of ``target`` [BLOCK]."""
    for j in range(BLOCK):
        target[j] = value


@compiled_inner
def lane_sum(values, valid, scratch):
    """Sum over the first ``valid`` lanes of a block, by halves: the order of the additions is part of the result."""
    for j in range(BLOCK):
        scratch[j] = values[j] if j < valid else 0.0
    width = BLOCK
    while width > 1:
        width //= 2
        for j in range(width):
            scratch[j] += scratch[j + width]
    return scratch[0]


@compiled_inner
def draw_start(stream, kind, target, first_path, key, register, words, tail, place):
    """The draws taken once a path, into their registers."""
    for s in range(stream.size):
        fill_uniforms(words, first_path, START_BLOCK, np.int64(stream[s]), key[0], key[1])
        to_kind(kind[s], words[0], tail, place)
        r = target[s]
        for j in range(BLOCK):
            register[r, j] = words[0, j]


@compiled_inner
def draw_quarter(stream, kind, on, period, t, first_path, key, buffer, tail, place):
    """Draws of the four months that share a period block, into ``buffer`` [W, 4, BLOCK]; only streams in use in
    them."""
    end = min(t + 4 - period % 4, on.shape[1])
    for w in range(stream.size):
        used = False
        for month in range(t, end):
            used |= on[w, month] != 0
        if used:
            fill_uniforms(buffer[w], first_path, period // 4, np.int64(stream[w]), key[0], key[1])
            to_kind(kind[w], buffer[w].ravel(), tail, place)


@compiled_inner
def take_draws(target, on, period, t, buffer, register):
    """This month's draws into their registers; 0 where the plan draws none and in months before the market's date."""
    word = period % 4
    for w in range(target.size):
        r = target[w]
        if period >= 0 and on[w, t] != 0:
            for j in range(BLOCK):
                register[r, j] = buffer[w, word, j]
        else:
            for j in range(BLOCK):
                register[r, j] = 0.0


@compiled_inner
def change_series(series, target, t, register):
    """Registers of driver-free rows whose value differs from last month's."""
    for n in range(target.size):
        value = series[n, t]
        if t == 0 or value != series[n, t - 1]:
            r = target[n]
            for j in range(BLOCK):
                register[r, j] = value


@compiled_inner
def copy_shadows(shadow, register):
    """Last month's value of the registers that are read after they are written."""
    for k in range(shadow.shape[0]):
        source = shadow[k, 0]
        target = shadow[k, 1]
        for j in range(BLOCK):
            register[target, j] = register[source, j]


@compiled_inner
def delay_rings(delay):
    """Room for the values of K months of every delayed register: [sum of K, BLOCK]."""
    months = 0
    for n in range(delay.shape[0]):
        months += delay[n, 2]
    return np.zeros((months, BLOCK))


@compiled_inner
def fill_rings(delay, register, ring):
    """Before the first month every place of a ring holds the register's opening."""
    begin = 0
    for n in range(delay.shape[0]):
        source = delay[n, 0]
        for k in range(begin, begin + delay[n, 2]):
            for j in range(BLOCK):
                ring[k, j] = register[source, j]
        begin += delay[n, 2]


@compiled_inner
def turn_rings(delay, on, t, register, ring):
    """Keep last month's value of the delayed registers, and hand out that of K months before: month m stands at place
    m mod K of its ring until K months later. What nobody reads (``on`` [L, T]) is neither kept nor handed out."""
    begin = 0
    for n in range(delay.shape[0]):
        source = delay[n, 0]
        target = delay[n, 1]
        months = delay[n, 2]
        kept = begin + (t + months - 1) % months
        due = begin + t % months
        read = t + months - 1
        if read < on.shape[1] and on[n, read] != 0:
            for j in range(BLOCK):
                ring[kept, j] = register[source, j]
        if on[n, t] != 0:
            for j in range(BLOCK):
                register[target, j] = ring[due, j]
        begin += months


@compiled_inner
def pay(source, sign, book, date, dates, t, register, table):
    """Add this month's payments to the cash table [2·D + E, BLOCK]: cash before tax by date, then tax, then equity."""
    for q in range(source.size):
        if date[q, t] >= 0:
            r = source[q]
            d = book[q] * dates + date[q, t]
            if sign[q] > 0.0:
                for j in range(BLOCK):
                    table[d, j] += register[r, j]
            else:
                for j in range(BLOCK):
                    table[d, j] -= register[r, j]


@compiled_inner
def record_paths(source, base, valid, register, record):
    """Rows recorded by path: registers ``source`` [V] into ``record`` [V, n]."""
    for v in range(source.size):
        r = source[v]
        for j in range(valid):
            record[v, base + j] = register[r, j]


@compiled_inner
def record_sums(source, valid, register, record, scratch):
    """Rows recorded as a sum over the block's paths: registers ``source`` [C] into ``record`` [C]."""
    for c in range(source.size):
        record[c] = lane_sum(register[source[c]], valid, scratch)
