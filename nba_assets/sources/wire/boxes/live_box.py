"""The live box score of cdn.nba.com: final lines, and at any moment the starters and who is out, and why."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from nba_assets.sources.wire.boxes.game_box import (
    WAIT,
    GameBox,
    game_box,
    roster_frame,
)
from nba_assets.sources.wire.boxes.stats_boxes import line_of
from nba_assets.sources.wire.clocks import duration_minutes
from nba_assets.sources.wire.documents import Node, Place, read_json, same_game
from nba_assets.sources.wire.games import FINAL, game_id_of, tricode_of

_SIDES: Final = ("homeTeam", "awayTeam")
_STATUSES: Final = ("ACTIVE", "INACTIVE")


def parse_live_box(
    body: bytes, schedule: pd.DataFrame, *, file: str, game_id: str, source: str = "live"
) -> GameBox:
    """The box of a final game.

    A team's turnovers and rebounds are those of its players, as leaguegamelog counts them.

    Raises:
        BadInput: another game, not final, or an incomplete or impossible box.
    """
    place = Place(file, game_id)
    game = _game(body, place)
    if game.whole("gameStatus") != FINAL:
        game.refuse(
            "gameStatus", f"{game.whole('gameStatus')}, {game.text('gameStatusText')}: not final", WAIT
        )
    players, teams = [], []
    for side in _SIDES:
        team = game.node(side)
        tricode, totals = tricode_of(team), team.node("statistics")
        line = line_of(totals, game_id, tricode, duration_minutes)
        margin = totals.whole("points") - totals.whole("pointsAgainst")
        teams.append(line | {"PLUS_MINUS": float(margin)})
        if totals.whole("points") != team.whole("score"):
            team.refuse("score", f"{team.whole('score')}, but the box has {totals.whole('points')}")
        players += [
            _line(player, game_id, tricode) for player in team.nodes("players") if player.flag("played")
        ]
    return game_box(players, teams, _roster(game, place), schedule, place, source)


def parse_live_roster(body: bytes, *, file: str, game_id: str) -> pd.DataFrame:
    """The players of a game, before, during and after it; columns as in ``game_box.GameBox.roster``.

    Raises:
        BadInput: another game, or a player who is duplicated.
    """
    place = Place(file, game_id)
    return _roster(_game(body, place), place)


def _game(body: bytes, place: Place) -> Node:
    game = read_json(body, place).node("game")
    same_game(game_id_of(game), place)
    return game


def _roster(game: Node, place: Place) -> pd.DataFrame:
    rows = []
    for side in _SIDES:
        team = game.node(side)
        tricode = tricode_of(team)
        rows += [_person(player, str(place.game), tricode) for player in team.nodes("players")]
    return roster_frame(rows, place)


def _person(player: Node, game_id: str, team: str) -> dict[str, Any]:
    status = player.text("status")
    if status not in _STATUSES:
        player.refuse("status", f"{status!r} is neither ACTIVE nor INACTIVE")
    words = [player.text_or_none(name) for name in ("notPlayingReason", "notPlayingDescription")]
    return {
        "game_id": game_id,
        "player_id": player.whole("personId"),
        "player_name": player.text("name"),
        "team": team,
        "is_starter": player.flag("starter"),
        "played": player.flag("played"),
        "status": status,
        "reason": " - ".join(word for word in words if word) or None,
    }


def _line(player: Node, game_id: str, team: str) -> dict[str, Any]:
    start = player.text_or_none("position") if player.flag("starter") else None
    names = {
        "PLAYER_ID": player.whole("personId"),
        "PLAYER_NAME": player.text("name"),
        "START_POSITION": start,
    }
    return line_of(player.node("statistics"), game_id, team, duration_minutes) | names
