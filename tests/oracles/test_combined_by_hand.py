"""Clauses and events together, on chosen paths, against amounts written down by hand."""

from __future__ import annotations

from datetime import date

import pytest
from small_deal import after, dated, months

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
