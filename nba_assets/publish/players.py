"""Players' seasons from the lake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from nba_assets.modeling.systems.versions import counting
from nba_assets.publish.contract.player import Player, PlayerGame, PlayerScore
from nba_assets.publish.contract.slate import Slate
from nba_assets.publish.evidence import EvidenceReader
from nba_assets.publish.headline import headline
from nba_assets.publish.tables import OpenTables, Row, grouped, rows_of

_PREDICTED = (
    "game_id", "player_id", "system", "role", "player_name", "team", "opponent", "predicted_points", "q10",
    "q25", "q50", "q75", "q90", "line", "recommendation", "predicted_at", "is_pregame",
)  # fmt: skip
_GRADED = ("game_id", "player_id", "system", "outcome", "absolute_error")
_PLAYED = ("game_id", "player_id", "player_name", "team", "opponent", "minutes", "pts")
_SHOWN = ("system", "predicted_points", "q10", "q25", "q75", "q90", "line", "recommendation")
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
    predictions = rows_of(counting(tables.read("player_prop_predictions", dates, _PREDICTED)))
    shown = _headline_rows(predictions)
    grades = rows_of(tables.read("prediction_accuracy", dates, _GRADED))
    outcomes = {(row["game_id"], row["player_id"], row["system"]): row["outcome"] for row in grades}
    played = {key: rows[0] for key, rows in grouped(_played(tables, dates), *_KEY).items()}
    next_games = {player.player_id: player for player in slate.players} if slate else {}
    reader = EvidenceReader(tables, slate.game_date) if slate else None
    scores = grouped([row for row in grades if row["absolute_error"] is not None], "player_id")
    seasons: dict[int, list[PlayerGame]] = {}
    named: dict[int, Row] = {}
    for key in sorted(shown.keys() | played.keys(), key=lambda key: (_date(key, shown, played), key)):
        row = shown.get(key) or played[key]
        seasons.setdefault(key[1], []).append(_game(row, played.get(key), shown.get(key), outcomes))
        named[key[1]] = row
    return {
        player: Player(
            player_id=player,
            player_name=named[player]["player_name"],
            team=named[player]["team"],
            season=season,
            games=tuple(games),
            scores=_scores(scores.get(player, [])),
            next_game=next_games.get(player),
            next_date=slate.game_date if slate and player in next_games else None,
            evidence=reader.evidence(next_games[player]) if reader and player in next_games else (),
        )
        for player, games in seasons.items()
    }


def _played(tables: OpenTables, dates: Sequence[dt.date]) -> list[Row]:
    return rows_of(
        tables.read("player_game_summary", dates, _PLAYED).rename(columns={"pts": "actual_points"})
    )


def _headline_rows(predictions: list[Row]) -> dict[tuple[str, int], Row]:
    """Of each player's game, the row of the date's headline system."""
    found: dict[tuple[str, int], Row] = {}
    for rows in grouped(predictions, "game_date").values():
        head = headline(rows)
        if head:
            found |= {(row["game_id"], row["player_id"]): row for row in rows if row["system"] == head.system}
    return found


def _date(key: tuple[str, int], *sources: dict[tuple[str, int], Row]) -> dt.date:
    return next(rows[key]["game_date"] for rows in sources if key in rows)


def _game(
    row: Row, played: Row | None, predicted: Row | None, outcomes: dict[tuple[str, int, str], str | None]
) -> PlayerGame:
    prediction = predicted or {}
    return PlayerGame(
        game_date=row["game_date"],
        game_id=row["game_id"],
        team=row["team"],
        opponent=row["opponent"],
        actual_points=played and played["actual_points"],
        minutes=played and played["minutes"],
        outcome=predicted and outcomes.get((row["game_id"], row["player_id"], predicted["system"])),
        **{name: prediction.get(name) for name in _SHOWN},
    )


def _scores(grades: list[Row]) -> tuple[PlayerScore, ...]:
    scores = [
        PlayerScore(system=system, rows=len(rows), mae=sum(row["absolute_error"] for row in rows) / len(rows))
        for system, rows in grouped(grades, "system").items()
    ]
    return tuple(sorted(scores, key=lambda score: (score.mae, score.system)))


def season_dates_until(tables: OpenTables, newest: dt.date, season: str) -> list[dt.date]:
    """Stored game dates of a season up to a date, in order."""
    near = [date for date in tables.dates("raw_schedule") if 0 <= (newest - date).days <= _LONGEST_SEASON]
    seasons = tables.read("raw_schedule", near, ("game_id", "season"))
    own = seasons.loc[seasons["season"].eq(season).to_numpy(bool), "game_date"]
    return sorted(pd.DatetimeIndex(own.unique()).date)
