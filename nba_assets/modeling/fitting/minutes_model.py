"""The minutes model: who plays, who starts, and for how long, learned from everybody who was expected.

Three small learners on the same features, calibrated and stored as one. Points are predicted for those who
play; this says how likely that is.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator

from nba_assets.modeling.fitting.boosting import Labelled, grown_until_best
from nba_assets.modeling.fitting.distribution import QUANTILES, Calibration, calibrate, quantiles_around
from nba_assets.modeling.fitting.learners import XGBoostLearner, read_xgboost
from nba_assets.modeling.fitting.xgboost_params import XGBoostExtendedParams
from nba_assets.modeling.inputs import PLAYER_KEY, SORT_KEY, feature_matrix, require_columns

Floats = npt.NDArray[np.float64]

# Chosen on 2023-24, trained on 2020-21 and 2021-22 and stopped on 2022-23 (44,300 expected players): Brier
# score of who plays .110 against .126 of the shares that play_probability holds, of who starts .051 against
# .118 of who started last, MAE of minutes 4.72 against 5.42 of their weighted mean. Points as minutes times
# points a minute err there by 4.452, points predicted at once by 4.409: those are what is served.
FEATURES: Final = (
    "minutes_last_game", "minutes_weighted_2", "minutes_weighted_15", "minutes_avg_season",
    "minutes_std_last_10", "games_missed", "player_days_rest", "games_with_team", "games_this_season",
    "started_last_game", "starter_share_last_5", "play_probability", "expected_rank",
    "expected_share_of_minutes", "teammates_out_minutes", "back_to_back", "season_day", "spread",
)  # fmt: skip
LABELS: Final = ("plays", "starts", "minutes")
OUTPUTS: Final = ("play_probability", "start_probability", *(f"minutes_{name}" for name in QUANTILES))
# What each part is compared with: a feature that says the same without a model.
_BASELINES: Final = {
    "plays": "play_probability", "starts": "started_last_game", "minutes": "minutes_weighted_15",
}  # fmt: skip
# Ten trees without a better metric end a fit: over six seeds as good there as twenty (Brier scores .1083 and
# .0509, MAE 4.771 against 4.770) in three quarters of the time.
_PATIENCE: Final = 10
_TREES: Final = 300
_ETA: Final = 0.2
_FEATURES_A_TREE: Final = 0.8
_MEDIAN: Final = XGBoostExtendedParams(eta=_ETA, colsample_bytree=_FEATURES_A_TREE).to_xgboost()
_CHANCE: Final = XGBoostExtendedParams(
    objective="reg:squarederror",
    eta=_ETA,
    min_child_weight=10.0,
    reg_lambda=5.0,
    gamma=0.1,
    colsample_bytree=_FEATURES_A_TREE,
).to_xgboost() | {"objective": "binary:logistic", "eval_metric": "logloss"}


class StoredMinutesModel(BaseModel):
    """A fitted minutes model as it is stored: its learners in XGBoost's own JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plays: str = Field(description="Learner of the chance to play.")
    starts: str = Field(description="Learner of the chance to start.")
    minutes: str = Field(description="Learner of the minutes of those who play: a median.")
    calibration: Calibration = Field(description="What makes a distribution of its minutes.")
    feature_names: tuple[str, ...] = Field(description="Features of every learner, in order.")
    trained_through: dt.date = Field(description="Newest date of any row that it was made with.")
    rows: dict[str, int] = Field(description="Rows of each side of the split.")

    @field_validator("feature_names")
    @classmethod
    def _of_this_version(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if names != FEATURES:
            raise ValueError(f"features {', '.join(names)}, not {', '.join(FEATURES)}")
        return names

    @classmethod
    def fit(cls, rows: pd.DataFrame, split: pd.Series) -> Self:
        """Fit on the train side, stop and calibrate on the validation side, leave the test side alone.

        Args:
            rows: `minutes_rows`.
            split: side of each row, by index.
        """
        ordered = rows.sort_values(list(SORT_KEY))
        side = split.loc[ordered.index].to_numpy(object)
        train, validation = ordered[side == "train"], ordered[side == "validation"]
        learners = {label: _fit(train, validation, label) for label in LABELS}
        played = validation[validation["minutes"].notna()]
        middle = learners["minutes"].points(feature_matrix(played, FEATURES, np.float32))
        none = np.full(len(played), np.nan)
        return cls(
            **{label: learner.to_bytes().decode() for label, learner in learners.items()},
            calibration=calibrate(middle, played["minutes"].to_numpy(np.float64), none),
            feature_names=FEATURES,
            trained_through=ordered["game_date"].max().date(),
            rows={name: int((side == name).sum()) for name in ("train", "validation", "test")},
        )

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """OUTPUTS of rows of ml_feature_store_v3, same index.

        Nobody starts more often than he plays. Minutes are those of a game in which he plays, and no quantile
        of them is below 0. Raises MissingColumnsError.
        """
        require_columns(features, self.feature_names, "the rows to expect minutes of")
        columns = dict.fromkeys(OUTPUTS, np.empty(0))
        if len(features):
            matrix = feature_matrix(features, self.feature_names, np.float32)
            plays, starts, middle = (
                read_xgboost(text.encode()).points(matrix) for text in (self.plays, self.starts, self.minutes)
            )
            quantiles = quantiles_around(np.maximum(middle, 0.0), self.calibration)
            columns = dict(zip(OUTPUTS, (plays, np.minimum(starts, plays), *quantiles.T), strict=True))
        return pd.DataFrame(columns, index=features.index).astype("float64")


def minutes_rows(features: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Expected players of games with results, and what became of them.

    Args:
        features: ml_feature_store_v3: game_date, key, is_late_addition, starts_tonight and FEATURES.
        results: player_game_summary: game_id, player_id, minutes.

    Returns:
        game_date, key, FEATURES, ``plays``, ``starts`` (NULL: unknown) and ``minutes`` (NULL: did not play),
        all float64, sorted by date and key; without late additions, whom only the result names.
    """
    require_columns(features, (*SORT_KEY, *FEATURES, "is_late_addition", "starts_tonight"), "the features")
    expected = ~features["is_late_addition"].to_numpy(bool) & features["game_id"].isin(
        results["game_id"].unique()
    )
    rows = features.loc[expected, [*SORT_KEY, *FEATURES, "starts_tonight"]]
    played = results.loc[results["minutes"].gt(0), [*PLAYER_KEY, "minutes"]]
    rows = rows.merge(played, on=list(PLAYER_KEY), how="left", validate="one_to_one")
    minutes = rows["minutes"].astype("float64")
    starts = rows.pop("starts_tonight").astype("float64")
    rows = rows.assign(minutes=minutes, plays=minutes.notna().astype("float64"), starts=starts)
    return rows.sort_values(list(SORT_KEY), ignore_index=True)


def scores(model: StoredMinutesModel, rows: pd.DataFrame) -> dict[str, float | None]:
    """How good a model is on rows that it has not seen, beside features that say the same without one.

    Args:
        model: a fitted model.
        rows: `minutes_rows`.

    Returns:
        Brier scores of who plays and who starts, the area under the curve of who plays (the chance that one
        who plays was given a higher one than one who does not), MAE of minutes; each with its baseline's, on
        the rows of which it is known. None without rows.
    """
    predicted = model.predict(rows)
    outputs = {"plays": "play_probability", "starts": "start_probability", "minutes": "minutes_q50"}
    found: dict[str, float | None] = {"plays_auc": _area(rows["plays"], predicted["play_probability"])}
    for label, baseline in _BASELINES.items():
        known = rows[label].notna() & rows[baseline].notna()
        for name, guess in ((label, predicted[outputs[label]]), (f"{label}_baseline", rows[baseline])):
            error = (guess.astype("float64") - rows[label])[known]
            measured = error.abs() if label == "minutes" else error**2
            found[f"{name}_{'mae' if label == 'minutes' else 'brier'}"] = (
                float(measured.mean()) if known.any() else None
            )
    return found


def _fit(train: pd.DataFrame, validation: pd.DataFrame, label: str) -> XGBoostLearner:
    learning, watched = (_labelled(side, label) for side in (train, validation))
    if label == "minutes":
        settings = _MEDIAN | {"base_score": float(np.median(learning.labels))}
    else:
        settings = _CHANCE | {"base_score": float(np.clip(learning.labels.mean(), 0.01, 0.99))}
    return XGBoostLearner(grown_until_best(learning, watched, FEATURES, settings, _TREES, _PATIENCE))


def _labelled(rows: pd.DataFrame, label: str) -> Labelled:
    known = rows[rows[label].notna()]
    return Labelled(feature_matrix(known, FEATURES, np.float32), known[label].to_numpy(np.float32))


def _area(happened: pd.Series, chance: pd.Series) -> float | None:
    """Area under the receiver operating characteristic, by ranks."""
    yes = happened.eq(1).to_numpy(bool)
    pairs = int(yes.sum()) * int((~yes).sum())
    if not pairs:
        return None
    ranks = chance.rank().to_numpy(np.float64)
    return float((ranks[yes].sum() - yes.sum() * (yes.sum() + 1) / 2) / pairs)


def lacking(rows: pd.DataFrame, split: pd.Series) -> str:
    """Why no model can be fitted: a side of the split without both outcomes; empty if it can."""
    for side in ("train", "validation"):
        for label in ("plays", "starts"):
            if rows.loc[split.eq(side).to_numpy(bool), label].nunique() < 2:
                return f"the {side} rows do not tell who {label}"
    return ""
