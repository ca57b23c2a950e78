"""What holds for every sale of energy: no spread gives the base case, the contract leg is linear in price and volume,
and what the buyer pays is what the seller gets."""

import pytest
from small_deal import dated, same, total
from wind_farm import GRID, farm

SALES = {
    "pay_as_produced": ("structure: pay_as_produced, price: {p} USD/MWh", "sale.volume"),
    "baseload": ("structure: baseload, price: {p} USD/MWh, volume: {v} MW, spot: power", "sale.flat"),
    "pay_as_nominated": (
        "structure: pay_as_nominated, price: {p} USD/MWh, spot: power, nominated: 90 %, long_spread: 3 USD/MWh",
        "sale.nominated",
    ),
    "take_or_pay": (
        "structure: take_or_pay, price: {p} USD/MWh, quantity: {v}0 GWh/year, taken: use, minimum: 85 %, make_up: {{}}",
        "sale.billed_volume",
    ),
}
RISKS = (
    "risks: {{wind: {{process: volume_index, yearly_sd: {sd} %, monthly_sd: {sd} %}},"
    " use: {{process: logit_ou, mean: 80 %, logit_sd: {logit}, reversion: 2 /year}}}}\n"
    "generation: {{volume: wind, capture: {{rate: 90 %, falls_with_volume: 0.4}}}}"
)
CALM = "factors: {power: {slow: {volatility: 0 /sqrt(year)}}, eur: {volatility: 0 /sqrt(year)}}"


def sale(deal, structure, p=50, v=10, sd=8.0, logit=0.6, **how):
    text = SALES[structure][0].format(p=p, v=v)
    return farm(deal, text, RISKS.format(sd=sd, logit=logit), **how)


@pytest.mark.parametrize("structure", SALES)
def test_no_spread_gives_the_base_case(deal, structure):
    made = sale(deal, structure, sd=1e-9, logit=0, market=CALM)
    same(dated(made.paths(1), 0), made.flows(), 1e-8)


@pytest.mark.parametrize("structure", SALES)
def test_a_dearer_price_pays_the_difference_on_the_energy_billed(deal, structure):
    """Monotone in the price, path by path: + 7 USD/MWh gives 7 USD for each MWh that the contract bills."""
    one, more = (sale(deal, structure, p=p).paths(5) for p in (50, 57))
    energy = one.values[SALES[structure][1]]
    for path in range(5):
        want = total(dated(one, path), {m.last: 7.0 * energy[t, path] for t, m in enumerate(GRID)})
        same(dated(more, path), want, 1e-10)
        # December of a take-or-pay by year may be a credit: what is made up then was billed in the months before
        assert energy[:, path].sum() >= 0.0 and (structure == "take_or_pay" or energy[:, path].min() >= 0.0)


@pytest.mark.parametrize("structure", ["baseload", "take_or_pay"])
def test_linear_in_the_contract_volume(deal, structure):
    flows = [dated(sale(deal, structure, v=v).paths(1), 0) for v in (0, 10, 30)]
    for day in flows[2]:
        nothing, one, three = (each.get(day, 0.0) for each in flows)
        assert three - nothing == pytest.approx(3.0 * (one - nothing), rel=1e-9, abs=1e-3)


@pytest.mark.parametrize("structure", SALES)
def test_what_the_buyer_pays_is_the_contract_leg_of_the_seller(deal, structure):
    seller = sale(deal, structure).paths(2)
    billed = seller.values["sale.billed"]
    buyer = sale(deal, structure, view="tenant").paths(2)
    for path in range(2):
        same(dated(buyer, path), {m.last: -billed[t, path] for t, m in enumerate(GRID)}, 1e-12)
