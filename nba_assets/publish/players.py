"""Players' seasons from the lake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from nba_assets.modeling.systems.versions import counting
from nba_assets.publish.contract.player import Player, PlayerGame, PlayerScore
from nba_assets.publish.contract.slate import Slate
from nba_assets.publish.evidence import build_evidence
from nba_assets.publish.headline import headlines, is_headline
from nba_assets.publish.tables import OpenTables, Row, grouped, rows_of

_PREDICTED = (
    "game_id", "player_id", "system", "role", "player_name", "team", "opponent", "predicted_points", "q50",
    "low_80", "high_80", "line", "recommendation", "predicted_at", "is_pregame",
)  # fmt: skip
_GRADED = ("game_id", "player_id", "system", "outcome", "absolute_error")
_PLAYED = ("game_id", "player_id", "player_name", "team", "opponent", "minutes", "pts")
_SHOWN = ("system", "predicted_points", "low_80", "high_80", "line", "recommendation")
_KEY = ("game_id", "player_id")
_LONGEST_SEASON = 366  # days


def build_players(
    tables: OpenTables, dates: Sequence[dt.date], season: str, slate: Slate | None
) -> dict[int, Player]:
    """Every player who played or was predicted on the dates, by player id.

    Args:
        tables: where rows are.
        dates: game dates of one season up to the newest, in order.
        season: that season.
        slate: the newest slate, for the next game.
    """
    predictions = counting(tables.read("player_prop_predictions", dates, _PREDICTED))
    heads = {date: head.system for date, head in headlines(predictions).items()}
    shown = {_key(row): row for row in rows_of(predictions[is_headline(predictions, heads)])}
    grades = tables.read("prediction_accuracy", dates, _GRADED)
    outcomes = {_key(row): row["outcome"] for row in rows_of(grades[is_headline(grades, heads)])}
    played = {key: rows[0] for key, rows in grouped(_played(tables, dates), *_KEY).items()}
    next_games = {player.player_id: player for player in slate.players} if slate else {}
    evidence = build_evidence(tables, slate) if slate else {}
    scores = _scores(grades)
    seasons: dict[int, list[PlayerGame]] = {}
    named: dict[int, Row] = {}
    for key in sorted(shown.keys() | played.keys(), key=lambda key: (_date(key, shown, played), key)):
        row = shown.get(key) or played[key]
        seasons.setdefault(key[1], []).append(_game(row, played.get(key), shown.get(key), outcomes.get(key)))
        named[key[1]] = row
    return {
        player: Player(
            player_id=player,
            player_name=named[player]["player_name"],
            team=named[player]["team"],
            season=season,
            games=tuple(games),
            scores=scores.get(player, ()),
            next_game=next_games.get(player),
            next_date=slate.game_date if slate and player in next_games else None,
            evidence=evidence.get(player),
        )
        for player, games in seasons.items()
    }


def _played(tables: OpenTables, dates: Sequence[dt.date]) -> list[Row]:
    return rows_of(
        tables.read("player_game_summary", dates, _PLAYED).rename(columns={"pts": "actual_points"})
    )


def _key(row: Row) -> tuple[str, int]:
    return row["game_id"], row["player_id"]


def _date(key: tuple[str, int], *sources: dict[tuple[str, int], Row]) -> dt.date:
    return next(rows[key]["game_date"] for rows in sources if key in rows)


def _game(row: Row, played: Row | None, predicted: Row | None, outcome: str | None) -> PlayerGame:
    prediction = predicted or {}
    return PlayerGame(
        game_date=row["game_date"],
        game_id=row["game_id"],
        team=row["team"],
        opponent=row["opponent"],
        actual_points=played and played["actual_points"],
        minutes=played and played["minutes"],
        outcome=predicted and outcome,
        **{name: prediction.get(name) for name in _SHOWN},
    )


def _scores(grades: pd.DataFrame) -> dict[int, tuple[PlayerScore, ...]]:
    """Error of each system on each player, the best first, by player id."""
    errors = grades.groupby(["player_id", "system"])["absolute_error"].agg(["count", "mean"])
    errors = errors[errors["count"] > 0].sort_values(["mean", "system"])
    found: dict[int, list[PlayerScore]] = {}
    for row in errors.reset_index().to_dict("records"):
        score = PlayerScore(system=row["system"], rows=row["count"], mae=row["mean"])
        found.setdefault(row["player_id"], []).append(score)
    return {player: tuple(scores) for player, scores in found.items()}


def season_dates_until(tables: OpenTables, newest: dt.date, season: str) -> list[dt.date]:
    """Stored game dates of a season up to a date, in order."""
    near = [date for date in tables.dates("raw_schedule") if 0 <= (newest - date).days <= _LONGEST_SEASON]
    seasons = tables.read("raw_schedule", near, ("game_id", "season"))
    own = seasons.loc[seasons["season"].eq(season).to_numpy(bool), "game_date"]
    return sorted(pd.DatetimeIndex(own.unique()).date)
