"""Parameters of the risk models from data: maximum likelihood on arrays. Reads no file and writes none.

`calibrate(model, series)` gives a `Fit`; `diagnostics` says whether to believe it. Needs SciPy:
``pip install valuate[calibrate]``.
"""

from valuation.calibration.fit import Estimate, Fit
from valuation.calibration.models import MODELS, calibrate
from valuation.calibration.series import DAY, MONTH, Series, as_series

__all__ = ["DAY", "MONTH", "MODELS", "Estimate", "Fit", "Series", "as_series", "calibrate"]
