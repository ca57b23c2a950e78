"""A calibration as one page to look at: a PNG of six pictures. Needs Matplotlib, which nothing else here does."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from valuation.calibration.series import FloatArray
from valuation.calibration.study import Study
from valuation.errors import ValuationError

SEEN, MODEL, BAND, DEEP = "#c0392b", "#1f5f8b", "#cfe0ee", "#9cc0dd"
LAGS = 60
DRAWN_BY = "valuate calibrate"
"""Stands in the PNG, so that another run may replace it."""


class NeedsMatplotlib(ValuationError):
    """Matplotlib, which draws the page, is not installed."""


def page_bytes(found: Study, name: str) -> bytes:
    """The PNG.

    Raises
    ------
    NeedsMatplotlib : where it is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise NeedsMatplotlib(
            "--page draws with Matplotlib, not installed here: pip install 'valuate[calibrate]', or leave out --page"
        ) from error
    figure = Figure(figsize=(11.0, 12.0), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(3, 2)
    history = found.history
    head = f"{name}: {found.fit.model}, {history.first} to {history.last}, {history.count:,} values"
    figure.suptitle(head, fontsize=13)
    prices, yearly = _simulated(found)
    _history(axes[0][0], found)
    _fan(axes[0][1], found, prices)
    _memory(axes[1][0], found)
    _pit(axes[1][1], found)
    _years(axes[2][0], found, yearly)
    _quantiles(axes[2][1], found)
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": DRAWN_BY})
    return drawn.getvalue()


def _simulated(found: Study) -> tuple[FloatArray | None, FloatArray | None]:
    """Histories of the model (with the yearly level that the block has), and their yearly means; None without a law."""
    if found.fit.law is None:
        return None, None
    rng = np.random.default_rng([found.ask.seed, 3])
    dates = found.history.dates
    x = found.fit.law.paths(len(dates), min(found.ask.paths, 1000), rng)
    if not found.is_price:
        return x, None
    year = np.array([day.year for day in dates])
    at = np.unique(year, return_inverse=True)[1]
    if found.level is not None:
        x = x + found.level.sd * rng.standard_normal((len(x), int(at.max()) + 1))[:, at]
    prices = found.ask.transform.back(found.pattern() + x)
    prices = np.where(np.isnan(found.history.values), np.nan, prices)
    whole = [number for number in np.unique(year) if _whole(found, year == number)]
    return prices, np.array([np.nanmean(prices[:, year == number], axis=1) for number in whole])


def _whole(found: Study, of_year: Any) -> bool:
    known = int((of_year & ~np.isnan(found.history.values)).sum())
    return known >= 0.9 / found.history.step_years


def _history(axes: Any, found: Study) -> None:
    history = found.history
    axes.plot(history.dates, history.values, color=SEEN, linewidth=0.6, label="history")
    if found.season is not None:
        year = found.ask.transform.back(found.season.of_year())
        pattern = [year[min(day.timetuple().tm_yday, 365) - 1] for day in history.dates]
        axes.plot(history.dates, pattern, color=MODEL, linewidth=1.5, label="calendar")
    axes.set_title("History and its calendar", fontsize=11)
    axes.set_ylabel(history.unit)
    axes.legend(fontsize=8, loc="upper left")
    _slanted(axes)


def _fan(axes: Any, found: Study, prices: FloatArray | None) -> None:
    history = found.history
    axes.set_title("Simulated histories: 5, 25, 50, 75, 95 %", fontsize=11)
    if prices is None:
        axes.text(0.5, 0.5, "no law to simulate", ha="center", transform=axes.transAxes)
        return
    known = ~np.isnan(history.values)
    dates = np.array(history.dates)[known]
    low, lower, middle, upper, high = np.percentile(prices[:, known], (5, 25, 50, 75, 95), axis=0)
    axes.fill_between(dates, low, high, color=BAND)
    axes.fill_between(dates, lower, upper, color=DEEP)
    axes.plot(dates, middle, color=MODEL, linewidth=0.8)
    axes.plot(dates, history.values[known], color=SEEN, linewidth=0.6, label="history")
    axes.legend(fontsize=8, loc="upper left")
    top = max(float(np.nanmax(history.values)), float(high.max()))
    axes.set_ylim(min(0.0, float(low.min()), float(np.nanmin(history.values))), 1.05 * top)
    axes.set_ylabel(history.unit)
    _slanted(axes)


def _memory(axes: Any, found: Study) -> None:
    """Autocorrelation of the series, and of what the model leaves."""
    residuals = found.fit.residuals
    lags = np.arange(1, min(LAGS, len(residuals) // 3) + 1)
    axes.bar(lags, autocorrelation(found.series.values, lags), color=BAND, label="series")
    left = autocorrelation(residuals, lags)
    axes.vlines(lags, 0.0, left, color=SEEN, linewidth=1.5, label="left by the model")
    bound = 1.96 / np.sqrt(max(1, int((~np.isnan(residuals)).sum())))
    axes.axhspan(-bound, bound, color="#dddddd", zorder=0)
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_title(f"Autocorrelation by lag in {found.history.step}s", fontsize=11)
    axes.legend(fontsize=8, loc="upper right")


def autocorrelation(values: FloatArray, lags: Any) -> FloatArray:
    """Of a series with gaps, over the pairs that are both there; shape [lags]."""
    centred = values - np.nanmean(values)
    variance = float(np.nanmean(centred * centred))
    found = [float(np.nanmean(centred[lag:] * centred[:-lag])) if lag < len(values) else 0.0 for lag in lags]
    return np.array(found) / variance if variance > 0.0 else np.zeros(len(found))


def _pit(axes: Any, found: Study) -> None:
    pit = found.fit.pit[~np.isnan(found.fit.pit)]
    axes.hist(pit, bins=20, range=(0.0, 1.0), density=True, color=DEEP, edgecolor="white")
    axes.axhline(1.0, color=MODEL, linewidth=1.2)
    axes.set_title("Probability of less than was seen (flat = right)", fontsize=11)
    axes.set_xlabel("of the model, one step ahead")
    axes.set_yticks([])


def _years(axes: Any, found: Study, yearly: FloatArray | None) -> None:
    axes.set_title("Yearly means: observed and simulated", fontsize=11)
    history = found.history
    year = np.array([day.year for day in history.dates])
    whole = [int(number) for number in np.unique(year) if _whole(found, year == number)]
    if yearly is None or not whole:
        axes.text(0.5, 0.5, "no whole year of prices", ha="center", transform=axes.transAxes)
        return
    low, lower, middle, upper, high = np.percentile(yearly, (5, 25, 50, 75, 95), axis=1)
    axes.fill_between(whole, low, high, color=BAND, label="5 % to 95 %")
    axes.fill_between(whole, lower, upper, color=DEEP, label="25 % to 75 %")
    axes.plot(whole, middle, color=MODEL, linewidth=1.0)
    observed = [float(np.nanmean(history.values[year == number])) for number in whole]
    axes.plot(whole, observed, color=SEEN, marker="o", markersize=4, label="observed")
    axes.set_xticks(whole, [f"{number % 100:02}" for number in whole])
    if found.yearly is not None:
        spread = found.yearly if found.level is None else found.level.with_it
        words = f"sd of logs: observed {spread.observed:.2f}, simulated {spread.simulated:.2f}"
        if found.level is not None:
            words += f"\nwith yearly_level sd {found.level.sd:.2f} ({found.yearly.simulated:.2f} without)"
        axes.text(0.02, 0.97, words, va="top", fontsize=8, transform=axes.transAxes)
    axes.set_ylim(top=1.25 * max(*observed, float(high.max())))
    axes.set_ylabel(history.unit)
    axes.legend(fontsize=8, loc="upper right")


def _quantiles(axes: Any, found: Study) -> None:
    """Residuals in order against the normal law."""
    from statistics import NormalDist

    left = np.sort(found.fit.residuals[~np.isnan(found.fit.residuals)])
    at = (np.arange(left.size) + 0.5) / max(1, left.size)
    normal = np.array([NormalDist().inv_cdf(float(p)) for p in at])
    axes.plot(normal, left, ".", color=SEEN, markersize=2.5)
    ends = (normal[0], normal[-1]) if left.size else (-1.0, 1.0)
    axes.plot(ends, ends, color=MODEL, linewidth=1.0)
    axes.set_title("What the model leaves against a normal law", fontsize=11)
    axes.set_xlabel("normal")
    axes.set_ylabel("standardised residual")


def _slanted(axes: Any) -> None:
    for label in axes.get_xticklabels():
        label.set_rotation(30)
        label.set_fontsize(8)
