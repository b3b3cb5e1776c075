"""Played games as the league's feeds publish them: player and team box scores, play-by-play, shot chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from nba_assets.simulation.league.calendar import Game
from nba_assets.simulation.league.layout import to_table
from nba_assets.simulation.league.play.rotation import start_positions
from nba_assets.simulation.league.play.scorekeeper import (
    EVENT_COLUMNS,
    STATISTICS,
    TENTHS,
    Scorekeeper,
)

_PERCENTAGES = (("FG_PCT", "FGM", "FGA"), ("FG3_PCT", "FG3M", "FG3A"), ("FT_PCT", "FTM", "FTA"))


def player_box(game: Game, book: Scorekeeper) -> pa.Table:
    """Return one row for each player who entered the game."""
    entered = sorted(book.entered)
    rows = [_player_row(game, book, i) for i in entered]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    if game.playoffs:
        del columns["SEASON_ID"], columns["TEAM_NAME"]
        columns["START_POSITION"] = _positions(book, entered)
    return to_table("players_playoffs" if game.playoffs else "players_regular", columns, len(rows))


def team_box(game: Game, book: Scorekeeper) -> pa.Table:
    """Return two rows, home and away: the sums of their players, MIN of whole minutes as the league does."""
    rows: list[dict[str, Any]] = []
    for side in (0, 1):
        players = [_player_row(game, book, i) for i in sorted(book.entered) if book.side[i] == side]
        row = _heading(game, book, side)
        for name in ("MIN", "REB", *STATISTICS[:-1]):
            row[name] = sum(p[name] for p in players)
        row["PLUS_MINUS"] = float(book.score[side] - book.score[1 - side])
        rows.append(_with_percentages(row))
    return to_table("teams_regular", {name: [row[name] for row in rows] for name in rows[0]}, 2)


def play_by_play(game: Game, book: Scorekeeper) -> pa.Table:
    """Return the events in order of play."""
    columns: dict[str, Any] = dict(zip(EVENT_COLUMNS, zip(*book.rows, strict=True), strict=True))
    columns |= {"game_id": game.game_id, "game_date": game.date.isoformat()}
    return to_table("play_by_play", columns, len(book.rows))


def shot_chart(game: Game, book: Scorekeeper) -> pa.Table:
    """Return every field goal attempt with its place on the floor."""
    shots = book.shots
    players = [book.players[s.player] for s in shots]
    columns: dict[str, Any] = {
        "GAME_ID": game.game_id,
        "GAME_DATE": game.date.isoformat(),
        "TEAM_ID": [book.team_ids[s.side] for s in shots],
        "PLAYER_ID": [p.player_id for p in players],
        "PLAYER_NAME": [p.name for p in players],
        "EVENT_TYPE": ["Made Shot" if s.made else "Missed Shot" for s in shots],
        "SHOT_MADE": [s.made for s in shots],
        "ACTION_TYPE": [s.style.action_type for s in shots],
        "SHOT_TYPE": ["3PT Field Goal" if s.three else "2PT Field Goal" for s in shots],
        "BASIC_ZONE": [s.spot.basic_zone for s in shots],
        "ZONE_NAME": [s.spot.zone_name for s in shots],
        "ZONE_RANGE": [s.spot.zone_range for s in shots],
        "LOC_X": [s.spot.x for s in shots],
        "LOC_Y": [s.spot.y for s in shots],
        "SHOT_DISTANCE": [s.spot.distance for s in shots],
        "QUARTER": [s.period for s in shots],
        "MINS_LEFT": [s.tenths // 600 for s in shots],
        "SECS_LEFT": [s.tenths // 10 % 60 for s in shots],
    }
    return to_table("shot_chart", columns, len(shots))


def minutes(book: Scorekeeper, i: int) -> int:
    """Return whole minutes played, half a minute rounded up."""
    return (book.lines[i][TENTHS] + 300) // 600


def _player_row(game: Game, book: Scorekeeper, i: int) -> dict[str, Any]:
    player = book.players[i]
    row = _heading(game, book, book.side[i])
    row |= {"PLAYER_ID": player.player_id, "PLAYER_NAME": player.name, "MIN": minutes(book, i)}
    row |= dict(zip(STATISTICS, book.lines[i], strict=False))
    row["REB"] = row["OREB"] + row["DREB"]
    return _with_percentages(row)


def _heading(game: Game, book: Scorekeeper, side: int) -> dict[str, Any]:
    own, other = book.sheets[side].team.franchise, book.sheets[1 - side].team.franchise
    return {
        "SEASON_ID": int(f"2{game.season[:4]}"),
        "TEAM_ID": own.team_id,
        "TEAM_ABBREVIATION": own.tricode,
        "TEAM_NAME": own.name,
        "GAME_ID": game.game_id,
        "GAME_DATE": game.date.isoformat(),
        "MATCHUP": f"{own.tricode} {'@' if side else 'vs.'} {other.tricode}",
        "WL": "W" if book.score[side] > book.score[1 - side] else "L",
    }


def _with_percentages(row: dict[str, Any]) -> dict[str, Any]:
    for name, made, attempted in _PERCENTAGES:
        row[name] = round(row[made] / row[attempted], 3) if row[attempted] else None
    return row


def _positions(book: Scorekeeper, entered: Sequence[int]) -> list[str | None]:
    """Return G, F or C for the first five of each side, null for the bench."""
    positions: dict[int, str] = {}
    for sheet in book.sheets:
        positions |= start_positions([sheet.players[i] for i in sheet.starters])
    return [positions.get(book.players[i].player_id) for i in entered]
