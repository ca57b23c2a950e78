"""process: withdrawal. For a stated use its moments are closed: the share that is taken times a shock that stays.

At a use of 60 %, a tolerance of 10 % and a margin of 10 % the intensity is (40 % − 10 %)/(100 % − 10 %) of the stated
one and 1 − 0.6·1.1 of the power is taken, from the start of the term on.
"""

import dataclasses
import math
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np

from valuation.plan.assemble import assemble
from valuation.plan.model import Record
from valuation.processes import shock
from valuation.resolve import resolve
from valuation.simulate import simulate
from valuation.spec.load import load

EXAMPLE = Path(__file__).resolve().parents[3] / "contracts" / "examples" / "withdrawal.yaml"
PATHS, RUNS = 100_000, 10
TAKEN = 1.0 - 0.6 * 1.1
RATE = 0.10 * 0.3 / 0.9
HORIZONS = (2027, 2030, 2036)


def test_mean_variance_and_autocovariance_of_a_million_paths():
    plan = resolve(load(EXAMPLE, overrides=["capacity.utilisation=60 %", "risks.use=null"]))
    records = (Record("withdrawal", "withdrawal", "yearly"),)
    plan = dataclasses.replace(plan, payments=(), measures=(), records=records)
    runs = [simulate(assemble(plan), paths=PATHS, seed=5 + run) for run in range(RUNS)]
    places = [runs[0].years.index(year) for year in HORIZONS]
    values = np.concatenate([run.yearly["withdrawal"][places] for run in runs], axis=1)
    paths = values.shape[1]
    assert paths == 1_000_000
    begins = [year - 2027 + 11.0 / 12.0 for year in HORIZONS]  # December, from the start of the term on 1 January 2027
    apart = values - values.mean(axis=1, keepdims=True)
    for place, begin in enumerate(begins):
        mean, variance = shock.moments(RATE, shock.FOR_GOOD, begin, 1.0 / 12.0)
        assert abs(values[place].mean() - TAKEN * mean) <= 4.0 * TAKEN * math.sqrt(variance / paths)
    for one, two in combinations_with_replacement(range(len(begins)), 2):
        months = [(begins[place], 1.0 / 12.0) for place in (one, two)]
        covariance = TAKEN * TAKEN * shock.covariance(RATE, shock.FOR_GOOD, *months)
        products = apart[one] * apart[two]
        assert abs(products.mean() - covariance) <= 4.0 * products.std() / math.sqrt(paths), (one, two)
