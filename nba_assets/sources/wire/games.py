"""A game as the NBA's schedule and scoreboard describe it: one object, one row of raw_schedule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import pandas as pd

from nba_assets.calendar.seasons import season_of_id
from nba_assets.calendar.tipoffs import EASTERN
from nba_assets.domain.raw.schedule import SEASON_TYPE_OF_ID
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.sources.wire.clocks import utc_moment
from nba_assets.sources.wire.documents import Node, Place
from nba_assets.tabular.problems import BadInput

GAME_ID: Final = re.compile(r"00[1-6]\d{7}", re.ASCII)
SCHEDULED, IN_PLAY, FINAL = 1, 2, 3
# Exhibitions are no games of the league: pre-season, and the All-Star weekend with teams of its own.
_EXHIBITION_OF_ID: Final = {"001": "preseason", "003": "all_star"}
_POSTPONED: Final = ("Y", "P")
_TO_BE_DETERMINED: Final = "TBD"


def game_id_of(node: Node, name: str = "gameId") -> str:
    """The NBA id of a game, refused unless ten digits of a known kind."""
    found = node.text(name)
    if GAME_ID.fullmatch(found) is None:
        node.refuse(name, f"{found!r} is no NBA game id")
    return found


class ScheduledGame(NamedTuple):
    """Facts of a game from the schedule."""

    game_date: pd.Timestamp
    home_team: str
    away_team: str
    scores: tuple[int, int] | None


def scheduled_game(schedule: pd.DataFrame, place: Place) -> ScheduledGame:
    """Find the game of a place in raw_schedule; a postponed row of it does not count.

    Raises:
        BadInput: the schedule has no such game, or several.
    """
    found = schedule.loc[schedule["game_id"].eq(place.game) & ~schedule["is_postponed"].astype("bool")]
    if len(found) != 1:
        place.refuse(
            "game id", f"the schedule has the game {len(found)} times", "complete the schedule first"
        )
    row = found.iloc[0]
    known = row["status"] == "final" and pd.notna(row["home_score"]) and pd.notna(row["away_score"])
    scores = (int(row["home_score"]), int(row["away_score"])) if known else None
    return ScheduledGame(row["game_date"], str(row["home_team"]), str(row["away_team"]), scores)


def rows_of_games(
    games: Iterable[Node], game_date: Callable[[Node], pd.Timestamp], notes: Counter[str]
) -> tuple[list[dict[str, Any]], list[BadInput]]:
    """Rows of raw_schedule and what is wrong with the other games.

    In: the objects of a schedule or scoreboard; how to find a game's US Eastern date. Exhibitions and games
    whose teams are not known yet have no row and are counted in `notes`. A row also has ``in_play``.
    """
    rows: list[dict[str, Any]] = []
    problems: list[BadInput] = []
    for node in games:
        try:
            game_id = game_id_of(node)
            left_out = _left_out(node, game_id)
            if left_out is None:
                rows.append(_row(node.at(game_id), game_id, game_date(node.at(game_id)), notes))
            else:
                notes[left_out] += 1
        except BadInput as problem:
            problems.append(problem)
    return rows, problems


def tricode_of(team: Node) -> str:
    """Tricode of a team object, by its id; its own tricode must not differ."""
    tricode = TEAM_TRICODES.get(team.whole("teamId"))
    if tricode is None or team.text("teamTricode") != tricode:
        team.refuse(
            "teamId",
            f"{team.value.get('teamId')!r} {team.value.get('teamTricode')!r} is no team of the league",
        )
    return tricode


def _left_out(node: Node, game_id: str) -> str | None:
    kind = _EXHIBITION_OF_ID.get(game_id[:3])
    if kind is not None:
        return kind
    # A playoff game is scheduled before its teams are known.
    unknown = any(node.node(side).value.get("teamId") in (0, None) for side in ("homeTeam", "awayTeam"))
    return "teams_not_known_yet" if unknown and node.whole("gameStatus") == SCHEDULED else None


def _row(node: Node, game_id: str, date: pd.Timestamp, notes: Counter[str]) -> dict[str, Any]:
    home, away = node.node("homeTeam"), node.node("awayTeam")
    status, words = node.whole("gameStatus"), node.text("gameStatusText")
    if status not in (SCHEDULED, IN_PLAY, FINAL):
        node.refuse("gameStatus", f"{status} is none of 1, 2, 3")
    if home.value.get("teamId") == away.value.get("teamId"):
        node.refuse("awayTeam.teamId", "a team plays itself")
    postponed = words.upper().startswith("PPD") or _is_postponed(node, notes)
    final = status == FINAL and not postponed
    tipoff = None if words.upper() == _TO_BE_DETERMINED else _tipoff(node, date)
    return {
        "game_date": date,
        "game_id": game_id,
        "season": season_of_id(game_id),
        "season_type": SEASON_TYPE_OF_ID[game_id[:3]],
        "home_team": tricode_of(home),
        "away_team": tricode_of(away),
        "tipoff_utc": tipoff,
        "status": "postponed" if postponed else "final" if final else "scheduled",
        "is_neutral": node.flag("isNeutral") if node.has("isNeutral") else None,
        "is_postponed": postponed,
        "in_play": status == IN_PLAY and not postponed,
    } | _scores(node, home, away, final)


def _is_postponed(node: Node, notes: Counter[str]) -> bool:
    """Only the schedule has the letter; N is the one that every played game of 2024-25 bears."""
    letter = node.text_or_none("postponedStatus")
    if letter not in (None, "N", *_POSTPONED):
        notes[f"postponed_status_{letter}"] += 1
    return letter in _POSTPONED


def _tipoff(node: Node, date: pd.Timestamp) -> pd.Timestamp:
    name = "gameDateTimeUTC" if node.has("gameDateTimeUTC") else "gameTimeUTC"
    tipoff = utc_moment(node, name)
    if tipoff.tz_convert(EASTERN).date() != date.date():
        node.refuse(name, f"{tipoff} is not on the US Eastern date {date.date()}")
    return tipoff


def _scores(node: Node, home: Node, away: Node, final: bool) -> dict[str, int | None]:
    if not final:
        return {"home_score": None, "away_score": None}
    scores = home.whole("score"), away.whole("score")
    if scores[0] == scores[1]:
        node.refuse("homeTeam.score", f"final at {scores[0]} : {scores[1]}")
    return {"home_score": scores[0], "away_score": scores[1]}
