"""A player's situation before a game: rest, load, injuries, teammates out, lines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.analytics.expected_players import expected_players
from nba_assets.domain.analytics.team_game_context import (
    season_phase,
    season_start,
    team_games,
)
from nba_assets.domain.as_of import HISTORY_DAYS, PriorRows

KEYS = ["game_id", "player_id"]
TEAM_FACTS = [
    "game_id", "team", "opponent", "season", "season_type", "is_home", "is_neutral", "days_rest",
    "is_back_to_back", "spread", "game_total", "implied_team_total", "source",
]  # fmt: skip


def upcoming_player_games(
    teams: pd.DataFrame,
    appearances: pd.DataFrame,
    schedule: pd.DataFrame,
    played: pd.DataFrame,
    injuries: pd.DataFrame,
    injury_reports: pd.DataFrame,
    lines: pd.DataFrame,
    line_mentions: pd.DataFrame,
    cutoffs: pd.DataFrame,
) -> pd.DataFrame:
    """Everybody who may play each of tonight's games, and his situation.

    Args:
        teams: upcoming_team_game_context of the dates wanted.
        appearances: player_game_summary before the last of them.
        schedule: raw_schedule up to the last of them, back over the appearances.
        played: raw_player_boxscores of the dates wanted, as far as final.
        injuries: injuries_as_of, keyed by game_id and player_id.
        injury_reports: injury_report_coverage, keyed by game_id and team.
        lines: points_lines_as_of, keyed by game_id and player_id.
        line_mentions: usable lines (game_id, player_id, player_name): whom they name is expected.
        cutoffs: game_cutoffs of tonight's games: tip-off where it is known.

    Returns:
        upcoming_player_game_context, keyed by game_id and player_id.
    """
    named = ["game_id", "player_id", "player_name"]
    unsaid = pd.Series(pd.NA, index=line_mentions.index, dtype="string[pyarrow]")
    mentions = pd.concat([injuries[[*named, "team"]], line_mentions[named].assign(team=unsaid)])
    mentions = mentions.dropna(subset=["player_id"])
    mentions["player_id"] = mentions["player_id"].astype("int64")
    rows = expected_players(teams, appearances, schedule, mentions, played)
    rows = rows.merge(teams[TEAM_FACTS], on=["game_id", "team"], how="left", validate="many_to_one")
    rest = teams[["game_id", "team", "days_rest"]].rename(
        columns={"team": "opponent", "days_rest": "opponent_days_rest"}
    )
    rows = rows.merge(rest, on=["game_id", "opponent"], how="left", validate="many_to_one")
    starts = season_start(schedule, rows["game_date"], rows["season"])
    rows["season_phase"] = season_phase(rows["game_date"], starts, rows["season_type"])
    rows = _with_load(rows, appearances, schedule, starts)
    rows = _with_injuries(rows, appearances, injuries, injury_reports)
    return rows.merge(lines, on=KEYS, how="left", validate="one_to_one")


def _with_load(
    rows: pd.DataFrame, appearances: pd.DataFrame, schedule: pd.DataFrame, starts: pd.Series
) -> pd.DataFrame:
    previous = appearances.sort_values(["player_id", "game_date"], ignore_index=True)
    gap = previous.groupby("player_id")["game_date"].diff().dt.days
    previous["second_of_back_to_back"] = gap.eq(1).astype(float)
    games = PriorRows(previous, rows, "player_id").within_days(HISTORY_DAYS)
    week, fortnight = games.within_days(7), games.within_days(14)
    last_game = games.newest("game_date")
    rows["player_days_rest"] = (rows["game_date"] - last_game).dt.days.astype("Int64")
    rows["games_last_7_days"] = week.count
    rows["games_last_14_days"] = fortnight.count
    rows["minutes_last_7_days"] = week.sum("minutes")
    rows["minutes_last_14_days"] = fortnight.sum("minutes")
    rows["back_to_backs_last_14_days"] = fortnight.sum("second_of_back_to_back").astype(np.int64)
    rows["games_played_season"] = games.since(starts).count
    # The team's games between his last one and tonight, this season only.
    since = (last_game + pd.Timedelta(days=1)).where(last_game >= starts, starts)
    missed = PriorRows(team_games(schedule), rows, "team").since(since).count
    rows["team_games_missed"] = pd.Series(missed, index=rows.index, dtype="Int64").where(last_game.notna())
    return rows


def _with_injuries(
    rows: pd.DataFrame, appearances: pd.DataFrame, injuries: pd.DataFrame, reports: pd.DataFrame
) -> pd.DataFrame:
    """Status of each player, and the minutes that his listed-out teammates leave.

    A player whose team has a report without him is Available; without a report nothing is known.
    """
    listed = injuries[[*KEYS, "injury_status"]].assign(is_listed=True)
    rows = rows.merge(listed, on=KEYS, how="left", validate="one_to_one")
    rows = rows.merge(reports, on=["game_id", "team"], how="left", validate="many_to_one")
    unlisted = rows["injury_captured_at"].notna() & rows["is_listed"].isna()
    rows["injury_status"] = rows["injury_status"].mask(unlisted, "Available")
    usual = PriorRows(appearances, rows, "player_id").within_days(HISTORY_DAYS).last(10).mean("minutes")
    out = rows["injury_status"].eq("Out").fillna(False).to_numpy(bool)
    left = pd.Series(np.where(out & ~np.isnan(usual), usual, 0.0), index=rows.index)
    team_out = left.groupby([rows["game_id"], rows["team"]]).transform("sum")
    rows["teammates_out_minutes"] = (team_out - left).where(rows["injury_captured_at"].notna())
    return rows.drop(columns="is_listed")
