"""How good the model is beside the baselines, on rows that all of them predict."""

from __future__ import annotations

import pandas as pd

from nba_assets.domain.feature_store.feature_registry import NAMES
from nba_assets.modeling.evaluation.metrics import (
    evaluate,
    holdout_split_by_season,
)
from nba_assets.modeling.fitting.training import (
    fit_xgboost,
    training_rows,
)
from nba_assets.modeling.fitting.xgboost_params import XGBoostParams
from nba_assets.modeling.systems.catalog import (
    BASELINES,
    baseline_points,
)
from nba_assets.reports.reading import read_table
from nba_assets.storage.lake import Lake

TRAIN, STOP, TEST = ["2021-22", "2022-23"], "2023-24", "2024-25"


def holdout_scores(lake: Lake) -> pd.DataFrame:
    """Scores on 2024-25 of a model trained on 2021-22 and 2022-23 and stopped on 2023-24.

    Players expected and played, opening days out, rows that every system predicts.

    Returns:
        Tidy frame of modeling.evaluation.evaluate.
    """
    features = read_table(lake, "ml_feature_store_v2")
    results = read_table(
        lake, "player_game_summary", ("game_id", "player_id", "minutes", "pts", "is_production_ready")
    )
    rows = training_rows(features, results, NAMES)
    facts = features[["game_id", "player_id", "is_bootstrap", "is_late_addition"]]
    split = holdout_split_by_season(rows, TRAIN, STOP, TEST)
    fitted = fit_xgboost(rows, XGBoostParams(), split)
    test = rows.loc[split[split.eq("test")].index]
    table = (
        baseline_points(test)
        .assign(
            xgboost_v1=fitted.predict(test),
            game_date=test["game_date"],
            game_id=test["game_id"],
            player_id=test["player_id"],
            actual=test["pts"].astype(float),
            line=test["vegas_points_line"],
            points_avg_season=test["points_avg_season"],
        )
        .merge(facts, on=["game_id", "player_id"])
    )
    return evaluate(
        table,
        systems=["xgboost_v1", *(rule.name for rule in BASELINES)],
        baselines=[rule.name for rule in BASELINES],
    )


def served_scores(lake: Lake) -> pd.DataFrame:
    """MAE of the stored predictions, by system and season, on rows that every system predicted.

    Returns:
        One row a system, best of the newest season first; a column a season, named with its rows.
    """
    graded = read_table(lake, "prediction_accuracy", ("game_id", "player_id", "system", "absolute_error"))
    seasons = read_table(lake, "raw_schedule", ("game_id", "season"))[["game_id", "season"]]
    wide = graded.pivot_table(index=["game_id", "player_id"], columns="system", values="absolute_error")
    complete = wide.dropna().reset_index("player_id", drop=True).join(seasons.set_index("game_id"))
    by_season = complete.groupby("season")
    rows = by_season.size()
    scores = by_season.mean().T.rename(columns=lambda season: f"{season} ({rows[season]:,} rows)")
    newest = list(scores.columns[-1:])
    return scores.sort_values(newest, kind="stable").rename_axis("system").reset_index()
