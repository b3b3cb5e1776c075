"""The prediction asset: every system's number for every player who may play.

What belongs here: which model serves which date. What does not: rules, models, thresholds (modeling/).
"""

from __future__ import annotations

import datetime as dt

import dagster as dg
import numpy as np
import pandas as pd

from nba_assets.assets.inputs import History, Input, Inputs
from nba_assets.assets.resources import league_now, open_lake, open_models
from nba_assets.assets.table import Built, Table
from nba_assets.assets.windows import Window
from nba_assets.modeling import artefacts
from nba_assets.modeling.predicting import CONTEXT_COLUMNS, PredictionConfig, SystemOutput, prediction_rows
from nba_assets.modeling.systems import BASELINES, baseline_output, model_output, unavailable_output
from nba_assets.quality.expectations import MODEL_LIFE
from nba_assets.schemas.catalog import TABLES

_MODEL = "xgboost_v1"
_TABLE = "player_prop_predictions"
_KEY = ["game_id", "player_id", "system"]


def _predict(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    features, schedule = inputs["ml_feature_store_v2"], inputs["raw_schedule"]
    players = inputs["upcoming_player_game_context"]
    upcoming = schedule.loc[schedule["status"].eq("scheduled").to_numpy(bool), "game_date"].unique()
    now = pd.Timestamp(league_now(context))
    parts: list[pd.DataFrame] = []
    notes: dict[dt.date, dict[str, str]] = {}
    for model_id, days in _serving(inputs):
        if model_id is None:
            notes |= {day.date(): {"model": "none trained before this date"} for day in days}
            continue
        for is_upcoming in (False, True):
            chosen = days[days.isin(upcoming) == is_upcoming]
            rows = features[features["game_date"].isin(chosen)].reset_index(drop=True)
            if rows.empty:
                continue
            outputs = {rule.name: baseline_output(rule, rows) for rule in BASELINES}
            outputs[_MODEL] = _model_says(model_id, rows, context)
            notes |= {day.date(): {"model": model_id} for day in chosen}
            parts.append(
                prediction_rows(
                    rows,
                    players[players["game_date"].isin(chosen)],
                    outputs,
                    PredictionConfig(),
                    schedule=schedule,
                    predicted_at=now if is_upcoming else None,
                )
            )
    every = pd.concat(parts, ignore_index=True) if parts else TABLES[_TABLE].empty()
    return Built(_as_served(every, _said_before_tipoff(context, schedule, now)), notes=notes)


def _said_before_tipoff(
    context: dg.AssetExecutionContext, schedule: pd.DataFrame, now: pd.Timestamp
) -> pd.DataFrame:
    """Stored predictions of games that have begun, made before they did."""
    dates = [day.date() for day in schedule["game_date"].unique()]
    stored = TABLES[_TABLE].to_pandas(open_lake(context).read(_TABLE, dates, TABLES[_TABLE].arrow).table)
    begun = schedule["tipoff_utc"].le(now) | schedule["status"].eq("final")
    games = schedule.loc[begun.fillna(False).to_numpy(bool), "game_id"]
    return stored[stored["is_pregame"].fillna(False).astype(bool) & stored["game_id"].isin(games)]


def _as_served(computed: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """What was said before tip-off stands, whatever is known since; only what was never said is added."""
    if said.empty:
        return computed
    known = pd.MultiIndex.from_frame(said[_KEY])
    added = computed[~pd.MultiIndex.from_frame(computed[_KEY]).isin(known)]
    whole = pd.concat([said[list(computed.columns)], added], ignore_index=True)
    return whole.sort_values(["game_date", *_KEY], ignore_index=True)


def _serving(inputs: Inputs) -> list[tuple[str | None, pd.DatetimeIndex]]:
    """Newest model of each date, trained on earlier dates only, and the dates it serves."""
    models = inputs.past[_MODEL].sort_values(["game_date", "model_id"], ignore_index=True)
    newest = np.searchsorted(models["game_date"].to_numpy(), inputs.days.to_numpy(), side="right") - 1
    groups: list[tuple[str | None, pd.DatetimeIndex]] = []
    for index in sorted(set(newest.tolist())):
        days = inputs.days[newest == index]
        if index < 0:
            groups.append((None, days))
            continue
        fresh = days <= models["game_date"].iloc[index] + pd.Timedelta(days=MODEL_LIFE)
        groups.append((str(models["model_id"].iloc[index]), days[fresh]))
        groups.append((None, days[~fresh]))
    return groups


def _model_says(model_id: str, rows: pd.DataFrame, context: dg.AssetExecutionContext) -> SystemOutput:
    try:
        return model_output(artefacts.load(open_models(context), model_id), rows)
    except artefacts.ArtefactError as error:
        context.log.error(str(error))
        return unavailable_output(_MODEL, rows, f"model refused: {error}")


PREDICTIONS = (
    Table(
        "player_prop_predictions",
        group="predictions",
        kinds=frozenset({"xgboost", "pandas", "parquet"}),
        compute=_predict,
        versioned=(prediction_rows, baseline_output, model_output),
        inputs=(
            Input("raw_schedule"),
            Input("ml_feature_store_v2"),
            Input("upcoming_player_game_context", CONTEXT_COLUMNS),
        ),
        history=(
            History(
                _MODEL,
                MODEL_LIFE,
                ("model_id",),
                and_same_date=True,
                uses=(Window(columns=("model_id",), last=1),),
            ),
        ),
    ),
)
