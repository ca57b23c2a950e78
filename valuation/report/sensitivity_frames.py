"""A sensitivity study as pandas data frames, units in the names of the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.tables.sensitivity import Sensitivity

if TYPE_CHECKING:
    import pandas as pd


def tornado_frame(found: Sensitivity) -> pd.DataFrame:
    """A row an input or factor, by its path: ends, change of base and mean NPV at each, swing of the mean."""
    import pandas as pd

    money = found.currency
    rows = {
        bar.path: {
            "label": bar.label,
            "kind": bar.kind,
            "value": bar.value,
            "low": bar.low.value,
            "high": bar.high.value,
            f"base_low [{money}]": bar.low.change,
            f"base_high [{money}]": bar.high.change,
            f"mean_low [{money}]": bar.low.mean_change,
            f"se_low [{money}]": bar.low.se,
            f"mean_high [{money}]": bar.high.mean_change,
            f"se_high [{money}]": bar.high.se,
            f"swing [{money}]": bar.swing,
        }
        for bar in found.tornado
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("path")


def spider_frame(found: Sensitivity) -> pd.DataFrame:
    """A row a point: input, value over the value as it stands, base NPV."""
    import pandas as pd

    rows = [(line.path, line.label, ratio, npv) for line in found.spider for ratio, npv in line.points]
    return pd.DataFrame(rows, columns=["path", "label", "ratio [1]", f"base [{found.currency}]"])


def table_frame(found: Sensitivity) -> pd.DataFrame:
    """A row a value, or a pair of values, of the table: base and mean NPV, and their changes."""
    import pandas as pd

    money, table = found.currency, found.table
    if table is None:
        return pd.DataFrame()
    across = table.columns or ("",)
    rows = []
    for row, cells in zip(table.rows, table.cells, strict=True):
        for column, cell in zip(across, cells, strict=True):
            at = dict(zip(table.paths, (row, column), strict=False))
            rows.append(
                at
                | {
                    f"base [{money}]": cell.base,
                    f"change [{money}]": cell.change,
                    f"mean [{money}]": cell.mean,
                    f"mean_change [{money}]": cell.mean_change,
                    f"se [{money}]": cell.se,
                }
            )
    return pd.DataFrame(rows)


def attribution_frame(found: Sensitivity) -> pd.DataFrame:
    """A row a risk: its shares of the variance and of the expected loss, with standard errors."""
    import pandas as pd

    money = found.currency
    rows = {
        share.risk: {
            f"variance [{money}^2]": share.variance,
            f"variance_se [{money}^2]": share.variance_se,
            "variance_share [1]": share.variance_share,
            "variance_share_se [1]": share.variance_share_se,
            f"sd_alone [{money}]": share.sd_alone,
            f"loss [{money}]": share.loss,
            f"loss_se [{money}]": share.loss_se,
        }
        for share in (found.attribution.risks if found.attribution is not None else ())
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("risk")
