"""Layout of an archive: files of each feed, and the columns that name or date their rows."""

from __future__ import annotations

import re
from pathlib import Path

from nba_assets.domain.raw import box_scores
from nba_assets.domain.raw.play_by_play import EVENT_COLUMNS, OPTIONAL_EVENT_COLUMNS, SHOT_COLUMNS
from nba_assets.domain.raw.schedule import COLUMNS as SCHEDULE_COLUMNS
from nba_assets.domain.raw.schedule import PARTS

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
BOX_KEYS = (PLAYER_BOXES[0], "GAME_ID", "GAME_DATE")
EVENTS = ("playbyplay/*.parquet", "game_id", "game_date")
FIRST_EVENT = ("game_date", "game_id", "players_on")
ENTRANTS = ("GAME_DATE", "GAME_ID", "PLAYER_ID", "PLAYER_NAME", "TEAM_ABBREVIATION")
SHOTS = ("shotchart/*.parquet", "GAME_ID", "GAME_DATE")
SCHEDULES = "schedule/games_*.parquet"
_PERCENTAGES = tuple(name for names in box_scores.PERCENTAGES for name in names)
_BOX_COLUMNS = (
    *box_scores.PLAYER_COLUMNS, *box_scores.OPTIONAL_COLUMNS, *_PERCENTAGES, "TEAM_ID", "TEAM_NAME",
    "SEASON_ID",
)  # fmt: skip
# Columns of each feed's files: a file may write them in other letters, e.g. gameDate or " Game_Date ".
COLUMNS: dict[str, tuple[str, ...]] = {
    SCHEDULES: (*SCHEDULE_COLUMNS, "tipoff_utc", "source"),
    PLAYER_BOXES[0]: _BOX_COLUMNS,
    TEAM_BOXES[0]: _BOX_COLUMNS,
    EVENTS[0]: (*EVENT_COLUMNS, *OPTIONAL_EVENT_COLUMNS),
    SHOTS[0]: (*SHOT_COLUMNS, "PLAYER_NAME", "EVENT_TYPE"),
    INJURIES[0]: ("Player", "Team", "snapshot_at", *DISPENSABLE_COLUMNS[INJURIES[0]]),
    OFFICIAL_REPORTS[0]: ("game_date", "team", "player", "status", *DISPENSABLE_COLUMNS[OFFICIAL_REPORTS[0]]),
    INACTIVE_LIST[0]: ("effective_date", "team", "player", "action", *DISPENSABLE_COLUMNS[INACTIVE_LIST[0]]),
    PROJECTED_LISTS[0]: ("Team", "Lineup", "snapshot_at"),
    PROJECTED_FIVES[0]: ("game_date", "GAME_ID", "team", "player", "PLAYER_ID", "captured_at"),
    GAME_LINES[0]: ("commence_time", "home_team", "away_team", *DISPENSABLE_COLUMNS[GAME_LINES[0]]),
    POINTS_LINES[0]: ("player", "book", "line", *DISPENSABLE_COLUMNS[POINTS_LINES[0]]),
}
# Names that other endpoints of stats.nba.com have for columns of a box score.
_BOX_ALIASES = {
    "team": "TEAM_ABBREVIATION", "teamtricode": "TEAM_ABBREVIATION", "tricode": "TEAM_ABBREVIATION",
    "personid": "PLAYER_ID", "player": "PLAYER_NAME", "minutes": "MIN", "to": "TOV", "turnovers": "TOV",
    "points": "PTS", "startposition": "START_POSITION",
}  # fmt: skip
# Patterns of files by the table that is made from their rows.
FEEDS: dict[str, tuple[str, ...]] = {
    "raw_schedule": (SCHEDULES,),
    "raw_player_boxscores": (PLAYER_BOXES[0],),
    "raw_team_boxscores": (TEAM_BOXES[0],),
    "raw_play_by_play": (EVENTS[0],),
    "raw_shot_chart": (SHOTS[0],),
    "raw_injury_reports": (INJURIES[0], OFFICIAL_REPORTS[0], INACTIVE_LIST[0]),
    "raw_lineups": (PROJECTED_FIVES[0], PROJECTED_LISTS[0]),
    "raw_game_lines": (GAME_LINES[0],),
    "raw_player_points_lines": (POINTS_LINES[0],),
}
# Not of any feed: what is derived from one, and responses as their publishers sent them.
NO_FEED = ("injuries/out_by_game_*", "wire/*")
ENDINGS = (".parquet", ".pq", ".parq")
ALIASES: dict[str, dict[str, str]] = {PLAYER_BOXES[0]: _BOX_ALIASES, TEAM_BOXES[0]: _BOX_ALIASES}
_SEASON = re.compile(r"(?P<first>\d{4})-(?P<last>\d{2})(?:_(?P<part>[a-z]+))?")


def part_of(path: Path) -> str:
    """Season and part of a file, as in 2024-25_regular; as much of it as its name has.

    Two years are a season if one follows the other: 2024-10 is a month.
    """
    for found in _SEASON.finditer(path.name.casefold()):
        if (int(found["first"]) + 1) % 100 == int(found["last"]):
            return found.group() if found["part"] in PARTS.values() else f"{found['first']}-{found['last']}"
    return ""


def season_in(path: Path) -> str:
    """Season that a file names; empty where it names none."""
    return season_in_part(part_of(path))


def season_in_part(part: str) -> str:
    """Season of a part; empty where it names none."""
    return part[: len("2024-25")]
