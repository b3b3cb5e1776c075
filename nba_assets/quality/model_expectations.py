"""What tables of models, predictions and grades should hold, from the registry and the tables before them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from nba_assets.modeling.evaluation.bets import first_offers
from nba_assets.modeling.promotion.registry import (
    LIFE_DAYS,
    served_by,
    serving,
)
from nba_assets.modeling.systems.catalog import CANDIDATES, LEARNED_SYSTEMS, SYSTEMS
from nba_assets.modeling.systems.versions import counting
from nba_assets.quality.expected_sets import ENTITLED_GAMES, PLAYER, Frames, Measure, final_games
from nba_assets.quality.measures import keys_present, rows_true


def _predictable(inputs: Frames, *columns: str) -> pd.DataFrame:
    """Players who are expected and not listed Out: date, key, feature columns. The rules predict them all."""
    wanted = ["game_date", *PLAYER, *columns]
    rows = inputs["ml_feature_store_v2"][[*wanted, "is_late_addition"]].merge(
        inputs["upcoming_player_game_context"][[*PLAYER, "injury_status"]], on=PLAYER, how="left"
    )
    able = ~rows["injury_status"].eq("Out").fillna(False).astype(bool)
    return rows[able & ~rows["is_late_addition"]][wanted]


def _expected_rows(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    rows = inputs["ml_feature_store_v3"]
    return keys_present("rows", rows[~rows["is_late_addition"]], frame, PLAYER, days)


def _expected(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    return rows_true("expected", frame, frame["play_probability"].notna(), PLAYER, days)


def _prediction_rows(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    return keys_present("rows", _predictable(inputs), frame, PLAYER, days)


def _predicted(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Rows of players with 10 games, one of them this season, that some system has put a number on."""
    rows = _predictable(inputs, "games_in_history", "games_season")
    rows = rows[(rows["games_in_history"] >= 10) & (rows["games_season"] > 0)]
    made = frame.loc[frame["predicted_points"].notna(), ["game_date", *PLAYER]]
    return keys_present("predicted", rows, made, PLAYER, days)


def _slate(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Dates of players with 10 games on which some system has put a number on at least one player."""
    rows = _predictable(inputs, "games_in_history")
    dates = rows.loc[rows["games_in_history"] >= ENTITLED_GAMES, ["game_date"]].drop_duplicates()
    made = frame.loc[frame["predicted_points"].notna(), "game_date"]
    dates = dates.assign(day=dates["game_date"].dt.strftime("%Y-%m-%d"))
    return rows_true("slate", dates, dates["game_date"].isin(made), ["day"], days)


def _served(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Newest model of each system by date, against those that the prediction rows name."""
    slates = inputs["ml_feature_store_v2"][["game_date"]].drop_duplicates().sort_values("game_date")
    parts = []
    for name in LEARNED_SYSTEMS:
        models = inputs.past[name][["game_date", "model_id"]].sort_values(["game_date", "model_id"])
        newest = pd.merge_asof(slates, models, on="game_date", tolerance=pd.Timedelta(days=LIFE_DAYS))
        parts.append(newest.assign(system=name))
    every = pd.concat(parts, ignore_index=True).dropna(subset=["model_id"])
    return keys_present("served", every, frame, ["system", "model_id"], days)


def _systems(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Systems with a prediction of at least one player of the date, of all systems."""
    slates = inputs["ml_feature_store_v2"][["game_date"]].drop_duplicates()
    every = slates.merge(pd.DataFrame({"system": list(SYSTEMS)}), how="cross")
    made = frame.loc[frame["predicted_points"].notna(), ["game_date", "system"]]
    return keys_present("systems", every, made, ["system"], days)


def _championed(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Expected players who are served by the system that the registry names for their game, by no other."""
    counted = counting(frame)
    players = _predictable(inputs).merge(counted[PLAYER].drop_duplicates(), on=PLAYER)
    shown = counted[counted["role"].eq("champion").to_numpy(bool)]
    several = shown.duplicated(PLAYER, keep=False)
    shown = shown[PLAYER].assign(served=_who(shown).mask(several, "several")).drop_duplicates()
    rows = players.merge(shown, on=PLAYER, how="left")
    champions = served_by(rows, serving(inputs.past["model_registry"], days))
    good = rows["served"].fillna("").eq(_who(champions).where(champions["system"].notna(), ""))
    return rows_true("champion", rows, good, PLAYER, days)


def _who(rows: pd.DataFrame) -> pd.Series:
    """System and model in one word."""
    return rows["system"].astype("object").fillna("") + " " + rows["model_id"].astype("object").fillna("")


def _graded_or_void(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Predictions of final games with results: a game without a box score is the box scores' gap."""
    predictions = inputs["player_prop_predictions"]
    key = [*PLAYER, "system"]
    over = predictions["game_id"].isin(final_games(inputs)["game_id"])
    over &= predictions["game_id"].isin(inputs["player_game_summary"]["game_id"].unique())
    return keys_present("graded_or_void", predictions.loc[over, ["game_date", *key]], frame, key, days)


def _settled(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Recommended offers of final games with results, each a bet."""
    offers = first_offers(inputs["player_prop_predictions"])
    over = offers["game_id"].isin(final_games(inputs)["game_id"])
    over &= offers["game_id"].isin(inputs["player_game_summary"]["game_id"].unique())
    key = [*PLAYER, "system"]
    return keys_present("settled", offers.loc[over, ["game_date", *key]], frame, key, days)


def _model(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    dates = pd.DataFrame({"game_date": days, "day": days.strftime("%Y-%m-%d")})
    return rows_true("models", dates, dates["game_date"].isin(frame["game_date"]), ["day"], days)


def _trained(inputs: Frames) -> pd.DataFrame:
    """Systems that have a model of the date."""
    own = [frame.assign(system=name) for name, frame in inputs.past.items() if name in LEARNED_SYSTEMS]
    return pd.concat(own, ignore_index=True)[["game_date", "system"]]


def _evaluated(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    return keys_present("systems", _trained(inputs), frame, ["system"], days)


def _registered(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    trained = _trained(inputs)
    return keys_present("systems", trained[trained["system"].isin(CANDIDATES)], frame, ["system"], days)


def _performed(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    graded = inputs["prediction_accuracy"]
    return keys_present("systems", graded[graded["absolute_error"].notna()], frame, ["system"], days)


MODEL_EXPECTATIONS: Mapping[str, Mapping[str, Measure]] = {
    **{system: {"models": _model} for system in LEARNED_SYSTEMS},
    "minutes_model": {"models": _model},
    "expected_minutes": {"rows": _expected_rows, "expected": _expected},
    "model_evaluation": {"systems": _evaluated},
    "model_registry": {"systems": _registered},
    "model_performance": {"systems": _performed},
    "player_prop_predictions": {
        "rows": _prediction_rows,
        "predicted": _predicted,
        "slate": _slate,
        "served": _served,
        "systems": _systems,
        "champion": _championed,
    },
    "prediction_accuracy": {"graded_or_void": _graded_or_void},
    "bets": {"settled": _settled},
}
