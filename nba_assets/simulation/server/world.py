"""The simulated league in time: what has happened, and what has been published, at any moment.

Everything is a function of the files and of a moment: two worlds over the same files agree on every second.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from nba_assets.simulation.league.franchises import (
    FRANCHISES,
    Franchise,
)
from nba_assets.simulation.server.incidents import Incidents

EASTERN = ZoneInfo("America/New_York")
Row = dict[str, Any]
SCHEDULED, IN_PLAY, FINAL = 1, 2, 3
_REGULATION, _OVERTIME = dt.timedelta(minutes=135), dt.timedelta(minutes=12)
_CORRECTED_AT = dt.time(10)
_INTERRUPTED = 0.8  # share of a game that is never finished
_ONE_GAME_IN = 3  # has a scorer's mistake that is corrected the next morning
_ASSIST = re.compile(r" \([^()]* \d+ AST\)$")
_BY_TRICODE = {franchise.tricode: franchise for franchise in FRANCHISES}


@dataclass(frozen=True)
class Match:
    """One game; ``periods`` is 0 and ``score`` None for one that the files do not play."""

    game_id: str
    date: dt.date
    season: str
    season_type: str
    home: Franchise
    away: Franchise
    tipoff: dt.datetime
    periods: int
    score: tuple[int, int] | None
    postponed_at: dt.datetime | None = None
    unfinished: bool = False
    corrected_days: int = 1

    @property
    def ends(self) -> dt.datetime:
        """When the game is over."""
        return self.tipoff + _REGULATION + max(self.periods - 4, 0) * _OVERTIME

    @property
    def corrected(self) -> dt.datetime:
        """When the morning's corrections are published, as a rule the next morning's."""
        return dt.datetime.combine(self.date + dt.timedelta(self.corrected_days), _CORRECTED_AT, EASTERN)

    def is_postponed(self, now: dt.datetime) -> bool:
        """Whether it has been announced that the game is not played on its date."""
        return self.postponed_at is not None and now >= self.postponed_at

    def status(self, now: dt.datetime) -> int:
        """1 scheduled, 2 in play, 3 final; a game that the files do not play stays scheduled."""
        if not self.periods or now < self.tipoff or self.is_postponed(now):
            return SCHEDULED
        return FINAL if now >= self.ends and not self.unfinished else IN_PLAY


class World:
    """One simulated league, read from the folder that ``simulate`` wrote."""

    def __init__(self, folder: Path, seed: int = 0, incidents: Incidents | None = None):
        """Read the schedule; everything else is read by date, when it is requested.

        Args:
            folder: what ``simulate`` wrote.
            seed: which games have a mistake to correct.
            incidents: what goes wrong; nothing by default.

        Raises:
            FileNotFoundError: there is no league in the folder.
        """
        self._folder, self._seed = folder, seed
        if not (folder / "SIMULATED.json").is_file():
            raise FileNotFoundError(f"{folder} holds no simulated league: write one with simulate")
        played = self._played()
        schedule = pd.concat([pd.read_parquet(path) for path in self._files("schedule/games_*.parquet")])
        rows = schedule.sort_values(["tipoff_utc", "game_id"]).to_dict("records")
        self.incidents = incidents or Incidents()
        self.matches = {
            row["game_id"]: _match(row, played.get(row["game_id"]), self.incidents) for row in rows
        }
        self._dates: dict[dt.date, list[Match]] = defaultdict(list)
        for match in self.matches.values():
            self._dates[match.date].append(match)
        self._read = lru_cache(maxsize=64)(self._read_date)

    def on(self, date: dt.date) -> list[Match]:
        """Games of a US Eastern date."""
        return self._dates.get(date, [])

    def of_season(self, season: str) -> list[Match]:
        """Games of a season, in order of tip-off."""
        return [match for match in self.matches.values() if match.season == season]

    def team_log(self, match: Match) -> list[Row]:
        """The teams' box rows of a game; none where the league has no team box scores."""
        return [row for row in self._read("leaguegamelog/teams", "GAME_DATE", match.date) if _is(row, match)]

    def dates(self) -> list[dt.date]:
        """Dates with games."""
        return sorted(self._dates)

    def published_events(self, match: Match, now: dt.datetime) -> list[Row]:
        """The play-by-play at this moment: it grows during the game, and mistakes are corrected later."""
        events = self._events(match)
        if not events or now < match.tipoff or match.is_postponed(now):
            return []
        share = (now - match.tipoff) / (match.ends - match.tipoff)
        share = min(share, _INTERRUPTED) if match.unfinished else share
        seen = events[: len(events) if share >= 1 else int(share * (len(events) + 1))]
        wrong = self._mistake(match, events)
        if wrong is None or wrong >= len(seen) or now >= match.corrected:
            return seen
        row = seen[wrong]
        words = _ASSIST.sub("", row["description"])
        return [*seen[:wrong], {**row, "assister_id": None, "description": words}, *seen[wrong + 1 :]]

    def log(self, match: Match, now: dt.datetime) -> list[Row]:
        """The players' present box rows of a final game."""
        rows = [row for row in self._log_of(match.date) if _is(row, match)]
        if now >= match.corrected:
            return rows
        events = self._events(match)
        wrong = self._mistake(match, events)
        robbed = None if wrong is None else int(events[wrong]["assister_id"])
        return [{**row, "AST": row["AST"] - 1} if row["PLAYER_ID"] == robbed else row for row in rows]

    def shots(self, match: Match) -> list[Row]:
        """The shot chart, in order of play; empty where the league has none."""
        return [row for row in self._read("shotchart", "GAME_DATE", match.date) if _is(row, match)]

    def points_lines(self, date: dt.date) -> list[Row]:
        """Captures of points lines for the games of a date."""
        return self._read("odds/player_points_lines", "game_date", date)

    def closing_lines(self) -> dict[str, Row]:
        """Closing lines by event id."""
        return self._closing

    def injuries(self, date: dt.date) -> list[Row]:
        """Captures of the injury lists of a date."""
        return [row for row in self._snapshots if row["captured"].astimezone(EASTERN).date() == date]

    def roster(self, team: Franchise, before: dt.date, games: int = 5) -> dict[int, str]:
        """Name by id of everybody who was last seen in one of the team's last games before a date."""
        seen: set[int] = set()
        mine: dict[int, str] = {}
        for date in sorted((d for d in self._dates if d < before), reverse=True):
            for row in self._log_of(date):
                if row["PLAYER_ID"] not in seen and row["TEAM_ID"] == team.team_id:
                    mine[row["PLAYER_ID"]] = row["PLAYER_NAME"]
                seen.add(row["PLAYER_ID"])
            games -= any(team in (match.home, match.away) for match in self._dates[date])
            if not games:
                break
        return mine

    def _events(self, match: Match) -> list[Row]:
        return [row for row in self._read("playbyplay", "game_date", match.date) if _is(row, match)]

    def _log_of(self, date: dt.date) -> list[Row]:
        return self._read("leaguegamelog/players", "GAME_DATE", date)

    def _mistake(self, match: Match, events: list[Row]) -> int | None:
        """Index of the event whose assist was overlooked at first: the game's last assisted one."""
        digest = hashlib.sha256(f"{self._seed} {match.game_id}".encode()).digest()
        if digest[0] % _ONE_GAME_IN:
            return None
        return next((i for i in range(len(events) - 1, -1, -1) if events[i]["assister_id"] is not None), None)

    # -- files --------------------------------------------------------------------------------------------
    def _files(self, pattern: str) -> list[Path]:
        return sorted(self._folder.glob(pattern))

    def _read_date(self, prefix: str, column: str, date: dt.date) -> list[Row]:
        rows: list[Row] = []
        pattern = f"{prefix}_*.parquet" if "/" in prefix else f"{prefix}/*.parquet"
        for path in self._files(pattern):
            table = pq.read_table(path, filters=[(column, "=", date.isoformat())], partitioning=None)
            rows += table.to_pylist()
        return rows

    def _played(self) -> dict[str, tuple[int, dict[int, int]]]:
        """Periods and points by team id of every game that the files play."""
        periods: dict[str, int] = {}
        for path in self._files("playbyplay/*.parquet"):
            last = pq.read_table(path, columns=["game_id", "period"], partitioning=None)
            table: pa.Table = last.group_by("game_id").aggregate([("period", "max")])
            periods |= {row["game_id"]: int(row["period_max"]) for row in table.to_pylist()}
        points: dict[str, dict[int, int]] = defaultdict(dict)
        for path in self._files("leaguegamelog/players_*.parquet"):
            rows = pq.read_table(path, columns=["GAME_ID", "TEAM_ID", "PTS"], partitioning=None)
            table = rows.group_by(["GAME_ID", "TEAM_ID"]).aggregate([("PTS", "sum")])
            for row in table.to_pylist():
                points[row["GAME_ID"]][row["TEAM_ID"]] = row["PTS_sum"]
        return {game: (periods[game], points[game]) for game in periods}

    @cached_property
    def _closing(self) -> dict[str, Row]:
        files = self._files("odds/game_closing_lines*.parquet")
        rows = [row for path in files for row in pq.read_table(path, partitioning=None).to_pylist()]
        return {row["event_id"]: row for row in rows}

    @cached_property
    def _snapshots(self) -> list[Row]:
        rows: list[Row] = []
        for path in self._files("injuries/injury_snapshots_*.parquet"):
            rows += pq.read_table(path, partitioning=None).to_pylist()
        return [{**row, "captured": dt.datetime.fromisoformat(row["snapshot_at"])} for row in rows]


def _match(row: Row, played: tuple[int, dict[int, int]] | None, incidents: Incidents) -> Match:
    home, away = _BY_TRICODE[row["home_team_tricode"]], _BY_TRICODE[row["away_team_tricode"]]
    score = None if played is None else (played[1][home.team_id], played[1][away.team_id])
    return Match(
        game_id=row["game_id"],
        date=dt.date.fromisoformat(row["game_date"]),
        season=row["season"],
        season_type=row["season_type"],
        home=home,
        away=away,
        tipoff=dt.datetime.fromisoformat(row["tipoff_utc"]),
        periods=0 if played is None else played[0],
        score=score,
        postponed_at=incidents.postponed.get(row["game_id"]),
        unfinished=row["game_id"] in incidents.unfinished,
        corrected_days=incidents.corrected_days.get(row["game_id"], 1),
    )


def _is(row: Row, match: Match) -> bool:
    return (row["game_id"] if "game_id" in row else row["GAME_ID"]) == match.game_id
