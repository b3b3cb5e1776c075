"""Results and grades of dates from the lake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from nba_assets.publish.contract.results import FinalScore, Grade, GradedPlayer, Results, SystemScore
from nba_assets.publish.contract.slate import Headline
from nba_assets.publish.headline import of_published_systems
from nba_assets.publish.tables import OpenTables, Row, grouped, rows_of

_GRADES = tuple(sorted({*Grade.model_fields, *GradedPlayer.model_fields} - {"grades"}))
_TEAMS = ("game_id", "team", "pts")


def build_results(
    tables: OpenTables, dates: Sequence[dt.date], heads: Mapping[dt.date, Headline | None]
) -> dict[dt.date, Results]:
    """Results of each date; empty ones before its games are played and graded.

    Args:
        tables: where rows are.
        dates: game dates.
        heads: the headline system of each date.
    """
    graded = tables.read("prediction_accuracy", dates, _GRADES)
    systems = {date: head.system for date, head in heads.items() if head}
    shown = grouped(rows_of(of_published_systems(graded, systems)), "game_date")
    scored = grouped(rows_of(_scored(graded)), "game_date")
    games = grouped(rows_of(tables.read("raw_schedule", dates)), "game_date")
    points = {
        (row["game_id"], row["team"]): row["pts"]
        for row in rows_of(tables.read("team_offense_game_summary", dates, _TEAMS))
    }
    return {
        date: Results(
            game_date=date,
            games=_finals(games.get(date, []), points),
            systems=tuple(map(SystemScore.of, scored.get(date, []))),
            players=_players(shown.get(date, [])),
        )
        for date in dates
    }


def _finals(games: list[Row], points: dict[tuple[str, str], int]) -> tuple[FinalScore, ...]:
    return tuple(
        FinalScore(
            game_id=game["game_id"],
            home_team=game["home_team"],
            away_team=game["away_team"],
            home_points=points[game["game_id"], game["home_team"]],
            away_points=points[game["game_id"], game["away_team"]],
        )
        for game in sorted(games, key=lambda game: game["game_id"])
        if (game["game_id"], game["home_team"]) in points and (game["game_id"], game["away_team"]) in points
    )


def _players(shown: list[Row]) -> tuple[GradedPlayer, ...]:
    return tuple(
        GradedPlayer.of(rows[0], grades=tuple(map(Grade.of, rows)))
        for _, rows in sorted(grouped(shown, "game_id", "player_id").items())
    )


def _scored(graded: pd.DataFrame) -> pd.DataFrame:
    """Errors of every system on each date, over the players who played: the best first."""
    played = graded[graded["absolute_error"].notna().to_numpy(bool)]
    sides = played.assign(correct=played["outcome"].eq("correct"), wrong=played["outcome"].eq("wrong"))
    scores = sides.groupby(["game_date", "system"], as_index=False).agg(
        rows=("absolute_error", "size"),
        mae=("absolute_error", "mean"),
        bias=("signed_error", "mean"),
        correct=("correct", "sum"),
        wrong=("wrong", "sum"),
    )
    return scores.sort_values(["game_date", "mae", "system"])
