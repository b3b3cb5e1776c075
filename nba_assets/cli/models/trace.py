"""How the value of a feature and a prediction is made, as text."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from rich.console import Console

from nba_assets.domain.as_of import HISTORY_DAYS
from nba_assets.domain.feature_store.feature_registry import EXTENDED
from nba_assets.domain.raw.player_names import name_contains, name_forms
from nba_assets.modeling.fitting.artefacts import ArtefactError, ArtefactStore
from nba_assets.modeling.fitting.documents import load_document
from nba_assets.modeling.systems import ensemble
from nba_assets.modeling.systems.contributions import START, Contributions
from nba_assets.reports.features.inputs import Origin, origins, stored_inputs
from nba_assets.reports.features.trace import TracedStatistic, member_shares, traced
from nba_assets.reports.reading import read_table
from nba_assets.runs.report import print_frame
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

_GAMES = 20
_CLOSE = 1e-6
_LEAST_WEIGHT = 0.0005
_GAME_COLUMNS = (
    "game_id",
    "player_id",
    "opponent",
    "is_home",
    "minutes",
    "pts",
    "fga",
    "fta",
    "usage_rate",
    "zone_source",
)


def print_trace(console: Console, settings: Settings, player: str, date: dt.date, feature: str | None) -> int:
    """Print a player's features, the games before the date, and the predictions.

    Returns:
        Exit code: 1 when the player is not expected on the date, or several have that name.

    Raises:
        ValueError: there is no such feature.
    """
    declared = [item for item in EXTENDED if feature is None or item.name == feature]
    if not declared:
        raise ValueError(f"no feature {feature}: one of {', '.join(item.name for item in EXTENDED)}")
    lake = Lake(open_store(settings.lake))
    table = "ml_feature_store_v3"
    rows = read_table(lake, table, dates=[date])
    if rows.empty:  # the extended features of the date are missing
        table = "ml_feature_store_v2"
        rows = read_table(lake, table, dates=[date])
    declared = [item for item in declared if item.name in rows.columns]
    mine = _named(rows, player)
    if len(mine) != 1:
        others = ", ".join(sorted(mine["player_name"])) or f"{len(rows)} others are"
        console.print(
            f"{player} is {'not expected' if mine.empty else 'several players'} on {date}: {others}"
        )
        return 1
    row = mine.iloc[0]
    console.print(f"{row['player_name']}, {row['team']} against {row['opponent']}, game {row['game_id']}")
    values = pd.DataFrame(
        {"feature": [f.name for f in declared], "value": [row[f.name] for f in declared],
         "unit": [f.unit for f in declared], "definition": [f.definition for f in declared],
         "from": [f.source for f in declared]}
    )  # fmt: skip
    print_frame(console, "Features, known before tip-off", values)
    if feature is not None:
        _print_feature(console, lake, origins(table, feature), row, date)
    first, last = date - dt.timedelta(HISTORY_DAYS), date - dt.timedelta(1)
    before = lake.stored_between("player_game_summary", first, last)
    games = read_table(lake, "player_game_summary", _GAME_COLUMNS, before)
    games = games[games["player_id"] == row["player_id"]]
    games = games[["game_date", *_GAME_COLUMNS]].tail(_GAMES).drop(columns="player_id")
    games["game_date"] = games["game_date"].dt.date
    print_frame(console, f"His last {len(games)} games before the date, oldest first", games)
    _print_predictions(console, settings, lake, date, row)
    return 0


def _named(rows: pd.DataFrame, player: str) -> pd.DataFrame:
    """Rows of the player of this name; without one, of those whose names contain it."""
    mine = rows[rows["player_name"].map(lambda name: name_forms(name).base) == name_forms(player).base]
    return mine if len(mine) else rows[rows["player_name"].map(lambda name: name_contains(name, player))]


def _print_predictions(
    console: Console, settings: Settings, lake: Lake, date: dt.date, row: pd.Series
) -> None:
    """The prediction of each system, which is served, and the contributions to the models' predictions."""
    predictions = read_table(lake, "player_prop_predictions", dates=[date])
    own = predictions[predictions["player_id"] == row["player_id"]]
    shown = ["system", "role", "predicted_points", "line", "recommendation", "model_id", "reason"]
    print_frame(console, "Predictions", own[shown])
    store = open_store(f"{settings.lake.rstrip('/')}/models")
    contributions = Contributions(store)
    line = own["line"].iloc[0] if len(own) else None
    rows = row.drop("line", errors="ignore").to_frame().T.assign(line=line)
    for model_id in map(str, own["model_id"].dropna().unique()):
        if ensemble.is_ensemble(model_id):
            _print_members(console, store, model_id, own, row)
        _print_contributions(console, contributions, model_id, rows)


def _print_feature(
    console: Console, lake: Lake, behind: tuple[Origin, ...], row: pd.Series, date: dt.date
) -> None:
    """The stored values behind a feature and what was made of them; then its windows, game by game."""
    feature = behind[0].feature
    made = next((origin.feature for origin in behind if not origin.is_carried), feature)
    inputs = stored_inputs(lake, behind, row, date)
    if len(inputs):
        print_frame(
            console, f"{feature.name}, made from what is stored of {date}: {made.value.formula}", inputs
        )
    for found in traced(lake, behind, row):
        _print_games(console, found)


def _print_games(console: Console, found: TracedStatistic) -> None:
    """A statistic game by game."""
    games, value = found.trace.games, found.trace.value
    weight = games["weight"].fillna(0.0).to_numpy() if "weight" in games else np.ones(len(games))
    counts = weight >= _LEAST_WEIGHT
    print_frame(console, f"{found.origin.feature.name}, game by game: {found.trace.words}", games[counts])
    if not counts.all():
        console.print(f"{int((~counts).sum())} games of less than {_LEAST_WEIGHT} each are not shown")
    if found.stored is None:
        console.print(f"these games give {value:.6f}")
        return
    same = (pd.isna(found.stored) and pd.isna(value)) or abs(found.stored - value) < _CLOSE
    console.print(
        f"these games give {value:.6f}; stored is {found.stored:.6f}" + ("" if same else ": THEY DIFFER")
    )


def _print_members(
    console: Console, store: ArtefactStore, model_id: str, predictions: pd.DataFrame, row: pd.Series
) -> None:
    """The prediction of each member, and its share of the ensemble's."""
    try:
        stored = load_document(ensemble.StoredEnsemble, store, model_id)
    except ArtefactError as error:
        console.print(str(error))
        return
    known = row.get(stored.market)
    market = None if pd.isna(known) else float(known)
    table = member_shares(stored.weights, predictions, market)
    words = "without a line" if market is None else "with a line"
    print_frame(console, f"{model_id}: its members, by the weights of rows {words}", table)


def _print_contributions(
    console: Console, contributions: Contributions, model_id: str, rows: pd.DataFrame
) -> None:
    """What each feature added to a learned prediction, the largest first; features that add nothing left out.

    Args:
        console: where they are shown.
        contributions: reads the models.
        model_id: a model or an ensemble.
        rows: the one row of features, and its line.
    """
    adds = contributions.of(model_id, rows)
    if adds is None:
        console.print(f"{model_id} cannot be taken apart: it, a member or a feature of it is missing")
        return
    own = adds.iloc[0]
    steps = own.drop(START)
    steps = steps[steps.ne(0)].sort_values(key=abs, ascending=False, kind="stable")
    values = rows[steps.index.to_list()].iloc[0].astype("float64")
    table = pd.DataFrame({"feature": steps.index, "value": values.to_numpy(), "adds": steps.to_numpy()})
    title = f"{model_id}: everybody starts from {own[START]:.2f}; {len(steps)} steps lead to {own.sum():.2f}"
    print_frame(console, title, table)
