"""Which rows a model may learn from, and why the others are left out."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import NAMES
from nba_assets.domain.precompute.missing_history import holes_move_features
from nba_assets.modeling.fitting.training import TARGET
from nba_assets.modeling.inputs import (
    PLAYER_KEY,
    SORT_KEY,
    TEXT,
    line_of,
    require_columns,
    require_unique,
)

TRAINING_IDENTITY: Final = (
    "game_date",
    "game_id",
    "player_id",
    "team",
    "opponent",
    "season",
    "is_late_addition",
)
HOLES: Final = ("missing_history_games", "missing_last_10_games", "games_season")
LEFT_OUT: Final = ("opening days", "games missing from his history", "did not play", "result not ready")


def training_rows(
    features: pd.DataFrame,
    results: pd.DataFrame,
    feature_names: Sequence[str] = NAMES,
    reasons: pd.Series | None = None,
) -> pd.DataFrame:
    """Player-games to learn from, with their result, one per (game_id, player_id), sorted by date and key.

    In: ml_feature_store_v2; player_game_summary (game_id, player_id, minutes, pts, is_production_ready);
    the feature names of a set of the feature registry; `left_out` of the same frames, if it is known. Out:
    identity columns, the features in order (NULL stays NULL), line, minutes, pts; without the rows of
    `left_out`. Raises MissingColumnsError, DuplicateKeyError.
    """
    require_columns(features, (*TRAINING_IDENTITY, *feature_names), "the feature store")
    reasons = left_out(features, results) if reasons is None else reasons
    # Keys are joined and sorted, and then the rows are taken once: dozens of columns of years of rows.
    keys = features[list(SORT_KEY)].assign(line=line_of(features), place=np.arange(len(features)))
    played = results[[*PLAYER_KEY, "minutes", TARGET]]
    found = keys[reasons.isna()].merge(played, on=list(PLAYER_KEY), how="inner")
    found = found.sort_values(list(SORT_KEY), ignore_index=True)
    rows = features[[*TRAINING_IDENTITY, *feature_names]].take(found["place"].to_numpy())
    rows.index = found.index
    return rows.assign(line=found["line"], minutes=found["minutes"], **{TARGET: found[TARGET]})


def left_out(features: pd.DataFrame, results: pd.DataFrame) -> pd.Series:
    """Why no model learns from each row of a feature store: the first of LEFT_OUT that holds, NULL for none.

    In: as `training_rows`. Games are missing where the hole could move his features. A player who did not
    play, or whose minutes or points are unknown, has no result; a result is ready when the summary states
    that it is production-ready. Same index, text. Raises MissingColumnsError, DuplicateKeyError.
    """
    require_columns(features, (*PLAYER_KEY, "is_bootstrap", *HOLES), "the feature store")
    require_columns(results, (*PLAYER_KEY, "minutes", TARGET, "is_production_ready"), "player_game_summary")
    require_unique(features, PLAYER_KEY, "the feature store")
    require_unique(results, PLAYER_KEY, "player_game_summary")
    played = results["minutes"].notna() & results[TARGET].notna()
    ready = results["is_production_ready"].astype("boolean").eq(True).fillna(False).astype(bool)
    known = pd.MultiIndex.from_frame(results.loc[played, list(PLAYER_KEY)])
    usable = pd.MultiIndex.from_frame(results.loc[played & ready, list(PLAYER_KEY)])
    keys = pd.MultiIndex.from_frame(features[list(PLAYER_KEY)])
    opening = ~features["is_bootstrap"].astype("boolean").eq(False).fillna(False).astype(bool)
    partial = holes_move_features(features).fillna(True).astype(bool)
    reasons = np.select([opening, partial, ~keys.isin(known), ~keys.isin(usable)], list(LEFT_OUT), default="")
    return pd.Series(reasons, index=features.index, dtype=TEXT).replace("", pd.NA)
