"""Who may play tonight."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.declarations.evaluation import AsOf
from nba_assets.domain.declarations.sources import PLAYER, Games, Past

ROSTER_DAYS = 60
_ROSTER_REACH = 600  # days: sixty of a season, its summer, and a season that is missing
RECENT_APPEARANCES = Past(
    Games("player_game_summary", days=_ROSTER_REACH), ("player_id", "player_name", "team"), as_frame=True
)
LATEST_TEAM = Past(PLAYER, ("team",), last=1)


def season_days(dates: pd.Series, schedule: pd.DataFrame) -> pd.Series:
    """Day numbers in which a summer takes one day, so that 60 days reach back into last season.

    Args:
        dates: dates to number.
        schedule: raw_schedule covering them and what lies before (season, game_date).
    """
    days = dates.to_numpy("datetime64[D]").astype(np.int64)
    played = np.sort(schedule["game_date"].to_numpy("datetime64[D]").astype(np.int64))
    first = schedule.groupby("season")["game_date"].min().sort_values()
    starts = first.to_numpy("datetime64[D]").astype(np.int64)
    # The last game before a season begins, whatever its season is called: no later row can move it.
    ends = played[np.searchsorted(played, starts[1:]) - 1]
    summers = np.maximum(starts[1:] - ends - 1, 0)
    passed = np.concatenate([[0], np.cumsum(summers)])
    season = np.clip(np.searchsorted(starts, days, side="right") - 1, 0, None)
    return pd.Series(days - passed[season], index=dates.index)


def expected_from_appearances(
    team_rows: pd.DataFrame, appearances: pd.DataFrame, schedule: pd.DataFrame
) -> pd.DataFrame:
    """Players whose latest appearance within 60 days, summers not counted, was for the team.

    An appearance counts for its team from the next day up to and including the day of the player's next
    appearance, and for at most 60 days: that interval is laid over the team's games.

    Args:
        team_rows: games wanted, keyed by game_id and team.
        appearances: earlier player games (player_id, player_name, team, game_date), one a player and date.
        schedule: raw_schedule over the whole span.

    Returns:
        Frame of game_date, game_id, team, player_id, player_name; keyed by game_id and player_id.
    """
    past = appearances.sort_values(["player_id", "game_date"], ignore_index=True)
    day = season_days(past["game_date"], schedule).to_numpy()
    until = day + ROSTER_DAYS
    same_player = past["player_id"].eq(past["player_id"].shift(-1)).to_numpy()
    following = np.where(same_player, np.roll(day, -1), np.iinfo(np.int64).max)
    until = np.minimum(until, following)

    games = team_rows.assign(day=season_days(team_rows["game_date"], schedule)).sort_values(
        ["team", "day", "game_id"], ignore_index=True
    )
    teams = pd.Index(sorted(set(games["team"]) | set(past["team"])))
    span = 1 << 20
    position = teams.get_indexer(pd.Index(games["team"])) * span + games["day"].to_numpy()
    team = teams.get_indexer(pd.Index(past["team"])) * span
    first = np.searchsorted(position, team + day, side="right")
    last = np.searchsorted(position, team + np.minimum(until, span - 1), side="right")
    count = np.maximum(last - first, 0)
    rows = np.repeat(np.arange(len(past)), count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    chosen = games.iloc[first[rows] + offset].reset_index(drop=True)
    who = past.iloc[rows].reset_index(drop=True)
    found = chosen[["game_date", "game_id", "team"]].assign(
        player_id=who["player_id"], player_name=who["player_name"]
    )
    # Where seasons are missing, their summers are one: a date alone does not read back over it.
    near = (chosen["game_date"] - who["game_date"]).dt.days <= _ROSTER_REACH
    return found[near.to_numpy(bool)].reset_index(drop=True)


def expected_from_mentions(team_rows: pd.DataFrame, mentions: pd.DataFrame, past: AsOf) -> pd.DataFrame:
    """Players named for a game by an injury report or a line, resolved to an id.

    Args:
        team_rows: games wanted, keyed by game_id and team.
        mentions: game_id, player_id, player_name and team; team is NULL where the source names a game only,
            and is then the player's latest team if that team plays in the game.
        past: earlier player games, of which ``LATEST_TEAM`` is read.

    Returns:
        Frame like :func:`expected_from_appearances`; players of no team in the game are left out.
    """
    dated = mentions.merge(team_rows[["game_id", "game_date"]].drop_duplicates(), on="game_id")
    latest = past.narrowed(past.prior_rows(LATEST_TEAM.games, dated), LATEST_TEAM)
    dated["team"] = dated["team"].fillna(latest.newest("team"))
    known = dated.merge(team_rows[["game_id", "team"]], on=["game_id", "team"])
    columns = ["game_date", "game_id", "team", "player_id", "player_name"]
    return known[columns].drop_duplicates(["game_id", "player_id"])


def expected_players(
    team_rows: pd.DataFrame,
    past: AsOf,
    schedule: pd.DataFrame,
    mentions: pd.DataFrame,
    played: pd.DataFrame,
) -> pd.DataFrame:
    """Everybody who may play, and who played without being expected.

    Args:
        team_rows: games wanted, keyed by game_id and team.
        past: earlier player games, of which ``RECENT_APPEARANCES`` and ``LATEST_TEAM`` are read.
        schedule: raw_schedule over the whole span.
        mentions: see :func:`expected_from_mentions`.
        played: raw_player_boxscores of the games wanted, as far as they are final.

    Returns:
        Frame keyed by game_id and player_id: game_date, team, player_name, is_late_addition,
        expected_because (recent_game, named_tonight; NULL for late additions).
    """
    appearances = past.frame(RECENT_APPEARANCES, team_rows)
    recent = expected_from_appearances(team_rows, appearances, schedule).assign(
        expected_because="recent_game"
    )
    named = expected_from_mentions(team_rows, mentions, past).assign(expected_because="named_tonight")
    columns = ["game_date", "game_id", "team", "player_id", "player_name"]
    late = played[columns].assign(expected_because=None)
    # First come, first kept: what was known before the game wins. A player traded to tonight's opponent is
    # still expected by his old team, as long as the trade is not in the tables.
    expected = _once_per_date(_joined(recent, named))
    rows = _joined(expected, late)
    rows["is_late_addition"] = rows["expected_because"].isna()
    return rows


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Both, with the first row of each player and game."""
    found = [frame for frame in (first, second) if len(frame)]
    rows = pd.concat(found or [first], ignore_index=True)
    return rows.drop_duplicates(["game_id", "player_id"], keep="first", ignore_index=True)


def _once_per_date(expected: pd.DataFrame) -> pd.DataFrame:
    """The one game of a date in which each player is expected.

    A report of tonight that names him for one team is newer than his last game for another.
    """
    newest = expected["expected_because"].eq("named_tonight").fillna(False).astype(bool)
    order = expected.assign(newest=newest).sort_values("newest", ascending=False, kind="stable")
    return order.drop_duplicates(["game_date", "player_id"]).sort_index()[list(expected.columns)]
