"""A player's situation before a game: rest, load, injuries, teammates out, lines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.analytics.expected_players import (
    LATEST_TEAM,
    RECENT_APPEARANCES,
    expected_players,
)
from nba_assets.domain.analytics.team_game_context import (
    GAME_COLUMNS,
    season_phase,
    season_start,
    team_games,
)
from nba_assets.domain.as_of import Ints, PriorRows
from nba_assets.domain.declarations.evaluation import AsOf
from nba_assets.domain.declarations.sources import PLAYER, Games, Past

KEYS = ["game_id", "player_id"]
TEAM_FACTS = [
    "game_id", "team", "opponent", "season", "season_type", "is_home", "is_neutral", "days_rest",
    "is_back_to_back", "spread", "game_total", "implied_team_total", "source",
]  # fmt: skip
_FORTNIGHT = 14
# Everybody's: the first and last day of every season count, to leave the summers out of the days.
_SCHEDULE = Past(Games("raw_schedule"), GAME_COLUMNS, as_frame=True)
_LAST_GAME = Past(PLAYER, last=1)
_THIS_SEASON = Past(PLAYER.of("season"))
_LAST_7_DAYS = Past(PLAYER, ("minutes",), days=7)
_LAST_14_DAYS = Past(PLAYER, ("minutes",), days=_FORTNIGHT)
# The first of fourteen days may be the second of a back-to-back.
_LAST_DAYS = tuple(Past(PLAYER, days=days) for days in range(1, _FORTNIGHT + 2))
_USUAL_MINUTES = Past(PLAYER, ("minutes",), last=10)
WINDOWS = (
    _SCHEDULE, RECENT_APPEARANCES, _LAST_GAME, _THIS_SEASON, _LAST_7_DAYS, _LAST_14_DAYS, *_LAST_DAYS,
    _USUAL_MINUTES,
)  # fmt: skip
# Of players whom a line or an injury report names.
MENTION_WINDOWS = (LATEST_TEAM,)


def upcoming_player_games(
    tonight: pd.DataFrame,
    teams: pd.DataFrame,
    past: AsOf,
    played: pd.DataFrame,
    injuries: pd.DataFrame,
    injury_reports: pd.DataFrame,
    lines: pd.DataFrame,
    line_mentions: pd.DataFrame,
) -> pd.DataFrame:
    """Everybody who may play each of tonight's games, and his situation.

    Args:
        tonight: raw_schedule of the dates wanted.
        teams: upcoming_team_game_context of the dates wanted.
        past: player_game_summary and raw_schedule before the last of them, as ``WINDOWS`` and
            ``MENTION_WINDOWS`` declare.
        played: raw_player_boxscores of the dates wanted, as far as final.
        injuries: injuries_as_of, keyed by game_id and player_id.
        injury_reports: injury_report_coverage, keyed by game_id and team.
        lines: points_lines_as_of, keyed by game_id and player_id.
        line_mentions: usable lines (game_id, player_id, player_name): whom they name is expected.

    Returns:
        upcoming_player_game_context, keyed by game_id and player_id.
    """
    named = ["game_id", "player_id", "player_name"]
    no_team = pd.Series(pd.NA, index=line_mentions.index, dtype="string[pyarrow]")
    mentions = pd.concat([injuries[[*named, "team"]], line_mentions[named].assign(team=no_team)])
    mentions = mentions.dropna(subset=["player_id"])
    mentions["player_id"] = mentions["player_id"].astype("int64")
    schedule = pd.concat([past.frame(_SCHEDULE, tonight), tonight]).drop_duplicates("game_id")
    rows = expected_players(teams, past, schedule, mentions, played)
    rows = rows.merge(teams[TEAM_FACTS], on=["game_id", "team"], how="left", validate="many_to_one")
    rest = teams[["game_id", "team", "days_rest"]].rename(
        columns={"team": "opponent", "days_rest": "opponent_days_rest"}
    )
    rows = rows.merge(rest, on=["game_id", "opponent"], how="left", validate="many_to_one")
    starts = season_start(schedule, rows["game_date"], rows["season"])
    rows["season_phase"] = season_phase(rows["game_date"], starts, rows["season_type"])
    rows = _with_load(rows, past, schedule, starts)
    rows = _with_injuries(rows, past, injuries, injury_reports)
    return rows.merge(lines, on=KEYS, how="left", validate="one_to_one")


def _with_load(rows: pd.DataFrame, past: AsOf, schedule: pd.DataFrame, starts: pd.Series) -> pd.DataFrame:
    games = past.prior_rows(PLAYER, rows)
    week, fortnight = past.narrowed(games, _LAST_7_DAYS), past.narrowed(games, _LAST_14_DAYS)
    last_game = past.narrowed(games, _LAST_GAME).newest("game_date")
    rows["player_days_rest"] = (rows["game_date"] - last_game).dt.days.astype("Int64")
    rows["games_last_7_days"] = week.count
    rows["games_last_14_days"] = fortnight.count
    rows["minutes_last_7_days"] = week.sum("minutes")
    rows["minutes_last_14_days"] = fortnight.sum("minutes")
    rows["back_to_backs_last_14_days"] = _back_to_backs([past.narrowed(games, each) for each in _LAST_DAYS])
    season = past.narrowed(past.prior_rows(_THIS_SEASON.games, rows), _THIS_SEASON)
    rows["games_played_season"] = season.count
    # The team's games between his last one and tonight, this season only.
    since = (last_game + pd.Timedelta(days=1)).where(last_game >= starts, starts)
    missed = PriorRows(team_games(schedule), rows, "team").since(since).count
    rows["team_games_missed"] = pd.Series(missed, index=rows.index, dtype="Int64").where(last_game.notna())
    return rows


def _back_to_backs(last_days: list[PriorRows]) -> Ints:
    """Second days of back-to-backs within fourteen days.

    Args:
        last_days: the games of the last day, of the last two days, and so on to the last fifteen.
    """
    played = np.diff([np.zeros(len(last_days[0]), np.int64), *(games.count for games in last_days)], axis=0)
    return (played[:-1] * played[1:]).sum(axis=0)


def _with_injuries(
    rows: pd.DataFrame, past: AsOf, injuries: pd.DataFrame, reports: pd.DataFrame
) -> pd.DataFrame:
    """Status of each player, and the minutes that his listed-out teammates leave.

    A player whose team has a report without him is Available; without a report nothing is known.
    """
    listed = injuries[[*KEYS, "injury_status"]].assign(is_listed=True)
    rows = rows.merge(listed, on=KEYS, how="left", validate="one_to_one")
    rows = rows.merge(reports, on=["game_id", "team"], how="left", validate="many_to_one")
    unlisted = rows["injury_captured_at"].notna() & rows["is_listed"].isna()
    rows["injury_status"] = rows["injury_status"].mask(unlisted, "Available")
    usual = past.narrowed(past.prior_rows(PLAYER, rows), _USUAL_MINUTES).mean("minutes")
    out = rows["injury_status"].eq("Out").fillna(False).to_numpy(bool)
    left = pd.Series(np.where(out & ~np.isnan(usual), usual, 0.0), index=rows.index)
    team_out = left.groupby([rows["game_id"], rows["team"]]).transform("sum")
    rows["teammates_out_minutes"] = (team_out - left).where(rows["injury_captured_at"].notna())
    return rows.drop(columns="is_listed")
