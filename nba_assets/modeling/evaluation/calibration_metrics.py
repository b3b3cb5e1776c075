"""How good a distribution is: coverage, pinball loss, log loss and calibration error, with intervals.

Belongs here: metrics of quantiles and probabilities, and the table behind a calibration plot.
Does not: metrics of points (evaluation), making a distribution (distribution).
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from nba_assets.modeling.bootstrap import BootstrapConfig, DateBootstrap
from nba_assets.modeling.fitting.distribution import DISTRIBUTION, INTERVAL, QUANTILE_LEVELS, QUANTILES
from nba_assets.modeling.inputs import TEXT, require_columns

Floats = npt.NDArray[np.float64]

BINS: Final = 10
LEAST_CHANCE: Final = 1e-6
METRICS: Final = ("coverage_80", "interval_width_80", "pinball", "log_loss", "ece", "brier")


def distribution_metrics(rows: pd.DataFrame, config: BootstrapConfig | None = None) -> pd.DataFrame:
    """`distribution_records` as a frame."""
    return pd.DataFrame(distribution_records(rows, config)).astype({"metric": TEXT})


def distribution_records(rows: pd.DataFrame, config: BootstrapConfig | None = None) -> list[dict]:
    """Metrics of one system's distribution; models.md.

    In: one row per player-game: game_date, actual (points), line (NULL without one), q10..q90, low_80,
    high_80, prob_over. Rows without quantiles or without a result do not count; log loss, Brier score and ECE
    are of rows with a line, pushes out.
    Out: metric, value, low, high, rows, dates. Coverage counts low_80 <= points <= high_80, and is a
    fraction; the width and the mean pinball loss over the five levels are points; ECE weighs ten bins of
    equal width by their rows, and is corrected for the rows a bin has (`_calibration_error`). A metric
    without rows is NULL.
    Raises MissingColumnsError.
    """
    require_columns(rows, ("game_date", "actual", "line", *DISTRIBUTION), "the distribution rows")
    known = rows[rows["actual"].notna() & rows["q50"].notna()]
    return _quantile_records(known, config) + chance_records(known, config)


def chance_records(rows: pd.DataFrame, config: BootstrapConfig | None = None) -> list[dict]:
    """Log loss, Brier score and ECE of odds of going over the line, as in `distribution_records`.

    In: game_date, actual, line, prob_over. Raises MissingColumnsError.
    """
    require_columns(rows, ("game_date", "actual", "line", "prob_over"), "the rows with odds")
    actual, line, chance = (
        rows[name].to_numpy("float64", na_value=np.nan) for name in ("actual", "line", "prob_over")
    )
    decided = (actual != line) & ~np.isnan(actual + line + chance)
    return _chance_records(
        rows["game_date"][decided], chance[decided], (actual > line)[decided].astype(np.float64), config
    )


def reliability(rows: pd.DataFrame) -> pd.DataFrame:
    """Predicted and observed chance of going over, by bin: bin (0..9), rows, predicted, observed.

    In: actual, line, prob_over; rows without any of them, and pushes, do not count.
    """
    require_columns(rows, ("actual", "line", "prob_over"), "the distribution rows")
    decided = rows[rows["prob_over"].notna() & (rows["actual"] != rows["line"])].dropna(
        subset=["actual", "line"]
    )
    over = (decided["actual"] > decided["line"]).astype("float64")
    frame = pd.DataFrame({"bin": _bins(decided["prob_over"].to_numpy("float64")),
                          "predicted": decided["prob_over"], "observed": over})  # fmt: skip
    grouped = frame.groupby("bin")
    return grouped.agg(
        rows=("predicted", "size"), predicted=("predicted", "mean"), observed=("observed", "mean")
    ).reset_index()


def _quantile_records(rows: pd.DataFrame, config: BootstrapConfig | None) -> list[dict]:
    actual = rows["actual"].to_numpy("float64")
    predicted = rows[list(QUANTILES)].to_numpy("float64")
    error = actual[:, None] - predicted
    levels = np.array(QUANTILE_LEVELS)
    pinball = np.maximum(levels * error, (levels - 1) * error).mean(axis=1)
    low, high = rows[list(INTERVAL)].to_numpy("float64").T
    inside = (actual >= low) & (actual <= high)
    drawn = DateBootstrap(rows["game_date"], config)
    means = drawn.means(np.column_stack([inside, high - low, pinball]))
    names = ("coverage_80", "interval_width_80", "pinball")
    return [_record(name, means[:, i], len(rows), drawn) for i, name in enumerate(names)]


def _chance_records(
    dates: pd.Series, chance: Floats, over: Floats, config: BootstrapConfig | None
) -> list[dict]:
    predicted = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    loss = -(over * np.log(predicted) + (1 - over) * np.log(1 - predicted))
    bins = _bins(predicted)[:, None] == np.arange(BINS)
    drawn = DateBootstrap(dates, config)
    means = drawn.means(np.column_stack([loss, (predicted - over) ** 2, bins * (predicted - over)[:, None]]))
    values = {"log_loss": means[:, 0], "ece": _calibration_error(means[:, 2:]), "brier": means[:, 1]}
    return [_record(name, found, len(dates), drawn) for name, found in values.items()]


def _calibration_error(gaps: Floats) -> Floats:
    """Expected calibration error of the data and of each resample, from the gap of each bin times its share.

    The absolute gap of a calibrated bin is not 0 but as large as its noise, the more so the fewer its rows.
    The variance of the noise is taken out of the squared gap: once of the data, twice of a resample, which
    has that of the data and its own (Kumar, Liang and Ma 2019, "Verified Uncertainty Calibration").
    """
    noise = gaps[1:].var(axis=0)
    left = gaps**2 - np.vstack([noise, np.repeat(2 * noise[None], len(gaps) - 1, axis=0)])
    return np.sqrt(np.maximum(left, 0.0)).sum(axis=1)


def _bins(chance: Floats) -> npt.NDArray[np.int64]:
    return np.minimum(np.floor(chance * BINS), BINS - 1).astype(np.int64)


def _record(name: str, values: Floats, rows: int, drawn: DateBootstrap) -> dict:
    return {"metric": name, **drawn.interval(values), "rows": rows, "dates": drawn.dates}
