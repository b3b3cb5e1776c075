"""Layout of an archive: files of each feed, and the columns that name or date their rows."""

from __future__ import annotations

from nba_assets.domain.raw import box_scores

INJURIES = ("injuries/injury_snapshots_*.parquet", ("snapshot_at",))
OFFICIAL_REPORTS = ("injuries/official_reports_*.parquet", ("game_date",))
INACTIVE_LIST = ("injuries/inactive_list_events_*.parquet", ("effective_date",))
PROJECTED_LISTS = ("injuries/projected_lineups_*.parquet", ("snapshot_at",))
PROJECTED_FIVES = ("lineups/projected_fives_*.parquet", ("game_date",))
GAME_LINES = ("odds/game_closing_lines*.parquet", ("commence_time",))
POINTS_LINES = ("odds/player_points_lines_*.parquet", ("game_date", "commence_time", "snapshot_at"))
# What an export may lack, by its files: each costs what only it gives.
DISPENSABLE_COLUMNS = {
    INJURIES[0]: ("Status", "Details"),
    OFFICIAL_REPORTS[0]: ("PLAYER_ID", "reason"),
    INACTIVE_LIST[0]: ("PLAYER_ID", "notes"),
    GAME_LINES[0]: (
        "event_id", "home_spread_price", "away_spread_price", "spread_point", "total_over_price",
        "total_under_price", "total_point", "home_ml", "away_ml",
    ),
    POINTS_LINES[0]: (
        "source", "over_price", "under_price", "snapshot_at", "commence_time", "game_date", "home_team",
        "away_team", "opp",
    ),
}  # fmt: skip
PLAYER_BOXES = ("leaguegamelog/players_*.parquet", box_scores.PLAYER_COLUMNS)
TEAM_BOXES = ("leaguegamelog/teams_*.parquet", box_scores.TEAM_COLUMNS)
EVENTS = ("playbyplay/*.parquet", "game_date")
FIRST_EVENT = ("game_date", "game_id", "players_on")
ENTRANTS = ("GAME_DATE", "GAME_ID", "PLAYER_ID", "PLAYER_NAME", "TEAM_ABBREVIATION")
SHOTS = ("shotchart/*.parquet", "GAME_DATE")
