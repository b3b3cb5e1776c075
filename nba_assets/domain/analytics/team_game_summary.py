"""Team rows of a game: what a team did with the ball, and what it allowed."""

from __future__ import annotations

import pandas as pd

from nba_assets.domain import possessions as po
from nba_assets.domain import zones
from nba_assets.domain.raw.box_scores import COUNTS

BOX = [name.lower() for name in COUNTS]
GAME_FACTS = ["game_id", "season", "season_type", "home_team", "away_team", "is_neutral"]


def with_game_facts(rows: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Add season, season_type, is_neutral and is_home from the schedule.

    The box score's own ``@`` cannot be used: at a neutral site both teams have it.

    Args:
        rows: keyed by game_id and team.
        schedule: keyed by game_id, columns ``GAME_FACTS``.

    Raises:
        ValueError: a team that the schedule does not have in the game.
    """
    merged = rows.merge(schedule[GAME_FACTS], on="game_id", how="left", validate="many_to_one")
    stray = ~((merged["team"] == merged["home_team"]) | (merged["team"] == merged["away_team"])).fillna(False)
    if stray.any():
        first = merged.loc[stray.to_numpy(bool)].iloc[0]
        raise ValueError(f"{first['team']} does not play in game {first['game_id']} of the schedule")
    merged["is_home"] = (merged["team"] == merged["home_team"]).astype(bool)
    return merged.drop(columns=["home_team", "away_team"])


def team_offense(
    team_box: pd.DataFrame, player_box: pd.DataFrame, player_zones: pd.DataFrame, schedule: pd.DataFrame
) -> pd.DataFrame:
    """Offensive row of each team and game; a team without a box is the sum of its players.

    Args:
        team_box: raw_team_boxscores, keyed by game_id and team; may miss games.
        player_box: raw_player_boxscores, keyed by game_id and player_id.
        player_zones: player_game_events, keyed by game_id and player_id.
        schedule: raw_schedule of the same games.

    Returns:
        team_offense_game_summary, keyed by game_id and team.
    """
    summed = player_box.groupby(["game_date", "game_id", "team", "opponent"], as_index=False).agg(
        won=("won", "first"),
        source=("source", "first"),
        minutes=("minutes", "sum"),
        **{c: (c, "sum") for c in BOX},
    )
    keys = ["game_id", "team"]
    boxed = team_box[["game_date", *keys, "opponent", "won", "source", "minutes", *BOX]]
    known = pd.MultiIndex.from_frame(boxed[keys])
    missing = summed[~pd.MultiIndex.from_frame(summed[keys]).isin(known)]
    rows = pd.concat([boxed.assign(is_reconstructed=False), missing.assign(is_reconstructed=True)])
    rows["overtime_periods"] = po.overtime_periods(rows["minutes"])
    rows["minutes"] = po.team_minutes(rows["overtime_periods"])
    rows["possessions"] = po.possessions(rows)
    rows["offensive_rating"] = po.rating(rows["pts"], rows["possessions"])
    rows["pace"] = po.pace(rows["possessions"], rows["minutes"])
    rows = rows.merge(
        summed[[*keys, "pts"]].rename(columns={"pts": "player_points"}), on=keys, how="left"
    ).merge(_team_zones(player_box, player_zones), on=keys, how="left")
    opponents = rows[[*keys, "pts"]].rename(columns={"team": "opponent", "pts": "opponent_pts"})
    rows = rows.merge(opponents, on=["game_id", "opponent"], how="left", validate="one_to_one")
    rows["margin"] = rows["pts"] - rows["opponent_pts"]
    return with_game_facts(rows, schedule)


def _team_zones(player_box: pd.DataFrame, player_zones: pd.DataFrame) -> pd.DataFrame:
    """Zone totals of a team; NULL as soon as one of its players' zones is."""
    keys = ["game_id", "team"]
    rows = player_box[["game_id", "team", "player_id"]].merge(
        player_zones[["game_id", "player_id", *zones.columns()]], on=["game_id", "player_id"], how="left"
    )
    grouped = rows.groupby(keys)[zones.columns()]
    return grouped.sum().where(grouped.count().eq(grouped.size(), axis=0)).reset_index()


def team_defense(offense: pd.DataFrame) -> pd.DataFrame:
    """Defensive row of each team and game: the opponent's line seen from the defence.

    Args:
        offense: team_offense_game_summary, keyed by game_id and team.

    Returns:
        team_defense_game_summary, keyed by game_id and team.
    """
    allowed = offense[["game_id", "team", "pts", "possessions", "pace", "tov", *zones.columns()]].rename(
        columns={
            "team": "opponent",
            "pts": "opponent_points",
            "possessions": "opponent_possessions",
            "pace": "opponent_pace",
            "tov": "turnovers_forced",
        }
        | {name: f"opponent_{name}" for name in zones.columns()}
    )
    own = offense[
        [
            "game_date",
            "game_id",
            "team",
            "opponent",
            "season",
            "season_type",
            "is_home",
            "stl",
            "blk",
            "source",
        ]
    ]
    rows = own.merge(allowed, on=["game_id", "opponent"], how="inner", validate="one_to_one")
    rows["defensive_rating"] = po.rating(rows["opponent_points"], rows["opponent_possessions"])
    return rows
