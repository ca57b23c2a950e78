"""The models that can be calibrated, by the name that a market file gives them."""

from __future__ import annotations

from collections.abc import Callable

from valuation.calibration.fit import Fit
from valuation.calibration.refusals import CannotCalibrate
from valuation.calibration.series import Series

MODELS: dict[str, str] = {
    "ou": "one mean-reverting factor; a Series of the deseasonalised transform",
    "schwartz": "ou on the logarithm",
    "two_ou": "a slow and a fast mean-reverting factor",
    "schwartz_smith": "a mean-reverting factor and a random walk",
    "jump_diffusion": "one mean-reverting factor with normal jumps",
    "kluge": "one mean-reverting factor with spikes that decay on their own",
    "regime_switching": "a Markov chain of normal regimes; monthly",
    "gbm": "a random walk; a Series of the logarithm",
    "logit_ou": "a share between 0 and 1, mean-reverting in its logit",
    "jacobi": "a share between 0 and 1, Jacobi diffusion",
    "beta_ar": "a share between 0 and 1, Beta law with a normal copula from step to step",
    "customers": "counts that come and go (immigration and death)",
    "inflation_ou": "a yearly rate, AR(1)",
    "cir": "an intensity or a rate that stays positive",
}


def calibrate(model: str, series: Series) -> Fit:
    """Fit a model to a series by maximum likelihood.

    Parameters
    ----------
    model : one of `MODELS`.
    series : deseasonalised transform of a price, a share, a count or a rate: whatever `MODELS` says; not the raw price.

    Returns
    -------
    Parameters named as in a market file (`slow.reversion`, `volatility`, `mean` …), intervals, likelihood.

    Raises
    ------
    CannotCalibrate : every reason has a class of its own in `valuation.calibration.refusals`.
    """
    from valuation.calibration.beta_ar import fit_beta_ar
    from valuation.calibration.customers import fit_customers
    from valuation.calibration.gbm import fit_gbm
    from valuation.calibration.jacobi import fit_jacobi
    from valuation.calibration.jump_diffusion import fit_jump_diffusion
    from valuation.calibration.kluge import fit_kluge
    from valuation.calibration.logit_ou import fit_logit_ou
    from valuation.calibration.ou import fit_ou
    from valuation.calibration.rates import fit_cir, fit_inflation
    from valuation.calibration.regimes import fit_regimes
    from valuation.calibration.two_ou import fit_schwartz_smith_spot, fit_two_ou

    fitted: dict[str, Callable[[Series], Fit]] = {
        "ou": fit_ou,
        "schwartz": lambda series: fit_ou(series, "schwartz"),
        "two_ou": fit_two_ou,
        "schwartz_smith": fit_schwartz_smith_spot,
        "jump_diffusion": fit_jump_diffusion,
        "kluge": fit_kluge,
        "regime_switching": fit_regimes,
        "gbm": fit_gbm,
        "logit_ou": fit_logit_ou,
        "jacobi": fit_jacobi,
        "beta_ar": fit_beta_ar,
        "customers": fit_customers,
        "inflation_ou": fit_inflation,
        "cir": fit_cir,
    }
    if model not in fitted:
        raise CannotCalibrate(f"'{model}' cannot be calibrated; expected one of {', '.join(MODELS)}")
    return fitted[model](series)
