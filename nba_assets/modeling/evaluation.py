"""How good systems are, on identical rows, with the population stated and an interval over dates.

Belongs here: populations, metrics, bootstrap intervals, paired differences, the season hold-out.
Does not: predictions (predicting), one row's grade (grading), verdicts on promotion (promotion).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from nba_assets.modeling.inputs import PLAYER_KEY, TEXT, require_columns, require_unique

MARKET_LINE: Final = "market_line"
WITH_LINE: Final = "with_line"
TIERS: Final = ("bench", "role", "starter", "star")
POPULATIONS: Final = ("all", WITH_LINE, *TIERS)
TIER_EDGES: Final = (6.0, 12.0, 20.0)
ERROR_METRICS: Final = ("mae", "rmse", "bias", "within_3", "within_5", "share_above")
ROW_COLUMNS: Final = (
    "game_date",
    *PLAYER_KEY,
    "actual",
    "line",
    "points_avg_season",
    "is_bootstrap",
    "is_late_addition",
)


class BootstrapConfig(BaseModel):
    """How the intervals are drawn: dates are resampled with replacement, all rows of a date together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: int = Field(default=1000, ge=1, description="Resamples of the dates.")
    confidence: float = Field(
        default=0.95, gt=0, lt=1, description="Share of the resamples inside the interval."
    )
    seed: int = Field(default=42, ge=0, description="Seed of the resamples.")


def evaluate(
    rows: pd.DataFrame,
    systems: Sequence[str],
    baselines: Sequence[str],
    config: BootstrapConfig | None = None,
) -> pd.DataFrame:
    """Metrics of every system in every population; models.md.

    In: one row a player-game: game_date, game_id, player_id, actual (points; NULL: did not play), line
    (NULL without one), points_avg_season, is_bootstrap, is_late_addition, and a points column for each of
    `systems`; those that all are compared with, `baselines`, are among them. Where there is a line it is one
    more baseline, `market_line`.
    Out: population, system, metric, versus (text), value, low, high, rows, dates, left_out (rows of the
    population that some system did not predict). `mae_difference` is system less `versus`, negative is
    better. Within shares and accuracy are fractions, the rest points. An empty population has NULL values.
    Raises MissingColumnsError, DuplicateKeyError.
    """
    require_columns(rows, (*ROW_COLUMNS, *systems), "the evaluation rows")
    require_columns(rows[list(systems)], baselines, "the list of systems")
    require_unique(rows, PLAYER_KEY, "the evaluation rows")
    config = config or BootstrapConfig()
    frames = []
    for population, member in population_masks(rows).items():
        chosen = rows[member]
        compared, against = list(systems), list(baselines)
        if population == WITH_LINE:
            chosen = chosen.assign(**{MARKET_LINE: chosen["line"]})
            compared, against = [*compared, MARKET_LINE], [*against, MARKET_LINE]
        complete = chosen[chosen[compared].notna().all(axis=1)]
        scores = _scores(complete, compared, against, with_line=population == WITH_LINE, config=config)
        frames.append(scores.assign(population=population, left_out=len(chosen) - len(complete)))
    columns = [
        "population",
        "system",
        "metric",
        "versus",
        "value",
        "low",
        "high",
        "rows",
        "dates",
        "left_out",
    ]
    text = ["population", "system", "metric", "versus"]
    return pd.concat(frames, ignore_index=True)[columns].astype(dict.fromkeys(text, TEXT))


def population_masks(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Member rows of each population, by name; all are of those who were expected and played.

    Tiers go by the season average before the game: bench < 6 <= role < 12 <= starter < 20 <= star points;
    a player without one is in no tier. Never by actual points: that would pick rows by their outcome.
    """
    real = (
        rows["actual"].notna()
        & rows["is_bootstrap"].astype("boolean").eq(False).fillna(False).astype(bool)
        & rows["is_late_addition"].astype("boolean").eq(False).fillna(False).astype(bool)
    )
    tier = tier_of(rows["points_avg_season"])
    masks = {"all": real, WITH_LINE: real & rows["line"].notna()}
    return masks | {name: real & tier.eq(name).fillna(False).astype(bool) for name in TIERS}


def tier_of(average: pd.Series) -> pd.Series:
    """Tier of each season average before the game, text; NULL without an average. Same index."""
    points = average.to_numpy("float64", na_value=np.nan)
    names = np.asarray(TIERS, dtype=object)[np.searchsorted(TIER_EDGES, points, side="right")]
    # NaN is searched past the last edge: without this, who has no average would be a star.
    return pd.Series(names, index=average.index, dtype=TEXT).mask(np.isnan(points))


def point_metrics(actual: pd.Series, predicted: pd.Series) -> dict[str, float]:
    """MAE, RMSE, bias (predicted - actual) in points; shares within 3 and 5, and above; NaN without rows.

    `share_above` is the share of results above the prediction, one that equals it counting half: .5 is what
    a median is.
    """
    error = predicted.to_numpy("float64") - actual.to_numpy("float64")
    sums = _error_terms(error).sum(axis=0, keepdims=True)
    return {name: float(values[0]) for name, values in _error_metrics(sums).items()}


def holdout_split_by_season(
    rows: pd.DataFrame,
    train: Sequence[str] = ("2021-22", "2022-23"),
    validation: str = "2023-24",
    test: str = "2024-25",
) -> pd.Series:
    """Side of each row of the named seasons, for fit_xgboost; rows of other seasons are not in it.

    The default is the fixed experiment of models.md. Raises ValueError when a season has no rows.
    """
    require_columns(rows, ("season",), "the rows of the hold-out")
    sides = {**dict.fromkeys(train, "train"), validation: "validation", test: "test"}
    if len(sides) != len(train) + 2:
        raise ValueError("a season is on two sides of the hold-out")
    absent = [season for season in sides if not rows["season"].eq(season).any()]
    if absent:
        raise ValueError(f"no rows of season {', '.join(absent)}")
    return rows["season"].astype(object).map(sides).dropna().astype(TEXT)


def _error_terms(error: np.ndarray) -> np.ndarray:
    """Per row what the metrics sum: rows, |error|, error squared, error, within 3, within 5, above."""
    size = np.abs(error)
    above = (error < 0) + 0.5 * (error == 0)
    return np.column_stack([np.ones_like(error), size, error**2, error, size <= 3, size <= 5, above])


def _error_metrics(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Metrics from sums of `_error_terms`, one row a resample."""
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[:, 1:] / sums[:, :1]
    return {
        "mae": means[:, 0],
        "rmse": np.sqrt(means[:, 1]),
        "bias": means[:, 2],
        "within_3": means[:, 3],
        "within_5": means[:, 4],
        "share_above": means[:, 5],
    }


def _line_terms(points: np.ndarray, actual: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Per row: sides taken, right sides. A push (actual = line) and points on the line take no side."""
    taken = (actual != line) & (points != line)
    return np.column_stack([taken, taken & ((points > line) == (actual > line))]).astype(np.float64)


def _scores(
    rows: pd.DataFrame,
    systems: Sequence[str],
    baselines: Sequence[str],
    *,
    with_line: bool,
    config: BootstrapConfig,
) -> pd.DataFrame:
    actual, line = rows["actual"].to_numpy("float64"), rows["line"].to_numpy("float64", na_value=np.nan)
    distinct, date_of_row = np.unique(rows["game_date"].to_numpy(), return_inverse=True)
    weights = date_weights(len(distinct), config)
    records: list[dict] = []
    mae: dict[str, np.ndarray] = {}
    for system in systems:
        points = rows[system].to_numpy("float64")
        sums = weights @ by_date(_error_terms(points - actual), date_of_row, len(distinct))
        metrics = _error_metrics(sums)
        mae[system] = metrics["mae"]
        counts = dict.fromkeys(metrics, len(rows))
        if with_line and system != MARKET_LINE:
            sides = weights @ by_date(_line_terms(points, actual, line), date_of_row, len(distinct))
            with np.errstate(invalid="ignore", divide="ignore"):
                metrics["over_under_accuracy"] = sides[:, 1] / sides[:, 0]
            counts["over_under_accuracy"] = int(sides[0, 0])
        records += [
            {
                "system": system,
                "metric": name,
                "versus": None,
                "rows": counts[name],
                **interval(values, config),
            }
            for name, values in metrics.items()
        ]
    records += _paired_differences(mae, baselines, len(rows), config)
    return pd.DataFrame(records).assign(dates=len(distinct))


def _paired_differences(
    mae: Mapping[str, np.ndarray], baselines: Sequence[str], rows: int, config: BootstrapConfig
) -> list[dict]:
    """MAE of each system less that of each baseline, on the same resamples."""
    return [
        {
            "system": system,
            "metric": "mae_difference",
            "versus": baseline,
            "rows": rows,
            **interval(errors - mae[baseline], config),
        }
        for system, errors in mae.items()
        for baseline in baselines
        if system != baseline
    ]


def date_weights(dates: int, config: BootstrapConfig) -> np.ndarray:
    """How often each date counts: first row the data as it is, then one row a resample."""
    if dates == 0:
        return np.ones((1 + config.samples, 0))
    draw = np.random.default_rng(config.seed).multinomial(
        dates, np.full(dates, 1 / dates), size=config.samples
    )
    return np.vstack([np.ones((1, dates)), draw])


def by_date(terms: np.ndarray, date_of_row: np.ndarray, dates: int) -> np.ndarray:
    """Sums of each column of `terms` per date: one row a date."""
    return np.column_stack([np.bincount(date_of_row, weights=column, minlength=dates) for column in terms.T])


def interval(values: np.ndarray, config: BootstrapConfig) -> dict[str, float]:
    """The value on the data, and the middle `confidence` of the resamples that have a value."""
    drawn = values[1:][~np.isnan(values[1:])]
    if len(drawn) == 0:
        return {"value": float(values[0]), "low": float("nan"), "high": float("nan")}
    tail = (1 - config.confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return {"value": float(values[0]), "low": float(low), "high": float(high)}
