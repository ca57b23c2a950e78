"""What happens around the end of a term: the last shortfall, phases that outlive the term, the sale of the assets, the
tax balance that is left; and foreign money that is paid in parts."""

from datetime import date

import pytest
from small_deal import after, same


def test_the_last_shortfall_of_a_year_is_paid_whatever_the_currency(deal):
    """A term that ends in September: the shortfall is billed in December and paid 45 days later, in February."""
    rent = "payment: {lag: 45 days}, take_or_pay: {share: 100 %, per: year}"
    foreign = deal(f"clauses: {{rent: {{price: 100 EUR/kW/month, {rent}}}}}")
    home = deal(f"clauses: {{rent: {{price: 100 USD/kW/month, {rent}}}}}")
    last = date(2029, 2, 14)
    assert foreign.flows().keys() == home.flows().keys() and max(home.flows()) == last
    assert home.flows()[last] == pytest.approx(0.1 * 9 * 10e6)
    assert foreign.flows()[last] == pytest.approx(1.3 * 0.1 * 9 * 10e6)


SITE = """
    dates: {{term: 24 months}}
    clauses:
      rent: {{phase_term: {term}, contracted: 100 MW}}
      site: {{structure: fixed_cost, payer: host, payee: outside, price: 1.2 MUSD/year, passes: none}}
      grid: {{structure: fixed_cost, payer: host, payee: grid, price: 1 USD/kW/month, of: connection, passes: none}}
      end: {{structure: terminal_value, payer: outside, payee: host, amount: 5 MUSD}}
    """


@pytest.mark.parametrize("months", [12, 24, 36])
def test_costs_of_the_site_and_its_value_follow_the_last_phase(deal, months):
    made = deal(SITE.format(term=f"{months} months"))
    first, last = date(2026, 10, 1), after(date(2026, 10, 1), months)
    rows = {name: {day: v for day, v in made.month(f"{name}.cost").items() if v} for name in ("site", "grid")}
    for name, amount in (("site", 1e5), ("grid", 2e5)):
        assert len(rows[name]) == months and min(rows[name]) == date(2026, 10, 31) and max(rows[name]) < last
        assert list(rows[name].values()) == pytest.approx([amount] * months)
    sold = {day: v for day, v in made.month("end.paid").items() if v}
    assert len(sold) == 1 and next(iter(sold)) < last <= after(next(iter(sold)).replace(day=1), 1)
    assert first < last


@pytest.mark.parametrize(("months", "struck"), [(12, 0.0), (36, 1.0)])
def test_a_term_is_cut_short_before_the_last_phase_has_run_out(deal, months, struck):
    """An event after 20 months of the term: past the end of phases of 12 months, inside those of 36."""
    hazard = "{process: hazard, rate: {value: 12 %/year, evidence: historical}}"
    made = deal(SITE.format(term=f"{months} months") + f"risks: {{gone: {hazard}}}")
    run = made.paths(1, gone=[0.12 * 23 / 12])  # 23 months from the end of June 2026
    end = made.values.scalar["term.last_end_position"]
    assert float(run.final["event_time"][0] < end) == struck


def test_a_sale_counts_at_the_rate_of_its_own_month(deal):
    """Sold for 10 M euro in March 2027 at 0.5 dollars; at the year's end a euro is worth 2."""
    market = """
        factors: {eur: {forward: {curve: {2026-07-01: 1 USD/EUR, 2027-02-01: 0.5 USD/EUR, 2027-06-01: 2 USD/EUR}}}}
        """
    made = deal(
        """
        dates: {term: 6 months}
        tax: {host: {rate: 25 %, paid: in_year, losses: refunded, residual: sold_at, sold_at: 10 MEUR}}
        clauses:
          rent: {price: 0 USD/kW/month}
          end: {structure: terminal_value, payer: outside, payee: host, amount: 10 MEUR}
        """,
        market,
    )
    assert made.flows()[date(2027, 3, 31)] == pytest.approx(5e6)
    same(made.flows("tax"), {date(2027, 12, 31): -0.25 * 5e6})


BUILD = """
    clauses:
      rent: {{price: 0 USD/kW/month}}
      build: {{structure: capex, payer: host, payee: outside, cost: 24 MEUR, schedule: {schedule},
               depreciation: {{method: straight_line, life: 12 months}}}}
    tax: {{host: {{rate: 25 %, residual: continues}}}}
    dates: {{term: 60 months}}
    """


def test_a_foreign_investment_in_equal_months_wears_as_one_by_date(deal):
    """12 M euro at 1.1 in January 2027 and 12 M at 1.3 in February, each written down over its own twelve months."""
    equal = deal(BUILD.format(schedule="{from: 2027-01-15, months: 2}"))
    dated = deal(BUILD.format(schedule="{2027-01-15: 50 %, 2027-02-15: 50 %}"))
    down = equal.month("build.depreciation")
    same(down, dated.month("build.depreciation"))
    assert sum(down.values()) == pytest.approx(12e6 * 1.1 + 12e6 * 1.3, rel=1e-12)
    assert down[date(2027, 1, 31)] == pytest.approx(1.1e6) and down[date(2028, 1, 31)] == pytest.approx(1.3e6)


@pytest.mark.parametrize("lag", ["0 days", "1 days", "13 months"])
@pytest.mark.parametrize("start", ["01-01", "07-01"])
def test_what_continues_does_not_hang_on_how_far_the_grid_runs(deal, lag, start):
    """A payment lag of another clause lengthens the grid; the tax of this contract stays what it is."""
    text = f"""
        clauses:
          build: {{structure: capex, payer: host, payee: outside, cost: 100 MUSD,
                   schedule: {{from: 2026-07-31, months: 1}}, depreciation: {{method: straight_line, life: 20 years}}}}
          x: {{structure: fixed_cost, payer: host, payee: outside, price: 1 USD/year, payment: {{lag: {lag}}}}}
        tax: {{host: {{rate: 25 %, losses: refunded, paid: in_year, residual: continues, year_start: {start}}}}}
        """
    down = {day: v for day, v in deal(text).month("build.depreciation").items() if v}
    last = date(2028, 12, 31) if start == "01-01" else date(2029, 6, 30)  # of the tax year in which the term ends
    assert max(down) == last and min(down) == date(2026, 10, 31)
    assert list(down.values()) == pytest.approx([100e6 / 240] * len(down))


def test_from_inception_counts_from_the_day_of_payment(deal):
    made = deal(
        """
        from_inception: true
        clauses: {x: {structure: capex, payer: host, payee: outside, cost: 90 MUSD, payment: {lag: 2 months},
                      schedule: {2026-07-15: 100 %}}}
        """
    )
    assert min(made.flows()) == date(2026, 9, 15) and made.plan.valuation == 46280.0
