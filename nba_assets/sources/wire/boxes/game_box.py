"""The box score of one final game, whichever feed served it: rows in, two raw tables and the roster out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from nba_assets.domain.possessions import overtime_periods
from nba_assets.domain.raw import box_scores
from nba_assets.schemas.raw import RAW_PLAYER_BOXSCORES, RAW_TEAM_BOXSCORES
from nba_assets.sources.wire.documents import Place, finished_rows
from nba_assets.sources.wire.games import ScheduledGame, scheduled_game

WAIT: Final = "wait until the scoreboard has status 3, then fetch it again"
ROSTER_COLUMNS: Final = [
    "game_id",
    "player_id",
    "player_name",
    "team",
    "is_starter",
    "played",
    "status",
    "reason",
]
_STARTERS: Final = 5
# Seconds are rounded for each player: thirty of them are off by fifteen seconds at most.
_ROUNDING_MINUTES: Final = 0.5
_TEXT = pd.StringDtype("pyarrow")


@dataclass(frozen=True)
class GameBox:
    """A game's box.

    Attributes:
        players: raw_player_boxscores, those who played.
        teams: raw_team_boxscores.
        roster: game_id, player_id*, player_name, team, is_starter, played, status (ACTIVE / INACTIVE, NULL
            where the feed does not state it), reason (why he did not play, in the words of the feed;
            nullable).
    """

    players: pd.DataFrame
    teams: pd.DataFrame
    roster: pd.DataFrame


def game_box(
    players: Sequence[dict[str, Any]],
    teams: Sequence[dict[str, Any]],
    roster: pd.DataFrame,
    schedule: pd.DataFrame,
    place: Place,
    source: str,
) -> GameBox:
    """Build the box of a final game.

    In: lines in the columns of leaguegamelog without date and result, minutes as decimals, those who
    played only; roster as in ``roster_frame``; raw_schedule that has the game.

    Raises:
        BadInput: the game is not in the schedule, is not final, or its box is incomplete or impossible.
    """
    scheduled = scheduled_game(schedule, place)
    lines = pd.DataFrame(players, columns=[*box_scores.PLAYER_COLUMNS, "START_POSITION"])
    totals = pd.DataFrame(teams, columns=list(box_scores.TEAM_COLUMNS))
    _complete(lines, totals, roster, place)
    points = totals.set_index("TEAM_ABBREVIATION")["PTS"]
    result = (points > points.iloc[::-1].to_numpy()).map({True: "W", False: "L"})
    _as_scheduled(points, scheduled, place)
    date = str(scheduled.game_date.date())
    for rows, key in ((lines, ["GAME_ID", "PLAYER_ID"]), (totals, ["GAME_ID", "TEAM_ABBREVIATION"])):
        rows["GAME_DATE"], rows["WL"] = date, rows["TEAM_ABBREVIATION"].map(result)
        for _, problem in box_scores.impossible_rows(rows, key, schedule, place.file):
            raise problem
    return GameBox(
        finished_rows(box_scores.raw_player_rows(lines, schedule, source), RAW_PLAYER_BOXSCORES, place),
        finished_rows(box_scores.raw_team_rows(totals, schedule, source), RAW_TEAM_BOXSCORES, place),
        roster,
    )


def roster_frame(rows: Sequence[dict[str, Any]], place: Place) -> pd.DataFrame:
    """The roster of a game, sorted by team and player.

    Raises:
        BadInput: a player who is duplicated.
    """
    frame = pd.DataFrame(rows, columns=ROSTER_COLUMNS)
    if frame["player_id"].duplicated().any():
        place.refuse(
            "players",
            f"player {frame.loc[frame['player_id'].duplicated(), 'player_id'].iloc[0]} is duplicated",
        )
    texts = ["game_id", "player_name", "team", "status", "reason"]
    frame = frame.astype(
        dict.fromkeys(texts, _TEXT) | {"player_id": "int64", "is_starter": "bool", "played": "bool"}
    )
    return frame.sort_values(["team", "player_id"], ignore_index=True)


def _as_scheduled(points: pd.Series, scheduled: ScheduledGame, place: Place) -> None:
    if scheduled.scores is None or set(points.index) != {scheduled.home_team, scheduled.away_team}:
        return  # another team is named by impossible_rows
    box = (int(points[scheduled.home_team]), int(points[scheduled.away_team]))
    if box != scheduled.scores:
        place.refuse("PTS", f"the box has {box}, the schedule {scheduled.scores}")


def _complete(lines: pd.DataFrame, totals: pd.DataFrame, roster: pd.DataFrame, place: Place) -> None:
    points = lines.groupby("TEAM_ABBREVIATION")["PTS"].sum()
    stated = totals.set_index("TEAM_ABBREVIATION")["PTS"]
    if len(stated) != 2 or stated.index.duplicated().any() or set(points.index) != set(stated.index):
        place.refuse("teams", "not a box of two teams")
    for team, total in stated.items():
        if points[team] != total:
            place.refuse("PTS", f"the players of {team} have {points[team]} points, the team has {total}")
    if stated.nunique() != 2:
        place.refuse("PTS", f"tied at {stated.iloc[0]}: not final", WAIT)
    starters = roster.loc[roster["is_starter"]].groupby("team").size()
    if not (starters.reindex(stated.index).eq(_STARTERS)).all():
        place.refuse("starters", f"not five a side: {starters.to_dict()}")
    _whole_game(lines, totals, place)


def _whole_game(lines: pd.DataFrame, totals: pd.DataFrame, place: Place) -> None:
    """Minutes distinguish a game that is still on from one that is over, without a status."""
    minutes = totals.set_index("TEAM_ABBREVIATION")["MIN"]
    try:
        overtime_periods(minutes)
    except ValueError as error:
        place.refuse("MIN", f"not a whole game: {error}", WAIT)
    played = lines.groupby("TEAM_ABBREVIATION")["MIN"].sum()
    for team, total in minutes.items():
        if abs(played[team] - total) > _ROUNDING_MINUTES:
            place.refuse(
                "MIN", f"the players of {team} have {played[team]:.2f} minutes, the team has {total:.2f}"
            )
