"""From features, context and systems to rows of player_prop_predictions.

Belongs here: a model's points, the edge against a real line, and who is not predicted.
Does not: which offer is recommended (recommending), choosing the champion (promotion), grading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from nba_assets.modeling.fitting.artefacts import ModelArtefact
from nba_assets.modeling.fitting.distribution import DISTRIBUTION, Calibration
from nba_assets.modeling.fitting.training import learner_rows
from nba_assets.modeling.inputs import (
    PLAYER_KEY,
    TEXT,
    check_feature_names,
    feature_columns,
    require_columns,
    require_unique,
    row_hashes,
)
from nba_assets.modeling.systems.recommending import (
    RECOMMENDED,
    PredictionConfig,
    quotes_of,
    recommendations,
)

EASTERN: Final = "America/New_York"
CONTEXT_COLUMNS: Final = (
    *PLAYER_KEY,
    "player_name",
    "is_late_addition",
    "injury_status",
    "points_line",
    "line_captured_at",
)
PREDICTION_COLUMNS: Final = (
    "game_date",
    "game_id",
    "player_id",
    "system",
    "player_name",
    "team",
    "opponent",
    "predicted_points",
    *DISTRIBUTION,
    "line",
    "line_captured_at",
    "edge",
    *RECOMMENDED,
    "model_id",
    "model_trained_through",
    "feature_hash",
    "predicted_at",
    "is_pregame",
    "is_doubtful",
    "missing_terms",
    "reason",
    "source",
)


@dataclass(frozen=True)
class SystemOutput:
    """Output of one system for each row of a feature frame; every column has that frame's index."""

    system: str
    rows: pd.DataFrame
    """predicted_points (NULL: not predicted), missing_terms, reason (why not; NULL where predicted);
    q10..q90 and prob_over only from a system with a distribution."""
    inputs: tuple[str, ...]
    """Feature columns that the system reads: what feature_hash covers."""
    model_id: str | None = None
    trained_through: date | None = None
    calibration: Calibration | None = None
    """Of its distribution, from which the odds of any line follow; None without one."""


class FutureModelError(ValueError):
    """A model would predict a game of a date it was trained on or past."""


def predict(artefact: ModelArtefact, features: pd.DataFrame) -> pd.DataFrame:
    """Predictions of a stored model for rows of a feature store: predicted_points, and a distribution.

    Same index. Raises FeatureNamesError unless the frame's feature columns are the model's, in its order.
    """
    check_feature_names(artefact.feature_names, feature_columns(features))
    return learner_rows(artefact.learner, artefact.calibration, features)


def prediction_rows(
    features: pd.DataFrame,
    context: pd.DataFrame,
    outputs: Mapping[str, SystemOutput],
    config: PredictionConfig,
    *,
    offers: pd.DataFrame,
    schedule: pd.DataFrame,
    predicted_at: pd.Timestamp | None,
) -> pd.DataFrame:
    """Rows of player_prop_predictions, key (game_id, player_id, system), sorted by date and key.

    In: ml_feature_store_v2; upcoming_player_game_context; the output of each system over `features`;
    `offers_as_of` the lines of these dates; raw_schedule (game_id, tipoff_utc); the zoned time of prediction,
    None for a backfill (predicted_at NULL, is_pregame false). Players listed Out and late additions get no
    row. A system that could not predict keeps its row, NULL, with a reason. Points everywhere.
    Raises MissingColumnsError, DuplicateKeyError, FutureModelError, ValueError (no context, no zone).
    """
    if predicted_at is not None and predicted_at.tzinfo is None:
        raise ValueError("predicted_at needs a time zone")
    if not outputs:
        raise ValueError("no system to predict with")
    base = _with_moment(_eligible(features, context), schedule, predicted_at)
    base = base.sort_values(["game_date", *PLAYER_KEY])
    chosen = [output for _, output in sorted(outputs.items())]
    for output in chosen:
        _check(output, base, features)
    made = _predictions(chosen, features.loc[base.index])
    # Row by row each player's predictions by all systems.
    players, systems = np.indices((len(base), len(chosen))).reshape(2, -1)
    every = pd.concat(
        [
            base.reset_index(drop=True).take(players).reset_index(drop=True),
            _facts(chosen).take(systems).reset_index(drop=True),
            made.take(systems * len(base) + players).reset_index(drop=True),
        ],
        axis=1,
    )
    every = every.assign(player=players, line=every["points_line"].astype("float64"))
    every["edge"] = every["predicted_points"] - every["line"]
    calibrations = {output.system: output.calibration for output in chosen if output.calibration}
    quotes = quotes_of(base, offers)
    every = every.join(recommendations(every, quotes, config, calibrations))
    text = ["game_id", "player_name", "team", "opponent", "book", "source"]
    return every[list(PREDICTION_COLUMNS)].astype(
        {**dict.fromkeys(text, TEXT), "line_captured_at": "datetime64[ns, UTC]"}
    )


def is_pregame(game_date: pd.Series, tipoff_utc: pd.Series, predicted_at: pd.Timestamp) -> pd.Series:
    """Whether a prediction was made before tip-off, nullable boolean.

    Without a known tip-off: true before the game date begins (US Eastern), false after it ends, else NULL.
    """
    moment = predicted_at.tz_convert("UTC")
    tipoff = pd.to_datetime(tipoff_utc, utc=True)
    opens = game_date.dt.tz_localize(EASTERN)
    closes = (game_date + pd.Timedelta(days=1)).dt.tz_localize(EASTERN)
    answer = pd.Series(pd.NA, index=game_date.index, dtype="boolean")
    answer[opens > moment] = True
    answer[closes <= moment] = False
    known = tipoff.notna()
    answer[known] = (tipoff > moment)[known]
    return answer


def _eligible(features: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Rows that may be predicted, with their context; index of `features`."""
    identity = ["game_date", *PLAYER_KEY, "team", "opponent", "source"]
    require_columns(features, identity, "the feature store")
    require_columns(context, CONTEXT_COLUMNS, "upcoming_player_game_context")
    require_unique(features, PLAYER_KEY, "the feature store")
    require_unique(context, PLAYER_KEY, "upcoming_player_game_context")
    joined = features[identity].merge(
        context[list(CONTEXT_COLUMNS)], on=list(PLAYER_KEY), how="left", indicator="_context"
    )
    joined.index = features.index
    orphans = joined["_context"] == "left_only"
    if orphans.any():
        # Whether a player is Out is in the context only: without it no player may be predicted.
        first = joined.loc[orphans, list(PLAYER_KEY)].head(5).to_dict("records")
        raise ValueError(f"{int(orphans.sum())} feature rows have no context row, first {first}")
    status = joined["injury_status"].astype(TEXT)
    late = joined["is_late_addition"].astype("boolean")
    if late.isna().any():
        raise ValueError(f"is_late_addition is NULL in {int(late.isna().sum())} context rows")
    joined["is_doubtful"] = status.eq("Doubtful").fillna(False).astype(bool)
    return joined[~status.eq("Out").fillna(False).astype(bool) & ~late.astype(bool)].copy()


def _with_moment(
    base: pd.DataFrame, schedule: pd.DataFrame, predicted_at: pd.Timestamp | None
) -> pd.DataFrame:
    """Add predicted_at and is_pregame: when the prediction was made, and whether before tip-off."""
    require_columns(schedule, ("game_id", "tipoff_utc"), "raw_schedule")
    require_unique(schedule, ("game_id",), "raw_schedule")
    if predicted_at is None:
        return base.assign(
            predicted_at=pd.Series(pd.NaT, index=base.index, dtype="datetime64[ns, UTC]"),
            is_pregame=pd.Series(False, index=base.index, dtype="boolean"),
        )
    tipoff = base["game_id"].map(schedule.set_index("game_id")["tipoff_utc"])
    return base.assign(
        predicted_at=pd.Series(predicted_at, index=base.index).astype("datetime64[ns, UTC]"),
        is_pregame=is_pregame(base["game_date"], tipoff, predicted_at),
    )


def _check(output: SystemOutput, base: pd.DataFrame, features: pd.DataFrame) -> None:
    """Raise where an output is not of these rows, or knows games of their dates."""
    require_columns(
        output.rows, ("predicted_points", "missing_terms", "reason"), f"the output of {output.system}"
    )
    if not output.rows.index.equals(features.index):
        raise ValueError(f"the output of {output.system} is not of these feature rows")
    if output.trained_through is not None and len(base):
        first = base["game_date"].min().date()
        if output.trained_through >= first:
            raise FutureModelError(
                f"{output.model_id} knows games through {output.trained_through}: it may not predict {first}"
            )


def _facts(outputs: Sequence[SystemOutput]) -> pd.DataFrame:
    """What is the same for all predictions of a system: a row for each."""
    facts = [
        (
            output.system,
            output.model_id,
            None if output.trained_through is None else output.trained_through.isoformat(),
        )
        for output in outputs
    ]
    return pd.DataFrame(facts, columns=["system", "model_id", "model_trained_through"], dtype=TEXT)


def _predictions(outputs: Sequence[SystemOutput], features: pd.DataFrame) -> pd.DataFrame:
    """Predictions of the systems for some of the rows that they are of, one system after the other.

    A system that has no distribution has NULL in its place.
    """
    numbers, texts = ("predicted_points", *DISTRIBUTION), ("missing_terms", "reason")
    parts = [
        output.rows.reindex(columns=[*numbers, *texts])
        .loc[features.index]
        .astype({**dict.fromkeys(numbers, "float64"), **dict.fromkeys(texts, TEXT)})
        .assign(feature_hash=_feature_hashes(features, output.inputs))
        for output in outputs
    ]
    return pd.concat(parts, ignore_index=True)


def _feature_hashes(features: pd.DataFrame, inputs: tuple[str, ...]) -> pd.Series:
    """Hash of what the system read; NULL where it read nothing because its artefact was refused."""
    if inputs:
        return row_hashes(features, inputs)
    return pd.Series(pd.NA, index=features.index, dtype=TEXT)
