"""Named random streams: the counter word of a name, and names that would share one."""

import hashlib

import pytest

from valuation.errors import PlanError
from valuation.plan.assemble import assemble, stream_number
from valuation.plan.builder import PlanBuilder
from valuation.plan.model import Record

SHARED = ("power.18281/slow/level", "power.20039/slow/level")  # found by trying names; both give one word


def _plan(*streams: str):
    b = PlanBuilder(first_month=24318, months=2)
    drawn = [b.month(f"z{place}", "draw_normal", 1.0, stream=stream) for place, stream in enumerate(streams)]
    total = b.month("total", "sum", *drawn)
    b.records.append(Record("total", total, "final"))
    return b.build("streams", "host")


def test_word_is_the_first_four_bytes_little_endian():
    name = "power.NO4/slow/level"
    assert stream_number(name) == int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")


def test_two_names_with_one_word_are_refused():
    assert stream_number(SHARED[0]) == stream_number(SHARED[1])
    with pytest.raises(PlanError, match="share the word"):
        assemble(_plan(*SHARED))


def test_one_name_may_be_read_twice():
    assert len(assemble(_plan("a/level", "a/level")).arrays.draw_stream) == 2
