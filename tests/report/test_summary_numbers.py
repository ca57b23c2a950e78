"""Break-evens beside what a file states, and claims beside the numbers that meet them: digits and units."""

import pytest

from valuation.report.summary_break_even import gap, pair
from valuation.report.summary_claims import against
from valuation.tables import BreakEven, Claim


@pytest.mark.parametrize(
    ("value", "stated", "unit", "shown"),
    [
        (132.17634, 131.3, "USD/kW/month", ("131.30", "132.18", "USD/kW/month", "+0.7 %")),
        (7.921946e6, 8e6, "USD/MW", ("8.00", "7.92", "M USD/MW", "-1.0 %")),
        (0.0311336, 0.0328, "USD/kWh", ("0.03280", "0.03113", "USD/kWh", "-5.1 %")),
        (0.12, 0.1, "%/year", ("10.00", "12.00", "%/year", "+20.0 %")),
        (12_345.6, None, "USD/MW", ("n/a", "12,346", "USD/MW", "n/a")),
        (5.0, 5.0, "USD/MWh", ("5.00", "5.00", "USD/MWh", "0.0 %")),
        (5.0, 0.0, "USD/MWh", ("0.00", "5.00", "USD/MWh", "n/a")),
        (-5.0, -4.0, "USD/MWh", ("-4.00", "-5.00", "USD/MWh", "-25.0 %")),
    ],
)
def test_a_break_even_has_the_digits_that_count(
    value: float, stated: float | None, unit: str, shown: tuple[str, ...]
) -> None:
    found = BreakEven("clauses.x", value, unit, stated=stated)
    assert (*pair(found), gap(found)) == shown


@pytest.mark.parametrize(
    ("check", "value", "unit", "said"),
    [
        ("contract_value = 2.6 bn USD", 2.572e9, "USD", ("contract_value = 2.6 bn USD", "2.57 bn USD")),
        ("contract_value = 2.6 bnUSD", 2.572e9, "USD", ("contract_value = 2.6 bn USD", "2.57 bn USD")),
        ("cost = 24 MUSD/year", 5.17e6, "USD/year", ("cost = 24 M USD/year", "5.17 M USD/year")),
        ("cost > 900 kUSD", 1.234e9, "USD", ("cost > 900 k USD", "1,234,000 k USD")),
        ("npv > 0 USD", -7.5e6, "USD", ("npv > 0 USD", "-7.5 M USD")),
        ("cost > 5 EUR", 7.0, "USD", ("cost > 5 EUR", "7 USD")),
        ("margin > 45 %", 0.677, "%", ("margin > 45 %", "67.7 %")),
        ("margin > 45 %", None, "%", ("margin > 45 %", "")),
    ],
)
def test_a_claim_and_its_number_are_in_one_unit(
    check: str, value: float | None, unit: str, said: tuple[str, str]
) -> None:
    assert against(Claim("said", "article", check, value, unit, "holds", ())) == said
