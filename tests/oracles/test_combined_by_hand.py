"""Clauses and events together, on chosen paths, against amounts written down by hand."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from small_deal import _yaml, after, dated, dates_as_text, merged, months

from valuation.errors import SpecError

def both(*snippets: str) -> str:
    """Snippets of the contract language laid over one another."""
    tree: dict = {}
    for snippet in snippets:
        tree = merged(tree, dates_as_text(_yaml().load(snippet)))
    out = StringIO()
    _yaml().dump(tree, out)
    return out.getvalue()


LAND = """
clauses:
  rent: {renewals: [{term: 3 months, probability: 50 %%}], price: 0 USD/kW/month}
  land: {structure: land_lease, payer: host, payee: grid, rent: 1200 USD/year%s}
dates: {term: 12 months}
"""


@pytest.mark.parametrize(("drawn", "length"), [(0.9, 12), (0.1, 15)])
@pytest.mark.parametrize(("way_out", "more"), [("", 0), (", break: 2 months", 2)])
def test_land_without_a_term_of_its_own_follows_the_renewals(deal, drawn, length, way_out, more):
    run = deal(LAND % way_out).paths(1, **{"rent.renewal_1.uniform": [drawn]})
    first = date(2026, 10, 1)
    assert dated(run, 0) == {
        month.last: pytest.approx(-100.0) for month in months(first, after(first, length + more - 1))
    }


TWO = """
capacity: {contracted: 100 MW}
dates: {term: 12 months}
clauses:
  rent: {contracted: 40 MW, price: 0 USD/kW/month}
  hall: {structure: capacity_lease, payer: state, payee: host, lease: gross, contracted: 60 MW, price: 0 USD/kW/month}
"""
MOVED = """
clauses:
  rent: {renewals: [{term: 3 months, probability: 50 %}]}
risks:
  late:
    process: delay
    of: hall
    phase: all
    delay: {probability: 50 %, distribution: fixed, mean: 5 months}
    end: moves
"""


def test_an_end_that_moves_beside_one_that_may_lapse_is_refused(deal):
    with pytest.raises(SpecError, match="cannot move with its start beside 'rent', whose renewal may lapse") as refused:
        deal(both(TWO, MOVED))
    assert [problem.path for problem in refused.value.problems] == ["risks.late.end"]
    assert "probability of 100 %" in str(refused.value)
    for mended in ("{risks: {late: {end: fixed}}}", "{clauses: {rent: {renewals: [{term: 3 months}]}}}"):
        assert deal(both(TWO, MOVED, mended)).plan
