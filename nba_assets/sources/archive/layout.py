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
PLAYER_BOXES = ("leaguegamelog/players_*.parquet", box_scores.PLAYER_COLUMNS)
TEAM_BOXES = ("leaguegamelog/teams_*.parquet", box_scores.TEAM_COLUMNS)
EVENTS = ("playbyplay/*.parquet", "game_date")
FIRST_EVENT = ("game_date", "game_id", "players_on")
ENTRANTS = ("GAME_DATE", "GAME_ID", "PLAYER_ID", "PLAYER_NAME", "TEAM_ABBREVIATION")
SHOTS = ("shotchart/*.parquet", "GAME_DATE")
