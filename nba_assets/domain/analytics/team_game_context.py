"""A team's situation before a game: rest, density, streak, travel, and the season's phase."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.as_of import PriorRows
from nba_assets.domain.declarations.evaluation import AsOf
from nba_assets.domain.declarations.sources import Games, Past
from nba_assets.domain.teams import travel_miles

BOOTSTRAP_DAYS = 14
GAMES_FOR_WIN_PCT = 5
# Of a game, what later rows of its teams read: not its score, nor whether it is over.
GAME_COLUMNS = ("game_id", "season", "home_team", "away_team", "is_neutral", "is_postponed")
_SEASONS_BACK = 400  # the last game before an opening night lies up to 140 days back; a season is 240 long
_SCHEDULE = Past(Games("raw_schedule", days=_SEASONS_BACK), GAME_COLUMNS, as_frame=True)
_RESULTS = Past(Games("team_offense_game_summary", ("team", "season"), days=365), ("won",))
WINDOWS = (_SCHEDULE, _RESULTS)


def team_games(schedule: pd.DataFrame) -> pd.DataFrame:
    """Two rows a game, one a team, postponed games left out.

    Args:
        schedule: raw_schedule, keyed by game_id.

    Returns:
        Frame keyed by game_id and team, with opponent and is_home.
    """
    played = schedule[~schedule["is_postponed"].astype(bool)]
    home = played.rename(columns={"home_team": "team", "away_team": "opponent"}).assign(is_home=True)
    away = played.rename(columns={"away_team": "team", "home_team": "opponent"}).assign(is_home=False)
    return pd.concat([home, away]).sort_values(["game_date", "game_id", "team"], ignore_index=True)


def season_start(schedule: pd.DataFrame, dates: pd.Series, seasons: pd.Series) -> pd.Series:
    """First game date of each row's season, from the schedule up to that row's date.

    Args:
        schedule: raw_schedule reaching back to the season's start.
        dates: date of each row.
        seasons: season of each row.
    """
    first = schedule.groupby("season")["game_date"].min()
    return seasons.map(first).fillna(dates)


def season_phase(dates: pd.Series, starts: pd.Series, season_types: pd.Series) -> pd.Series:
    """Opening (the first 14 days), regular or postseason."""
    phase = np.select(
        [season_types.isin(["PlayIn", "Playoffs"]), (dates - starts).dt.days < BOOTSTRAP_DAYS],
        ["postseason", "opening"],
        "regular",
    )
    return pd.Series(phase, index=dates.index, dtype="string[pyarrow]")


def upcoming_team_games(tonight: pd.DataFrame, past: AsOf, lines: pd.DataFrame) -> pd.DataFrame:
    """Situation of each team before each of tonight's games.

    Args:
        tonight: raw_schedule of the dates wanted.
        past: raw_schedule and team_offense_game_summary before the last of them, as ``WINDOWS`` declare.
        lines: game_lines_as_of of the dates wanted, keyed by game_id.

    Returns:
        upcoming_team_game_context, keyed by game_id and team.
    """
    rows = team_games(tonight)
    earlier = team_games(past.frame(_SCHEDULE, rows))
    games = PriorRows(earlier, rows, "team").within_days(_SEASONS_BACK)
    last_game = games.newest("game_date")
    rows["days_rest"] = (rows["game_date"] - last_game).dt.days.astype("Int64")
    rows["is_back_to_back"] = rows["days_rest"].eq(1).fillna(False).astype(bool)
    rows["games_last_7_days"] = games.within_days(7).count
    rows["games_last_14_days"] = games.within_days(14).count
    rows["travel_miles"] = _travel(rows, games, last_game)
    season = past.narrowed(past.prior_rows(_RESULTS.games, rows), _RESULTS)
    rows["games_played_season"] = season.count
    rows["win_pct"] = season.mean("won", needs=GAMES_FOR_WIN_PCT)
    rows["streak"] = _streak(season)
    return _with_lines(rows, lines)


def _travel(rows: pd.DataFrame, games: PriorRows, last_game: pd.Series) -> pd.Series:
    """Miles from the arena of the previous game; NULL before a season's first and around neutral sites."""
    was_home = _true(games.newest("is_home"))
    came_from = games.newest("opponent").where(~was_home, rows["team"])
    goes_to = rows["opponent"].where(~rows["is_home"], rows["team"])
    same_season = _true(games.newest("season").eq(rows["season"]))
    neutral = _true(rows["is_neutral"]) | _true(games.newest("is_neutral"))
    known = last_game.notna() & same_season & ~neutral
    miles = pd.Series(np.nan, index=rows.index)
    miles[known] = travel_miles(came_from[known], goes_to[known])
    return miles


def _true(flags: pd.Series) -> pd.Series:
    """A nullable flag as plain one: unknown is not true."""
    return flags.astype("boolean").fillna(False).astype(bool)


def _streak(season: PriorRows) -> np.ndarray:
    """Wins in a row before the game this season, negative for losses.

    No game yet is a streak of none, not an unknown one.
    """
    streak = np.zeros(len(season), np.int64)
    unbroken = np.ones(len(season), bool)
    for _, rows, won in season.lags("won"):
        step = np.where(won == 1, 1, -1)
        unbroken[rows] &= streak[rows] * step >= 0
        streak[rows] += np.where(unbroken[rows], step, 0)
    return streak


def _with_lines(rows: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    rows = rows.merge(
        lines[["game_id", "spread", "game_total"]], on="game_id", how="left", validate="many_to_one"
    )
    rows["spread"] = rows["spread"].where(rows["is_home"], -rows["spread"])
    rows["implied_team_total"] = (rows["game_total"] - rows["spread"]) / 2
    return rows
