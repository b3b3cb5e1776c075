"""How good systems are, on identical rows, with the population stated and an interval over dates.

Belongs here: populations, metrics of points, paired differences, the season hold-out.
Does not: metrics of distributions (calibration_metrics), intervals (bootstrap), predictions (predicting), one
row's grade (grading), verdicts on promotion (promotion).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from nba_assets.modeling.bootstrap import BootstrapConfig, DateBootstrap, ratio
from nba_assets.modeling.evaluation.calibration_metrics import chance_records, distribution_records
from nba_assets.modeling.inputs import MARKET_LINE, PLAYER_KEY, TEXT, require_columns, require_unique

WITH_LINE: Final = "with_line"
TIERS: Final = ("bench", "role", "starter", "star")
TIER_EDGES: Final = (6.0, 12.0, 20.0)
ROW_COLUMNS: Final = (
    "game_date",
    *PLAYER_KEY,
    "actual",
    "line",
    "points_avg_season",
    "is_bootstrap",
    "is_late_addition",
)


def evaluate(
    rows: pd.DataFrame,
    systems: Sequence[str],
    baselines: Sequence[str],
    config: BootstrapConfig | None = None,
    distributions: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Metrics of every system in every population; models.md.

    In: one row per player-game: game_date, game_id, player_id, actual (points; NULL: did not play), line
    (NULL without one), points_avg_season, is_bootstrap, is_late_addition, and a points column for each of
    `systems`; those that all are compared with, `baselines`, are among them. With a line, it is one
    more baseline, `market_line`. Of systems that predict a distribution, q10..q90 and prob_over, on the index
    of `rows`: they have the metrics of `calibration_metrics` too, the others have no such rows. Of the line,
    prob_over by the prices: its odds are measured beside those of the systems.
    Out: population, system, metric, versus (text), value, low, high, rows, dates, left_out (rows of the
    population that some system did not predict). `mae_difference` is system less `versus`, negative is
    better. Within shares and accuracy are fractions, the rest points. An empty population has NULL values.
    Raises MissingColumnsError, DuplicateKeyError.
    """
    require_columns(rows, (*ROW_COLUMNS, *systems), "the evaluation rows")
    require_columns(rows[list(systems)], baselines, "the list of systems")
    require_unique(rows, PLAYER_KEY, "the evaluation rows")
    frames = []
    for population, member in population_masks(rows).items():
        chosen = rows[member]
        compared, against = list(systems), list(baselines)
        if population == WITH_LINE:
            chosen = chosen.assign(**{MARKET_LINE: chosen["line"]})
            compared, against = [*compared, MARKET_LINE], [*against, MARKET_LINE]
        complete = chosen[chosen[compared].notna().all(axis=1)]
        scores = _scores(
            complete, compared, against, distributions or {},
            with_line=population == WITH_LINE, config=config,
        )  # fmt: skip
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


def comparison(scores: pd.DataFrame, population: str, baselines: Sequence[str]) -> pd.DataFrame:
    """Every system of a population beside its strongest baseline, or beside the line; best first.

    In: scores of `evaluate`; the population; names of the baselines. Out: population, system, mae, low, high,
    bias, versus (the line where it was measured, else the baseline with the least MAE), difference,
    difference_low, difference_high (paired), rows, dates, left_out; points. No row for an empty population.
    """
    own = scores[scores["population"].eq(population) & scores["rows"].gt(0)]
    mae = own[own["metric"].eq("mae")].set_index("system")
    if mae.empty:
        return pd.DataFrame()
    rival = MARKET_LINE if MARKET_LINE in mae.index else str(mae.loc[list(baselines), "value"].idxmin())
    bias = own[own["metric"].eq("bias")].set_index("system")["value"]
    pair = own[own["metric"].eq("mae_difference") & own["versus"].eq(rival)].set_index("system")
    pair = pair[["value", "low", "high"]].set_axis(
        ["difference", "difference_low", "difference_high"], axis="columns"
    )
    table = mae[["value", "low", "high", "rows", "dates", "left_out"]].rename(columns={"value": "mae"})
    table = table.assign(bias=bias, versus=rival).join(pair).sort_values("mae").reset_index()
    return table.assign(population=population)[
        ["population", "system", "mae", "low", "high", "bias", "versus", "difference", "difference_low",
         "difference_high", "rows", "dates", "left_out"]
    ]  # fmt: skip


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
    terms = _error_terms(error)
    means = ratio(terms.sum(axis=0, keepdims=True), np.array([[float(len(terms))]]))
    return {name: float(values[0]) for name, values in _error_metrics(means).items()}


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
    """Per row what the metrics are means of: |error|, error squared, error, within 3, within 5, above."""
    size = np.abs(error)
    above = (error < 0) + 0.5 * (error == 0)
    return np.column_stack([size, error**2, error, size <= 3, size <= 5, above])


def _error_metrics(means: np.ndarray) -> dict[str, np.ndarray]:
    """Metrics from means of `_error_terms`, one row per resample."""
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
    distributions: Mapping[str, pd.DataFrame],
    *,
    with_line: bool,
    config: BootstrapConfig | None,
) -> pd.DataFrame:
    actual, line = rows["actual"].to_numpy("float64"), rows["line"].to_numpy("float64", na_value=np.nan)
    drawn = DateBootstrap(rows["game_date"], config)
    found: list[dict] = []
    drawn_values: list[np.ndarray] = []
    mae: dict[str, np.ndarray] = {}
    for system in systems:
        points = rows[system].to_numpy("float64")
        metrics = _error_metrics(drawn.means(_error_terms(points - actual)))
        mae[system] = metrics["mae"]
        counts = dict.fromkeys(metrics, len(rows))
        if with_line and system != MARKET_LINE:
            sides = drawn.sums(_line_terms(points, actual, line))
            metrics["over_under_accuracy"] = ratio(sides[:, 1], sides[:, 0])
            counts["over_under_accuracy"] = int(sides[0, 0])
        found += [
            {"system": system, "metric": name, "versus": None, "rows": rows_of_metric}
            for name, rows_of_metric in counts.items()
        ]
        drawn_values += metrics.values()
    # MAE of each system less that of each baseline, on the same resamples.
    pairs = [(system, baseline) for system in mae for baseline in baselines if system != baseline]
    found += [
        {"system": system, "metric": "mae_difference", "versus": baseline, "rows": len(rows)}
        for system, baseline in pairs
    ]
    drawn_values += [mae[system] - mae[baseline] for system, baseline in pairs]
    intervals = drawn.intervals(np.column_stack(drawn_values))
    scores = [
        {"dates": drawn.dates, **record, **interval}
        for record, interval in zip(found, intervals, strict=True)
    ]
    shapes = distributions if with_line else {s: d for s, d in distributions.items() if s != MARKET_LINE}
    return pd.DataFrame(scores + _shapes(rows, shapes, config))


def _shapes(
    rows: pd.DataFrame, distributions: Mapping[str, pd.DataFrame], config: BootstrapConfig | None
) -> list[dict]:
    """Metrics of each distribution on these rows; of odds alone, those of odds."""
    facts = rows[["game_date", "actual", "line"]]
    return [
        {"system": system, "versus": None, **record}
        for system, shape in distributions.items()
        for record in (distribution_records if "q50" in shape else chance_records)(facts.join(shape), config)
    ]
