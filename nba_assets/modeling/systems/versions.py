"""Versions of a prediction: one made before tip-off is never changed.

Belongs here: which rows are kept, added, and counted. Does not: making a prediction (predicting), its grade
(grading).

A version is named by its `predicted_at`; a backfill has none.
"""

from typing import Final

import numpy as np
import pandas as pd

from nba_assets.modeling.inputs import PLAYER_KEY, require_columns, require_unique

KEY: Final = (*PLAYER_KEY, "system")
VERSION: Final = (*KEY, "predicted_at")
# Values of a version: a later run with the same values adds no version.
VERSIONED_COLUMNS: Final = (
    "predicted_points",
    "line",
    "recommendation",
    "book",
    "offered_line",
    "price",
    "model_id",
    "feature_hash",
    "prob_over",
    "reason",
    "role",
)


def with_versions(new: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Rows to store: every stored pre-game row, and what the new rows add.

    A stored pre-game row is never changed or left out. A new pre-game row is added where its values are
    other than those of the newest stored one. A new row made after tip-off is added only without a row before
    it; stored rows of that kind give way to new ones.
    In: player_prop_predictions made now, one row per (game_id, player_id, system); those stored of the same
    dates. Out: rows by date and version. Raises MissingColumnsError, DuplicateKeyError.
    """
    for frame, what in ((new, "the new predictions"), (stored, "the stored predictions")):
        require_columns(frame, ("game_date", *VERSION, "is_pregame", *VERSIONED_COLUMNS), what)
    require_unique(new, KEY, "the new predictions")
    require_unique(stored, VERSION, "the stored predictions")
    if not _pregame(stored).any():
        return new
    kept = stored[_pregame(stored)].sort_values(list(VERSION), ignore_index=True)
    newest = kept.drop_duplicates(list(KEY), keep="last")
    beside = new[list(KEY)].merge(
        newest[[*KEY, *VERSIONED_COLUMNS]].assign(_stored=True),
        on=list(KEY),
        how="left",
        validate="one_to_one",
    )
    has_stored = beside["_stored"].notna().to_numpy(dtype=bool)
    adds = ~has_stored | (_pregame(new) & ~_same(new.reset_index(drop=True), beside))
    parts = [part for part in (kept[list(new.columns)], new[adds]) if len(part)]
    rows = pd.concat(parts, ignore_index=True) if parts else new.iloc[:0]
    return rows.sort_values(["game_date", *VERSION], ignore_index=True)


def counting(predictions: pd.DataFrame) -> pd.DataFrame:
    """The version that counts: the last one before tip-off, else the one made after; one row per key.

    In: player_prop_predictions. Index and order of the rows kept stay. Raises MissingColumnsError.
    """
    require_columns(predictions, (*VERSION, "is_pregame"), "player_prop_predictions")
    # Of a game that nobody has predicted before tip-off there is one version.
    live = predictions.loc[predictions["predicted_at"].notna().to_numpy(bool), "game_id"].unique()
    if not len(live) or not predictions[predictions["game_id"].isin(live)].duplicated(list(KEY)).any():
        return predictions
    order = predictions.assign(_pregame=_pregame(predictions)).sort_values(
        [*KEY, "_pregame", "predicted_at"], na_position="first", kind="stable"
    )
    chosen = order.drop_duplicates(list(KEY), keep="last").index
    return predictions.loc[predictions.index.isin(chosen)]


def _pregame(rows: pd.DataFrame) -> np.ndarray:
    return rows["is_pregame"].astype("boolean").fillna(False).to_numpy(dtype=bool)


def _same(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """Whether two frames hold the same values, row by row; NULL equals NULL."""
    same = np.ones(len(one), dtype=bool)
    for name in VERSIONED_COLUMNS:
        a, b = one[name], other[name]
        unknown = a.isna().to_numpy(dtype=bool), b.isna().to_numpy(dtype=bool)
        equal = (a.reset_index(drop=True) == b.reset_index(drop=True)).fillna(False).to_numpy(dtype=bool)
        same &= (unknown[0] & unknown[1]) | equal
    return same
